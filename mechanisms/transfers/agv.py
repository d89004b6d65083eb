"""The d'Aspremont–Gérard-Varet (expected externality) mechanism (S Definition 2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, takes
from mechanisms.environments.social_choice import DirectProblem
from mechanisms.options import DirectOptions
from mechanisms.rule import ENVIRONMENTS, Rule
from mechanisms.shown import Shown
from mechanisms.transfers.reported import reported, sums_of_others

if TYPE_CHECKING:
    from mechanisms.played.play import DirectGame


@takes(problem=DirectProblem)
def agv(problem: DirectProblem) -> FloatArray:
    """AGV transfers, received: the externality that i's report is expected to impose, less an equal share of the
    others'.

    t_i = xi_i(theta_i) - sum_{j != i} xi_j(theta_j) / (n - 1), where xi_i is the expected sum of the others' payoffs
    when i reports theta_i. The transfers of each profile sum to 0.

    Parameters
    ----------
    problem : DirectProblem, n >= 2

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Raises
    ------
    ValueError
        With a single agent, who has nobody to exchange transfers with.

    Examples
    --------
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> agv(park)[:, 0, 0, 0]
    array([-5.5, 11. , -5.5])
    """
    n = problem.n
    if n < 2:
        raise ValueError("problem has 1 agent; AGV transfers need at least 2")
    externalities = np.empty((n, *problem.shape))
    for i, expected in enumerate(expected_externalities(problem)):
        externalities[i] = expected
    return externalities - sums_of_others(externalities) / (n - 1)


def expected_externalities(problem: DirectProblem) -> list[FloatArray]:
    """xi_i of each agent: the expected sum of the others' payoffs for every report of i, units of utility.

    Entry i has shape (1, …, T_i, …, 1), with T_i on axis i.

    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> [amounts.ravel().tolist() for amounts in expected_externalities(park)]
    [[17.0, 14.0], [28.0, 24.0], [17.0, 14.0]]
    """
    others = sums_of_others(problem.efficient_payoffs.astype(np.float64))
    externalities = []
    for i in range(problem.n):
        expected = others[i : i + 1]
        for j in range(problem.n):
            if j != i:
                expected = problem.expectation(j, expected)
        externalities.append(expected[0])
    return externalities


@dataclass(frozen=True, eq=False)
class ExpectedEffects(Shown):
    """AGV: everybody receives what the others can expect from the own report, and pays parts of what the others
    receive.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    expected : ndarray, shape (n,), xi_i of S Definition 2: what all others together can expect, given i's report alone
    payments : ndarray, shape (n, n), [i, j] is j's part of what i receives: expected[i] / (n - 1), 0 on the diagonal
    transfers : ndarray, shape (n,), received less paid
    """

    reported: FloatArray
    expected: FloatArray

    @property
    def payments(self) -> FloatArray:
        n = len(self.expected)
        return np.where(np.eye(n, dtype=bool), 0.0, self.expected[:, None] / (n - 1))

    @property
    def transfers(self) -> FloatArray:
        return self.payments.sum(axis=1) - self.payments.sum(axis=0)


def explain_agv(game: DirectGame, messages: IntArray) -> ExpectedEffects:
    """The steps to the transfers at reports (n,), by their places on the grids."""
    by_report = _expected_by_report(game)
    expected = np.array([amounts[report] for amounts, report in zip(by_report, messages, strict=True)])
    return ExpectedEffects(reported(game.problem, messages), expected)


@lru_cache(maxsize=64)
def _expected_by_report(game: DirectGame) -> tuple[FloatArray, ...]:
    """For each player the expected externality of every report, shape (A_i,)."""
    return tuple(amounts.ravel() for amounts in expected_externalities(game.problem))


RULE = Rule(
    name="agv",
    messages="reports",
    function=agv,
    source="Safronov 2018, Def. 2",
    sentence="AGV (Safronov 2018, Def. 2): the efficient outcome for the reports; everybody receives the expected "
    "externality of the own report; the budget balances.",
    environments=ENVIRONMENTS,
    options=DirectOptions,
    explain=explain_agv,
)
