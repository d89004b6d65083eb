"""The equilibrium of the demand game on continuous demands from 0 to a highest one.

On a fixed path (K Theorem 3) all produce together along phi; another bit for i costs i the marginal cost of the own
good at phi(t) ∧ q. So i leaves at the first time at which it is not worth that, whoever is served later: one pass along
the path finds the equilibrium (K Lemma 1). Afterwards each agent's gains are gone through on both sides of the demand
that was found: they must be positive before it and negative after it, which makes it the only best one.

Proportional sharing is solved on the total (`demand_equilibria`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_numbers
from mechanisms.costs import Cost
from mechanisms.demand_equilibria import (
    LinearUtilities,
    PowerUtilities,
    QuadraticUtilities,
    Utilities,
    average_cost_equilibrium,
)
from mechanisms.environments.values import LinearValue, PowerValue, QuadraticValue, ValueFunction
from mechanisms.rule import Rule
from mechanisms.writing import digits

DECIMALS = 9
"""Demands are rounded to this many decimals, so that equal allocations are equal numbers."""
SAMPLES = np.linspace(0, 1, 17)
BESIDE = 1e-3
"""Of the highest demand: at this distance from a best demand another bit must clearly gain, or lose."""
TOLERANCE = 1e-9
CLOSE = 1e-15
"""Of the length of a straight piece of a path: so exactly the time is found at which another bit gains nothing."""
HUGE = 1e300

Marginal = Callable[[FloatArray], FloatArray]
CONTINUOUS = ("proportional",)
"""Rules without a path that can be solved on continuous demands, beside all that have one."""


def continuous_demands(
    rule: Rule, value: ValueFunction, cost: Cost, types: FloatArray, highest: float, arguments: dict[str, Any]
) -> FloatArray:
    """The equilibrium demands of agents of these types (n,) under a rule called with the arguments of its options.

    Returns
    -------
    ndarray, shape (n,), units of the good, in [0, highest]

    Raises
    ------
    ValueError
        If the rule has no path, values have no derivative, or the premises of a single equilibrium do not hold.

    Examples
    --------
    K section 5, b = (3, 2) and c = Q**2 / 2: q_i = (4/3)(b_i - b_j / 2).

    >>> from mechanisms.costs import PowerCost
    >>> from mechanisms.cost_sharing.proportional import RULE
    >>> continuous_demands(RULE, LinearValue(), PowerCost(0.5, 2), np.array([3.0, 2.0]), 10, {})
    array([2.66666667, 0.66666667])
    """
    if rule.path is not None:
        corners = rule.path(len(types), highest, **arguments)
        return path_equilibrium(corners, lambda q: value.marginal(types, q), cost, highest)
    if rule.name not in CONTINUOUS:
        raise ValueError(f"{rule.name!r} has no path that its equilibrium on continuous demands could follow")
    demands, active = np.zeros(len(types)), types > 0 if isinstance(value, PowerValue) else np.ones(len(types), bool)
    if active.any():
        demands[active] = average_cost_equilibrium(_utilities(value, types[active]), cost, highest).demands
    return demands.round(DECIMALS)


def _utilities(value: ValueFunction, types: FloatArray) -> Utilities:
    if isinstance(value, QuadraticValue) and value.curvature:
        return QuadraticUtilities(types, value.curvature)
    if isinstance(value, PowerValue) and value.exponent != 1:
        return PowerUtilities(types, value.exponent)
    if isinstance(value, LinearValue | QuadraticValue | PowerValue):
        return LinearUtilities(types)
    raise ValueError("values from a table have no derivative, which continuous demands need")


def path_equilibrium(corners: ArrayLike, marginal: Marginal, cost: Cost, highest: float) -> FloatArray:
    """The equilibrium demands along a path of straight pieces.

    Parameters
    ----------
    corners : array_like, shape (m, n), non-decreasing, from 0 to the highest demands or beyond
    marginal : function of demands (n,) to the marginal values v_i'(q_i) (n,)
    cost : Cost, differentiable
    highest : the most that can be demanded

    Raises
    ------
    ValueError
        If somebody's gains change their sign more than once, or stay 0: the best demand is not the only one.

    Examples
    --------
    Along the edges agent 1 is served after agent 0:

    >>> from mechanisms.costs import PowerCost
    >>> edges = [[0, 0], [10, 0], [10, 10]]
    >>> path_equilibrium(edges, lambda q: np.array([3.0, 8.0]), PowerCost(0.5, 2), 10)
    array([3., 5.])
    """
    points = _up_to(as_numbers("corners", corners), highest)
    demands, remaining = points[-1].copy(), set(range(points.shape[1]))

    def gain(i: int, point: FloatArray) -> float:
        """What another bit brings i when all who remain are at a point of the path."""
        q = np.where([k in remaining for k in range(len(point))], point, demands)
        worth, price = _at(i, q[None], marginal, cost)
        return float(worth[0] - price[0])

    for start, end in pairwise(points):
        time = 0.0
        while moving := [i for i in sorted(remaining) if end[i] > start[i]]:
            stops = [_first_loss(partial(gain, i), start, end, time) for i in moving]
            time = min(stops)
            if time == np.inf:
                break
            i = moving[stops.index(time)]
            demands[i] = (start + time * (end - start))[i]
            remaining.remove(i)
    for i in range(len(demands)):
        _require_only_best(i, points, demands, marginal, cost, highest)
    return demands.round(DECIMALS)


def _at(i: int, points: FloatArray, marginal: Marginal, cost: Cost) -> tuple[FloatArray, FloatArray]:
    """What another bit is worth to i at demands (k, n), and what it costs, (k,) each; both may be infinite at 0."""
    with np.errstate(divide="ignore"):
        worth = np.array([marginal(q)[i] for q in points])
        return np.clip(worth, -HUGE, HUGE), np.clip(cost.gradient(points)[:, i], -HUGE, HUGE)


def _up_to(corners: FloatArray, highest: float) -> FloatArray:
    """The path within [0, highest]: where a coordinate gets there is a corner, and from there on it stands still."""
    points = [corners[0]]
    for start, end in pairwise(corners):
        met = [(highest - a) / (b - a) for a, b in zip(start, end, strict=True) if a < highest < b]
        points += [start + s * (end - start) for s in sorted({*met, 1.0})]
    return np.minimum(points, highest)


def _first_loss(gain: Callable[[FloatArray], float], start: FloatArray, end: FloatArray, time: float) -> float:
    """The time from `time` to 1, on the way from start to end, at which a falling gain is 0; infinite if above."""

    def at(s: float) -> float:
        return gain(start + s * (end - start))

    if (first := at(time)) <= 0:
        return time
    if (last := at(1.0)) > 0:
        return np.inf
    return _zero(at, time, 1.0, first, last)


def _zero(f: Callable[[float], float], low: float, high: float, f_low: float, f_high: float) -> float:
    """Where f, which is f_low > 0 at `low` and f_high <= 0 at `high`, gets to 0: the ITP method (Oliveira and
    Takahashi 2021), at worst as slow as bisection. scipy.optimize would be loaded at each start of a laboratory."""
    slack = 32 * (high - low)  # what interpolation may lose: four steps more than bisection takes
    while high - low > CLOSE:
        middle, width = (low + high) / 2, high - low
        slack /= 2
        straight = (f_high * low - f_low * high) / (f_high - f_low)
        side, shift = (1 if middle > straight else -1), max(width**2 / 8, CLOSE / 2)
        shifted = straight + side * shift if shift <= abs(middle - straight) else middle
        most = max(slack - width / 2, 0.0)
        at = shifted if abs(shifted - middle) <= most else middle - side * most
        value = f(at)
        if value > 0:
            low, f_low = at, value
        else:
            high, f_high = at, value
    return (low + high) / 2


def _require_only_best(
    i: int, points: FloatArray, demands: FloatArray, marginal: Marginal, cost: Cost, highest: float
) -> None:
    """ValueError unless another bit gains i something before the own demand, and costs more than it brings after it."""
    beside = (demands[i] - BESIDE * highest, demands[i] + BESIDE * highest)
    pieces = []
    for start, end in pairwise(points):
        if end[i] > start[i]:
            near = [(level - start[i]) / (end[i] - start[i]) for level in beside]
            times = np.unique([*SAMPLES, *(s for s in near if 0 <= s <= 1)])
            pieces.append(start + times[:, None] * (end - start))
    path = np.concatenate(pieces)
    levels, q = path[:, i], np.minimum(path, demands)
    q[:, i] = levels
    worth, price = _at(i, q, marginal, cost)
    gain, sizes = worth - price, np.abs([worth, price])
    scale = sizes[sizes < HUGE].max(initial=0.0)
    before, after = levels <= beside[0] + 1e-12, levels >= beside[1] - 1e-12
    if (gain[before] <= TOLERANCE * scale).any() or (gain[after] >= -TOLERANCE * scale).any():
        raise ValueError(
            f"the demand {digits(round(float(demands[i]), DECIMALS))} of player {i + 1} is not the only best one: "
            "continuous demands need values whose increase falls, or costs whose increase rises, along the path"
        )
