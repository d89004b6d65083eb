"""Shapley–Shubik cost sharing: the average of incremental cost sharing over all orders.

x_i = sum over coalitions S without i of |S|! (n-1-|S|)! / n! * (C(q_{S+i}) - C(q_S)); outsiders demand nothing.

With one good C(q_S) is c of the coalition's total. Many agents are therefore served by size and total of the coalitions
instead of one by one: of all coalitions of k agents, how large a part has which total.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, gcd, lcm

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_demands, takes
from mechanisms.cost_sharing.steps import OrderAverages
from mechanisms.costs import Cost, HomogeneousCost, cost_of, cost_of_total
from mechanisms.rule import Rule
from mechanisms.verdicts import TooLargeError

FEW = 12
"""Agents whose coalitions are gone through one by one."""
MAX_AGENTS = 20
"""The same where totals do not tell what a coalition costs, or have no common unit."""
MAX_TABLE = 1_000_000
"""Sizes times totals of coalitions."""
FINEST = 10**6
"""The largest denominator of demands that have a common unit."""


@takes(cost=Cost)
def shapley_shubik(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Shapley–Shubik cost shares, from the 2**n coalition costs, or from the totals that coalitions can have.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the goods
    cost : Cost

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Raises
    ------
    TooLargeError
        For more than 20 agents where the cost is not homogeneous, or the demands have no common unit, or so small a one
        that there are more than MAX_TABLE pairs of size and total of coalitions.

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> shapley_shubik([1, 2], PowerCost(1, 2))
    array([3., 6.])
    >>> shapley_shubik([1, 2] * 20, PowerCost(1, 2))[:2]
    array([ 60., 120.])
    """
    q = as_demands(demands)
    if isinstance(cost, HomogeneousCost) and q.shape[-1] > FEW and (unit := common_unit(q)) is not None:
        rows = [_by_totals(row, unit, cost).mean(axis=0) for row in q.reshape(-1, q.shape[-1])]
        return np.array(rows).reshape(q.shape)
    return _by_coalitions(q, cost)


def place_by_place(demands: FloatArray, cost: Cost) -> OrderAverages:
    """What the units of each agent (demands (n,)) add on average to the cost of k others served before, k = 0, 1, …"""
    n, unit = len(demands), common_unit(demands)
    if isinstance(cost, HomogeneousCost) and n > FEW and unit is not None:
        return OrderAverages(demands, float(cost.cost(demands)), _by_totals(demands, unit, cost))
    by_place = np.zeros((n, n))
    for coalition in range(2**n):
        members = (coalition >> np.arange(n)) & 1 == 1
        size, before = int(members.sum()), float(cost.cost(np.where(members, demands, 0.0)))
        for i in np.flatnonzero(~members):
            after = float(cost.cost(np.where(members | (np.arange(n) == i), demands, 0.0)))
            by_place[size, i] += (after - before) / comb(n - 1, size)
    return OrderAverages(demands, float(cost.cost(demands)), by_place)


def _by_coalitions(q: FloatArray, cost: Cost) -> FloatArray:
    n = q.shape[-1]
    if n > MAX_AGENTS:
        raise TooLargeError(
            f"too large: demands has {n} agents; the 2**n coalitions can be gone through for at most {MAX_AGENTS}, and "
            f"for more where one good is shared and totals times agents are at most {MAX_TABLE} steps of the grid"
        )
    shares = np.zeros_like(q)
    for coalition in range(2**n):
        members = (coalition >> np.arange(n)) & 1 == 1
        size = int(members.sum())
        cost_of_coalition = cost_of(cost, np.where(members, q, 0.0))[..., None]
        # The coalition's cost counts for its members (they joined) and against the others (who join next).
        joined = 1 / (size * comb(n, size)) if size else 0.0
        joins_next = 1 / ((n - size) * comb(n, size)) if size < n else 0.0
        shares += cost_of_coalition * np.where(members, joined, -joins_next)
    return shares


# --- by totals ---


def common_unit(demands: FloatArray) -> Fraction | None:
    """The largest unit of which all demands are whole multiples; None if it is too small for a table of totals.

    >>> common_unit(np.array([0.5, 2, 1.25]))
    Fraction(1, 4)
    """
    distinct = np.unique(demands)
    exact = [Fraction(x).limit_denominator(FINEST) for x in distinct.tolist()]
    if np.any(np.abs(np.array([float(x) for x in exact]) - distinct) > 1e-9 * np.maximum(distinct, 1)):
        return None
    below = lcm(*(x.denominator for x in exact))
    unit = Fraction(gcd(*(int(x * below) for x in exact)) or below, below)
    most = float(demands.sum(axis=-1).max(initial=0.0) / unit)
    return unit if (most + 1) * (demands.shape[-1] + 1) <= MAX_TABLE else None


def _by_totals(demands: FloatArray, unit: Fraction, cost: HomogeneousCost) -> FloatArray:
    """What each agent's units add to the cost of k others, on average over these: shape (n, n), [k, i]."""
    steps = np.rint(demands / float(unit)).astype(np.int64)
    costs = cost_of_total(cost, float(unit) * np.arange(steps.sum() + 1))
    everybody, added = _totals(steps), {}
    for own in np.unique(steps).tolist():
        others = _without(everybody, own)
        added[own] = others @ (costs[own:] - costs[: len(costs) - own])
    return np.array([added[own] for own in steps.tolist()]).T


def _totals(steps: IntArray) -> FloatArray:
    """The part of all coalitions of k agents that has the total t: shape (n + 1, sum + 1), [k, t]; rows sum to 1."""
    n = len(steps)
    found = np.zeros((n + 1, int(steps.sum()) + 1))
    found[0, 0] = 1.0
    for m, own in enumerate(steps.tolist(), 1):
        size = np.arange(1, m + 1)[:, None]
        with_it = np.zeros((m, found.shape[1]))
        with_it[:, own:] = found[:m, : found.shape[1] - own]
        found[1 : m + 1] = (m - size) / m * found[1 : m + 1] + size / m * with_it
    return found


def _without(everybody: FloatArray, own: int) -> FloatArray:
    """The same among all but one agent, who demands `own`: shape (n, sum + 1 - own).

    `everybody` at k is a mean of this at k and, with the agent, at k - 1. It is solved for the one or the other from
    both ends, so that in each half rounding errors are multiplied by less than 1 from row to row.
    """
    n, length = len(everybody) - 1, everybody.shape[1] - own
    found = np.zeros((n, length))
    half = (n + 1) // 2
    for k in range(half):
        before = np.zeros(length)
        if k:
            before[own:] = found[k - 1, : length - own] if length > own else 0.0
        found[k] = (everybody[k, :length] - k / n * before) * n / (n - k)
    for k in range(n, half, -1):
        after = np.zeros(length + own)
        if k < n:
            after[:length] = found[k]
        found[k - 1] = (everybody[k] - (n - k) / n * after)[own:] * n / k
    return found


RULE = Rule(
    name="shapley_shubik",
    messages="demands",
    function=shapley_shubik,
    source="Shubik 1962; Friedman and Moulin 1999",
    sentence="Shapley–Shubik cost sharing: the average of incremental cost sharing over all orders.",
    environments=("production",),
    explain=place_by_place,
    goods="own",
    others="counts",
)
