"""Uniform random choice: the model without parameters that every other one must beat."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import ChoiceTable, Model, logit_choice


class Uniform(Model):
    """Every message is equally likely.

    >>> import numpy as np
    >>> from mechanisms.subjects.sessions import empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> empty = empty_sessions(load_treatment("treatments/chen_serial.toml"), 1)
    >>> Uniform(empty).log_table(np.empty(0)).logs[0, 0].round(4) == np.log(1 / 12).round(4)
    np.True_
    """

    name, source = "uniform random", "benchmark"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        is_message = choices.game.is_message
        self._table = ChoiceTable(logit_choice(np.zeros(is_message.shape), 0.0, is_message), choices.situation)

    def log_table(self, values: FloatArray) -> ChoiceTable:
        return self._table
