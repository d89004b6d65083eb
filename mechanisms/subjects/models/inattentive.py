"""Somebody who does not think: the own last message again with probability `repeat`, else any one.

Before the first decision in a position, and where the last one is not on the grid, play is uniform.
"""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import ChoiceTable, Model, share
from mechanisms.subjects.models.playing import Playing
from mechanisms.subjects.models.targets import even

REPEAT = share("repeat", "probability of the own last message", 0.5, 0.1, 0.9)


class Inattentive(Model):
    """The own last message, or any: repeat."""

    name, source, learns = "inattentive", "benchmark", True

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.parameters = (REPEAT,)

    def log_table(self, values: FloatArray) -> ChoiceTable:
        playing = _Repeating(self.choices, np.broadcast_to(values[..., 0], int(self.choices.participant.max()) + 1))
        found = np.empty((len(self.choices.message), self.choices.game.width))
        for rows in self.choices.rounds():
            found[rows] = playing.logs(rows)
            playing.learn(rows, self.choices.message[rows])
        return ChoiceTable(found, np.arange(len(found)))

    def play(self, values: FloatArray, chance: FloatArray) -> Playing:
        return _Repeating(self.choices, np.broadcast_to(values[..., 0], chance.shape))


class _Repeating(Playing):
    """repeat : (participants,)"""

    def __init__(self, choices: Choices, repeat: FloatArray) -> None:
        self._choices, self._repeat = choices, repeat
        self._last = np.full((len(repeat), choices.members.shape[1]), -1)

    def logs(self, rows: IntArray) -> FloatArray:
        choices, who = self._choices, self._choices.participant[rows]
        found, last = even(choices.game.is_message[choices.situation[rows]]), self._last[who, choices.position[rows]]
        known = np.flatnonzero(last >= 0)
        repeat = self._repeat[who[known]]
        found[known] *= 1 - repeat[:, None]
        found[known, last[known]] += repeat
        with np.errstate(divide="ignore"):
            return np.log(found)

    def learn(self, rows: IntArray, message: IntArray) -> None:
        rows, message = rows[message >= 0], message[message >= 0]
        self._last[self._choices.participant[rows], self._choices.position[rows]] = message
