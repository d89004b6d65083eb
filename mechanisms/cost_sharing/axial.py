"""The diagonal after axial normalisation (Sprumont 1998; Friedman 2002).

Goods are first measured by what they cost alone, C(q_i e_i); the path then follows the diagonal of these measures: at
each moment every good not yet fully produced would cost the same if it were produced alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.cost_sharing.fixed_path import share_along
from mechanisms.costs import Cost, require_differentiable

BISECTIONS = 80


@takes(cost=Cost)
def axial(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Cost shares along the diagonal after axial normalisation. They do not depend on the units of the goods.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the goods
    cost : Cost, differentiable, with every stand-alone cost increasing

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Raises
    ------
    ValueError
        If a stand-alone cost does not increase up to the largest demand.

    Examples
    --------
    >>> from mechanisms.costs import QuadraticFormCost
    >>> axial([1, 1], QuadraticFormCost([[1, 0], [0, 4]])).round(9)
    array([1., 4.])
    """
    q = as_demands(demands)
    require_differentiable(cost, "axial")
    n = q.shape[-1]
    highest = q.reshape(-1, n).max(axis=0, initial=0.0)

    def alone(amounts: FloatArray) -> FloatArray:
        """C(amounts_i e_i) for amounts (..., n): shape (..., n)."""
        return cost.cost(amounts[..., None] * np.eye(n))

    steps = alone(np.linspace(0, 1, 101)[:, None] * highest)
    if np.any(np.diff(steps, axis=0)[:, highest > 0] <= 0):
        raise ValueError("cost does not increase in every good alone; axial normalisation measures goods by that cost")

    def path(which: np.ndarray, t: FloatArray) -> FloatArray:
        low, high = np.zeros((*t.shape, n)), np.broadcast_to(highest, (*t.shape, n))
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            short = alone(middle) < t[..., None] ** 2
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        return high

    # The square root of the stand-alone cost as time keeps the path smooth where marginal costs start at 0.
    return share_along(q, cost, path, np.sqrt(alone(q)))
