"""Why a played profile ended as it did, step by step: what pages and handouts show of a mechanism's arithmetic.

``explain(treatment, types, messages)`` gives the steps of one group, computed by the mechanisms' own functions. Their
sum is the cost shares or transfers of ``Treatment.play``, up to the rounding error of floating-point sums. Positions
count from 0; reports are taken at their word, as the mechanisms take them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import IntArray, as_number, as_numbers, as_whole, grid_index, takes
from mechanisms.cost_sharing.serial import SerialStage
from mechanisms.cost_sharing.steps import PathStep
from mechanisms.environments import Production
from mechanisms.explanations.cost_shares import (
    EqualShares,
    OrderAverages,
    OtherShares,
    PathSteps,
    SerialStages,
    SharedCost,
    UnitPrice,
    explain_cost_shares,
)
from mechanisms.explanations.equilibria import EquilibriumSteps, OwnChoices, explain_equilibrium
from mechanisms.explanations.transfers import (
    AveragePayments,
    ConstantPayments,
    ExpectedEffects,
    FirstReport,
    OthersPayoffs,
    OtherTransfers,
    PairwisePayments,
    PivotalComparison,
    Transfers,
    explain_transfers,
)
from mechanisms.played.play import DirectGame
from mechanisms.transfers.pairwise_compensation import ReportStage
from mechanisms.treatments.rules import BASELINES
from mechanisms.treatments.treatment import Treatment

Explanation = SharedCost | Transfers | EquilibriumSteps


@takes(treatment=Treatment)
def explain(treatment: Treatment, types: ArrayLike, messages: ArrayLike) -> Explanation:
    """The steps from one group's messages to its cost shares or transfers.

    Parameters
    ----------
    types, messages : array_like, shape (n,), values on their positions' grids

    Returns
    -------
    SerialStages, UnitPrice, EqualShares, PathSteps or OrderAverages for demands; PivotalComparison (VCG), OthersPayoffs
    (Groves), ExpectedEffects (AGV) or PairwisePayments for reports; EquilibriumSteps for a social choice function;
    OtherShares or OtherTransfers for a mechanism without steps of its own

    Raises
    ------
    ValueError
        If a type or message is not on its position's grid, or for more than one group.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> steps = explain(load_treatment("treatments/chen_serial.toml"), types=[16.1, 20.1], messages=[4, 6])
    >>> [(stage.level, stage.cost, stage.increment, stage.sharers, stage.share) for stage in steps.stages]
    [(4.0, 64.0, 64.0, (0, 1), 32.0), (6.0, 100.0, 36.0, (1,), 36.0)]
    """
    sent = as_numbers("messages", messages)
    if sent.ndim != 1:
        raise ValueError(f"messages has shape {sent.shape}; explain takes one group: (n,)")
    play = treatment.play(types, sent)
    environment = treatment.played.environment
    if treatment.messages_are == "demands":
        assert isinstance(environment, Production)
        return explain_cost_shares(treatment.rule, play.outcome, environment.cost, treatment.arguments)
    if treatment.rule.demand_rule is not None:
        assert isinstance(environment, Production)
        return explain_equilibrium(treatment.rule.demand_rule, environment, play.outcome, sent, treatment.arguments)
    pairs = zip(treatment.positions, sent, strict=True)
    index = np.array([np.searchsorted(position.messages, message) for position, message in pairs])
    assert isinstance(treatment.played, DirectGame)
    return explain_transfers(treatment.rule, treatment.played, index, treatment.arguments)


def explain_baseline(treatment: Treatment, quantities: ArrayLike) -> SharedCost | None:
    """How a direct mechanism shares the cost of the chosen quantities (n,) before its transfers; None without a cost.

    >>> from mechanisms.treatments import load_treatment
    >>> explain_baseline(load_treatment("treatments/production_vcg.toml"), [1, 2, 3]).price
    3.0
    """
    environment = treatment.played.environment
    if treatment.rule.shares_cost or not isinstance(environment, Production):
        return None
    rule = BASELINES[treatment.definition["mechanism"]["cost_shares"]]
    return explain_cost_shares(rule, np.asarray(quantities, dtype=np.float64), environment.cost, {})


@takes(treatment=Treatment)
def own_points_curve(treatment: Treatment, position: int, own_type: float, others_messages: ArrayLike) -> IntArray:
    """Own points at every own message, for given messages of the others.

    Parameters
    ----------
    position : int, from 0
    own_type : float, one of the position's types
    others_messages : array_like, shape (n - 1,), the others' messages in the order of their positions

    Returns
    -------
    int64 ndarray, shape (A,), smallest units of points, in the order of treatment.positions[position].messages

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> treatment = load_treatment("treatments/chen_serial.toml")
    >>> own_points_curve(treatment, 0, 16.1, [6])[:5]
    array([141, 242, 303, 324, 305])
    """
    position = as_whole("position", position, 0, treatment.group_size - 1)
    given = as_numbers("others_messages", others_messages)
    if given.shape != (treatment.group_size - 1,):
        raise ValueError(f"others_messages has shape {given.shape}; it needs {treatment.group_size - 1} messages")
    place = treatment.positions[position]
    own, theta = place.messages, place.types[grid_index("own_type", as_number("own_type", own_type), place.types)]
    profiles = np.insert(np.tile(given, (len(own), 1)), position, own, axis=1)
    types = np.array([place.types[0] for place in treatment.positions])  # the others' do not matter for own points
    types[position] = theta
    return treatment.play(types, profiles).points[:, position]


__all__ = [
    "AveragePayments",
    "ConstantPayments",
    "EqualShares",
    "EquilibriumSteps",
    "ExpectedEffects",
    "Explanation",
    "FirstReport",
    "OrderAverages",
    "OtherShares",
    "OtherTransfers",
    "OthersPayoffs",
    "OwnChoices",
    "PairwisePayments",
    "PathStep",
    "PathSteps",
    "PivotalComparison",
    "ReportStage",
    "SerialStage",
    "SerialStages",
    "SharedCost",
    "Transfers",
    "UnitPrice",
    "explain",
    "explain_baseline",
    "own_points_curve",
]
