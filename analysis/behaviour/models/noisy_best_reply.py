"""Noisy best reply: a logit reply to the messages of the others that one saw last (Cournot's best reply with errors).

Before anything was seen, and always where the feedback shows no messages of others, the reply is to uniform play; it is
then the same as level 1 of the level-k model with logit errors.
"""

from __future__ import annotations

import numpy as np

from analysis.behaviour.choices import Choices
from analysis.behaviour.models.model import ChoiceTable, Model, logit_choice, precision
from mechanisms.arrays import FloatArray, IntArray


class NoisyBestReply(Model):
    """Logit reply to the others' last messages, precision lambda."""

    name, source, learns = "noisy best reply", "Cournot 1838, with logit errors", True

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.parameters = (precision(choices.game.range),)
        if not choices.others_shown:
            self.notes = ("no feedback shows the others' messages: all replies are to uniform play",)
        situations, profiles, self._row = seen_cells(choices)
        self._payoffs = payoffs_against(choices, situations, profiles)
        self._is_message = choices.game.is_message[situations]

    def log_table(self, values: FloatArray) -> ChoiceTable:
        return ChoiceTable(logit_choice(self._payoffs, float(values[0]), self._is_message), self._row)


def seen_cells(choices: Choices) -> tuple[IntArray, IntArray, IntArray]:
    """The distinct pairs of situation and last seen profile (-1: none), and each row's pair."""
    pairs = np.stack([choices.situation, choices.last_seen])
    distinct, row = np.unique(pairs, axis=1, return_inverse=True)
    return distinct[0], distinct[1], row.reshape(-1)


def payoffs_against(choices: Choices, situations: IntArray, profiles: IntArray) -> FloatArray:
    """Own points (k, width) of each situation against a profile of the others; -1: against uniform play."""
    game = choices.game
    payoffs = np.zeros((len(situations), game.width))
    for i, columns in enumerate(game.columns):
        begin, end = game.first_situation[i : i + 2]
        known = (begin <= situations) & (situations < end) & (profiles >= 0)
        unknown = (begin <= situations) & (situations < end) & (profiles < 0)
        size = game.sizes[i]
        payoffs[known, :size] = columns[situations[known] - begin, profiles[known]]
        payoffs[unknown, :size] = columns.mean(axis=1)[situations[unknown] - begin]
    return payoffs
