"""Which of one player's messages are best replies to some profile of the others, remembered round after round.

A best reply is dominated by nothing, whatever goes, as long as that profile is left. So a later round of elimination
looks only at the messages whose profile has gone.
"""

from __future__ import annotations

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
        self._top, self._leader = np.empty(0), np.empty(0, dtype=np.int64)

    def lacking(self, rows: IntArray, columns: np.ndarray) -> IntArray:
        """Places, among the messages `rows` that are left, of those that are a best reply to none of the `columns`
        (a mask) that are left."""
        self._follow(rows, columns)
        ask = np.flatnonzero(~np.append(columns, False)[self.column[rows]])
        if not len(ask):
            return ask
        left = np.flatnonzero(columns)
        best = self.to_beat[np.ix_(rows[ask], left)] >= self._top[left]
        found = best.any(axis=1)
        self.column[rows[ask]] = np.where(found, left[best.argmax(axis=1)], -1)
        return ask[~found]

    def leaders(self, left: IntArray) -> IntArray:
        """Messages that are a best reply to one of the columns `left`, one for each, ascending; after `lacking`."""
        return np.unique(self._leader[left])

    def _follow(self, rows: IntArray, columns: np.ndarray) -> None:
        """The best payoff in each column, and a message that has it, when messages have gone or others have come."""
        within = np.zeros(len(self.own), dtype=bool)
        within[rows] = True
        if (within & ~self._within).any():
            self.column[:] = -1
            own = self.own if len(rows) == len(self.own) else self.own[rows]
            self._leader = rows[own.argmax(axis=0)]
            self._top = own.max(axis=0)
        elif (stale := np.flatnonzero(columns & ~within[self._leader])).size:
            own = self.own[np.ix_(rows, stale)]
            self._leader[stale] = rows[own.argmax(axis=0)]
            self._top[stale] = own.max(axis=0)
        self._within = within
