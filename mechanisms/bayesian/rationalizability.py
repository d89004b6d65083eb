"""Interim correlated rationalizability (ICR) on finite types (S Definition 5; Dekel, Fudenberg & Morris 2007)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import IntArray, takes
from mechanisms.bayesian._conjectures import conjectures_of
from mechanisms.bayesian._justification import Justification
from mechanisms.bayesian._weights import RELATIVE_TOLERANCE, WeightedGame, no_truth, weighted_game
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError, Verdict

MAX_WORK = 2e10
"""Payoffs read when every message of every type is looked at once."""

METHOD = "iterated elimination; best replies to extreme conjectures, dominating messages, then linear programs (HiGHS)"


@dataclass(frozen=True, eq=False)
class Rationalizable(Shown):
    """What interim correlated rationalizability leaves.

    Attributes
    ----------
    surviving : tuple of n bool arrays (T_i, A_i): the messages that each type is left with
    rounds : rounds in which something was eliminated
    method : how it was found
    uncertain : answers that rest on the tolerance, of all rounds; a message in doubt stays
    tolerance : of those answers, relative to the largest loss; 0 if every answer was checked in whole numbers
    """

    surviving: tuple[np.ndarray, ...]
    rounds: int
    method: str
    uncertain: int
    tolerance: float

    def messages(self, player: int, type_: int) -> IntArray:
        """The messages that a type of a player is left with, ascending."""
        return np.flatnonzero(self.surviving[player][type_])


@dataclass(frozen=True)
class RationalizableLie(Shown):
    """A type that may rationally say something else than the truth.

    Attributes
    ----------
    player, type, lie : indices; the lie is a message
    surviving : all messages that the type is left with
    rounds : rounds of elimination that they survive
    """

    player: int
    type: int
    lie: int
    surviving: tuple[int, ...]
    rounds: int


@takes(game=BayesianGame)
def interim_correlated_rationalizability(game: BayesianGame) -> Rationalizable:
    """The messages R_i(theta_i) that survive iterated elimination (S Definition 5).

    R_i^0 has all messages. In round k a message of type theta_i survives if it is a best reply, among all messages, to
    some conjecture sigma: theta_{-i} -> distributions on the product of the R_j^{k-1}(theta_j), theta_{-i} being drawn
    from the priors; if types are correlated, given theta_i (Dekel, Fudenberg & Morris 2007; S Definition 5 itself takes
    types as independent). Conjectures may correlate what the others say. Types with probability 0 have their own R_i,
    which matters to nobody else.

    Parameters
    ----------
    game : BayesianGame; its messages need not be reports of types

    Raises
    ------
    TooLargeError
        If payoffs times messages exceed MAX_WORK.

    Examples
    --------
    Player 1's second message is dominated; then player 2's first one is.

    >>> game = BayesianGame([[[[1, 1], [0, 0]]], [[[0, 1], [1, 0]]]], [[1], [1]], None)
    >>> found = interim_correlated_rationalizability(game)
    >>> found.messages(0, 0), found.messages(1, 0), found.rounds
    (array([0]), array([1]), 2)
    """
    work = _n_cases(game) * math.prod(map(float, game.n_messages))
    if work > MAX_WORK:
        fitting = int((MAX_WORK / game.n) ** (1 / (game.n + 2)))
        raise TooLargeError(
            f"too large: payoffs to read for all messages of all types are {work:.3g}, more than {MAX_WORK:.3g}; "
            f"{fitting} types and messages for each of {game.n} players would fit"
        )
    weighted = weighted_game(game)
    surviving = [np.ones((t, a), dtype=bool) for t, a in zip(game.n_types, game.n_messages, strict=True)]
    rounds, uncertain, changed = 0, 0, set(range(game.n))
    while changed:
        results = [
            _round(weighted, i, surviving) if changed - {i} or not rounds else (surviving[i], 0) for i in range(game.n)
        ]
        uncertain += sum(doubts for _, doubts in results)
        changed = {i for i in range(game.n) if (results[i][0] != surviving[i]).any()}
        surviving = [left for left, _ in results]
        rounds += bool(changed)
    exact = weighted.tolerance == 0 and not uncertain
    return Rationalizable(tuple(surviving), rounds, METHOD, uncertain, 0.0 if exact else RELATIVE_TOLERANCE)


@takes(game=BayesianGame)
def unique_rationalizable_truth(game: BayesianGame) -> Verdict:
    """Whether the truth is the only rationalizable message of every type (S Proposition 2).

    Parameters
    ----------
    game : BayesianGame

    Returns
    -------
    Verdict; the witness is a RationalizableLie of the type that is left with most messages

    Examples
    --------
    >>> game = BayesianGame([[[[1, 0], [0, 1]]], [[[1, 0], [0, 1]]]], [[1], [1]], [[0], [0]])
    >>> unique_rationalizable_truth(game).witness
    RationalizableLie(player=0, type=0, lie=1, surviving=(0, 1), rounds=0)
    """
    if game.truthful is None:
        return no_truth(METHOD, game)
    size = f"{_n_cases(game)} messages of {sum(game.n_types)} types"
    try:
        found = interim_correlated_rationalizability(game)
    except TooLargeError as error:
        return Verdict("too large", METHOD, size, reason=str(error))
    witness: RationalizableLie | None = None
    for i, truths in enumerate(game.truthful):
        for t, truth in enumerate(truths):
            left = tuple(found.messages(i, t).tolist())
            if left != (truth,) and (witness is None or len(left) > len(witness.surviving)):
                witness = RationalizableLie(i, t, next(m for m in left if m != truth), left, found.rounds)
    return Verdict("fails" if witness else "holds", METHOD, size, found.tolerance, witness)


def _n_cases(game: BayesianGame) -> int:
    """Pairs of a type and a message."""
    return sum(types * messages for types, messages in zip(game.n_types, game.n_messages, strict=True))


def _round(weighted: WeightedGame, player: int, surviving: list[np.ndarray]) -> tuple[np.ndarray, int]:
    """The messages of a player's types that survive one more round, and the answers that rest on the tolerance."""
    conjectures, scale = conjectures_of(weighted, player, surviving), weighted.interim_scale(player)
    left, uncertain = surviving[player].copy(), 0
    for t, tensor in enumerate(weighted.payoffs[player]):
        search = Justification(np.moveaxis(tensor, player, 0), conjectures[t], weighted.slack(scale[t], player))
        for message in np.flatnonzero(left[t]):
            left[t, message] = search.justified(int(message))
        uncertain += search.uncertain
    return left, uncertain
