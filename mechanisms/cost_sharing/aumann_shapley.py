"""Aumann–Shapley cost sharing: x_i = q_i * integral over [0, 1] of d_iC(tq) dt (K section 3).

Production follows the ray to the demands; as the ray depends on them, it is no fixed path method. For a homogeneous
cost it is proportional cost sharing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.cost_sharing.path_integral import share_along
from mechanisms.cost_sharing.steps import PathSteps, steps_at
from mechanisms.costs import Cost, require_differentiable
from mechanisms.rule import Rule

QUARTERS = np.array([0.25, 0.5, 0.75, 1.0])


@takes(cost=Cost)
def aumann_shapley(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Aumann–Shapley cost shares.

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
    >>> aumann_shapley([4, 8], PowerCost(1, 2)).round(9)
    array([48., 96.])
    """
    q = as_demands(demands)
    require_differentiable(cost, "Aumann–Shapley")
    profiles = q.reshape(-1, q.shape[-1])
    return share_along(q, cost, lambda which, t: t[..., None] * profiles[which][:, None], np.where(q > 0, 1.0, 0.0))


def quarters(demands: FloatArray, cost: Cost) -> PathSteps:
    """The steps of demands (n,): a quarter of everybody's demand in each."""
    points = QUARTERS[:, None] * demands
    return steps_at(points, cost, aumann_shapley(points, cost))


RULE = Rule(
    name="aumann_shapley",
    messages="demands",
    function=aumann_shapley,
    source="Kumar 2013, section 3",
    sentence="Aumann–Shapley cost sharing: all demands are produced together, each at a pace like its size, "
    "and everybody pays what the own units add to the cost when they are produced.",
    environments=("production",),
    explain=quarters,
    goods="own",
    integrates=True,
    others="total",
)
