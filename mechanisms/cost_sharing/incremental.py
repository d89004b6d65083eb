"""Incremental cost sharing: agents are served in a given order, each pays what the own demand adds to the cost.

It is the fixed path method of the path along the edges (K section 3; Moulin 1999).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, as_order, takes
from mechanisms.cost_sharing.steps import PathSteps, steps_at
from mechanisms.costs import Cost, cost_of
from mechanisms.options import OrderOptions
from mechanisms.rule import Rule


@takes(cost=Cost)
def incremental(demands: ArrayLike, cost: Cost, order: Sequence[int] | None = None) -> FloatArray:
    """Incremental cost shares.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the goods
    cost : Cost
    order : sequence of the agents 0…n-1, optional; who is served first, second, …. Default: 0, 1, …, n-1.

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Raises
    ------
    ValueError
        If `order` is not a permutation of the agents.

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> incremental([1, 2], PowerCost(1, 2), order=[1, 0])
    array([5., 4.])
    """
    q = as_demands(demands)
    shares, served = np.empty_like(q), np.zeros_like(q)
    before = np.zeros(q.shape[:-1])
    for agent in as_order(range(q.shape[-1]) if order is None else order, q.shape[-1]):
        served[..., agent] = q[..., agent]
        after = cost_of(cost, served)
        shares[..., agent] = after - before
        before = after
    return shares


def served_in_turn(demands: FloatArray, cost: Cost, order: Sequence[int] | None = None) -> PathSteps:
    """The steps of demands (n,): one agent after the other."""
    n = len(demands)
    agents = as_order(range(n) if order is None else order, n)
    place = np.argsort(agents)
    points = np.where(place <= np.arange(n)[:, None], demands, 0.0)
    return steps_at(points, cost, incremental(points, cost, order))


def along_the_edges(n: int, highest: float, order: Sequence[int] | None = None) -> FloatArray:
    """The corners of its path, up to a highest demand."""
    place = np.argsort(as_order(range(n) if order is None else order, n))
    return np.where(place < np.arange(n + 1)[:, None], float(highest), 0.0)


RULE = Rule(
    name="incremental",
    messages="demands",
    function=incremental,
    source="Moulin 1999; Kumar 2013, section 3",
    sentence="Incremental cost sharing: players are served in a given order, and each pays what the own units add to "
    "the cost of those served before.",
    environments=("production",),
    options=OrderOptions,
    explain=served_in_turn,
    goods="own",
    path=along_the_edges,
)
