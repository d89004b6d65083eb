"""The discrete public project: a finite list of outcomes, each worth something to every type (S section 3.1's park)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_number, as_numbers, as_whole, grid_index
from mechanisms.environments.social_choice import LISTED_ORDER, SocialChoiceProblem
from mechanisms.environments.tie_breaking import TieBreaking
from mechanisms.shown import Shown


@dataclass(frozen=True, eq=False)
class PublicProject(Shown):
    """Outcomes in a fixed order (ties go to the first) and payoff tables.

    Attributes
    ----------
    outcomes : tuple of str
    messages : tuple of n ndarrays, shape (A_i,), the types that agent i can report
    payoffs : tuple of n ndarrays, shape (A_i, n_outcomes), units of utility

    Examples
    --------
    >>> grid = np.array([-6.0, 8.0])
    >>> road = PublicProject(("built", "not built"), (grid, grid), (np.outer(grid, [1, 0]),) * 2)
    >>> road.efficient_surplus([-6, 8]), road.label(np.array(1))
    (np.float64(2.0), 'not built')
    """

    outcomes: tuple[str, ...]
    messages: tuple[FloatArray, ...]
    payoffs: tuple[FloatArray, ...]

    @property
    def n(self) -> int:
        return len(self.payoffs)

    @property
    def n_outcomes(self) -> int:
        return len(self.outcomes)

    def problem(
        self, messages: Sequence[FloatArray], priors: Sequence[FloatArray], ties: TieBreaking = LISTED_ORDER
    ) -> SocialChoiceProblem:
        """The payoff tables, which are given by report already."""
        return SocialChoiceProblem(self.payoffs, priors, ties)

    def outcome(self, index: np.ndarray) -> np.ndarray:
        """The outcomes (...) are their own indices."""
        return index

    def gross_values(self, types: FloatArray, index: np.ndarray) -> FloatArray:
        """What outcomes (...) are worth to types (..., n)."""
        rows = [grid_index("types", types[..., i], self.messages[i]) for i in range(self.n)]
        return np.stack([self.payoffs[i][rows[i], index] for i in range(self.n)], axis=-1)

    def cost_shares(self, index: np.ndarray) -> FloatArray:
        """Costs are part of the payoff tables: zeros (..., n)."""
        return np.zeros((*np.shape(index), self.n))

    def label(self, outcome: np.ndarray) -> str:
        """The name of an outcome."""
        index = as_number("outcome", np.asarray(outcome)[()])
        return self.outcomes[
            as_whole("outcome", int(index) if index.is_integer() else index, 0, len(self.outcomes) - 1)
        ]

    def efficient_surplus(self, types: ArrayLike) -> FloatArray:
        """The largest sum of payoffs for types (..., n): shape (...)."""
        theta = as_numbers("types", types)[..., None, :]
        return self.gross_values(theta, np.arange(len(self.outcomes))).sum(axis=-1).max(axis=-1)
