"""Proportional (average cost) sharing: x_i = (q_i / Q) * c(Q), and 0 when nobody demands anything (K section 5).

It is the Aumann–Shapley method of a homogeneous cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.costs import Cost, cost_of_total, require_homogeneous
from mechanisms.rule import Rule
from mechanisms.shown import Shown


@takes(cost=Cost)
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
    average_cost = cost_of_total(shared, total) / np.where(total > 0, total, 1)
    return array * average_cost[..., None]


@dataclass(frozen=True, eq=False)
class UnitPrice(Shown):
    """Proportional sharing: every unit has the same price.

    Attributes
    ----------
    quantities : ndarray, shape (n,), units of the good
    total, cost : float, all units and what they cost
    price : float, cost / total; 0 when nothing is demanded
    cost_shares : ndarray, shape (n,), price * quantity
    """

    quantities: FloatArray
    total: float
    cost: float
    price: float

    @property
    def cost_shares(self) -> FloatArray:
        return self.quantities * self.price


def unit_price(quantities: FloatArray, cost: Cost) -> UnitPrice:
    """The price of a unit, which is the average cost that ``proportional`` charges for one."""
    total = quantities.sum()
    price = proportional([total], cost)[0] / total if total else 0.0
    return UnitPrice(quantities, float(total), float(cost.cost(quantities)), float(price))


RULE = Rule(
    name="proportional",
    messages="demands",
    function=proportional,
    source="Kumar 2013, section 5",
    sentence="Proportional (average-cost) sharing: everybody pays the average cost for each unit demanded.",
    environments=("production",),
    explain=unit_price,
    others="total",
)
