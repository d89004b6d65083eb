"""Where the transfers of a direct mechanism come from: by the steps of the rule's record, or else the transfers alone.

``reported`` is what everybody gets from the chosen outcome according to the own report: value less cost share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.played.play import DirectGame
from mechanisms.rule import Rule
from mechanisms.shown import Shown
from mechanisms.transfers.agv import ExpectedEffects
from mechanisms.transfers.cremer_riordan import FirstReport
from mechanisms.transfers.groves import OthersPayoffs
from mechanisms.transfers.individually_rational import ConstantPayments
from mechanisms.transfers.pairwise_compensation import PairwisePayments
from mechanisms.transfers.reported import reported
from mechanisms.transfers.symmetric_pairwise_compensation import AveragePayments
from mechanisms.transfers.vcg import PivotalComparison


@dataclass(frozen=True, eq=False)
class OtherTransfers(Shown):
    """Any mechanism without steps of its own.

    Attributes
    ----------
    reported : ndarray, shape (n,)
    transfers : ndarray, shape (n,), received
    """

    reported: FloatArray
    transfers: FloatArray


Transfers = (
    OthersPayoffs
    | PivotalComparison
    | ExpectedEffects
    | PairwisePayments
    | ConstantPayments
    | AveragePayments
    | FirstReport
    | OtherTransfers
)


def explain_transfers(rule: Rule, game: DirectGame, messages: IntArray, arguments: dict[str, Any]) -> Transfers:
    """The steps at reports (n,), by their places on the grids, of the rule called with the arguments of its options."""
    if rule.explain is not None:
        steps: Transfers = rule.explain(game, messages, **arguments)
        return steps
    return OtherTransfers(reported(game.problem, messages), game.all_transfers[(slice(None), *messages)])
