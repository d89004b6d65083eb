"""Logit quantal response equilibrium: everybody errs with the same precision and knows that the others do.

Under complete information the game is that of the types in the group; otherwise it is the agent form with the prior
(McKelvey and Palfrey 1995, 1998), an as-if model where subjects are not told the prior. Equilibria are followed from
lambda = 0 along the principal branch (mechanisms/quantal_response/branch.py); no fixed point is iterated.
"""

from __future__ import annotations

from contextlib import suppress
from weakref import WeakKeyDictionary

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.branch import LogitBranch
from mechanisms.quantal_response.continuation import MAX_RATE, BranchError
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import ChoiceTable, Model, NotApplicableError, by_agent, precision

MOST_POINTS = 60
"""Of a branch that are looked at; a longer one is thinned."""
TURNS = "the branch turns back in lambda: where several of its equilibria have the same lambda, the first is meant"
MOST_SEEN = 5000
"""Rates of a game whose play is kept."""
MAX_MESSAGES = 2000
"""Of all agents of a game: an estimate goes along its branch many times."""


class LogitEquilibrium(Model):
    """Logit QRE with one precision lambda for all.

    >>> from mechanisms.subjects.sessions import empty_sessions
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
        branches, rate = [_branch(form) for form in self.choices.forms], float(values[0])
        if any(rate * branch.range > MAX_RATE for branch in branches):
            most = MAX_RATE / max(branch.range for branch in branches)
            raise NotApplicableError(
                f"qre: lambda = {rate:g}: nobody errs any more from {most:.3g} on: use a smaller lambda, or equilibrium"
            )
        rows = [own for form in self.choices.forms for own in _at(form, rate)]
        if any(branch.turns for branch in branches):
            self.notes = (TURNS,)
        return ChoiceTable(by_agent(rows, self.choices.game.width, -np.inf), self.choices.agent)

    def scan(self) -> FloatArray:
        """The grid, and between its ends the points of the branches themselves, which are dense where play changes."""
        grid = super().scan()[:, 0]
        rates = [grid]
        for branch in map(_branch, self.choices.forms):
            branch.reach(float(np.exp(grid[-1])))
            passed = np.maximum.accumulate([point[-1] for point in branch.points[1:]]) / branch.range
            rates.append(np.log(np.unique(passed)[:: 1 + len(passed) // MOST_POINTS]))
        every = np.unique(np.concatenate(rates))
        every = every[(grid[0] <= every) & (every <= grid[-1])]
        for form in self.choices.forms:
            for rate in np.exp(every).tolist():
                with suppress(BranchError):
                    if rate not in _seen[form]:
                        _seen[form][rate] = _branch(form).at(rate)
        return every[:, None]


_branches: WeakKeyDictionary[BayesianGame, LogitBranch] = WeakKeyDictionary()
_seen: WeakKeyDictionary[BayesianGame, dict[float, list[FloatArray]]] = WeakKeyDictionary()
"""Play at the rates that have been looked at: the same for all samples of a game."""


def _branch(form: BayesianGame) -> LogitBranch:
    """The branch of a game, which all models of it follow together."""
    if form not in _branches:
        _branches[form] = LogitBranch(form, MAX_MESSAGES)
        _seen[form] = {}
    return _branches[form]


def _at(form: BayesianGame, rate: float) -> list[FloatArray]:
    """Log probabilities of the game's equilibrium at a rate."""
    branch, seen = _branch(form), _seen[form]
    if rate not in seen:
        if len(seen) >= MOST_SEEN:
            seen.clear()
        seen[rate] = branch.at(rate)
    return seen[rate]
