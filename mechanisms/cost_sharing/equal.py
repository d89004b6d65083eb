"""Equal sharing: everybody pays the same part of the cost, x_i = C(q) / n."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.costs import Cost, cost_of
from mechanisms.rule import Rule
from mechanisms.shown import Shown


@takes(cost=Cost)
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
    return np.broadcast_to(cost_of(cost, array)[..., None] / array.shape[-1], array.shape).copy()


@dataclass(frozen=True, eq=False)
class EqualShares(Shown):
    """Equal sharing: everybody pays the same.

    Attributes
    ----------
    quantities : ndarray, shape (n,), units of the good
    total, cost : float, all units and what they cost
    share : float, cost / n
    cost_shares : ndarray, shape (n,)
    """

    quantities: FloatArray
    total: float
    cost: float
    share: float

    @property
    def cost_shares(self) -> FloatArray:
        return np.full(len(self.quantities), self.share)


def equal_shares(quantities: FloatArray, cost: Cost) -> EqualShares:
    """How the cost of quantities (n,) is shared equally."""
    total = float(cost.cost(quantities))
    return EqualShares(quantities, float(quantities.sum()), total, float(equal(quantities, cost)[0]))


RULE = Rule(
    name="equal",
    messages="demands",
    function=equal,
    source="by definition",
    sentence="Equal sharing: everybody pays the same part of the cost.",
    environments=("production",),
    explain=equal_shares,
    goods="own",
    others="total",
)
