"""Pairwise compensation (S Definition 4).

Reports are treated one after another, in a known order. When i's report is treated, everybody's expected payoff from
the final outcome is revised, and each j pays i the change of j's expectation:
x_ij = E[u_j | reports up to and including i's] - E[u_j | reports before i's]. Expectations over reports not yet
treated use the priors. The transfer of i is sum_j (x_ij - x_ji); the transfers sum to 0 (S Lemma 1).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechanisms.arrays import FloatArray, as_order
from mechanisms.environments.social_choice import DirectProblem


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
    payoffs = problem.efficient_payoffs
    # The sum telescopes: i receives the revision of everybody's expected payoffs at i's stage, and over all stages pays
    # the revisions of the own one, which add up to the payoff less its expectation.
    expected = ex_ante_payoffs(problem, payoffs)
    transfers = np.empty(payoffs.shape)
    total = payoffs.sum(axis=0, dtype=np.float64)
    for agent in reversed(as_agents(problem, order)):
        before = problem.expectation(agent, total)
        np.subtract(total - (before - expected[agent]), payoffs[agent], out=transfers[agent])
        total = before
    return transfers


def pairwise_payments(problem: DirectProblem, order: Sequence[int] | None = None) -> FloatArray:
    """Who pays whom: [i, j] is what j pays i, x_ij of S Definition 4, with zeros on the diagonal.

    Returns
    -------
    ndarray, shape (n, n, T_1, …, T_n), units of utility

    Examples
    --------
    The first entry of S Table 3: x_12, x_13, x_21, x_23, x_31, x_32 at (L, L, L).

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
