"""One player's messages that are strictly dominated by another one, fast and round after round.

Comparing all pairs of messages on all profiles of the others is slow, so pairs are first screened on a few of these
profiles, and what was found in one round of elimination is kept for the next.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property, reduce
from typing import Generic, TypeVar

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.games.comparisons import Margin
from mechanisms.solutions.best_columns import BestColumns
from mechanisms.verdicts import TooLargeError

MAX_PAIRS = 100_000_000
"""Pairs of messages of one player: 1 GB."""
FEW_COLUMNS = 16
"""Pairs of messages are screened on so many profiles of the others before any pair is compared on all of them."""
FEW_LEADERS = 4
"""Messages are first compared with those that are best somewhere, if these are at most one in so many."""
CHUNK_ENTRIES = 1 << 22
SMALL = 1 << 15
"""Pairs of messages times profiles that are compared at once, without a look at what is known of them."""
PLAIN = 1 << 22
"""Pairs of messages of which none is known to stay, times profiles, that are compared at once."""

Why = TypeVar("Why")
"""Why messages go."""

Found = tuple[IntArray, IntArray]
"""The messages that go, ascending, and for each of them one that beats it."""


class Player(ABC, Generic[Why]):
    """One player's payoffs, with what is already known of them: in the first round all games ask the same."""

    @abstractmethod
    def drops(self, rows: IntArray, others: Sequence[np.ndarray]) -> tuple[IntArray, Why]:
        """Those of the messages `rows` that go, from the mask of the messages that each other player has left."""

    @cached_property
    def _answers(self) -> dict[bytes, tuple[IntArray, Why]]:
        return {}

    def answer(self, i: int, left: Sequence[np.ndarray]) -> tuple[IntArray, Why]:
        """The same for the i-th player of a game, from the mask of the messages that each player has left."""
        others = [*left[:i], *left[i + 1 :]]
        key = b"".join(mask.tobytes() for mask in (left[i], *others))
        if key not in self._answers:
            self._answers[key] = self.drops(np.flatnonzero(left[i]), others)
        return self._answers[key]


class Comparing(Player[Why]):
    """Who compares messages profile by profile."""

    @abstractmethod
    def find(self, rows: IntArray, columns: np.ndarray) -> tuple[IntArray, Why]:
        """Those of the messages `rows` that go when the profiles of the others in `columns` (a mask) are left."""

    def drops(self, rows: IntArray, others: Sequence[np.ndarray]) -> tuple[IntArray, Why]:
        """The same from the masks."""
        return self.find(rows, reduce(np.logical_and.outer, others, np.array(True)).reshape(-1))


def check_pairs(n_messages: Sequence[int]) -> None:
    """TooLargeError if a player's messages cannot be compared in pairs."""
    size = max(n_messages)
    if size**2 > MAX_PAIRS:
        raise TooLargeError(
            f"too large: the pairs of one player's messages are {size**2:.3g}, more than {MAX_PAIRS:.3g}; "
            f"{int(MAX_PAIRS**0.5)} messages a player would fit"
        )


def _check_compared(asked: int, rows: int, columns: int, most: float) -> None:
    compared = asked * rows * min(columns, 4 * FEW_COLUMNS)  # most pairs are told apart by few columns
    if compared > most:
        raise TooLargeError(
            f"too large: {asked} of a player's {rows} messages would have to be compared with all others against "
            f"{columns} profiles, about {compared:.3g} payoffs, more than {most:.3g}; fewer messages would fit"
        )


class PureDominance(Comparing[IntArray]):
    """One player's messages that are strictly dominated by another one.

    A message that is a best reply to one of the columns stays (best_columns.py). For each other pair (a, b) it
    remembers an excuse: a column in which b is not better than a. The excuse holds until the column goes, so that a
    later round compares only the pairs that have lost theirs.
    """

    def __init__(self, own: np.ndarray, margin: Margin) -> None:
        self.own = own
        self.to_beat = own + margin if margin else own
        self.best = BestColumns(own, self.to_beat)

    @cached_property
    def excuse(self) -> np.ndarray:
        """A column for each pair of messages, -1 where none is known."""
        return np.full((len(self.own), len(self.own)), -1, dtype=np.int32)

    def find(self, rows: IntArray, columns: np.ndarray, only: np.ndarray | None = None, most: float = np.inf) -> Found:
        """Those of `rows` (and of `only`, a mask of all messages) that are dominated on the `columns` left.

        TooLargeError if more than `most` payoffs would have to be compared.
        """
        left = np.flatnonzero(columns)
        small = len(rows) ** 2 * len(left) <= SMALL
        asked = np.arange(len(rows)) if small else self.best.lacking(rows, columns)
        if only is not None:
            asked = asked[only[rows[asked]]]
        if not len(asked):
            return rows[:0], rows[:0]
        dominator = np.full(len(rows), -1)
        if not small:
            dominator[asked] = self._leading(rows, asked, left)
            asked = asked[dominator[asked] < 0]
            _check_compared(len(asked), len(rows), len(left), most)
        if len(asked):
            dominator[asked] = self._dominators(rows, asked, columns, left)
        return _stay(rows, dominator)

    def _leading(self, rows: IntArray, asked: IntArray, left: IntArray) -> IntArray:
        """For each of `asked` a message that dominates it and is best somewhere, or -1; only where these are few."""
        by, leaders = np.full(len(asked), -1), np.searchsorted(rows, self.best.leaders(left))
        if FEW_LEADERS * len(leaders) > len(rows):
            return by
        own = self.own[rows[leaders, None], left]
        for start in range(0, len(asked), chunk := max(1, CHUNK_ENTRIES // own.size)):
            part = slice(start, start + chunk)
            better = _better(own, self.to_beat[rows[asked[part], None], left])
            by[part] = np.where(better.any(axis=1), leaders[better.argmax(axis=1)], -1)
        return by

    def _dominators(self, rows: IntArray, asked: IntArray, columns: np.ndarray, left: IntArray) -> IntArray:
        """For each of the places `asked` in `rows` the place of a message that dominates it, or -1."""
        if len(asked) * len(rows) * len(left) <= PLAIN:
            own, bar = part_of(self.own, rows, left), self.to_beat[rows[asked, None], left]
            better = _better(own, bar)
            return np.where(better.any(axis=1), better.argmax(axis=1), -1)
        excuses = part_of(self.excuse, rows[asked], rows)
        pending = ~np.append(columns, False)[excuses]  # excuse -1 is the last entry
        pending[np.arange(len(asked)), asked] = False
        count = int(np.count_nonzero(pending))
        if count <= len(rows) or count * len(left) <= SMALL:
            return self._at_once(rows, asked, left, pending)
        return self._screened(rows, asked, left, pending, excuses)

    def _at_once(self, rows: IntArray, asked: IntArray, left: IntArray, pending: np.ndarray) -> IntArray:
        """For few pending pairs, each compared in all columns."""
        a, b = np.nonzero(pending)
        fails = self.own[np.ix_(rows[b], left)] <= self.to_beat[np.ix_(rows[asked[a]], left)]
        first = fails.argmax(axis=1)
        excused = fails[np.arange(len(a)), first]
        self.excuse[rows[asked[a[excused]]], rows[b[excused]]] = left[first[excused]]
        dominator = np.full(len(asked), -1)
        dominator[a[~excused]] = b[~excused]
        return dominator

    def _screened(
        self, rows: IntArray, asked: IntArray, left: IntArray, pending: np.ndarray, excuses: np.ndarray
    ) -> IntArray:
        """The same for many pairs."""
        own = part_of(self.own, rows, left)
        to_beat = self.to_beat[rows[asked, None], left]
        by = _compare(own, to_beat, pending, asked, excuses, left)
        self.excuse[np.ix_(rows[asked], rows)] = excuses
        return by


def _better(own: np.ndarray, to_beat: np.ndarray) -> np.ndarray:
    """Which messages b are better than a in all columns: (a, b), from (b, columns) and (a, columns)."""
    return np.asarray(np.all(own > to_beat[:, None], axis=2))


def _stay(rows: IntArray, dominator: IntArray) -> Found:
    """The rows that have a dominator, each with one that stays: dominance is transitive."""
    gone = np.flatnonzero(dominator >= 0)
    because = dominator[gone]
    while (dominator[because] >= 0).any():
        because = np.where(dominator[because] >= 0, dominator[because], because)
    return rows[gone], rows[because]


def part_of(table: np.ndarray, rows: IntArray, columns: IntArray) -> np.ndarray:
    """Those rows and columns, both ascending; the table itself if they are all."""
    return table if (len(rows), len(columns)) == table.shape else table[rows[:, None], columns]


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
