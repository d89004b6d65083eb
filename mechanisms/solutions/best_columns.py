"""Which of one player's messages are best replies to some profile of the others, remembered round after round.

A best reply is dominated by nothing, whatever goes, as long as that profile is left. So a later round of elimination
looks only at the messages whose profile has gone.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from mechanisms.arrays import IntArray


class BestColumns:
    """For each message a column, a profile of the others, to which it is a best reply.

    Parameters
    ----------
    own : ndarray (R, C), the payoffs of R messages against C profiles
    to_beat : ndarray (R, C), what a message must exceed to be better: the payoffs, and the margin for floats

    Attributes
    ----------
    column : int ndarray (R,), one column of each message, -1 where none is known

    Examples
    --------
    >>> own = np.array([[3, 0], [0, 2], [1, 1]])
    >>> best = BestColumns(own, own)
    >>> best.lacking(np.arange(3), np.array([True, True])), best.column
    (array([2]), array([ 0,  1, -1]))
    """

    def __init__(self, own: np.ndarray, to_beat: np.ndarray) -> None:
        self.own, self.to_beat = own, to_beat
        self.column = np.full(len(own), -1)
        self._within = np.zeros(len(own), dtype=bool)
        self._top, self._leader = own[0], np.empty(0, dtype=np.int64)

    def lacking(self, rows: IntArray, columns: np.ndarray) -> IntArray:
        """Places, among the messages `rows` that are left, of those that are a best reply to none of the `columns`
        (a mask) that are left."""
        self._follow(rows, columns)
        at = self.column[rows]
        ask = np.flatnonzero((at < 0) | ~columns[at])
        if not len(ask):
            return ask
        left = np.flatnonzero(columns)
        best = self.to_beat[rows[ask, None], left] >= self._top[left]
        found = best.any(axis=1)
        self.column[rows[ask]] = np.where(found, left[best.argmax(axis=1)], -1)
        return ask[~found]

    def leaders(self, left: IntArray) -> IntArray:
        """Messages that are a best reply to one of the columns `left`, one for each, ascending; after `lacking`."""
        return np.flatnonzero(np.bincount(self._leader[left]))

    def nearest(self, left: IntArray, target: np.ndarray) -> tuple[int, int]:
        """The column of `left` in which the best message exceeds the target least (its place), and that message."""
        place = int((self._top[left] - target).argmin())
        return place, int(self._leader[left[place]])

    def _follow(self, rows: IntArray, columns: np.ndarray) -> None:
        """The best payoff in each column, and a message that has it, when messages have gone or others have come."""
        within = np.zeros(len(self.own), dtype=bool)
        within[rows] = True
        if (within & ~self._within).any():
            self._leader, self._top = self._of_all[0].copy(), self._of_all[1].copy()
        if (stale := np.flatnonzero(columns & ~within[self._leader])).size:
            own = self.own[rows[:, None], stale]
            self._leader[stale] = rows[own.argmax(axis=0)]
            self._top[stale] = own.max(axis=0)
        if (within & ~self._within).any():  # those who have come may be better where others were best
            at = self.column[rows]
            self.column[rows] = np.where(self.to_beat[rows, at] >= self._top[at], at, -1)
        self._within = within

    @cached_property
    def _of_all(self) -> tuple[IntArray, np.ndarray]:
        """A message that is best in each column, if all are left, and its payoff."""
        return self.own.argmax(axis=0), self.own.max(axis=0)
