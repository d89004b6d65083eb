"""Friedman–Moulin cost sharing (Friedman and Moulin 1999; K equation 2): the fixed path method of the diagonal.

All goods are produced at the same pace, each until its demand is met. For a homogeneous cost it is serial cost sharing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.cost_sharing.path_integral import share_along
from mechanisms.cost_sharing.steps import PathSteps, diagonal, steps_at
from mechanisms.costs import Cost, require_differentiable
from mechanisms.rule import Rule


@takes(cost=Cost)
def friedman_moulin(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Friedman–Moulin cost shares.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the goods
    cost : Cost, differentiable

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> friedman_moulin([4, 6], PowerCost(1, 2)).round(9)
    array([32., 68.])
    """
    q = as_demands(demands)
    require_differentiable(cost, "Friedman–Moulin")
    return share_along(q, cost, lambda which, t: np.repeat(t[..., None], q.shape[-1], axis=-1), q)


def diagonal_steps(demands: FloatArray, cost: Cost) -> PathSteps:
    """The steps of demands (n,): all goods at the same pace up to the smallest demand, then to the next, and so on."""
    points = np.minimum(demands, np.unique(demands)[:, None])
    return steps_at(points, cost, friedman_moulin(points, cost))


RULE = Rule(
    name="friedman_moulin",
    messages="demands",
    function=friedman_moulin,
    source="Friedman and Moulin 1999; Kumar 2013, eq. 2",
    sentence="Friedman–Moulin cost sharing: all goods are produced at the same pace, each until its demand is met, and "
    "everybody pays what the own units add to the cost when they are produced.",
    environments=("production",),
    explain=diagonal_steps,
    goods="own",
    integrates=True,
    path=diagonal,
    others="levels",
)
