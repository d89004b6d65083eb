"""Proportional (average cost) sharing: x_i = (q_i / Q) * c(Q), and 0 when nobody demands anything (K section 5).

It is the Aumann–Shapley method of a homogeneous cost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands
from mechanisms.costs import Cost, require_homogeneous


def proportional(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Proportional cost shares.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the good
    cost : HomogeneousCost, with c(0) = 0

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> proportional([4, 8], PowerCost(1, 2))
    array([48., 96.])
    """
    array, shared = as_demands(demands), require_homogeneous(cost, "proportional")
    total = array.sum(axis=-1)
    average_cost = shared.total_cost(total) / np.where(total > 0, total, 1)
    return array * average_cost[..., None]
