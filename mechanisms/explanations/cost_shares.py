"""How a cost was shared: serial stages (K equation 1, rearranged), the price of a unit, equal parts, or otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.cost_sharing import equal, proportional, serial
from mechanisms.environments import Production
from mechanisms.shown import Shown


@dataclass(frozen=True, eq=False)
class SerialStage(Shown):
    """One step of serial cost sharing: nobody gets more than `level` units yet.

    Attributes
    ----------
    level : float, the next larger demand, units of the good
    quantities : ndarray, shape (n,), min(demand, level)
    total : float, their sum
    cost : float, c(total)
    increment : float, by how much the cost is above that of the stage before
    sharers : tuple of int, the positions that demand at least `level`, who share the increment equally
    share : float, what each of them pays for this stage
    shares : ndarray, shape (n,), the same for everybody: 0 for those who demand less
    """

    level: float
    quantities: FloatArray
    total: float
    cost: float
    increment: float
    sharers: tuple[int, ...]
    share: float
    shares: FloatArray


@dataclass(frozen=True, eq=False)
class SerialStages(Shown):
    """Serial cost sharing: one stage for each distinct demand, smallest first.

    Attributes
    ----------
    stages : tuple of SerialStage
    cost_shares : ndarray, shape (n,), what the stages add up to
    """

    stages: tuple[SerialStage, ...]

    @property
    def cost_shares(self) -> FloatArray:
        return np.sum([stage.shares for stage in self.stages], axis=0)


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


SharedCost = SerialStages | UnitPrice | EqualShares | OtherShares


def serial_stages(environment: Production, demands: FloatArray) -> SerialStages:
    """The stages of demands (n,).

    What is paid at a stage is the difference between the serial shares of two profiles, in which nobody demands more
    than this stage's level and the last one's.
    """
    levels = np.unique(demands)
    profiles = np.minimum(demands, levels[:, None])
    costs = environment.cost.cost(profiles)
    paid = np.diff(serial(profiles, environment.cost), axis=0, prepend=0.0)
    increments = np.diff(costs, prepend=0.0)
    stages = []
    for k, level in enumerate(levels):
        sharers = tuple(int(i) for i in np.flatnonzero(demands >= level))
        stages.append(
            SerialStage(
                level=float(level),
                quantities=profiles[k],
                total=float(profiles[k].sum()),
                cost=float(costs[k]),
                increment=float(increments[k]),
                sharers=sharers,
                share=float(paid[k, sharers[0]]),
                shares=np.where(demands >= level, paid[k], 0.0),
            )
        )
    return SerialStages(tuple(stages))


def unit_price(environment: Production, quantities: FloatArray) -> UnitPrice:
    """The price of a unit, which is the average cost that mechanisms.cost_sharing.proportional charges for one."""
    total = quantities.sum()
    price = proportional([total], environment.cost)[0] / total if total else 0.0
    return UnitPrice(quantities, float(total), float(environment.cost.cost(quantities)), float(price))


def equal_shares(environment: Production, quantities: FloatArray) -> EqualShares:
    cost = float(environment.cost.cost(quantities))
    return EqualShares(quantities, float(quantities.sum()), cost, float(equal(quantities, environment.cost)[0]))


def other_shares(environment: Production, quantities: FloatArray) -> OtherShares:
    cost, shares = float(environment.cost.cost(quantities)), environment.share_cost(quantities, environment.cost)
    return OtherShares(quantities, float(quantities.sum()), cost, shares)


SHARING: dict[str, Callable[[Production, FloatArray], SharedCost]] = {
    "serial": serial_stages,
    "proportional": unit_price,
    "equal": equal_shares,
}
"""The methods whose shares are explained step by step."""


def explain_cost_shares(environment: Production, method: str, quantities: FloatArray) -> SharedCost:
    """How the environment's cost sharing method, called `method` in treatment files, shares the cost of (n,)."""
    return SHARING.get(method, other_shares)(environment, quantities)
