"""Logit quantal response equilibria of a game with private types (McKelvey and Palfrey 1995; 1998 for agent forms).

A profile p of mixed strategies, one for each type of each position, is a logit equilibrium at lambda >= 0 if p_it(a) is
proportional to exp(lambda * U_it(a, p)) for every message a of type t of position i. U_it is what that type expects
when the others' types are drawn by the priors. At lambda = 0 everybody plays all messages with the same probability;
the principal branch is the connected curve of equilibria that begins there (1995, Theorem 3). As lambda grows without
bound it leads, generically, to one Nash equilibrium. lambda is per unit of payoff: per smallest unit of points in a
game with integer payoffs.

The curve is followed by its length, because it can turn back in lambda (continuation.py), on the logarithms of
the probabilities (Turocy 2005). Where it passes a lambda several times, the equilibrium met first is meant. In a
symmetric game other branches cross the principal one, which itself stays symmetric: the equations are uniquely solvable
near lambda = 0, so that a symmetry maps the branch to itself there, and by analytic continuation all along. So it is
followed among the profiles that give interchangeable messages the same probability, where those crossings are none.
"""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.agents import largest_range
from mechanisms.quantal_response.continuation import TOLERANCE, BranchError, follow
from mechanisms.quantal_response.interchangeable import interchangeable_messages
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import apart

MAX_MESSAGES = 4000
"""Messages of all types: the Jacobian takes 128 MB."""
MAX_COPIED = 2.5e7
"""Payoffs that are kept in several orders, for speed: 200 MB."""
HIGHEST_LOG = 1.0
"""Log probabilities above it, which only a guess far off the branch has, are cut: no overflow."""
NEWTON_STEPS = 20


class LogitBranch:
    """The principal branch of one game, followed as far as it has been asked for.

    A point of it is (log probability of each class of interchangeable messages, lambda * range of payoffs).

    Parameters
    ----------
    game : BayesianGame with independent types
    most : how many messages all types may have together

    Attributes
    ----------
    range : float, the largest difference of payoffs within a type; 1 if there is none
    points : the points so far, each (classes + 1,)

    Raises
    ------
    ValueError
        If types are correlated: what a type expects then depends on more than average strategies.
    TooLargeError
        If the types have too many messages.

    Examples
    --------
    >>> pennies = BayesianGame([[[[9, 0], [0, 1]]], [[[0, 1], [1, 0]]]], [[1], [1]], truthful=None)
    >>> np.exp(LogitBranch(pennies).at(1.0)[1]).round(3)
    array([[0.313, 0.687]])
    """

    def __init__(self, game: BayesianGame, most: int = MAX_MESSAGES) -> None:
        if game.joint is not None:
            raise ValueError("the types of the game are correlated; a logit branch is followed for independent ones")
        self.priors = game.priors
        sizes = np.repeat(game.n_messages, game.n_types)
        self.size = int(sizes.sum())
        if self.size > most:
            raise TooLargeError(
                f"too large: the {len(sizes)} types have {self.size} messages together, more than {most}; "
                "fewer types or a coarser grid of messages would fit"
            )
        self.range = largest_range(game.payoffs)
        self._payoffs = [_scaled(own, self.range) for own in game.payoffs]
        self._pairs = _pairs(self._payoffs)
        self._first = np.cumsum(sizes) - sizes  # of each type
        ends = np.cumsum(np.multiply(game.n_types, game.n_messages)).tolist()
        self._blocks = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        self.classes = interchangeable_messages(game)
        self._member = np.unique(self.classes, return_index=True)[1]  # a message of each class
        self._members = np.equal.outer(self.classes, np.arange(len(self._member))).astype(np.float64)
        self._owner = np.repeat(np.arange(len(sizes)), sizes)
        self.points = [np.append(-np.log(np.repeat(sizes, sizes))[self._member], 0.0)]
        self._ahead = follow(self.equations, self.points[0], [np.inf], self.range)
        next(self._ahead)

    @property
    def turns(self) -> int:
        """How often the branch has turned back in lambda as far as it was followed."""
        forward = np.diff([point[-1] for point in self.points]) > 0
        return int(np.count_nonzero(forward[1:] != forward[:-1]))

    def at(self, rate: float) -> list[FloatArray]:
        """Log probabilities at lambda = `rate`, where it is first met: one array (T_i, A_i) a position.

        Raises
        ------
        BranchError
            If the branch is lost before.
        """
        return self.split(self.point(rate))

    def point(self, rate: float) -> FloatArray:
        """The point of the branch at lambda = `rate`, where it is first met; BranchError as for `at`."""
        place = self.passed(rate)
        return self.points[0] if place == 0 else self._between(place, rate * self.range)

    def passed(self, rate: float) -> int:
        """Which of the points is the first with lambda >= `rate`; follows the branch so far."""
        target = rate * self.range
        while self.points[-1][-1] < target:
            following = self._next()
            if following is None:
                reach = max(float(point[-1]) for point in self.points) / self.range
                lost, wanted = apart(reach, rate)
                raise BranchError(f"the branch was lost at lambda = {lost}, before {wanted}")
            self.points.append(following)
        return next(k for k, point in enumerate(self.points) if point[-1] >= target)

    def reach(self, rate: float) -> float:
        """Follow the branch to lambda = `rate`, or to where it is lost: the highest lambda it has, at most `rate`."""
        try:
            self.passed(rate)
        except BranchError:
            return max(float(point[-1]) for point in self.points) / self.range
        return rate

    def _next(self) -> FloatArray | None:
        try:
            return next(self._ahead, None)
        except BranchError:
            return None

    def split(self, point: FloatArray) -> list[FloatArray]:
        """The log probabilities of a point: one array (T_i, A_i) a position."""
        return self._by_position(point[self.classes])

    def residual(self, point: FloatArray) -> float:
        """The largest difference between a probability and the logit reply to the profile."""
        played = np.exp(point[self.classes])
        expected, _ = self._against(played)
        return float(np.abs(np.exp(self._replies(point[-1] * expected)) - played).max())

    def equations(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log probabilities less the logit replies to them (classes,), and the derivatives (classes, classes + 1)."""
        logs, rate = point[self.classes], float(point[-1])
        played = np.exp(np.minimum(logs, HIGHEST_LOG))
        expected, slopes = self._against(played)
        replies = self._replies(rate * expected)
        change = np.empty((self.size, self.size + 1))
        np.multiply(slopes, rate * played, out=change[:, :-1])
        change[:, -1] = expected
        means = np.add.reduceat(np.exp(replies)[:, None] * change, self._first, axis=0)
        change = means[self._owner] - change
        diagonal = np.arange(self.size)
        change[diagonal, diagonal] += 1
        differences = logs - replies
        if len(self._member) == self.size:
            return differences, change
        by_class = change[self._member, :-1] @ self._members
        return differences[self._member], np.column_stack([by_class, change[self._member, -1]])

    def _against(self, played: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Expected payoffs (size,), between 0 and 1, and their derivatives by all probabilities (size, size)."""
        average = [prior @ own for prior, own in zip(self.priors, self._by_position(played), strict=True)]
        expected, slopes = np.empty(self.size), np.zeros((self.size, self.size))
        for i, own in enumerate(self._payoffs):
            rows, to_come = self._blocks[i], own
            for j, pair in self._pairs[i].items():
                for k in reversed([k for k in range(len(average)) if k not in (i, j)]):
                    pair = pair @ average[k]
                by_type = pair.reshape(-1, 1, pair.shape[-1]) * self.priors[j][:, None]
                slopes[rows, self._blocks[j]] = by_type.reshape(len(by_type), -1)
                to_come = pair @ average[j]
            expected[rows] = to_come.reshape(-1)
        return expected, slopes

    def _replies(self, weights: FloatArray) -> FloatArray:
        """Log probabilities of the logit replies, from lambda times expected payoffs of all messages (size,)."""
        centred = weights - np.maximum.reduceat(weights, self._first)[self._owner]
        return np.asarray(centred - np.log(np.add.reduceat(np.exp(centred), self._first))[self._owner])

    def _between(self, place: int, target: float) -> FloatArray:
        """The equilibrium between two points of the branch: Newton's method at a fixed lambda."""
        before, after = self.points[place - 1], self.points[place]
        point = before + (target - before[-1]) / (after[-1] - before[-1]) * (after - before)
        point[-1] = target
        reach = 2 * float(np.abs(after - before).max()) + TOLERANCE
        for _ in range(NEWTON_STEPS):
            value, change = self.equations(point)
            try:
                step = np.linalg.solve(change[:, :-1], value)
            except np.linalg.LinAlgError:
                break
            point[:-1] -= step
            if np.abs(point - before).max() > reach:
                break
            if np.abs(step).max() <= TOLERANCE * max(1.0, float(np.abs(point[:-1]).max())):
                return point
        return list(follow(self.equations, before, [target], self.range))[-1]

    def _by_position(self, numbers: FloatArray) -> list[FloatArray]:
        """Numbers of all types' messages as one array (T_i, A_i) a position."""
        return [
            numbers[block].reshape(own.shape[0], -1) for block, own in zip(self._blocks, self._payoffs, strict=True)
        ]


def _pairs(payoffs: list[FloatArray]) -> list[dict[int, FloatArray]]:
    """Payoffs of each position i by the other positions j: (T_i, A_i, A_j, the others' axes in their order)."""
    small = sum(own.size for own in payoffs) * (len(payoffs) - 1) <= MAX_COPIED
    pairs = []
    for i, own in enumerate(payoffs):
        moved = {j: np.moveaxis(own, (i + 1, j + 1), (1, 2)) for j in range(len(payoffs)) if j != i}
        pairs.append({j: np.ascontiguousarray(view) if small else view for j, view in moved.items()})
    return pairs


def _scaled(own: np.ndarray, scale: float) -> FloatArray:
    """Payoffs (T_i, …) as floats from 0, the lowest of each type, in units of `scale`."""
    least = own.reshape(len(own), -1).min(axis=1).reshape(-1, *(1,) * (own.ndim - 1))
    return np.asarray(np.subtract(own, least, dtype=np.float64) / scale)
