"""One player's messages that are strictly dominated by another one, fast and round after round.

Comparing all pairs of messages on all profiles of the others is slow, so pairs are first screened on a few of these
profiles, and what was found in one round of elimination is kept for the next.
"""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.games.comparisons import Margin
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.verdicts import TooLargeError

MAX_PAIRS = 100_000_000
"""Pairs of messages of one player: 1 GB."""
FEW_COLUMNS = 16
"""Pairs of messages are screened on so many profiles of the others before any pair is compared on all of them."""
CHUNK_ENTRIES = 1 << 22
SMALL = 1 << 15
"""Pairs of messages times profiles that are compared at once, without screening."""

Found = tuple[IntArray, IntArray]
"""The messages that go, ascending, and for each of them one that beats it."""


def check_pairs(game: NormalFormGame) -> None:
    """TooLargeError if a player's messages cannot be compared in pairs."""
    size = max(game.shape)
    if size**2 > MAX_PAIRS:
        raise TooLargeError(
            f"too large: the pairs of one player's messages are {size**2:.3g}, more than {MAX_PAIRS:.3g}; "
            f"{int(MAX_PAIRS**0.5)} messages a player would fit"
        )


class PureDominance:
    """One player's messages that are strictly dominated by another one.

    For each pair (a, b) it remembers an excuse: a column in which b is not better than a. The excuse holds until the
    column goes, so that a later round compares only the pairs that have lost theirs.
    """

    def __init__(self, own: np.ndarray, margin: Margin) -> None:
        self.own = own
        self.to_beat = own + margin if margin else own
        self.excuse = np.full((len(own), len(own)), -1, dtype=np.int32)

    def find(self, rows: IntArray, columns: np.ndarray, only: np.ndarray | None = None) -> Found:
        """Those of `rows` (and of `only`, a mask of all messages) that are dominated on the `columns` left."""
        left = np.flatnonzero(columns)
        holds = np.append(columns, False)  # excuse -1 is the last entry
        excuse = _part(self.excuse, rows, rows)
        pending = ~holds[excuse]
        np.fill_diagonal(pending, False)
        if only is not None:
            pending[~only[rows]] = False
        count = int(np.count_nonzero(pending))
        if not count:
            return rows[:0], rows[:0]
        if count <= len(rows) or count * len(left) <= SMALL:
            return _stay(rows, self._at_once(rows, left, pending))
        return _stay(rows, self._screened(rows, left, pending, excuse))

    def _at_once(self, rows: IntArray, left: IntArray, pending: np.ndarray) -> IntArray:
        """For each of the rows one that dominates it, or -1: few pending pairs, each compared in all columns."""
        a, b = np.nonzero(pending)
        fails = self.own[np.ix_(rows[b], left)] <= self.to_beat[np.ix_(rows[a], left)]
        first = fails.argmax(axis=1)
        excused = fails[np.arange(len(a)), first]
        self.excuse[rows[a[excused]], rows[b[excused]]] = left[first[excused]]
        dominator = np.full(len(rows), -1)
        dominator[a[~excused]] = b[~excused]
        return dominator

    def _screened(self, rows: IntArray, left: IntArray, pending: np.ndarray, excuse: np.ndarray) -> IntArray:
        """The same for many pairs."""
        asked = np.flatnonzero(pending.any(axis=1))
        own = _part(self.own, rows, left)
        to_beat = _part(own, asked, np.arange(len(left)))
        if self.to_beat is not self.own:
            to_beat = _part(self.to_beat, rows[asked], left)
        excuses = excuse[asked]
        by = _compare(own, to_beat, pending[asked], asked, excuses, left)
        self.excuse[np.ix_(rows[asked], rows)] = excuses
        dominator = np.full(len(rows), -1)
        dominator[asked] = by
        return dominator


def _stay(rows: IntArray, dominator: IntArray) -> Found:
    """The rows that have a dominator, each with one that stays: dominance is transitive."""
    gone = np.flatnonzero(dominator >= 0)
    because = dominator[gone]
    while (dominator[because] >= 0).any():
        because = np.where(dominator[because] >= 0, dominator[because], because)
    return rows[gone], rows[because]


def _part(table: np.ndarray, rows: IntArray, columns: IntArray) -> np.ndarray:
    """Those rows and columns, both ascending; the table itself if they are all."""
    return table if (len(rows), len(columns)) == table.shape else table[np.ix_(rows, columns)]


def _compare(
    own: np.ndarray, to_beat: np.ndarray, pending: np.ndarray, asked: IntArray, excuses: np.ndarray, names: IntArray
) -> IntArray:
    """For each a one b that dominates it, or -1: own[b] > to_beat[a] in all columns, among the pending pairs (a, b).

    `asked` numbers the a among the b. `excuses` gets the name of a column in which b fails for each pair that is found
    to fail. All pairs are screened on a few columns. Then each a is compared in full with the b that is left with the
    largest sum; the column in which most of these failed screens all other pairs next, and so on.
    """
    n_columns = own.shape[1]
    by, tried = np.full(len(asked), -1), False
    _screen(own, to_beat, pending, excuses, np.linspace(0, n_columns - 1, FEW_COLUMNS).round().astype(int), names)
    rank = np.argsort(-own.mean(axis=1, dtype=np.float64), kind="stable")
    while len(open_rows := np.flatnonzero(pending.any(axis=1))):
        a = open_rows[: max(1, CHUNK_ENTRIES // n_columns)]
        b = rank[pending[np.ix_(a, rank)].argmax(axis=1)]
        fails = own[b] <= to_beat[a]
        first, excused = fails.argmax(axis=1), fails.any(axis=1)
        excuses[a[excused], b[excused]] = names[first[excused]]
        pending[a[excused], b[excused]] = False
        beaten = a[~excused]
        by[beaten] = b[~excused]
        pending[beaten] = False
        pending[:, asked[beaten]] = False  # what these dominate, their dominators dominate too
        if excused.any():
            _screen(own, to_beat, pending, excuses, np.array([np.bincount(first[excused]).argmax()]), names)
            if not tried:
                _screen_on_extremes(own, to_beat, pending, asked, excuses, names)
                tried = True
    return by


def _screen(
    own: np.ndarray, to_beat: np.ndarray, pending: np.ndarray, excuses: np.ndarray, columns: IntArray, names: IntArray
) -> None:
    """Excuse the pending pairs that fail in one of a few columns: all pairs at once while many are pending."""
    few = None
    for column in np.unique(columns):
        better, bar = own[:, column], to_beat[:, column]
        if few is None and np.count_nonzero(pending) * FEW_COLUMNS < pending.size:
            few = np.nonzero(pending)
        if few is not None:
            fails = better[few[1]] <= bar[few[0]]
            excuses[few[0][fails], few[1][fails]] = names[column]
            pending[few[0][fails], few[1][fails]] = False
            few = few[0][~fails], few[1][~fails]
        else:
            fails = better[None, :] <= bar[:, None]
            fails &= pending
            np.putmask(excuses, fails, names[column])
            pending ^= fails


def _screen_on_extremes(
    own: np.ndarray, to_beat: np.ndarray, pending: np.ndarray, asked: IntArray, excuses: np.ndarray, names: IntArray
) -> None:
    """Excuse the pending pairs that fail where b is worst, or where a is best, compared with the mean of the column."""
    deviation = own - own.mean(axis=0, dtype=np.float64)
    a, b = np.nonzero(pending)
    worst, best = deviation.argmin(axis=1), deviation.argmax(axis=1)[asked]
    for at_worst in (True, False):
        columns = worst[b] if at_worst else best[a]
        fails = own[b, columns] <= to_beat[a, columns]
        excuses[a[fails], b[fails]] = names[columns[fails]]
        pending[a[fails], b[fails]] = False
        a, b = a[~fails], b[~fails]
