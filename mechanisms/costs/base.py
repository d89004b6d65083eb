"""What every cost function gives: C(q), its partial derivatives, and what is known about its shape."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands
from mechanisms.shown import Shown


class Cost(Shown, ABC):
    """A cost function C(q) of demands q >= 0 with C(0) = 0.

    Attributes
    ----------
    differentiable : bool
        Whether `gradient` gives derivatives (a table of costs at whole demands has none).
    """

    differentiable = True

    @abstractmethod
    def cost(self, demands: ArrayLike) -> FloatArray:
        """C(q) for demands of shape (..., n): shape (...)."""

    @abstractmethod
    def gradient(self, demands: ArrayLike) -> FloatArray:
        """The partial derivatives of C at demands of shape (..., n): shape (..., n)."""


class HomogeneousCost(Cost):
    """C(q) = c(Q) with Q the sum of q (K section 3). A subclass gives c and its derivative."""

    @abstractmethod
    def total_cost(self, total: FloatArray) -> FloatArray:
        """c(Q), same shape as `total`."""

    @abstractmethod
    def marginal_cost(self, total: FloatArray) -> FloatArray:
        """c'(Q), same shape as `total`."""

    def cost(self, demands: ArrayLike) -> FloatArray:
        return self.total_cost(as_demands(demands).sum(axis=-1))

    def gradient(self, demands: ArrayLike) -> FloatArray:
        array = as_demands(demands)
        return np.broadcast_to(self.marginal_cost(array.sum(axis=-1))[..., None], array.shape).copy()


def require_homogeneous(cost: Cost, method: str) -> HomogeneousCost:
    """The cost, known to be homogeneous; ValueError if it is not."""
    if not isinstance(cost, HomogeneousCost):
        raise ValueError(
            f"cost is a {type(cost).__name__}; {method} cost sharing needs a homogeneous cost, C(q) = c(Q) with Q "
            "the sum of the demands"
        )
    return cost


def require_differentiable(cost: Cost, method: str) -> None:
    """ValueError if the cost has no derivatives to integrate."""
    if not cost.differentiable:
        raise ValueError(
            f"cost is a {type(cost).__name__}; {method} cost sharing integrates marginal costs, which a table of costs "
            "at whole demands does not have"
        )
