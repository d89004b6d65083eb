"""The Nash equilibrium of the demand game of serial cost sharing (Moulin and Shenker 1992; K section 3 and Lemma 1).

Everybody's production rises together from 0. With r agents left at level q and `served` produced for those who have
left, one more bit for i costs i c'(served + r q), since the r share it equally. i leaves at the level q_i at which
    v_i'(q_i) = c'(S(q_i)),   S(q) = sum_j min(q_j, q)
(or at q_max_i). The equilibrium is unique and strong; it also results from eliminating dominated demands.

Two algorithms. Newton's method takes all equations at once: the sum depends on lower demands only, so its matrix is
triangular when the agents are sorted by demand, and one step is a first-order recurrence, solved by cumulative
products. The one-pass algorithm lets the next agent leave, again and again: slower, but sure even where c' jumps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, takes
from mechanisms.cost_sharing import serial
from mechanisms.costs import Cost, HomogeneousCost
from mechanisms.costs.shape import require_smooth
from mechanisms.demand_equilibria.result import (
    TOLERANCE,
    DemandEquilibrium,
    as_caps,
    check_premises,
    first_order_residual,
    marginal_cost_at,
)
from mechanisms.demand_equilibria.utilities import Utilities

START_STEPS = 3
MAX_STEPS = 40
STEP_TOLERANCE = 1e-10  # convergence is quadratic
MAX_DOUBLINGS = 200
HUGE = 1e300


@takes(utilities=Utilities, cost=Cost)
def serial_equilibrium(utilities: Utilities, cost: Cost, q_max: ArrayLike | None = None) -> DemandEquilibrium:
    """The equilibrium demands under serial cost sharing.

    Parameters
    ----------
    utilities : Utilities of n agents
    cost : HomogeneousCost, increasing and convex, with marginal costs
    q_max : array_like, shape (n,) or a number, optional; the highest demands. Default: none.

    Returns
    -------
    DemandEquilibrium

    Raises
    ------
    ValueError
        If a premise does not hold: cost not homogeneous, increasing and convex; linear values with a linear cost; a
        marginal value above the marginal cost at every demand.

    Examples
    --------
    c = Q**2 / 2 and two agents: agent 0 leaves where 2 = 2 q, agent 1 where 3 = 1 + q.

    >>> from mechanisms.costs import PowerCost
    >>> from mechanisms.demand_equilibria import LinearUtilities
    >>> found = serial_equilibrium(LinearUtilities([2, 3]), PowerCost(0.5, 2))
    >>> found.demands.round(9), found.cost_shares.round(9)
    (array([1., 2.]), array([1. , 3.5]))
    """
    shared, caps = require_smooth(cost, "serial equilibrium of serial"), as_caps(q_max, utilities)
    method = "Newton's method"
    with np.errstate(all="ignore"):
        demands = _newton(utilities, shared, caps)
        residual = _residual(demands, utilities, shared, caps, 0.0)
        if not residual <= TOLERANCE:
            check_premises(shared, utilities, float(np.where(np.isfinite(demands), demands, 1.0).sum()))
            demands, method = one_pass(utilities, shared, caps), "one pass"
            residual = _residual(demands, utilities, shared, caps, TOLERANCE)
        check_premises(shared, utilities, float(demands.sum()))
    if not residual <= TOLERANCE:
        raise ValueError(f"no equilibrium found: a first-order condition is missed by {residual:.2g}")
    return DemandEquilibrium(demands, serial(demands, shared), method, residual)


def _newton(utilities: Utilities, cost: HomogeneousCost, caps: FloatArray) -> FloatArray:
    """All demands at once; agents whose first bit is not worth its cost stay at 0. Not checked to have converged."""
    n = utilities.n
    zero = np.zeros(n)
    active = (utilities.marginal(zero) > marginal_cost_at(cost, 0.0)) & (caps > 0)
    if not active.any():
        return zero
    demands = np.where(active, _start(utilities, cost, caps), 0.0)
    for largest_change in 1 + 3 * 0.9 ** np.arange(MAX_STEPS):  # ever less, against cycles
        order = np.argsort(demands)
        q, remaining = demands[order], np.arange(n, 0.0, -1.0)
        produced = np.cumsum(q) + (remaining - 1) * q
        price = cost.marginal_cost(produced)
        rise = 1e-7 * produced
        price_slope = np.maximum(cost.marginal_cost(produced + rise) - price, 0) / rise
        value_slope = utilities.slope(demands)[order]
        pivot = remaining * price_slope - value_slope
        own_step = (utilities.marginal(demands)[order] - price) / pivot
        reaction = price_slope / pivot
        limit = caps[order]
        at_limit = (q + own_step >= limit) | ~active[order]
        own_step = np.where(at_limit, np.where(active[order], limit - q, 0.0), own_step)
        reaction[at_limit] = 0.0
        step = own_step - reaction * _sum_of_lower(own_step, reaction)
        new = np.minimum(np.clip(q + step, q / largest_change, largest_change * q), limit)
        demands[order] = new
        if not np.isfinite(new[-1]) or (np.abs(new - q) <= STEP_TOLERANCE * new).all():
            break
    return demands


def _sum_of_lower(own_step: FloatArray, reaction: FloatArray) -> FloatArray:
    """P_k of the recurrence P_0 = 0, P_{k+1} = (1 - reaction_k) P_k + own_step_k, shape (n,)."""
    decay = np.cumprod(1 - reaction[:-1])
    sums = np.zeros(len(own_step))
    np.cumsum(own_step[:-1] / decay, out=sums[1:])
    sums[1:] *= decay
    return sums


def _start(utilities: Utilities, cost: HomogeneousCost, caps: FloatArray) -> FloatArray:
    """Rough demands: those for everybody demanding the same, with the cost replaced by a quadratic one."""
    n, first = utilities.n, marginal_cost_at(cost, 0.0)
    level, demands = 1.0, np.ones(n)
    for _ in range(START_STEPS):
        slope = n * (marginal_cost_at(cost, n * level) - first) / (n * level)
        demands = utilities.best_demands(first, slope)
        level = float(np.sqrt(level * max(demands.max(), level / 100)))
    return np.minimum(np.where((demands > 0) & (demands < np.inf), demands, 1.0), caps)


def one_pass(utilities: Utilities, cost: HomogeneousCost, caps: FloatArray) -> FloatArray:
    """The one-pass algorithm: find the lowest level at which somebody leaves, serve them, go on with the others."""
    demands = np.full(utilities.n, np.inf)
    level, served = 0.0, 0.0
    remaining = caps > 0
    demands[~remaining] = 0.0
    while remaining.any():
        count = int(remaining.sum())
        nearest = float(caps[remaining].min())

        def surplus(q: float, remaining: np.ndarray = remaining, served: float = served, count: int = count) -> float:
            gains = utilities.marginal(np.full(utilities.n, q))[remaining]
            return float(gains.min() - marginal_cost_at(cost, served + count * q))

        level = _first_fall(surplus, level, nearest)
        price = marginal_cost_at(cost, served + count * level)
        gains = utilities.marginal(np.full(utilities.n, level))
        leaving = remaining & ((gains <= price * (1 + 1e-12)) | (caps <= level))
        if not leaving.any():
            leaving = remaining & (gains <= gains[remaining].min())
        demands[leaving] = level
        served += level * int(leaving.sum())
        remaining &= ~leaving
    return demands


def _first_fall(surplus: Callable[[float], float], low: float, high: float) -> float:
    """Where a decreasing function becomes negative, from `low` to `high`, which may be infinite."""
    if surplus(low) <= 0:
        return low
    if high == np.inf:
        high = max(2 * low, 1.0)
        for _ in range(MAX_DOUBLINGS):
            if surplus(high) <= 0:
                break
            high *= 2
        else:
            raise ValueError("a marginal value stays above the marginal cost at every demand; give q_max")
    if surplus(high) > 0:
        return high
    from scipy.optimize import brentq  # slow to load, and a laboratory starts without it

    return float(brentq(lambda q: min(surplus(q), HUGE), low, high, xtol=1e-300, rtol=1e-15))


def _residual(demands: FloatArray, utilities: Utilities, cost: HomogeneousCost, caps: FloatArray, near: float) -> float:
    """The largest violation of the first-order conditions; jumps of c' or v' count when they are relatively `near`."""
    order = np.argsort(demands)
    produced = np.empty_like(demands)
    produced[order] = np.cumsum(demands[order]) + np.arange(len(demands) - 1.0, -1.0, -1.0) * demands[order]
    low, high = 1 - near, 1 + near
    return first_order_residual(
        demands,
        utilities.marginal(demands * high) - cost.marginal_cost(produced * high),
        cost.marginal_cost(produced * low) - utilities.marginal(demands * low),
        caps,
        marginal_cost_at(cost, float(produced.max()) * high),
        utilities,
    )
