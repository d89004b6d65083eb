"""Logit quantal response equilibrium: everybody errs with the same precision and knows that the others do.

Under complete information the game is that of the types in the group; otherwise it is the agent form with the prior
(McKelvey and Palfrey 1995, 1998), an as-if model where subjects are not told the prior. Equilibria are followed from
lambda = 0 along the principal branch (logit_branch); no fixed point is iterated.
"""

from __future__ import annotations

import numpy as np

from analysis.behaviour.choices import Choices
from analysis.behaviour.models.model import ChoiceTable, Model, precision
from mechanisms.arrays import FloatArray

TURNS = "the branch turns back in lambda: where several of its equilibria have the same lambda, the first is meant"


class LogitEquilibrium(Model):
    """Logit QRE with one precision lambda for all.

    >>> from analysis.behaviour.choices import empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> model = LogitEquilibrium(empty_sessions(load_treatment("treatments/chen_serial.toml"), 1))
    >>> np.exp(model.log_table(np.array([0.5])).logs).argmax(axis=1)  # equilibrium demands are 4 and 6
    array([3, 5])
    """

    name, source = "logit QRE", "McKelvey and Palfrey 1995, 1998"

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.parameters = (precision(choices.game.range),)

    def log_table(self, values: FloatArray) -> ChoiceTable:
        width = self.choices.game.width
        tables = [form.table(form.branch.at(float(values[0])), width, -np.inf) for form in self.choices.forms]
        if any(form.branch.turns for form in self.choices.forms):
            self.notes = (TURNS,)
        return ChoiceTable(np.concatenate(tables), self.choices.agent)
