"""How a cost was shared: by the steps that the rule's record gives, or else who gets and pays how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.cost_sharing.equal import EqualShares
from mechanisms.cost_sharing.proportional import UnitPrice
from mechanisms.cost_sharing.serial import SerialStages
from mechanisms.cost_sharing.steps import OrderAverages, PathSteps
from mechanisms.costs import Cost
from mechanisms.rule import Rule
from mechanisms.shown import Shown


@dataclass(frozen=True, eq=False)
class OtherShares(Shown):
    """Any method without steps of its own: who gets how much, and who pays how much.

    Attributes
    ----------
    quantities : ndarray, shape (n,), units of the good
    total, cost : float, all units and what they cost
    cost_shares : ndarray, shape (n,)
    """

    quantities: FloatArray
    total: float
    cost: float
    cost_shares: FloatArray


SharedCost = SerialStages | UnitPrice | EqualShares | PathSteps | OrderAverages | OtherShares


def explain_cost_shares(rule: Rule, quantities: FloatArray, cost: Cost, arguments: dict[str, Any]) -> SharedCost:
    """How the rule, called with the arguments of its options, shares the cost of quantities (n,)."""
    if rule.explain is not None:
        steps: SharedCost = rule.explain(quantities, cost, **arguments)
        return steps
    shares = rule.function(quantities, cost, **arguments)
    return OtherShares(quantities, float(np.sum(quantities)), float(cost.cost(quantities)), shares)
