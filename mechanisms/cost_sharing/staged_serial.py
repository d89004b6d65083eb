"""The staged serial mechanism (K section 4; Moulin and Shenker 1992): demands in stages, one agent leaves after each.

In every stage all remaining agents report demands, none below the quantity served last. The lowest demander (the first
one of several) gets the own demand, pays the serial share of equation 1 for the profile in which everybody remaining
demands as much, and leaves. Only as much is asked of an agent as is needed, and what one pays is settled when leaving.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, answer, as_demands, as_whole, takes
from mechanisms.costs import Cost, cost_of_total, require_homogeneous
from mechanisms.shown import Shown
from mechanisms.writing import digits

MAX_AGENTS = 2000
"""Everybody left is asked in every stage."""


@dataclass(frozen=True)
class Stage(Shown):
    """One stage as played.

    Attributes
    ----------
    number : int, from 1
    remaining : tuple of the agents who reported
    demands : ndarray, shape (len(remaining),), what they reported
    served : the agent who leaves
    quantity, cost_share : what that agent gets and pays
    """

    number: int
    remaining: tuple[int, ...]
    demands: FloatArray
    served: int
    quantity: float
    cost_share: float


Strategy = Callable[[int, tuple[int, ...], Mapping[int, float]], ArrayLike]


STRATEGY = "a function of (number of the stage, remaining agents, quantities served) to their demands"


@takes(strategy=Callable, cost=Cost)
def staged_serial(strategy: Strategy, n: int, cost: Cost) -> tuple[Stage, ...]:
    """Play all stages.

    Parameters
    ----------
    strategy : function (stage number, remaining agents, quantities served so far by agent) -> demands of the remaining
        agents, shape (len(remaining),)
    n : int, the number of agents
    cost : HomogeneousCost

    Returns
    -------
    tuple of n Stage

    Raises
    ------
    ValueError
        If a report has the wrong shape, is negative, or is below the quantity served last.

    Examples
    --------
    Agents who report the same demand in every stage pay their serial cost shares:

    >>> from mechanisms.costs import PowerCost
    >>> stages = staged_serial(lambda number, remaining, served: [(4, 6)[i] for i in remaining], 2, PowerCost(1, 2))
    >>> [(stage.served, stage.quantity, stage.cost_share) for stage in stages]
    [(0, 4.0, 32.0), (1, 6.0, 68.0)]
    """
    shared = require_homogeneous(cost, "staged serial")
    n = as_whole("n", n, 1, MAX_AGENTS)
    remaining, served = tuple(range(n)), dict[int, float]()
    stages: list[Stage] = []
    last, paid, cost_so_far = 0.0, 0.0, 0.0
    for number in range(1, n + 1):
        stated = answer("strategy", strategy, STRATEGY, number, remaining, dict(served))
        demands = _reports(stated, number, remaining, last)
        lowest = int(np.argmin(demands))
        agent, last = remaining[lowest], float(demands[lowest])
        stage_cost = float(cost_of_total(shared, np.array(sum(served.values()) + len(remaining) * last)))
        paid += (stage_cost - cost_so_far) / len(remaining)
        stages.append(Stage(number, remaining, demands, agent, last, paid))
        served[agent], cost_so_far = last, stage_cost
        remaining = remaining[:lowest] + remaining[lowest + 1 :]
    return tuple(stages)


def _reports(reports: ArrayLike, number: int, remaining: tuple[int, ...], floor: float) -> FloatArray:
    demands = as_demands(reports, argument="demands that strategy reports")
    if demands.shape != (len(remaining),):
        raise ValueError(f"strategy reports shape {demands.shape} in stage {number}; {len(remaining)} agents remain")
    if demands.min() < floor:
        agent = remaining[int(np.argmin(demands))]
        raise ValueError(
            f"strategy reports {digits(demands.min())} for agent {agent} in stage {number}; "
            f"{digits(floor)} was served last, and "
            "demands may not fall below it"
        )
    return demands
