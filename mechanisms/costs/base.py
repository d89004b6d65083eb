"""What every cost function gives: C(q), its partial derivatives, and what is known about its shape."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands
from mechanisms.shown import Shown
from mechanisms.writing import digits


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


def cost_of(cost: Cost, demands: FloatArray) -> FloatArray:
    """C(q) for demands (..., n), each cost a finite number: ValueError where it is too large, or none at all."""
    with np.errstate(over="ignore", invalid="ignore"):
        return finite("the cost", np.asarray(cost.cost(demands), dtype=np.float64), demands)


def cost_of_total(cost: HomogeneousCost, total: FloatArray) -> FloatArray:
    """c(Q), each a finite number."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.asarray(cost.total_cost(total))
    if not np.isfinite(found).all():
        k = int(np.argmax(~np.isfinite(found)))
        raise ValueError(
            f"the cost is {found.flat[k]} for {digits(total.flat[k])} units in total; it must be a finite number"
        )
    return found


def finite(name: str, found: FloatArray, points: FloatArray) -> FloatArray:
    """What a cost gives at points, (...) or (..., n) for (..., n); ValueError with the first where it is no number."""
    if not np.isfinite(found).all():
        by_point = found.reshape(len(points.reshape(-1, points.shape[-1])), -1)
        k = int(np.argmax(~np.isfinite(by_point).all(axis=-1)))
        at = points.reshape(-1, points.shape[-1])[k].round(6).tolist()
        wrong = by_point[k][~np.isfinite(by_point[k])][0]
        raise ValueError(f"{name} is {wrong} at demands {at}; it must be a finite number")
    return found


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
