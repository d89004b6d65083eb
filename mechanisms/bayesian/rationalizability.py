"""Interim correlated rationalizability (ICR) on finite types (S Definition 5; Dekel, Fudenberg & Morris 2007)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import IntArray, takes
from mechanisms.bayesian._conjectures import Conjectures, conjectures_of
from mechanisms.bayesian._justification import Justification
from mechanisms.bayesian._weights import RELATIVE_TOLERANCE, WeightedGame, no_truth, weighted_game
from mechanisms.games.copies import Distinct, distinct_messages
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.solutions.pure_dominance import PureDominance
from mechanisms.solutions.rationalizability import Rational
from mechanisms.verdicts import TooLargeError, Verdict

MAX_WORK = 2e10
"""Payoffs read when every message of every type is looked at once."""

Ask = Callable[[int, int, list[np.ndarray]], tuple[IntArray, object]]
"""ask(i, t, left): what the t-th type of player i drops in games of complete information, where left[k] is the mask of
the messages that player k has left, with anything more."""

METHOD = "iterated elimination; best replies to extreme conjectures, dominating messages, then linear programs (HiGHS)"


Proofs = dict[tuple[int, int], IntArray]
"""For a type and a message to which some conjecture was found: what it expects of whom, as numbers of the other
players' types and messages. It stands as long as all that is left."""


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
    _check(game)
    return rationalizable_of(distinct_messages(game))


def _check(game: BayesianGame) -> None:
    """TooLargeError before what would take minutes."""
    work = _n_cases(game) * math.prod(map(float, game.n_messages))
    if work > MAX_WORK:
        fitting = int((MAX_WORK / game.n) ** (1 / (game.n + 2)))
        raise TooLargeError(
            f"too large: payoffs to read for all messages of all types are {work:.3g}, more than {MAX_WORK:.3g}; "
            f"{fitting} types and messages for each of {game.n} players would fit"
        )


def rationalizable_of(distinct: Distinct, ask: Ask | None = None) -> Rationalizable:
    """The same; `ask` knows already what the types drop in games of complete information without copies of messages."""
    _check(distinct.whole)
    game = distinct.game
    weighted = weighted_game(game)
    exact = weighted.tolerance == 0 and weighted.payoffs[0].dtype == np.int64
    bounds = (ask or _asked(game)) if exact else None
    surviving = [np.ones((t, a), dtype=bool) for t, a in zip(game.n_types, game.n_messages, strict=True)]
    proofs: list[Proofs] = [{} for _ in range(game.n)]
    rounds, uncertain, changed = 0, 0, set(range(game.n))
    while changed:
        results = [
            _round(weighted, i, surviving, bounds, proofs[i]) if changed - {i} or not rounds else (surviving[i], 0)
            for i in range(game.n)
        ]
        uncertain += sum(doubts for _, doubts in results)
        changed = {i for i in range(game.n) if (results[i][0] != surviving[i]).any()}
        surviving = [left for left, _ in results]
        rounds += bool(changed)
    sure = weighted.tolerance == 0 and not uncertain
    return Rationalizable(distinct.copied(surviving), rounds, METHOD, uncertain, 0.0 if sure else RELATIVE_TOLERANCE)


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
    return truth_by(game, lambda: interim_correlated_rationalizability(game))


def truth_by(game: BayesianGame, rationalizable: Callable[[], Rationalizable]) -> Verdict:
    """The same from a function that finds what is rationalizable, or says that it is too large."""
    assert game.truthful is not None
    size = f"{_n_cases(game)} messages of {sum(game.n_types)} types"
    try:
        found = rationalizable()
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


def _asked(game: BayesianGame) -> Ask:
    """What types drop in games of complete information, each from its payoffs."""
    known: dict[tuple[int, int], Rational] = {}

    def ask(i: int, t: int, left: list[np.ndarray]) -> tuple[IntArray, object]:
        if (i, t) not in known:
            own = np.moveaxis(game.payoffs[i][t], i, 0)
            known[i, t] = Rational(PureDominance(np.ascontiguousarray(own.reshape(len(own), -1)), 0))
        return known[i, t].answer(i, left)

    return ask


def _round(
    weighted: WeightedGame, player: int, surviving: list[np.ndarray], bounds: Ask | None, proofs: Proofs
) -> tuple[np.ndarray, int]:
    """The messages of a player's types that survive one more round, and the answers that rest on the tolerance."""
    conjectures, scale = conjectures_of(weighted, player, surviving), weighted.interim_scale(player)
    left, uncertain = surviving[player].copy(), 0
    others = weighted.others(player)
    available = np.concatenate([surviving[j].ravel() for j in others] or [left[:0, 0]])
    for t, tensor in enumerate(weighted.payoffs[player]):
        rows, open_ = np.arange(len(left[t])), left[t].copy()
        if bounds is not None:  # then it is enough to compare messages that are left: exact replies are among them
            rows = np.flatnonzero(left[t])
            if len(rows) == 1:
                continue
            stay, left[t] = _bounded(bounds, weighted, player, t, surviving, conjectures[t])
            open_ = left[t] & ~stay
        open_[[m for m in np.flatnonzero(open_).tolist() if (t, m) in proofs and available[proofs[t, m]].all()]] = False
        if not open_.any():
            continue
        possible = conjectures[t].possible()
        own = np.moveaxis(tensor, player, 0)[np.ix_(rows, *possible)]
        search = Justification(own, conjectures[t].among(possible), weighted.slack(scale[t], player))
        for place in np.flatnonzero(open_[rows]):
            left[t, rows[place]] = search.justified(int(place))
        uncertain += search.uncertain
        for proved, profiles in search.proofs.items():
            proofs[t, int(rows[proved])] = _expected(weighted, others, conjectures[t], possible, profiles)
    return left, uncertain


def _expected(
    weighted: WeightedGame,
    others: list[int],
    conjectures: Conjectures,
    possible: tuple[IntArray, ...],
    profiles: list[IntArray],
) -> IntArray:
    """What conjectures expect, profiles of `possible` messages, as numbers of the others' types and messages."""
    sizes = [len(weighted.weights[j]) * weighted.n_messages[j] for j in others]
    before = np.cumsum([0, *sizes])
    expected = {
        int(before[k]) + t * weighted.n_messages[others[k]] + int(possible[k][m])
        for profile in profiles
        for k, t, m in conjectures.used(profile, tuple(map(len, possible)))
    }
    return np.array(sorted(expected), dtype=np.int64)


def _bounded(
    ask: Ask, weighted: WeightedGame, player: int, t: int, surviving: list[np.ndarray], conjectures: Conjectures
) -> tuple[np.ndarray, np.ndarray]:
    """Messages of a type that are sure to stay, and those that may: masks (A_i,).

    Who can be believed to say anything of what all types are left with, whatever the type, can believe more; who can be
    believed to say anything of what some type is left with, can believe less.
    """
    masks: list[np.ndarray] = [np.zeros(size, dtype=bool) for size in weighted.n_messages]
    masks[player] = surviving[player][t]

    def not_dropped(believed: tuple[IntArray, ...]) -> np.ndarray:
        for j, messages in zip(weighted.others(player), believed, strict=True):
            masks[j] = np.isin(np.arange(len(masks[j])), messages)
        kept = masks[player].copy()
        kept[ask(player, t, masks)[0]] = False
        return kept

    certain = conjectures.certain()
    try:
        may = not_dropped(conjectures.possible())
        return (not_dropped(certain) if all(map(len, certain)) else np.zeros_like(may)), may
    except TooLargeError:  # of linear programs, which grow with what is believed here, and not there
        return np.zeros_like(masks[player]), masks[player].copy()
