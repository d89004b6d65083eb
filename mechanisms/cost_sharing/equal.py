"""Equal sharing: everybody pays the same part of the cost, x_i = C(q) / n."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands
from mechanisms.costs import Cost


def equal(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Equal cost shares.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the good
    cost : Cost

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> equal([1, 3], PowerCost(1, 2))
    array([8., 8.])
    """
    array = as_demands(demands)
    return np.broadcast_to(cost.cost(array)[..., None] / array.shape[-1], array.shape).copy()
