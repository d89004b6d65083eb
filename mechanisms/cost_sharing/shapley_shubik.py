"""Shapley–Shubik cost sharing: the average of incremental cost sharing over all orders.

x_i = sum over coalitions S without i of |S|! (n-1-|S|)! / n! * (C(q_{S+i}) - C(q_S)); outsiders demand nothing.
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.cost_sharing.steps import OrderAverages
from mechanisms.costs import Cost, cost_of
from mechanisms.rule import Rule

MAX_AGENTS = 20


@takes(cost=Cost)
def shapley_shubik(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Shapley–Shubik cost shares, from the 2**n coalition costs.

    Parameters
    ----------
    demands : array_like, shape (..., n), n <= 20, units of the goods
    cost : Cost

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Raises
    ------
    ValueError
        For more than 20 agents.

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> shapley_shubik([1, 2], PowerCost(1, 2))
    array([3., 6.])
    """
    q = as_demands(demands)
    n = q.shape[-1]
    if n > MAX_AGENTS:
        raise ValueError(f"demands has {n} agents; the 2**n coalitions can be gone through for at most {MAX_AGENTS}")
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


def place_by_place(demands: FloatArray, cost: Cost) -> OrderAverages:
    """What the units of each agent (demands (n,)) add on average to the cost of k others served before, k = 0, 1, …"""
    n = len(demands)
    by_place = np.zeros((n, n))
    for coalition in range(2**n):
        members = (coalition >> np.arange(n)) & 1 == 1
        size, before = int(members.sum()), float(cost.cost(np.where(members, demands, 0.0)))
        for i in np.flatnonzero(~members):
            after = float(cost.cost(np.where(members | (np.arange(n) == i), demands, 0.0)))
            by_place[size, i] += (after - before) / comb(n - 1, size)
    return OrderAverages(demands, float(cost.cost(demands)), by_place)


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
