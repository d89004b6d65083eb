"""Aumann–Shapley cost sharing: x_i = q_i * integral over [0, 1] of d_iC(tq) dt (K section 3).

Production follows the ray to the demands; as the ray depends on them, it is no fixed path method. For a homogeneous
cost it is proportional cost sharing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.cost_sharing.fixed_path import share_along
from mechanisms.costs import Cost, require_differentiable


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
