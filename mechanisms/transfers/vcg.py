"""The Vickrey–Clarke–Groves (pivotal) mechanism (S Definition 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, takes
from mechanisms.environments.social_choice import DirectProblem, SocialChoiceProblem
from mechanisms.options import DirectOptions
from mechanisms.rule import ENVIRONMENTS, Rule
from mechanisms.shown import Shown
from mechanisms.transfers.groves import groves
from mechanisms.transfers.reported import reported, sums_of_others

if TYPE_CHECKING:
    from mechanisms.played.play import DirectGame


@takes(problem=DirectProblem)
def vcg(problem: DirectProblem) -> np.ndarray:
    """VCG transfers, received: t_i = sum_{k != i} u_k(theta) - max_s sum_{k != i} u_k(theta_k, s), never positive.

    Parameters
    ----------
    problem : DirectProblem

    Returns
    -------
    ndarray, shape (n, T_1, …, T_n), units of utility

    Examples
    --------
    In the park of S section 3.1, agents 1 and 3 are each pivotal at (L, H, H) and (H, H, L) respectively.

    >>> from mechanisms.environments.social_choice import SocialChoiceProblem
    >>> near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    >>> park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    >>> vcg(park)[:, 0, 1, 1]
    array([  0,   0, -12])
    """
    others = groves(problem)
    best = [np.broadcast_to(problem.best_payoff_of_others(i), problem.shape) for i in range(problem.n)]
    return np.minimum(others - np.stack(best), 0)


@dataclass(frozen=True, eq=False)
class PivotalComparison(Shown):
    """VCG: what changes for the others because of each player.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    others : ndarray, shape (n,), what the others get together at the chosen outcome
    without : ndarray, shape (n, n), [i, k] is what k would get at the outcome that is best for all but i; 0 for i
    others_without : ndarray, shape (n,), the most that the others could get: the sums of the rows of `without`
    outcomes_without : tuple of n str, those outcomes in words
    transfers : ndarray, shape (n,), others - others_without, never above 0
    """

    reported: FloatArray
    without: FloatArray
    outcomes_without: tuple[str, ...]

    @property
    def others(self) -> FloatArray:
        return sums_of_others(self.reported)

    @property
    def others_without(self) -> FloatArray:
        return self.without.sum(axis=1)

    @property
    def transfers(self) -> FloatArray:
        return np.minimum(self.others - self.others_without, 0)


def explain_vcg(game: DirectGame, messages: IntArray) -> PivotalComparison:
    """The steps to the transfers at reports (n,), by their places on the grids."""
    problem, environment = game.problem, game.environment
    n = problem.n
    without, labels = np.zeros((n, n)), []
    for i in range(n):
        others = [k for k in range(n) if k != i]
        outcome = _best_for(problem, others, messages)
        without[i, others] = [problem.values[k][messages[k], outcome] for k in others]
        labels.append(environment.label(environment.outcome(np.array(outcome))))
    return PivotalComparison(reported(problem, messages), without, tuple(labels))


def _best_for(problem: SocialChoiceProblem, agents: Sequence[int], messages: IntArray) -> int:
    """The outcome with the largest sum of payoffs of these agents at their reports; ties as in the problem itself."""
    values = [problem.values[k][[messages[k]]] for k in agents]
    return int(SocialChoiceProblem(values, [[1.0]] * len(agents), problem.ties).efficient_outcome.item())


RULE = Rule(
    name="vcg",
    messages="reports",
    function=vcg,
    source="Safronov 2018, Def. 1",
    sentence="VCG (Safronov 2018, Def. 1): the efficient outcome for the reports; everybody pays the loss that the own "
    "report causes to the others (pivotal tax).",
    environments=ENVIRONMENTS,
    options=DirectOptions,
    explain=explain_vcg,
)
