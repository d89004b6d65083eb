"""Serial cost sharing (Moulin and Shenker 1992; K equation 1).

Sort the demands, q_1 <= … <= q_n, and let q^k = (q_1, …, q_{k-1}, q_k, …, q_k), the profile in which nobody demands
more than q_k. All n agents share C(q^1) equally; the n-1 others share the increment C(q^2) - C(q^1) equally; and so
on: x_i = sum over k <= i of (C(q^k) - C(q^{k-1})) / (n + 1 - k), which is equation 1 rearranged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms._validation import FloatArray, as_demands
from mechanisms.costs import Cost, require_homogeneous


def serial(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Serial cost shares.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the good
    cost : HomogeneousCost

    Returns
    -------
    ndarray, shape (..., n), units of cost. Nobody's share depends on how much more than him the others demand.

    Examples
    --------
    >>> from mechanisms.costs import PowerCost
    >>> serial([4, 6], PowerCost(1, 2))
    array([32., 68.])
    """
    array, shared = as_demands(demands), require_homogeneous(cost, "serial")
    n = array.shape[-1]
    order = np.argsort(array, axis=-1, kind="stable")
    sorted_demands = np.take_along_axis(array, order, axis=-1)
    sharing = np.arange(n, 0, -1)
    served = np.cumsum(sorted_demands, axis=-1) - sorted_demands
    stage_costs = shared.total_cost(served + sharing * sorted_demands)
    sorted_shares = np.cumsum(np.diff(stage_costs, prepend=0.0, axis=-1) / sharing, axis=-1)
    shares = np.empty_like(array)
    np.put_along_axis(shares, order, sorted_shares, axis=-1)
    return shares
