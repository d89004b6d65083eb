"""Incentive compatibility: no type gains by a lie, in expectation (Bayesian) or whatever the others say (dominant)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import takes
from mechanisms.bayesian._weights import no_truth, weighted_game
from mechanisms.bayesian.interim import interim_sums
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.solutions.strategy_proofness import strategy_proofness
from mechanisms.verdicts import Verdict


@dataclass(frozen=True)
class ProfitableLie(Shown):
    """The lie that gains most.

    Attributes
    ----------
    player, type, lie : indices; the lie is a message
    gain : points by which the lie beats the truth
    others : what the others say, None in the player's own place; None altogether if they tell the truth
    """

    player: int
    type: int
    lie: int
    gain: float
    others: tuple[int | None, ...] | None = None


@takes(game=BayesianGame)
def incentive_compatibility(game: BayesianGame) -> Verdict:
    """Whether the truth is a best reply to the truth for every type (Bayesian; S Proposition 1, AGV, S Definition 2).

    Types with probability 0 count too. If types are correlated, each expects the others' types given its own.

    Parameters
    ----------
    game : BayesianGame

    Returns
    -------
    Verdict; the witness is the ProfitableLie with the largest expected gain

    Examples
    --------
    Whoever reports the higher value gets a good and pays the own report: the high type shades it.

    >>> values = [[[0, 0], [1, 0]], [[0, 0], [2, 1]]]
    >>> swapped = [[[0, 1], [0, 0]], [[0, 2], [0, 1]]]
    >>> auction = BayesianGame([values, swapped], [[0.5, 0.5]] * 2, [[0, 1]] * 2)
    >>> incentive_compatibility(auction).witness
    ProfitableLie(player=0, type=0, lie=1, gain=0.5, others=None)
    """
    method = "interim payoffs of every message of every type, the others telling the truth"
    if game.truthful is None:
        return no_truth(method, game)
    best = max(profitable_lies(game), key=lambda lie: lie.gain, default=None)
    return _verdict(best, method, _lies(game), weighted_game(game).tolerance)


def profitable_lies(game: BayesianGame) -> Iterator[ProfitableLie]:
    """The best lie of every type that gains by one if the others tell the truth, in the order of players and types."""
    weighted, truthful = weighted_game(game), game.truthful
    assert truthful is not None
    for i in range(game.n):
        sums = interim_sums(weighted, i)
        gains = sums - np.take_along_axis(sums, truthful[i][:, None], axis=1)
        for t, (row, scale) in enumerate(zip(gains, weighted.interim_scale(i), strict=True)):
            lie = int(row.argmax())
            if row[lie] > weighted.slack(scale, i):
                yield ProfitableLie(i, t, lie, float(row[lie] / scale))


@takes(game=BayesianGame)
def dominant_strategy_incentive_compatibility(game: BayesianGame) -> Verdict:
    """Whether the truth is a best reply for every type whatever the others say (as in VCG, S Definition 1).

    Parameters
    ----------
    game : BayesianGame

    Returns
    -------
    Verdict; the witness is the ProfitableLie with the largest gain, and what the others say then. Payoffs are
        compared themselves, no expectations: exactly if they are whole numbers.

    Examples
    --------
    >>> game = BayesianGame([[[[3, 0], [0, 1]]], [[[0, 0], [0, 0]]]], [[1], [1]], [[0], [0]])
    >>> dominant_strategy_incentive_compatibility(game).witness
    ProfitableLie(player=0, type=0, lie=1, gain=1.0, others=(None, 1))
    """
    method = "own payoff of every message of every type at every profile of the others' messages"
    if game.truthful is None:
        return no_truth(method, game)
    verdict = strategy_proofness(game.payoffs, game.truthful)
    profiles = np.prod(game.n_messages, dtype=float)
    lie = verdict.witness
    if lie is not None:
        others = tuple(None if i == lie.player else m for i, m in enumerate(lie.messages))
        gain = float(lie.lie_payoff - lie.truth_payoff)
        lie = ProfitableLie(lie.player, lie.true_type, lie.message, gain, others)
    return _verdict(lie, method, f"{_lies(game)}, {profiles:.0f} profiles of messages", verdict.tolerance)


def _lies(game: BayesianGame) -> str:
    lies = sum(types * (messages - 1) for types, messages in zip(game.n_types, game.n_messages, strict=True))
    return f"{lies} lies of {sum(game.n_types)} types"


def _verdict(lie: ProfitableLie | None, method: str, size: str, tolerance: float) -> Verdict:
    return Verdict("fails" if lie else "holds", method, size, tolerance, lie)
