"""The single-peaked public decision: one level s for all, u_i = -(theta_i - s)**2 (S section 3.2).

The sum of payoffs is largest at s* = the mean of the reported types, any real number being possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_numbers
from mechanisms.environments.social_choice import LISTED_ORDER, SocialChoiceProblem
from mechanisms.environments.tie_breaking import TieBreaking
from mechanisms.shown import Shown
from mechanisms.writing import digits


@dataclass(frozen=True, eq=False)
class SinglePeaked(Shown):
    """A single-peaked public decision of n agents whose reports are on the given grids.

    Attributes
    ----------
    messages : tuple of n ndarrays, the grids of possible reports

    Examples
    --------
    >>> decision = SinglePeaked((np.array([0.0, 1.0]), np.array([0.0, 1.0])))
    >>> decision.levels, decision.efficient_surplus([0, 1])
    (array([0. , 0.5, 1. ]), np.float64(-0.5))
    """

    messages: tuple[FloatArray, ...]

    @property
    def n(self) -> int:
        return len(self.messages)

    @property
    def n_outcomes(self) -> int:
        """The number of levels, or a little more: it does not count equal ones once."""
        return (self.n + 1) * sum(len(grid) for grid in self.messages)

    @cached_property
    def levels(self) -> FloatArray:
        """Every level that can be the best one for all agents, or for all but one (which VCG transfers need)."""
        groups = [self.messages, *(self.messages[:i] + self.messages[i + 1 :] for i in range(self.n))]
        return np.unique(np.concatenate([_means(group) for group in groups if group]))

    def problem(
        self, messages: Sequence[FloatArray], priors: Sequence[FloatArray], ties: TieBreaking = LISTED_ORDER
    ) -> SocialChoiceProblem:
        """Payoffs -(report - s)**2 at the levels that can be optimal.

        Every real level may be chosen; the others are never the best one at any profile of reports, so that leaving
        them out changes nothing.
        """
        return SocialChoiceProblem([-((grid[:, None] - self.levels) ** 2) for grid in messages], priors, ties)

    def outcome(self, index: np.ndarray) -> FloatArray:
        """The levels (...) of outcomes (...)."""
        return self.levels[index]

    def gross_values(self, types: FloatArray, index: np.ndarray) -> FloatArray:
        """-(theta_i - s)**2 at outcomes (...), for types (..., n)."""
        return -((types - self.outcome(index)[..., None]) ** 2)

    def cost_shares(self, index: np.ndarray) -> FloatArray:
        """The decision costs nothing: zeros (..., n)."""
        return np.zeros((*np.shape(index), self.n))

    def label(self, level: np.ndarray) -> str:
        """A level, as in "14.5"."""
        return digits(float(level))

    def efficient_surplus(self, types: ArrayLike) -> FloatArray:
        """Sum of payoffs at the mean of types (..., n): shape (...)."""
        theta = as_numbers("types", types)
        return -((theta - theta.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)


def _means(grids: Sequence[FloatArray]) -> FloatArray:
    """All means of one report from each grid. Sums are rounded to 12 decimals: equal sums must be one level."""
    sums = np.zeros(1)
    for grid in grids:
        sums = np.unique(np.round(np.add.outer(sums, grid), 12))
    return sums / len(grids)
