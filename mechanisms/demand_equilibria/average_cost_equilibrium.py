"""The Nash equilibrium of the demand game of proportional (average cost) sharing (K section 5; Watts 1996).

Agent i pays q_i A(Q), with A(Q) = c(Q) / Q and Q the total demand, so that for 0 < q_i < q_max_i
    v_i'(q_i) = A(Q) + q_i A'(Q),   A'(Q) = (c'(Q) - A(Q)) / Q.
The game is aggregative: for each Q this gives the demands q_i(Q), and Q is an equilibrium total if sum_i q_i(Q) = Q.
With s = q_i / Q the right-hand side is (1 - s) A(Q) + s c'(Q): it rises in s and Q and the left-hand side falls, hence
the q_i(Q) / Q fall in Q and the equilibrium is unique.

Power values have no q_i(Q) in closed form: Newton's method takes the equations of all agents and of the total at once.
Where it does not settle, each q_i(Q) is found for one total after the other, within a bracket.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, takes
from mechanisms.costs import Cost, HomogeneousCost
from mechanisms.costs.shape import require_smooth
from mechanisms.demand_equilibria.result import (
    TOLERANCE,
    DemandEquilibrium,
    as_caps,
    check_premises,
    cost_at,
    first_order_residual,
    marginal_cost_at,
)
from mechanisms.demand_equilibria.utilities import LogMarginal, PowerUtilities, Utilities

MAX_STEPS = 300
MAX_NEWTON_STEPS = 50
FACTOR = 16.0
GAP = 1e-13
NARROW = 1e-15
STEP = 1e-7
MAX_JOINT_STEPS = 20
MAX_LOG_CHANGE = 3.0
NEARLY = 1e-8
CLOSE = 5e-8
"""Of the total: the demands change linearly so far, but for rounding errors."""
FEW, ROUGHLY = 300, 0.3
"""At least so many agents tell what all demand, up to a step of so much of the total."""


@takes(utilities=Utilities, cost=Cost)
def average_cost_equilibrium(utilities: Utilities, cost: Cost, q_max: ArrayLike | None = None) -> DemandEquilibrium:
    """The equilibrium demands under proportional cost sharing.

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
        If a premise does not hold: cost not homogeneous, increasing and convex; linear values with a linear cost.

    Examples
    --------
    K section 5, b = (3, 2): q_i = (4/3)(b_i - b_j / 2).

    >>> from mechanisms.costs import PowerCost
    >>> from mechanisms.demand_equilibria import LinearUtilities
    >>> found = average_cost_equilibrium(LinearUtilities([3, 2]), PowerCost(0.5, 2))
    >>> found.demands.round(6), found.cost_shares.round(6)
    (array([2.666667, 0.666667]), array([4.444444, 1.111111]))
    """
    shared, caps = require_smooth(cost, "average cost equilibrium of proportional"), as_caps(q_max, utilities)
    with np.errstate(all="ignore"):
        demands = _all_at_once(utilities, shared, caps) if isinstance(utilities, PowerUtilities) else None
        if demands is None:
            demands = _solve(utilities, shared, caps)
        total = float(np.add.reduce(demands))
        check_premises(shared, utilities, total)
        marginal_cost = marginal_cost_at(shared, total)
        average = cost_at(shared, total) / total if total > 0 else marginal_cost
        gains = _gains(demands, utilities, shared, total, average)
        residual = first_order_residual(demands, gains, -gains, caps, marginal_cost, utilities)
    if not residual <= TOLERANCE:
        raise ValueError(
            f"no equilibrium found: a first-order condition is missed by {residual:.2g} of the marginal cost; "
            "where that jumps, as for a piecewise linear cost, there can be many equilibria"
        )
    return DemandEquilibrium(demands, demands * average, "Newton's method on the total", residual)


def _all_at_once(utilities: PowerUtilities, cost: HomogeneousCost, caps: FloatArray) -> FloatArray | None:
    """The demands by Newton's method; None if it does not settle. Of many agents a few tell where to begin."""
    total, step = 1.0, utilities.n // FEW
    if step > 1:
        some = caps[::step]
        found = _joint_newton(utilities.in_logs.of_every(step), cost, some, total, len(caps) / len(some), ROUGHLY)
        total = found[1] if found else total
    settled = _joint_newton(utilities.in_logs, cost, caps, total)
    return settled and settled[0]


def _joint_newton(
    marginal: LogMarginal,
    cost: HomogeneousCost,
    caps: FloatArray,
    total: float,
    each: float = 1.0,
    close: float = CLOSE,
) -> tuple[FloatArray, float] | None:
    """The demands q_i and the total Q by Newton's method for log q and Q together; None if it does not settle.

    For the agents it is log(A(Q) + q_i A'(Q)) - log v_i'(q_i) = 0, for the total as in `_solve`. Each agent stands for
    so many; `close`: the step of the total, as part of it, that is enough.
    """
    average, rise, steeper = _average_cost_at(total, cost)
    log_q = marginal.start(average, rise)
    for _ in range(MAX_JOINT_STEPS):
        best = np.exp(log_q)
        share = rise * best
        marginal_cost = share + average
        excess = np.log(marginal_cost)
        excess -= marginal.at(log_q)
        share /= marginal_cost
        share += marginal.fall  # the slope of the excess
        excess /= share
        fall = steeper * best
        fall += rise
        marginal_cost *= share
        fall /= marginal_cost  # of log q in Q
        log_q -= excess
        best /= 1 + excess  # near enough to exp(log_q)
        change = fall * best
        np.putmask(change, best >= caps, 0.0)
        demands = np.minimum(best, caps, out=best)
        step = _newton_step(total, each * float(np.add.reduce(demands)), -each * float(np.add.reduce(change)))
        if not abs(step) < np.inf:
            return None
        step = min(max(step, total / FACTOR - total), total * FACTOR - total)
        total += step
        fall *= step
        log_q -= np.minimum(fall, MAX_LOG_CHANGE, out=fall)
        if abs(step) <= close * total and (close > CLOSE or max(excess.max(), -excess.min()) <= NEARLY):
            return np.minimum(np.exp(log_q), caps), total
        average, rise, steeper = _average_cost_at(total, cost)
    return None


def _newton_step(total: float, demanded: float, slope: float) -> float:
    """From the total towards where the square root of what is demanded equals its own; nan where nothing is."""
    if not 0 < demanded < np.inf:
        return math.nan
    root, wanted = math.sqrt(total), math.sqrt(demanded)
    return -2 * (wanted - root) / (slope / wanted - 1 / root)


def _average_cost_at(total: float, cost: HomogeneousCost) -> tuple[float, float, float]:
    """A(Q), A'(Q) and A''(Q)."""
    marginal_cost = marginal_cost_at(cost, total)
    average = cost_at(cost, total) / total
    rise = max(marginal_cost - average, 0.0) / total
    marginal_slope = (marginal_cost_at(cost, total * (1 + STEP)) - marginal_cost) / (STEP * total)
    return average, rise, (marginal_slope - 2 * rise) / total


def _solve(utilities: Utilities, cost: HomogeneousCost, caps: FloatArray) -> FloatArray:
    """The demands q_i(Q) at the Q with sum_i q_i(Q) = Q, by Newton's method within a bracket.

    It works on the square roots of both sides: while agents drop out one by one, the sum is nearer to a square of a
    linear function of Q than to a linear one.
    """
    limits = caps if caps.min() < np.inf else None
    total, low, high, near = 1.0, 0.0, np.inf, None
    for step in range(MAX_STEPS):
        near, demands, change = _demand_at(total, utilities, cost, limits, near)
        demanded, slope = float(np.add.reduce(demands)), float(np.add.reduce(change))
        if demanded == 0 and low == 0 and _nobody_demands(utilities, cost, caps):
            return demands
        root, wanted = math.sqrt(total), math.sqrt(demanded)
        low, high = (total, high) if wanted > root else (low, total)
        if abs(wanted - root) <= GAP * root or high - low <= NARROW * low:
            return demands
        newton = total + _newton_step(total, demanded, slope) if step < MAX_NEWTON_STEPS else math.nan
        if abs(newton - total) <= CLOSE * total and abs(wanted - root) <= CLOSE * root:
            return np.clip(demands + (newton - total) * change, 0.0, caps)
        if low < newton < high:
            total = newton
        elif low == 0 or high == np.inf:
            total *= FACTOR if low > 0 else 1 / FACTOR
        else:
            total = math.sqrt(low * high)
    check_premises(cost, utilities, total)
    raise ValueError(f"no equilibrium found: at the total {total:.3g}, {demanded:.3g} is demanded; q_max may be needed")


def _demand_at(
    total: float, utilities: Utilities, cost: HomogeneousCost, limits: FloatArray | None, near: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The best demands at a total Q, those within the limits, q_i(Q), and the derivatives of q_i(Q).

    `near`: the best demands at a total nearby, where it is known.
    """
    average, rise, steeper = _average_cost_at(total, cost)
    best, curvature = utilities.response(average, rise, near)
    demands, inside = best, best > 0
    if limits is not None:
        inside &= best < limits
        demands = np.minimum(best, limits)
    change = steeper * demands
    change += rise
    change *= inside
    change /= curvature - rise
    return best, demands, change


def _nobody_demands(utilities: Utilities, cost: HomogeneousCost, caps: FloatArray) -> bool:
    """Whether nobody's first bit is worth what it costs alone."""
    worth = utilities.marginal(np.zeros(utilities.n)) > marginal_cost_at(cost, 0.0)
    return not (worth & (caps > 0)).any()


def _gains(
    demands: FloatArray, utilities: Utilities, cost: HomogeneousCost, total: float, average: float
) -> FloatArray:
    """What another bit would gain each agent: v_i' - A(Q) - q_i A'(Q)."""
    rise = (marginal_cost_at(cost, total) - average) / total if total > 0 else 0.0
    return utilities.marginal(demands) - average - rise * demands
