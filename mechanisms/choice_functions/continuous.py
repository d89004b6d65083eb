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

from mechanisms.arrays import FloatArray, IntArray, as_numbers
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
MarginalAt = Callable[[FloatArray, IntArray], FloatArray]
"""Of demands (k, n) and the rows (k,) of their profiles of types."""
CONTINUOUS = ("proportional",)
"""Rules without a path that can be solved on continuous demands, beside all that have one."""


class NotOnlyBestError(ValueError):
    """A demand that is not the only best one; `row` is the first profile of types at which this is so."""

    def __init__(self, row: int, player: int, demand: float) -> None:
        self.row = row
        super().__init__(
            f"the demand {digits(round(demand, DECIMALS))} of player {player + 1} is not the only best one: "
            "continuous demands need values whose increase falls, or costs whose increase rises, along the path"
        )


def continuous_demands(
    rule: Rule, value: ValueFunction, cost: Cost, types: FloatArray, highest: float, arguments: dict[str, Any]
) -> FloatArray:
    """The equilibrium demands at profiles of types, under a rule called with the arguments of its options.

    Parameters
    ----------
    types : ndarray, shape (n,), or (k, n) for k profiles

    Returns
    -------
    ndarray, as `types`, units of the good, in [0, highest]

    Raises
    ------
    NotOnlyBestError
        If the premises of a single equilibrium do not hold.
    ValueError
        If the rule has no path, or values have no derivative.

    Examples
    --------
    K section 5, b = (3, 2) and c = Q**2 / 2: q_i = (4/3)(b_i - b_j / 2).

    >>> from mechanisms.costs import PowerCost
    >>> from mechanisms.cost_sharing.proportional import RULE
    >>> continuous_demands(RULE, LinearValue(), PowerCost(0.5, 2), np.array([3.0, 2.0]), 10, {})
    array([2.66666667, 0.66666667])
    """
    profiles = np.atleast_2d(types)
    if rule.path is not None:
        corners = rule.path(profiles.shape[1], highest, **arguments)
        found = _along(corners, lambda q, rows: value.marginal(profiles[rows], q), cost, highest, len(profiles))
    elif rule.name in CONTINUOUS:
        found = np.array([_by_average_cost(value, cost, row, highest) for row in profiles])
    else:
        raise ValueError(f"{rule.name!r} has no path that its equilibrium on continuous demands could follow")
    return found.round(DECIMALS).reshape(np.shape(types))


def _by_average_cost(value: ValueFunction, cost: Cost, types: FloatArray, highest: float) -> FloatArray:
    demands, active = np.zeros(len(types)), types > 0 if isinstance(value, PowerValue) else np.ones(len(types), bool)
    if active.any():
        demands[active] = average_cost_equilibrium(_utilities(value, types[active]), cost, highest).demands
    return demands


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
    marginal : function of demands (..., n) to the marginal values v_i'(q_i), (..., n) or (n,)
    cost : Cost, differentiable
    highest : the most that can be demanded

    Raises
    ------
    NotOnlyBestError
        If somebody's gains change their sign more than once, or stay 0: the best demand is not the only one.

    Examples
    --------
    Along the edges agent 1 is served after agent 0:

    >>> from mechanisms.costs import PowerCost
    >>> edges = [[0, 0], [10, 0], [10, 10]]
    >>> path_equilibrium(edges, lambda q: np.array([3.0, 8.0]), PowerCost(0.5, 2), 10)
    array([3., 5.])
    """
    [found] = _along(corners, lambda q, rows: np.broadcast_to(marginal(q), q.shape), cost, highest, 1)
    return found.round(DECIMALS)


def _along(corners: ArrayLike, marginal: MarginalAt, cost: Cost, highest: float, count: int) -> FloatArray:
    """The equilibria (count, n) along one path at as many profiles of types."""
    points = _up_to(as_numbers("corners", corners), highest)
    demands, remaining = np.tile(points[-1], (count, 1)), np.ones((count, points.shape[1]), dtype=bool)
    for start, end in pairwise(points):
        time, moving = np.zeros(count), remaining & (end > start)
        while moving.any():
            rows, who = np.nonzero(moving)
            served = np.where(remaining, np.nan, demands)[rows]
            stops = np.full(moving.shape, np.inf)
            stops[rows, who] = _first_loss(partial(_gain, served, (start, end), rows, who, marginal, cost), time[rows])
            time, first = stops.min(axis=1), stops.argmin(axis=1)
            found = np.flatnonzero(time < np.inf)
            leaves = found, first[found]
            demands[leaves] = (start + time[found, None] * (end - start))[np.arange(len(found)), first[found]]
            remaining[leaves] = False
            moving = remaining & (end > start) & (time < np.inf)[:, None]
    _require_only_best(points, demands, marginal, cost, highest)
    return demands


def _gain(
    served: FloatArray,
    piece: tuple[FloatArray, FloatArray],
    rows: IntArray,
    who: IntArray,
    marginal: MarginalAt,
    cost: Cost,
    times: FloatArray,
) -> FloatArray:
    """What another bit brings `who` (k,) when all who are not served yet, NaN in (k, n), are at these times (k,) on a
    piece of the path."""
    start, end = piece
    q = np.where(np.isnan(served), start + times[:, None] * (end - start), served)
    worth, price = _at(q, rows, who, marginal, cost)
    return worth - price


def _at(
    q: FloatArray, rows: IntArray, who: IntArray, marginal: MarginalAt, cost: Cost
) -> tuple[FloatArray, FloatArray]:
    """What another bit is worth to `who` (k,) at demands (k, n), and what it costs, (k,) each; both may be infinite
    at 0."""
    each = np.arange(len(q))
    with np.errstate(divide="ignore"):
        worth, price = marginal(q, rows)[each, who], cost.gradient(q)[each, who]
    return np.clip(worth, -HUGE, HUGE), np.clip(price, -HUGE, HUGE)


def _up_to(corners: FloatArray, highest: float) -> FloatArray:
    """The path within [0, highest]: where a coordinate gets there is a corner, and from there on it stands still."""
    points = [corners[0]]
    for start, end in pairwise(corners):
        met = [(highest - a) / (b - a) for a, b in zip(start, end, strict=True) if a < highest < b]
        points += [start + s * (end - start) for s in sorted({*met, 1.0})]
    return np.minimum(points, highest)


def _first_loss(gain: Callable[[FloatArray], FloatArray], time: FloatArray) -> FloatArray:
    """The times from `time` to 1 at which falling gains are 0; infinite if above."""
    first, last = gain(time), gain(np.ones_like(time))
    zero = _zero(gain, time, first, last)
    return np.where(first <= 0, time, np.where(last > 0, np.inf, zero))


def _zero(f: Callable[[FloatArray], FloatArray], low: FloatArray, f_low: FloatArray, f_high: FloatArray) -> FloatArray:
    """Where each f, which is f_low > 0 at `low` and f_high <= 0 at 1, gets to 0 (of others, anything): the ITP method
    (Oliveira and Takahashi 2021), at worst as slow as bisection. scipy.optimize would be loaded at each start of a
    laboratory."""
    high = np.where((f_low > 0) & (f_high <= 0), 1.0, low)
    slack = 32 * (high - low)  # what interpolation may lose: four steps more than bisection takes
    while (unknown := high - low > CLOSE).any():
        middle, width = (low + high) / 2, high - low
        slack = slack / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            straight = np.where(unknown, (f_high * low - f_low * high) / (f_high - f_low), middle)
        side, shift = np.where(middle > straight, 1, -1), np.maximum(width**2 / 8, CLOSE / 2)
        shifted = np.where(shift <= np.abs(middle - straight), straight + side * shift, middle)
        most = np.maximum(slack - width / 2, 0.0)
        at = np.where(np.abs(shifted - middle) <= most, shifted, middle - side * most)
        value = f(at)
        above, below = unknown & (value > 0), unknown & (value <= 0)
        low, f_low = np.where(above, at, low), np.where(above, value, f_low)
        high, f_high = np.where(below, at, high), np.where(below, value, f_high)
    return (low + high) / 2


def _require_only_best(
    points: FloatArray, demands: FloatArray, marginal: MarginalAt, cost: Cost, highest: float
) -> None:
    """NotOnlyBestError unless another bit gains everybody something before the own demand, and costs more than it
    brings after it."""
    count, n = demands.shape
    wrong = np.zeros((count, n), dtype=bool)
    for i in range(n):
        beside = demands[:, i, None] + np.array([-BESIDE, BESIDE]) * highest
        pieces = []
        for start, end in pairwise(points):
            if end[i] > start[i]:
                near = (beside - start[i]) / (end[i] - start[i])
                times = np.hstack([np.tile(SAMPLES, (count, 1)), near.clip(0, 1)])
                pieces.append(start + times[..., None] * (end - start))
        path = np.concatenate(pieces, axis=1)
        levels, q = path[..., i], np.minimum(path, demands[:, None])
        q[..., i] = levels
        rows = np.repeat(np.arange(count), levels.shape[1])
        both = np.array(_at(q.reshape(-1, n), rows, np.full(len(rows), i), marginal, cost)).reshape(2, *levels.shape)
        gain, sizes = both[0] - both[1], np.abs(both)
        scale = TOLERANCE * np.where(sizes < HUGE, sizes, 0).max(axis=(0, 2))[:, None]
        room = TOLERANCE * BESIDE * highest
        before, after = levels <= beside[:, :1] + room, levels >= beside[:, 1:] - room
        wrong[:, i] = ((before & (gain <= scale)) | (after & (gain >= -scale))).any(axis=1)
    if wrong.any():
        row, player = np.argwhere(wrong)[0]
        raise NotOnlyBestError(int(row), int(player), float(demands[row, player]))
