"""Pairwise compensation (S Definition 4).

Reports are treated one after another, in a known order. When i's report is treated, everybody's expected payoff from
the final outcome is revised, and each j pays i the change of j's expectation:
x_ij = E[u_j | reports up to and including i's] - E[u_j | reports before i's]. Expectations over reports not yet
treated use the priors. The transfer of i is sum_j (x_ij - x_ji); the transfers sum to 0 (S Lemma 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, as_order, takes
from mechanisms.environments.social_choice import DirectProblem
from mechanisms.options import DirectOptions, OrderOptions
from mechanisms.rule import ENVIRONMENTS, Rule
from mechanisms.shown import Shown
from mechanisms.transfers.reported import reported

if TYPE_CHECKING:
    from mechanisms.played.play import DirectGame


@takes(problem=DirectProblem)
def pairwise_compensation(problem: DirectProblem, order: Sequence[int] | None = None) -> FloatArray:
    """Transfers received under pairwise compensation.

    Parameters
    ----------
    problem : DirectProblem
    order : sequence of the agents 0…n-1, optional
        The order in which reports are treated. Default: 0, 1, …, n-1.

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Raises
    ------
    ValueError
        If `order` is not a permutation of the agents.

    Examples
    --------
    S section 3.1: after reports (L, L, L) agent 2's utility 0 + t_2 is 1.5.

    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> pairwise_compensation(park)[:, 0, 0, 0]
    array([-0.5,  1.5, -1. ])
    """
    # Payment by payment: of the sum of all payoffs, which telescopes, little is left of an agent who has little.
    revisions, transfers = expectation_revisions(problem, order), np.zeros((problem.n, *(1,) * problem.n))
    for agent in as_agents(problem, order):  # each report adds its axis
        paid = revisions[agent]
        paid[agent] = 0
        transfers = transfers - paid
        transfers[agent] += paid.sum(axis=0)
    return transfers


@takes(problem=DirectProblem)
def pairwise_payments(problem: DirectProblem, order: Sequence[int] | None = None) -> FloatArray:
    """Who pays whom: [i, j] is what j pays i, x_ij of S Definition 4, with zeros on the diagonal.

    Returns
    -------
    ndarray, shape (n, n, T_1, …, T_n), units of utility

    Examples
    --------
    The first entry of S Table 3: x_12, x_13, x_21, x_23, x_31, x_32 at (L, L, L).

    >>> import numpy as np
    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> x = pairwise_payments(SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3))[..., 0, 0, 0]
    >>> x[~np.eye(3, dtype=bool)]
    array([ 2.5, -1. ,  2. ,  2. ,  0. ,  0. ])
    """
    payments = np.zeros((problem.n, problem.n, *problem.shape))
    for i, revision in enumerate(expectation_revisions(problem, order)):
        payments[i] = revision
        payments[i, i] = 0
    return payments


def expectation_revisions(problem: DirectProblem, order: Sequence[int] | None = None) -> list[FloatArray]:
    """For each agent i, how i's report revises everybody's expected payoff: entry i has one row for each j.

    Its shape is (n, T_1, …, T_n) with length 1 along the axes of agents whose reports are treated later.
    """
    known = problem.efficient_payoffs.astype(np.float64)
    revisions: list[FloatArray] = [known] * problem.n
    for agent in reversed(as_agents(problem, order)):
        before = problem.expectation(agent, known)
        revisions[agent] = known - before
        known = before
    return revisions


def as_agents(problem: DirectProblem, order: Sequence[int] | None) -> tuple[int, ...]:
    """The checked order; None is 0, 1, …, n-1."""
    return as_order(range(problem.n) if order is None else order, problem.n)


def ex_ante_payoffs(problem: DirectProblem, payoffs: np.ndarray) -> FloatArray:
    """E[u_j] of everybody, shape (n, 1, …, 1)."""
    expected = payoffs
    for agent in reversed(range(problem.n)):
        expected = problem.expectation(agent, expected)
    return expected


@dataclass(frozen=True, eq=False)
class ReportStage(Shown):
    """Pairwise compensation: one report is treated.

    Attributes
    ----------
    position : int, whose report it is
    before, after : ndarrays, shape (n,), what everybody can expect before and after it is known
    effects : ndarray, shape (n,), after - before; each other player pays this to `position` (below 0: receives it)
    """

    position: int
    before: FloatArray
    after: FloatArray

    @property
    def effects(self) -> FloatArray:
        return self.after - self.before


@dataclass(frozen=True, eq=False)
class PairwisePayments(Shown):
    """Pairwise compensation: the reports in the order in which they are treated (S Definition 4).

    Attributes
    ----------
    reported : ndarray, shape (n,)
    stages : tuple of n ReportStage
    payments : ndarray, shape (n, n), [i, j] is what j pays i
    transfers : ndarray, shape (n,), received less paid
    """

    reported: FloatArray
    stages: tuple[ReportStage, ...]

    @property
    def payments(self) -> FloatArray:
        payments = np.zeros((len(self.stages), len(self.stages)))
        for stage in self.stages:
            payments[stage.position] = stage.effects
        np.fill_diagonal(payments, 0)
        return payments

    @property
    def transfers(self) -> FloatArray:
        return self.payments.sum(axis=1) - self.payments.sum(axis=0)


def explain_pairwise(game: DirectGame, messages: IntArray, order: Sequence[int] | None = None) -> PairwisePayments:
    """The steps to the transfers at reports (n,), by their places on the grids."""
    known, stages = _expected_at_first(game), []
    for agent in as_agents(game.problem, order):
        after = known + game.all_revisions[agent][(slice(None), *messages)]
        stages.append(ReportStage(agent, known, after))
        known = after
    return PairwisePayments(reported(game.problem, messages), tuple(stages))


@lru_cache(maxsize=64)
def _expected_at_first(game: DirectGame) -> FloatArray:
    """What everybody can expect when no report is known, shape (n,)."""
    problem = game.problem
    return ex_ante_payoffs(problem, problem.efficient_payoffs).reshape(problem.n).astype(np.float64)


class PairwiseOptions(DirectOptions, OrderOptions):
    """The order in which the reports are treated."""


RULE = Rule(
    name="pairwise",
    messages="reports",
    function=pairwise_compensation,
    source="Safronov 2018, Def. 4",
    sentence="Pairwise compensation (Safronov 2018, Def. 4): the efficient outcome for the reports, taken in a "
    "given order; each report is compensated by the others for what it changes in their expected payoffs; the budget "
    "balances.",
    environments=ENVIRONMENTS,
    options=PairwiseOptions,
    explain=explain_pairwise,
    revisions=expectation_revisions,
)
