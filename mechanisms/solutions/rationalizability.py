"""Rationalizable messages, with correlated conjectures (Bernheim 1984; Pearce 1984; Brandenburger and Dekel 1987).

A message is a best reply to some conjecture, a distribution over the profiles of the others, if and only if no mixture
of the player's messages is strictly better against every profile (Pearce 1984, Lemma 3, with correlation). In a round
every player drops, all at the same time, the messages that are never a best reply to a conjecture on what is left.

For two players these are Pearce's rationalizable messages; for three or more his definition, with independent
conjectures, can leave fewer. Pure tests come first: a best reply to one profile stays, a message that is strictly
dominated by another one goes. The rest is decided by matrix_games.py, in whole numbers for integer payoffs.
Floating-point payoffs are put on a grid of 1e-12 of the largest absolute payoff of the game, and "strictly better"
means by more than 1e-9 of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mechanisms.arrays import IntArray, as_players, takes
from mechanisms.games.best_responses import payoff_rows
from mechanisms.games.comparisons import Margin, margin_of
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.shown import Shown
from mechanisms.solutions.elimination import eliminate
from mechanisms.solutions.matrix_games import Part, as_wide, exceed_from, weighted
from mechanisms.solutions.pure_dominance import Comparing, PureDominance, check_pairs, part_of
from mechanisms.verdicts import TooLargeError

MAX_COMPARED = 1e9
"""Payoffs that are compared, to find the messages of a player that another one dominates: some seconds."""
MAX_WORK = 200_000_000
SETTING_UP = 20_000
"""Payoffs that the linear programs of one player go through, and as how many each counts at least: about a minute."""
STEPS_PER_TOLERANCE = 1000
"""Floating-point payoffs are rounded to this part of the tolerance."""


@dataclass(frozen=True, eq=False)
class Mixture(Shown):
    """A mixture of the player's messages that is strictly better than `message` against every profile that was left.

    Attributes
    ----------
    message : the message that goes
    messages, weights : those that are mixed, ascending, and their probabilities as fractions
    """

    message: int
    messages: IntArray
    weights: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Conjecture(Shown):
    """A distribution over what is left of the others' profiles to which `message` is a best reply.

    Attributes
    ----------
    message : the message that stays
    profiles : int array (k, n - 1), the messages of the other players in their order
    weights : k probabilities as fractions
    """

    message: int
    profiles: IntArray
    weights: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Rationalizability(Shown):
    """The rationalizable messages with a proof for every message.

    Attributes
    ----------
    survivors : n int arrays, the rationalizable messages of each player, ascending
    removed : removed[r][i] are the Mixtures that prove that player i's messages of round r (from 0) go
    conjectures : conjectures[i] are the Conjectures that prove that the survivors stay, in their order
    tolerance : relative tolerance of comparisons; 0 = exact
    """

    survivors: tuple[IntArray, ...]
    removed: tuple[tuple[tuple[Mixture, ...], ...], ...]
    conjectures: tuple[tuple[Conjecture, ...], ...]
    tolerance: float

    @property
    def rounds(self) -> int:
        """The rounds in which a message went."""
        return len(self.removed)

    @property
    def solved(self) -> bool:
        """Whether one profile is left."""
        return all(len(left) == 1 for left in self.survivors)


@takes(game=NormalFormGame)
def rationalizable_messages(game: NormalFormGame, players: Sequence[Rational] | None = None) -> Rationalizability:
    """The rationalizable messages of every player, by iterated elimination of never-best replies.

    Parameters
    ----------
    game : NormalFormGame
    players : those of another game in which these players have the same payoffs, made by `rational_player`; what was
        found there is not computed again

    Returns
    -------
    Rationalizability

    Raises
    ------
    TooLargeError
        If a player has more messages than can be compared in pairs, or more linear programs are needed than fit.

    Examples
    --------
    The middle message is dominated by a mixture of the others only.

    >>> own = [[4, 0], [1, 1], [0, 4]]
    >>> result = rationalizable_messages(NormalFormGame([own, [[0, 0]] * 3]))
    >>> result.survivors
    (array([0, 2]), array([0, 1]))
    >>> result.removed[0][0][0]
    Mixture(message=1, messages=array([0, 2]), weights=(Fraction(1, 2), Fraction(1, 2)))
    """
    check_pairs(game.shape)
    tolerance = margin_of(game.payoffs)[0]
    known = (
        [rational_player(game, i) for i in range(game.n)] if players is None else as_players(players, game.n, Rational)
    )
    history: list[dict[int, tuple[IntArray, Proofs]]] = []
    survivors, last = eliminate(game.shape, lambda i, left: known[i].answer(i, left), history.append)
    removed = tuple(tuple(found[i][1].goes if i in found else () for i in range(game.n)) for found in history)
    conjectures = tuple(
        tuple(_conjecture(game, i, int(a), *proofs.stays[int(a)]) for a in survivors[i])
        for i, (_, proofs) in enumerate(last)
    )
    return Rationalizability(survivors, removed, conjectures, tolerance)


def rational_player(game: NormalFormGame, i: int) -> Rational:
    """Player i of a game, to be used in each game with the same payoffs of this player."""
    return Rational(PureDominance(*_whole(payoff_rows(game, i), margin_of(game.payoffs[i])[1])))


@dataclass(frozen=True, eq=False)
class Proofs:
    """Why messages go, and why the others stay: profiles, and their probabilities, to which they are a best reply."""

    goes: tuple[Mixture, ...]
    stays: dict[int, tuple[IntArray, tuple[Fraction, ...]]]


class Rational(Comparing[Proofs]):
    """One player's payoffs in whole units, and the proofs found so far.

    A conjecture proves that a message stays in each game where the profiles that it is about are left: messages that
    went are no best replies to it, because they were dominated on more profiles than these.

    Parameters
    ----------
    dominance : the player's messages that are dominated by pure ones
    """

    def __init__(self, dominance: PureDominance) -> None:
        self.own, self.dominance = as_wide(dominance.own), dominance
        self.mixtures: dict[int, Mixture] = {}
        self.parts: dict[int, tuple[IntArray, IntArray]] = {}
        self.conjectures: dict[int, tuple[IntArray, tuple[Fraction, ...]]] = {}
        self.work = 0

    def find(self, rows: IntArray, columns: np.ndarray) -> tuple[IntArray, Proofs]:
        """Those of `rows` that are a best reply to no distribution over the `columns` (a mask) that are left."""
        unproved = rows[self.dominance.best.lacking(rows, columns)]
        unproved = unproved[[not self._proved(int(a), columns) for a in unproved]]
        goes = self._dominated(rows, columns, unproved) if len(unproved) else {}
        best, sure = self.dominance.best.column, (Fraction(1),)
        stays = {
            a: (best[a : a + 1].copy(), sure) if best[a] >= 0 else self.conjectures[a]
            for a in rows.tolist()
            if a not in goes
        }
        gone = np.array([a for a in unproved.tolist() if a in goes], dtype=np.int64)
        return gone, Proofs(tuple(goes[a] for a in gone.tolist()), stays)

    def _dominated(self, rows: IntArray, columns: np.ndarray, unproved: IntArray) -> dict[int, Mixture]:
        """Those of `unproved` that go, with the mixture that is better; conjectures for the others."""
        only = np.zeros(len(self.own), dtype=bool)
        only[unproved] = True
        pure = zip(*self.dominance.find(rows, columns, only, MAX_COMPARED), strict=True)
        goes = {int(a): Mixture(int(a), np.array([b]), (Fraction(1),)) for a, b in pure}
        open_rows = [a for a in unproved.tolist() if a not in goes]
        left = np.flatnonzero(columns)
        self._check_programs(len(open_rows), len(rows) * len(left))
        if open_rows:
            own = part_of(self.own, rows, left)
            for a in open_rows:
                target = self.dominance.to_beat[a, left]
                if self._beaten_again(a, own, rows, target):
                    goes[a] = self.mixtures[a]
                    continue
                answer, part = exceed_from(own, target, self._start(a, rows, left, target))
                self.parts[a] = rows[part[0]], left[part[1]]
                if answer.exceeds:
                    goes[a] = self.mixtures[a] = Mixture(a, rows[answer.support], answer.weights)
                else:
                    self.conjectures[a] = (left[answer.support], answer.weights)
        return goes

    def _beaten_again(self, a: int, own: np.ndarray, rows: IntArray, target: np.ndarray) -> bool:
        """Whether the mixture that was better than message a in another game or round is here too."""
        if a not in self.mixtures:
            return False
        known = self.mixtures[a]
        places = _places(rows, known.messages)
        unit = math.lcm(*(weight.denominator for weight in known.weights))
        weights = [int(weight * unit) for weight in known.weights]
        return len(places) == len(weights) and bool(weighted(weights, own[places] - target).min() > 0)

    def _start(self, a: int, rows: IntArray, left: IntArray, target: np.ndarray) -> Part:
        """Places of rows and columns that may decide on message a: those that did, if they are left, or a guess."""
        place, best = self.dominance.best.nearest(left, target)
        names = self.parts.get(a, (rows[:0], left[:0]))
        known_rows, known_columns = (_places(own, part) for own, part in zip((rows, left), names, strict=True))
        return known_rows or _places(rows, np.array([best])), known_columns or [place]

    def _proved(self, a: int, columns: np.ndarray) -> bool:
        return a in self.conjectures and bool(columns[self.conjectures[a][0]].all())

    def _check_programs(self, count: int, entries: int) -> None:
        """TooLargeError before linear programs that would take minutes."""
        self.work += count * (entries + SETTING_UP)
        if count and self.work > MAX_WORK:
            raise TooLargeError(
                f"too large: {count} messages of a player need a linear program with {entries:.3g} payoffs each, with "
                f"those before {self.work:.3g} numbers, more than {MAX_WORK:.3g}; fewer messages would fit"
            )


def _places(names: IntArray, wanted: IntArray) -> list[int]:
    """Where those of `wanted` that are among the ascending names stand."""
    at = np.searchsorted(names, wanted).clip(max=len(names) - 1)
    found: list[int] = at[names[at] == wanted].tolist()
    return found


def _whole(own: np.ndarray, margin: Margin) -> tuple[np.ndarray, int]:
    """Payoffs in whole units, and by how many a message must be better to be strictly better."""
    if own.dtype.kind == "i":
        return own, 0
    return np.rint(own / (margin / STEPS_PER_TOLERANCE or 1.0)).astype(np.int64), STEPS_PER_TOLERANCE


def _conjecture(
    game: NormalFormGame, i: int, message: int, columns: IntArray, weights: tuple[Fraction, ...]
) -> Conjecture:
    others = game.shape[:i] + game.shape[i + 1 :]
    profiles = np.array(np.unravel_index(columns, others)).T if others else np.zeros((len(columns), 0), dtype=np.int64)
    return Conjecture(message, profiles, weights)
