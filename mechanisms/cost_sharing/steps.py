"""Steps of methods that share a cost along a path, and of averages over orders: what "How this came about" shows.

A share along a path to demands q is the sum of what is paid on its pieces. What is paid up to a point p of the path is
the share of the demands p, as the path is the same (K section 3; for Aumann–Shapley because the ray to p is a part
of the ray to q).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.costs import Cost
from mechanisms.shown import Shown


def diagonal(n: int, highest: float) -> FloatArray:
    """The corners of the path on which all produce as much, up to a highest demand."""
    return np.outer([0.0, highest], np.ones(n))


@dataclass(frozen=True, eq=False)
class PathStep(Shown):
    """One piece of the path, up to a point at which something changes.

    Attributes
    ----------
    quantities : ndarray, shape (n,), what has been produced when it ends, units of the goods
    cost : float, what that costs
    increment : float, by how much the cost is above that of the step before
    paid : ndarray, shape (n,), what everybody pays for this step; adds up to the increment
    """

    quantities: FloatArray
    cost: float
    increment: float
    paid: FloatArray


@dataclass(frozen=True, eq=False)
class PathSteps(Shown):
    """A cost shared along a path.

    Attributes
    ----------
    demands : ndarray, shape (n,), units of the goods
    cost : float, of the demands
    steps : tuple of PathStep; empty if nothing is demanded
    trace : ndarray, shape (m, n), points of the path from 0 to the demands, to be joined by straight lines
    cost_shares : ndarray, shape (n,), what the steps add up to
    """

    demands: FloatArray
    cost: float
    steps: tuple[PathStep, ...]
    trace: FloatArray

    @property
    def cost_shares(self) -> FloatArray:
        return np.sum([np.zeros(len(self.demands)), *(step.paid for step in self.steps)], axis=0)


def steps_at(points: FloatArray, cost: Cost, shares: FloatArray, trace: FloatArray | None = None) -> PathSteps:
    """The steps that end at points (k, n) of a path, the demands last; shares (k, n) are the shares of these points.

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> points, shares = np.array([[4.0, 4.0], [4.0, 6.0]]), np.array([[32.0, 32.0], [32.0, 68.0]])
    >>> [(step.increment, step.paid.tolist()) for step in steps_at(points, PowerCost(1, 2), shares).steps]
    [(64.0, [32.0, 32.0]), (36.0, [0.0, 36.0])]
    """
    demands = points[-1]
    costs, nothing = cost.cost(points), np.zeros((1, len(demands)))
    moved = np.any(np.diff(points, axis=0, prepend=nothing) > 0, axis=1)
    increments, paid = np.diff(costs, prepend=0.0), np.diff(shares, axis=0, prepend=nothing)
    steps = [PathStep(points[k], float(costs[k]), float(increments[k]), paid[k]) for k in np.flatnonzero(moved)]
    return PathSteps(
        demands, float(costs[-1]), tuple(steps), np.concatenate([nothing, points if trace is None else trace])
    )


def until_met(
    path: Callable[[FloatArray], FloatArray],
    reached: FloatArray,
    demands: FloatArray,
    corners: FloatArray | None = None,
    between: int = 1,
) -> tuple[FloatArray, FloatArray]:
    """The points (k, n) of a path where a demand is met or the path turns, and a trace with `between` pieces of each.

    `path` : times (m,) to points (m, n); `reached` : (n,), when it meets each demand; `corners` : times of its turns.
    """
    last = reached.max()
    stops = np.unique(np.concatenate([reached, [] if corners is None else corners[corners < last]]))
    stops = stops[stops > 0] if last > 0 else np.zeros(1)
    fine = np.concatenate(
        [np.linspace(a, b, between + 1)[1:] for a, b in zip(np.concatenate([[0.0], stops]), stops, strict=False)]
    )

    def produced(times: FloatArray) -> FloatArray:
        met = times[:, None] >= reached
        return np.where(met, demands, np.minimum(path(times), demands))

    return produced(stops), produced(fine)


@dataclass(frozen=True, eq=False)
class OrderAverages(Shown):
    """Shares that are averages over all orders in which the agents can be served.

    Attributes
    ----------
    demands : ndarray, shape (n,), units of the goods
    cost : float, of the demands
    by_place : ndarray, shape (n, n), [k, i]: what agent i's units add to the cost if i is served (k+1)-th, on average
    cost_shares : ndarray, shape (n,), the mean over the places
    """

    demands: FloatArray
    cost: float
    by_place: FloatArray

    @property
    def cost_shares(self) -> FloatArray:
        return self.by_place.mean(axis=0)
