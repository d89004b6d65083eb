"""The production economy: each agent gets a quantity q_i, worth v(q_i; theta_i); producing q costs C(q).

With one good the cost is that of the total, c(Q); with goods of everybody's own it depends on who gets how much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_numbers, grid_index
from mechanisms.cost_sharing import equal
from mechanisms.costs import Cost, HomogeneousCost
from mechanisms.environments.social_choice import LISTED_ORDER, SocialChoiceProblem
from mechanisms.environments.tie_breaking import TieBreaking
from mechanisms.environments.values import ValueFunction
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import digits

STEEP = 1e9
"""A slope at 0 that is infinite counts as this."""
MAX_PROFILES = 20_000_000
MAX_TABLE = 10_000
"""Profiles of quantities whose cost shares are computed once."""


@dataclass(frozen=True, eq=False)
class Production(Shown):
    """A production economy with quantities on a grid of equal steps.

    Attributes
    ----------
    n : int
    quantities : ndarray, shape (K,), ascending in equal steps, units of the good
    value : ValueFunction
    cost : Cost
    divisible : whether all quantities between the ends of the grid can be got, not those of the grid alone
    share_cost : cost sharing method that divides C(q) at the outcome of a direct mechanism, before its transfers

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> from mechanisms.environments.values import LinearValue
    >>> economy = Production(2, np.arange(3.0), LinearValue(), PowerCost(1, 2))
    >>> economy.efficient_surplus([3, 5]), economy.outcome(np.array(5))
    (np.float64(6.0), array([1., 2.]))
    """

    n: int
    quantities: FloatArray
    value: ValueFunction
    cost: Cost
    share_cost: Callable[[ArrayLike, Cost], FloatArray] = equal
    divisible: bool = False

    @property
    def n_outcomes(self) -> int:
        return len(self.quantities) ** self.n

    @cached_property
    def profiles(self) -> FloatArray:
        """All profiles of quantities, shape (K**n, n), in lexicographic order: the list of outcomes."""
        return self.quantities[np.indices((len(self.quantities),) * self.n).reshape(self.n, -1).T]

    @cached_property
    def profile_cost_shares(self) -> FloatArray:
        """The cost shares at every outcome, shape (K**n, n)."""
        return self.share_cost(self.profiles, self.cost)

    def shares_at(self, demands: FloatArray) -> FloatArray:
        """The cost shares of demands (..., n): those of own goods, whose paths take time to follow, from a table."""
        if isinstance(self.cost, HomogeneousCost) or self.n_outcomes > MAX_TABLE:
            return self.share_cost(demands, self.cost)
        places = np.moveaxis(grid_index("demands", demands, self.quantities), -1, 0)
        return self.profile_cost_shares[np.ravel_multi_index(tuple(places), (len(self.quantities),) * self.n)]

    def problem(
        self, messages: Sequence[FloatArray], priors: Sequence[FloatArray], ties: TieBreaking = LISTED_ORDER
    ) -> SocialChoiceProblem:
        """Payoffs v(q_i; report) - cost share, by report and profile of quantities."""
        net = [
            self.value.value(messages[i][:, None], self.profiles[:, i]) - self.profile_cost_shares[:, i]
            for i in range(self.n)
        ]
        return SocialChoiceProblem(net, priors, ties)

    def outcome(self, index: np.ndarray) -> FloatArray:
        """The quantities (..., n) of outcomes (...)."""
        return self.profiles[index]

    def gross_values(self, types: FloatArray, index: np.ndarray) -> FloatArray:
        """v(q_i; theta_i) at outcomes (...), for types (..., n)."""
        return self.value.value(types, self.outcome(index))

    def cost_shares(self, index: np.ndarray) -> FloatArray:
        """The cost shares (..., n) at outcomes (...)."""
        return self.profile_cost_shares[index]

    def label(self, quantities: np.ndarray) -> str:
        """One group's quantities, as in "2; 0; 3"."""
        return "; ".join(digits(quantity) for quantity in quantities)

    def efficient_surplus(self, types: ArrayLike) -> FloatArray:
        """max over q of sum v(q_i; theta_i) - C(q), for types (..., n): shape (...).

        With one good the best values for each total Q are built up agent by agent: no list of profiles is needed.
        """
        theta = as_numbers("types", types)
        if self.divisible:
            return self._best_of_all_amounts(theta)
        return self._best_on_grid(theta)

    def _best_on_grid(self, theta: FloatArray) -> FloatArray:
        if not isinstance(self.cost, HomogeneousCost):
            return self._best_of_all_profiles(theta)
        size = len(self.quantities)
        best = self.value.value(theta[..., :1], self.quantities)
        for i in range(1, self.n):
            own = self.value.value(theta[..., i : i + 1], self.quantities)
            longer = np.full((*best.shape[:-1], best.shape[-1] + size - 1), -np.inf)
            for k in range(size):
                window = longer[..., k : k + best.shape[-1]]
                np.maximum(window, best + own[..., k : k + 1], out=window)
            best = longer
        step = self.quantities[1] - self.quantities[0] if size > 1 else 0.0
        totals = self.n * self.quantities[0] + step * np.arange(best.shape[-1])
        return (best - self.cost.total_cost(totals)).max(axis=-1)

    @cached_property
    def _best_known(self) -> dict[tuple[float, ...], float]:
        return {}

    def _best_of_all_amounts(self, types: FloatArray) -> FloatArray:
        """The same over all amounts: the best profile of the grid, improved along the slopes; each profile once."""
        distinct, places = np.unique(types.reshape(-1, self.n), axis=0, return_inverse=True)
        for theta in distinct:
            if (key := tuple(theta.tolist())) not in self._best_known:
                self._best_known[key] = self._improved(theta)
        best = np.array([self._best_known[tuple(theta.tolist())] for theta in distinct])
        return best[places.reshape(types.shape[:-1])][()]

    def _improved(self, theta: FloatArray) -> float:
        from scipy.optimize import minimize  # slow to load, and a laboratory starts without it

        def lost(q: FloatArray) -> tuple[float, FloatArray]:
            with np.errstate(divide="ignore"):
                slope = self.cost.gradient(q) - self.value.marginal(theta, q)
            return float(self.cost.cost(q) - self.value.value(theta, q).sum()), np.clip(slope, -STEEP, STEEP)

        low, high = self.quantities[[0, -1]]
        middle = np.full(self.n, (low + high) / 2)
        starts = [middle, (low + middle) / 32, *np.where(np.eye(self.n, dtype=bool), middle, low)]
        limits: dict[str, Any] = {"bounds": [(low, high)] * self.n, "options": {"ftol": 1e-15, "gtol": 1e-10}}
        found = [minimize(lost, start, jac=True, method="L-BFGS-B", **limits) for start in starts]
        return max(float(self._best_on_grid(theta)), *(-float(own.fun) for own in found))

    @cached_property
    def profile_costs(self) -> FloatArray:
        """C(q) at every profile of quantities, shape (K, …, K); TooLargeError if they are too many."""
        if self.n_outcomes > MAX_PROFILES:
            raise TooLargeError(
                f"too large: {float(self.n_outcomes):.3g} profiles of quantities of everybody's own good, more than "
                f"{MAX_PROFILES:.3g}; fewer quantities or players would fit"
            )
        grid = np.indices((len(self.quantities),) * self.n)
        return self.cost.cost(self.quantities[np.moveaxis(grid, 0, -1)])

    def _best_of_all_profiles(self, types: FloatArray) -> FloatArray:
        """The same for any cost: one good after the other is chosen best, whatever the others are."""
        worth, best = self.value.value(types[..., None], self.quantities), []
        for own in worth.reshape(-1, self.n, len(self.quantities)):
            surplus = -self.profile_costs
            for i in reversed(range(self.n)):
                surplus = (surplus + own[i]).max(axis=-1)
            best.append(surplus)
        return np.array(best, dtype=np.float64).reshape(types.shape[:-1])[()]
