"""Why a social choice function gave everybody these units: at the reports no other number is better for anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.environments import Production
from mechanisms.explanations.cost_shares import SharedCost, explain_cost_shares
from mechanisms.rule import Rule
from mechanisms.shown import Shown

NEIGHBOURS = 2
"""Quantities of the grid on each side of the chosen one."""


@dataclass(frozen=True, eq=False)
class OwnChoices(Shown):
    """The chosen quantity of one agent and its neighbours on the grid, while the others keep theirs.

    Attributes
    ----------
    units, values, cost_shares : ndarrays, shape (k,), ascending in units; values at the reported type
    """

    units: FloatArray
    values: FloatArray
    cost_shares: FloatArray


@dataclass(frozen=True, eq=False)
class EquilibriumSteps(Shown):
    """The equilibrium of the demand game at the reports, and how its cost is shared.

    Attributes
    ----------
    quantities : ndarray, shape (n,), what everybody gets
    own : tuple of n OwnChoices
    shared : the steps of the rule that shares the cost
    """

    quantities: FloatArray
    own: tuple[OwnChoices, ...]
    shared: SharedCost

    @property
    def cost_shares(self) -> FloatArray:
        return np.asarray(self.shared.cost_shares)


def explain_equilibrium(
    rule: Rule, environment: Production, quantities: FloatArray, reports: FloatArray, arguments: dict[str, Any]
) -> EquilibriumSteps:
    """The steps for quantities (n,) chosen at reports (n,), with the rule that shares the cost."""
    own = []
    for i, (chosen, report) in enumerate(zip(quantities, reports, strict=True)):
        grid = environment.quantities
        below, above = grid[grid < chosen][-NEIGHBOURS:], grid[grid > chosen][:NEIGHBOURS]
        units = np.concatenate([below, [chosen], above])
        profiles = np.repeat(quantities[None], len(units), axis=0)
        profiles[:, i] = units
        shares = rule.function(profiles, environment.cost, **arguments)[:, i]
        own.append(OwnChoices(units, environment.value.value(np.asarray(report), units), shares))
    return EquilibriumSteps(quantities, tuple(own), explain_cost_shares(rule, quantities, environment.cost, arguments))
