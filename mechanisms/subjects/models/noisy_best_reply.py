"""Noisy best reply: a logit reply to the messages of the others that one saw last (Cournot's best reply with errors).

Before anything was seen, and always where the feedback shows no messages of others, the reply is to uniform play; it is
then the same as level 1 of the level-k model with logit errors.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import ChoiceTable, Model, logit_choice, logit_weights, precision
from mechanisms.subjects.models.playing import LastSeen, Playing


class NoisyBestReply(Model):
    """Logit reply to the others' last messages, precision lambda."""

    name, source, learns = "noisy best reply", "Cournot 1838, with logit errors", True

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.parameters = (precision(choices.game.range),)
        if not choices.others_shown:
            self.notes = ("no feedback shows the others' messages: all replies are to uniform play",)

    @cached_property
    def _cells(self) -> tuple[FloatArray, np.ndarray, IntArray]:
        situations, profiles, row = seen_cells(self.choices)
        return payoffs_against(self.choices, situations, profiles), self.choices.game.is_message[situations], row

    @property
    def _payoffs(self) -> FloatArray:
        return self._cells[0]

    @property
    def _is_message(self) -> np.ndarray:
        return self._cells[1]

    @property
    def _row(self) -> IntArray:
        return self._cells[2]

    def log_table(self, values: FloatArray) -> ChoiceTable:
        return ChoiceTable(logit_choice(self._payoffs, float(values[0]), self._is_message), self._row)

    def play(self, values: FloatArray, chance: FloatArray) -> Playing:
        return _Replying(self.choices, np.broadcast_to(values[..., 0], chance.shape))


class _Replying(Playing):
    """rate : (participants,)"""

    def __init__(self, choices: Choices, rate: FloatArray) -> None:
        self._choices, self._rate, self._seen = choices, rate, LastSeen(choices)

    def logs(self, rows: IntArray) -> FloatArray:
        return logit_choice(*self._replies(rows))

    def weights(self, rows: IntArray) -> FloatArray:
        return logit_weights(*self._replies(rows))

    def _replies(self, rows: IntArray) -> tuple[FloatArray, FloatArray, np.ndarray]:
        choices, situation = self._choices, self._choices.situation[rows]
        payoffs = payoffs_against(choices, situation, self._seen.of(rows))
        return payoffs, self._rate[choices.participant[rows], None], choices.game.is_message[situation]

    def learn(self, rows: IntArray, message: IntArray) -> None:
        self._seen.learn(rows, message)


def seen_cells(choices: Choices) -> tuple[IntArray, IntArray, IntArray]:
    """The distinct pairs of situation and last seen profile (-1: none), and each row's pair."""
    pairs = np.stack([choices.situation, choices.last_seen])
    distinct, row = np.unique(pairs, axis=1, return_inverse=True)
    return distinct[0], distinct[1], row.reshape(-1)


def payoffs_against(choices: Choices, situations: IntArray, profiles: IntArray) -> FloatArray:
    """Own points (k, width) of each situation against a profile of the others; -1: against uniform play."""
    game = choices.game
    payoffs = np.zeros((len(situations), game.width))
    for i, size in enumerate(game.sizes):
        begin, end = game.first_situation[i : i + 2]
        known = (begin <= situations) & (situations < end) & (profiles >= 0)
        unknown = (begin <= situations) & (situations < end) & (profiles < 0)
        if known.any():
            payoffs[known, :size] = game.against(i, profiles[known])[situations[known] - begin, np.arange(known.sum())]
        if unknown.any():
            payoffs[unknown, :size] = game.against_uniform[i][situations[unknown] - begin]
    return payoffs
