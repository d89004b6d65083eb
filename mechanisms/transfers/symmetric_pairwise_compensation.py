"""Symmetric pairwise compensation (S Corollary 1, equation 1): the average of pairwise compensation over all orders.

What j pays i is phi_i, the Shapley value of the game v(S) = E[j's payoff | reports of S]. With W this payoff and E_k
the mean over k's type, averaging over a random moment z at which each other agent has reported with probability z gives
phi_i = integral over z in [0, 1] of (I - E_i) prod_{k != i} (z I + (1 - z) E_k) W. This is a polynomial of degree n - 1
in z: ceil(n / 2) Gauss–Legendre nodes integrate it exactly, without the 2**n coalitions or the n! orders. With W the
sum of all payoffs, t_i is E[u_i] - u_i + phi_i; but what an agent has who has little is lost in that sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, takes
from mechanisms.environments.social_choice import DirectProblem
from mechanisms.options import DirectOptions
from mechanisms.rule import ENVIRONMENTS, Rule
from mechanisms.shown import Shown
from mechanisms.transfers.reported import reported

if TYPE_CHECKING:
    from mechanisms.played.play import DirectGame


@takes(problem=DirectProblem)
def symmetric_pairwise_compensation(problem: DirectProblem) -> FloatArray:
    """Transfers received under symmetric pairwise compensation.

    Parameters
    ----------
    problem : DirectProblem

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Examples
    --------
    The average over the 3! orders in the park of S section 3.1:

    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> symmetric_pairwise_compensation(park)[:, 0, 0, 0].round(6)
    array([-0.666667,  1.333333, -0.666667])
    """
    transfers = np.zeros((problem.n, *problem.shape))
    for j, payoffs in enumerate(problem.efficient_payoffs):
        mixture = _mixture(problem, payoffs.astype(np.float64))
        for i in range(problem.n):
            if i != j:  # what j pays i
                paid = mixture - problem.expectation(i, mixture)
                transfers[i] += paid
                transfers[j] -= paid
    return transfers


def _mixture(problem: DirectProblem, payoffs: FloatArray) -> FloatArray:
    """The weighted sum over the nodes z of prod_k (z I + (1 - z) E_k) W / z, from which phi_i = (I - E_i) of it.

    That is because (I - E_i)(z I + (1 - z) E_i) = z (I - E_i), so that one product serves every agent.
    """
    mixture = np.zeros(problem.shape)
    nodes, weights = np.polynomial.legendre.leggauss((problem.n + 1) // 2)
    for z, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        mixed = payoffs
        for k in range(problem.n):
            mean = (1 - z) * problem.expectation(k, mixed)
            mixed = z * mixed
            mixed += mean
        mixture += weight / z * mixed
    return mixture


def average_revisions(problem: DirectProblem) -> list[FloatArray]:
    """For each agent how the own report revises everybody's expected payoff, on average over all orders.

    Arrays (n, T_1, …, T_n): the Shapley value of E[u_j | reports of S] instead of that of the sum of payoffs.
    """
    mixtures = np.stack([_mixture(problem, payoffs.astype(np.float64)) for payoffs in problem.efficient_payoffs])
    return [mixtures - problem.expectation(agent, mixtures) for agent in range(problem.n)]


@dataclass(frozen=True, eq=False)
class AveragePayments(Shown):
    """Symmetric pairwise compensation: who pays whom, on average over all orders.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    payments : ndarray, shape (n, n), [i, j] is what j pays i for what the report of i changes for j
    transfers : ndarray, shape (n,), received less paid
    """

    reported: FloatArray
    payments: FloatArray

    @property
    def balances(self) -> FloatArray:
        """What i receives from j on balance, shape (n, n)."""
        return self.payments - self.payments.T

    @property
    def transfers(self) -> FloatArray:
        return self.balances.sum(axis=1)


def explain_averages(game: DirectGame, messages: IntArray) -> AveragePayments:
    """Who pays whom at reports (n,), by their places on the grids."""
    payments = np.array([revision[(slice(None), *messages)] for revision in game.all_revisions])
    np.fill_diagonal(payments, 0)
    return AveragePayments(reported(game.problem, messages), payments)


RULE = Rule(
    name="symmetric_pairwise",
    messages="reports",
    function=symmetric_pairwise_compensation,
    source="Safronov 2018, Cor. 1",
    sentence="Symmetric pairwise compensation (Safronov 2018, Cor. 1): the average of pairwise compensation over all "
    "orders of the reports; the budget balances.",
    environments=ENVIRONMENTS,
    options=DirectOptions,
    explain=explain_averages,
    revisions=average_revisions,
)
