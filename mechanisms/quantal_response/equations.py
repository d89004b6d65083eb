"""The equations of logit equilibria, for several games of one shape at once.

Unknowns are the log probabilities of classes of interchangeable messages (interchangeable.py), and lambda times the
range of payoffs. Games with fewer classes than others have unknowns beyond them that stay 0: their equations say so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.agents import largest_range
from mechanisms.quantal_response.interchangeable import interchangeable_messages

MAX_COPIED = 2.5e7
"""Payoffs that are kept in several orders, for speed: 200 MB."""
HIGHEST_LOG = 1.0
"""Log probabilities above it, which only a guess far off the branch has, are cut: no overflow."""


class LogitEquations:
    """Log probabilities less the logit replies to them, and the derivatives.

    Parameters
    ----------
    games : k BayesianGames with independent types, of the same shape and with the same priors

    Attributes
    ----------
    ranges : ndarray (k,), the largest difference of payoffs within a type; 1 if there is none
    classes : ndarray (k, size), the class of each message of all types
    starts : ndarray (k, m + 1), everybody plays all messages with the same probability, at lambda = 0

    Examples
    --------
    >>> pennies = BayesianGame([[[[9, 0], [0, 1]]], [[[0, 1], [1, 0]]]], [[1], [1]], truthful=None)
    >>> equations = LogitEquations([pennies])
    >>> equations(np.array([0]), equations.starts)[0].tolist()
    [[0.0, 0.0, 0.0, 0.0]]
    """

    def __init__(self, games: Sequence[BayesianGame]) -> None:
        one = games[0]
        self.priors, self._shapes = one.priors, list(zip(one.n_types, one.n_messages, strict=True))
        sizes = np.repeat(one.n_messages, one.n_types)
        self.size = int(sizes.sum())
        self.ranges = np.array([largest_range(game.payoffs) for game in games])
        self._payoffs = [
            np.stack([_scaled(game.payoffs[i], scale) for game, scale in zip(games, self.ranges, strict=True)])
            for i in range(one.n)
        ]
        self._pairs = _pairs(self._payoffs)
        self._first = np.cumsum(sizes) - sizes  # of each type
        ends = np.cumsum(np.multiply(one.n_types, one.n_messages)).tolist()
        self._blocks = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        self._owner = np.repeat(np.arange(len(sizes)), sizes)
        self._sort(np.stack([interchangeable_messages(game) for game in games]))
        logs = np.append(-np.log(np.repeat(sizes, sizes)), 0.0)
        self.starts = np.column_stack([np.where(self._unused, 0.0, logs[self._member]), np.zeros(len(games))])

    def _sort(self, classes: IntArray) -> None:
        """A message of each class, the members of each, and which unknowns are no class of a game."""
        self.classes, count = classes, int(classes.max()) + 1
        self._all_apart = bool((classes.max(axis=1) + 1 == self.size).all())
        self._members = np.equal.outer(classes, np.arange(count)).astype(np.float64)  # (k, size, m)
        self._member = self._members.argmax(axis=1)
        self._unused = np.asarray(np.all(self._members == 0, axis=1))

    def __call__(self, which: IntArray, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """For the games `which` (b,), a point of each (b, m + 1): values (b, m) and derivatives (b, m, m + 1)."""
        logs, rates = points[_each(which), self.classes[which]], points[:, -1]
        played = np.exp(np.minimum(logs, HIGHEST_LOG))
        expected, slopes = self._against(which, played)
        replies = self._replies(rates[:, None] * expected)
        change = np.empty((len(which), self.size, self.size + 1))
        np.multiply(slopes, (rates[:, None] * played)[:, None], out=change[..., :-1])
        change[..., -1] = expected
        means = np.add.reduceat(np.exp(replies)[..., None] * change, self._first, axis=1)
        change = np.subtract(means[:, self._owner], change, out=change)
        change.reshape(len(which), -1)[:, :: self.size + 2] += 1
        differences = logs - replies
        return (differences, change) if self._all_apart else self._by_class(which, differences, change)

    def _by_class(self, which: IntArray, differences: FloatArray, change: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The equations of one message of each class, and their derivatives by the classes."""
        member, unused = self._member[which], self._unused[which]
        rows = change[_each(which), member]
        derivatives = np.concatenate([rows[..., :-1] @ self._members[which], rows[..., -1:]], axis=2)
        derivatives[unused] = 0.0
        derivatives.reshape(len(which), -1)[:, :: member.shape[1] + 2][unused] = 1.0
        return np.where(unused, 0.0, differences[_each(which), member]), derivatives

    def residuals(self, which: IntArray, points: FloatArray) -> FloatArray:
        """The largest difference between a probability and the logit reply to the profile, (b,)."""
        played = np.exp(points[_each(which), self.classes[which]])
        expected, _ = self._against(which, played)
        return np.asarray(np.abs(np.exp(self._replies(points[:, -1:] * expected)) - played).max(axis=1))

    def by_position(self, numbers: FloatArray) -> list[FloatArray]:
        """Numbers of all types' messages (…, size) as one array (…, T_i, A_i) a position."""
        lead = numbers.shape[:-1]
        return [
            numbers[..., block].reshape(*lead, *shape) for block, shape in zip(self._blocks, self._shapes, strict=True)
        ]

    def _against(self, which: IntArray, played: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Expected payoffs (b, size), between 0 and 1, and their derivatives by all probabilities (b, size, size)."""
        average = [prior @ own for prior, own in zip(self.priors, self.by_position(played), strict=True)]
        expected, slopes = np.empty(played.shape), np.zeros((*played.shape, self.size))
        every = len(which) == len(self.classes)
        for i, own in enumerate(self._payoffs):
            rows, to_come = self._blocks[i], own if every else own[which]
            for j, all_pairs in self._pairs[i].items():
                pair = all_pairs if every else all_pairs[which]
                for k in reversed([k for k in range(len(average)) if k not in (i, j)]):
                    pair = _weighted(pair, average[k])
                by_type = pair[:, :, :, None] * self.priors[j][:, None]
                slopes[:, rows, self._blocks[j]] = by_type.reshape(len(which), rows.stop - rows.start, -1)
                to_come = _weighted(pair, average[j])
            expected[:, rows] = to_come.reshape(len(which), -1)
        return expected, slopes

    def _replies(self, weights: FloatArray) -> FloatArray:
        """Log probabilities of the logit replies, from lambda times expected payoffs of all messages (b, size)."""
        centred = weights - np.maximum.reduceat(weights, self._first, axis=1)[:, self._owner]
        sums = np.add.reduceat(np.exp(centred), self._first, axis=1)
        return np.asarray(centred - np.log(sums)[:, self._owner])


def _each(which: IntArray) -> IntArray:
    """The numbers 0, 1, … of the rows that belong to the games `which`, (b, 1)."""
    return np.arange(len(which))[:, None]


def _weighted(payoffs: FloatArray, weights: FloatArray) -> FloatArray:
    """The means of payoffs (b, …, A) with weights (b, A): (b, …)."""
    if payoffs.flags.c_contiguous:  # one product a game
        flat = payoffs.reshape(len(payoffs), -1, payoffs.shape[-1])
        return np.asarray((flat @ weights[..., None]).reshape(payoffs.shape[:-1]))
    return np.asarray((payoffs @ weights.reshape(len(weights), *(1,) * (payoffs.ndim - 3), -1, 1))[..., 0])


def _pairs(payoffs: list[FloatArray]) -> list[dict[int, FloatArray]]:
    """Payoffs of each position i by the other positions j: (k, T_i, A_i, A_j, the others' axes in their order)."""
    small = sum(own.size for own in payoffs) * (len(payoffs) - 1) <= MAX_COPIED
    pairs = []
    for i, own in enumerate(payoffs):
        moved = {j: np.moveaxis(own, (i + 2, j + 2), (2, 3)) for j in range(len(payoffs)) if j != i}
        pairs.append({j: np.ascontiguousarray(view) if small else view for j, view in moved.items()})
    return pairs


def _scaled(own: np.ndarray, scale: float) -> FloatArray:
    """Payoffs (T_i, …) as floats from 0, the lowest of each type, in units of `scale`."""
    least = own.reshape(len(own), -1).min(axis=1).reshape(-1, *(1,) * (own.ndim - 1))
    return np.asarray(np.subtract(own, least, dtype=np.float64) / scale)
