"""The mechanism of Crémer and Riordan (1985), as in S section 3.1, last paragraph.

One agent reports first. Every other agent i receives the sum of the others' payoffs less what the sum of all payoffs
was expected to be after the first report; the first agent pays for it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, as_whole, takes
from mechanisms.environments.social_choice import DirectProblem
from mechanisms.options import DirectOptions, FirstOptions
from mechanisms.rule import ENVIRONMENTS, Rule
from mechanisms.shown import Shown
from mechanisms.transfers.reported import reported, sums_of_others

if TYPE_CHECKING:
    from mechanisms.played.play import DirectGame


@takes(problem=DirectProblem)
def cremer_riordan(problem: DirectProblem, first: int = 0) -> FloatArray:
    """Crémer–Riordan transfers, received; they sum to 0.

    Parameters
    ----------
    problem : DirectProblem
    first : the agent who reports first; for all others the truth is dominant

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Raises
    ------
    ValueError
        If there is no agent `first`.

    Examples
    --------
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> cremer_riordan(park)[:, 0, 1, 0]
    array([ 26., -23.,  -3.])
    """
    first = as_whole("first", first, 0, problem.n - 1)
    payoffs = problem.efficient_payoffs.astype(np.float64)
    expected = payoffs.sum(axis=0)
    for agent in range(problem.n):
        if agent != first:
            expected = problem.expectation(agent, expected)
    transfers = sums_of_others(payoffs) - expected
    transfers[first] = 0
    transfers[first] = -transfers.sum(axis=0)
    return transfers


@dataclass(frozen=True, eq=False)
class FirstReport(Shown):
    """Crémer–Riordan: what the first report lets everybody expect, and what the others receive.

    Attributes
    ----------
    reported : ndarray, shape (n,), what everybody gets from the outcome by the own report
    first : int, who reports first
    expected : float, what all together could expect to get when the first report alone was known
    transfers : ndarray, shape (n,), received; everybody but the first receives what the others get, less `expected`
    """

    reported: FloatArray
    first: int
    expected: float

    @property
    def payments(self) -> FloatArray:
        """[i, j] is what j pays i: the first pays every other one's transfer."""
        payments = np.zeros((len(self.reported), len(self.reported)))
        payments[:, self.first] = self.transfers
        payments[self.first] = 0
        return payments

    @property
    def transfers(self) -> FloatArray:
        received = sums_of_others(self.reported) - self.expected
        received[self.first] = 0
        received[self.first] = -received.sum()
        return received


def explain_cremer_riordan(game: DirectGame, messages: IntArray, first: int = 0) -> FirstReport:
    """The steps to the transfers at reports (n,), by their places on the grids."""
    expected = float(_expected_after_first(game, first)[messages[first]])
    return FirstReport(reported(game.problem, messages), first, expected)


@lru_cache(maxsize=256)
def _expected_after_first(game: DirectGame, first: int) -> FloatArray:
    """What all together can expect when the first report alone is known, by this report: shape (A_first,)."""
    expected = game.problem.efficient_payoffs.astype(np.float64).sum(axis=0)
    for agent in range(game.problem.n):
        if agent != first:
            expected = game.problem.expectation(agent, expected)
    return np.asarray(expected).ravel()


class CremerRiordanOptions(DirectOptions, FirstOptions):
    """Who reports first."""


RULE = Rule(
    name="cremer_riordan",
    messages="reports",
    function=cremer_riordan,
    source="Crémer and Riordan 1985; Safronov 2018, section 3.1",
    sentence="Crémer–Riordan (1985): the efficient outcome for the reports; everybody but the first receives what the "
    "others get, less what all could expect after the first report; the first pays for it; the budget balances.",
    environments=ENVIRONMENTS,
    options=CremerRiordanOptions,
    explain=explain_cremer_riordan,
)
