"""Logit quantal response equilibria on the principal branch (McKelvey and Palfrey 1995).

A profile p of mixed strategies is a logit equilibrium at lambda >= 0 if p_i(a) is proportional to
exp(lambda * U_i(a, p_-i)) for every player i and message a, U_i being i's expected payoff. At lambda = 0 everybody
plays all messages with the same probability; the principal branch is the connected curve of equilibria that begins
there (their Theorem 3). As lambda grows without bound it leads, generically, to one Nash equilibrium. lambda is per
unit of payoff: per smallest unit of points in a game with integer payoffs.

The curve is followed by its length, because it can turn back in lambda (continuation.py), on the logarithms of
the probabilities (Turocy 2005). Where it passes a lambda several times, the equilibrium met first is returned. In a
symmetric game other branches cross the principal one, which itself stays symmetric: the equations are uniquely solvable
near lambda = 0, so that a symmetry maps the branch to itself there, and by analytic continuation all along. So it is
followed among the profiles that give interchangeable messages the same probability, where those crossings are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray, as_numbers
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.quantal_response.continuation import TOLERANCE, follow
from mechanisms.quantal_response.interchangeable import interchangeable_messages
from mechanisms.verdicts import TooLargeError

HIGHEST_LOG = 1.0
"""Log probabilities above it, which only a guess far off the branch has, are cut: no overflow."""
MAX_MESSAGES = 4000
"""Messages of all players: the Jacobian takes 128 MB."""


@dataclass(frozen=True, eq=False)
class LogitEquilibria:
    """Logit equilibria on the principal branch.

    Attributes
    ----------
    lambdas : ndarray (k,), per unit of payoff
    profiles : n arrays (k, A_i), the mixed strategy of each player at each lambda
    residuals : ndarray (k,), the largest difference between a probability and the logit reply to the profile
    turns : how often the branch turned back in lambda on the way; with 0, lambda identifies the points of the branch
    steps : the steps that were taken along the branch
    method, tolerance : how it was found, and the tolerance of the corrector
    """

    lambdas: FloatArray
    profiles: tuple[FloatArray, ...]
    residuals: FloatArray
    turns: int
    steps: int
    method: str = "principal branch, pseudo-arclength continuation"
    tolerance: float = TOLERANCE


def logit_equilibria(game: NormalFormGame, lambdas: Sequence[float] | FloatArray) -> LogitEquilibria:
    """The first equilibrium of the principal branch at each given lambda.

    Parameters
    ----------
    game : NormalFormGame, any number of players
    lambdas : numbers >= 0, in any order

    Returns
    -------
    LogitEquilibria with these lambdas, in the given order

    Raises
    ------
    ValueError
        If a lambda is negative or not finite.
    TooLargeError
        If the players have too many messages.
    BranchError
        If the branch is lost before the largest lambda.

    Examples
    --------
    >>> pennies = NormalFormGame([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
    >>> result = logit_equilibria(pennies, [0, 1])
    >>> [strategy.round(3).tolist() for strategy in result.profiles]
    [[[0.5, 0.5], [0.894, 0.106]], [[0.5, 0.5], [0.313, 0.687]]]
    """
    wanted = as_numbers("lambdas", lambdas).reshape(-1)
    if not len(wanted) or wanted.min() < 0:
        raise ValueError(f"lambdas is {wanted.tolist()}; it must be numbers of 0 or more, at least one")
    logit = _Logit(game)
    rates = (wanted * logit.unit).tolist()
    targets = sorted(set(rates) - {0.0})
    branch = list(follow(logit.equations, logit.start, targets, logit.unit)) if targets else [logit.start]
    points = {float(point[-1]): point for point in branch}  # each of the targets is hit once
    return _result(logit, wanted, np.array([points[rate] for rate in rates]), branch)


def principal_branch(game: NormalFormGame, up_to: float) -> LogitEquilibria:
    """The points of the principal branch, in their order along it, until lambda first reaches `up_to`.

    Parameters
    ----------
    game : NormalFormGame, any number of players
    up_to : number > 0

    Returns
    -------
    LogitEquilibria; lambdas begin with 0, end with `up_to`, and decrease where the branch turns back

    Raises
    ------
    ValueError, TooLargeError, BranchError
        As logit_equilibria.

    Examples
    --------
    >>> branch = principal_branch(NormalFormGame([[[9, 0], [0, 1]], [[0, 1], [1, 0]]]), 2)
    >>> branch.lambdas[0], branch.lambdas[-1], branch.turns
    (np.float64(0.0), np.float64(2.0), 0)
    """
    if not (np.isfinite(up_to) and up_to > 0):
        raise ValueError(f"up_to is {up_to}; it must be a positive number")
    logit = _Logit(game)
    branch = list(follow(logit.equations, logit.start, [up_to * logit.unit], logit.unit))
    lambdas = np.array([point[-1] / logit.unit for point in branch[:-1]] + [up_to])
    return _result(logit, lambdas, np.array(branch), branch)


class _Logit:
    """The equations of a game with payoffs between 0 and 1, for profiles that treat interchangeable messages alike.

    A point is (log probability of each class of messages, lambda).
    """

    def __init__(self, game: NormalFormGame) -> None:
        self.n, self.shape = game.n, game.shape
        self.size = sum(game.shape)
        if self.size > MAX_MESSAGES:
            raise TooLargeError(
                f"too large: the players have {self.size} messages, more than {MAX_MESSAGES}; fewer messages would fit"
            )
        low = [float(own.min()) for own in game.payoffs]
        self.unit = max(float(own.max()) - least for own, least in zip(game.payoffs, low, strict=True)) or 1.0
        self.payoffs = [
            (own.astype(np.float64) - least) / self.unit for own, least in zip(game.payoffs, low, strict=True)
        ]
        ends = np.cumsum(game.shape).tolist()
        self.slices = [slice(end - size, end) for end, size in zip(ends, game.shape, strict=True)]
        self.classes = interchangeable_messages(game)
        self.first = np.unique(self.classes, return_index=True)[1]  # a message of each class
        self.members = np.equal.outer(self.classes, np.arange(len(self.first))).astype(np.float64)
        self.start = np.append(-np.log(np.repeat(game.shape, game.shape))[self.first], 0.0)

    def against(self, probabilities: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Expected payoffs U (size,) and their derivatives by the probabilities of the others (size, size)."""
        expected, slopes = np.empty(self.size), np.zeros((self.size, self.size))
        for i, own in enumerate(self.payoffs):
            if self.n == 1:
                expected[:] = own
            for k in range(self.n):
                if k != i:
                    between = own
                    for j in reversed(range(self.n)):
                        if j not in (i, k):
                            between = np.tensordot(between, probabilities[j], axes=([j], [0]))
                    slopes[self.slices[i], self.slices[k]] = between if i < k else between.T
            if self.n > 1:
                other = 1 if i == 0 else 0
                expected[self.slices[i]] = slopes[self.slices[i], self.slices[other]] @ probabilities[other]
        return expected, slopes

    def reply(self, expected: FloatArray, rate: float) -> FloatArray:
        """Log probabilities of the logit replies."""
        logs = rate * expected
        for part in self.slices:
            own = logs[part]
            highest = own.max()
            own -= highest + np.log(np.exp(own - highest).sum())
        return logs

    def equations(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log probabilities less the logit replies to them (classes,), and the derivatives (classes, classes + 1)."""
        logs, rate = point[self.classes], float(point[-1])
        probabilities = [np.exp(np.minimum(logs[part], HIGHEST_LOG)) for part in self.slices]
        expected, slopes = self.against(probabilities)
        replies = self.reply(expected, rate)
        change = np.empty((self.size, self.size + 1))
        np.multiply(slopes, np.concatenate(probabilities), out=change[:, :-1])
        change[:, -1] = expected
        for part in self.slices:
            change[part] -= np.exp(replies[part]) @ change[part]
        change[:, :-1] *= -rate
        change[:, -1] *= -1
        diagonal = np.arange(self.size)
        change[diagonal, diagonal] += 1
        differences = logs - replies
        if len(self.first) == self.size:
            return differences, change
        by_class = change[self.first, :-1] @ self.members
        return differences[self.first], np.column_stack([by_class, change[self.first, -1]])


def _result(logit: _Logit, lambdas: FloatArray, points: FloatArray, branch: list[FloatArray]) -> LogitEquilibria:
    profiles = np.exp(points[:, logit.classes])
    residuals = np.empty(len(points))
    for k, point in enumerate(points):
        expected, _ = logit.against([profiles[k, part] for part in logit.slices])
        residuals[k] = np.abs(np.exp(logit.reply(expected, float(point[-1]))) - profiles[k]).max()
    forward = np.diff([point[-1] for point in branch]) > 0
    turns = int(np.count_nonzero(forward[1:] != forward[:-1]))
    strategies = tuple(profiles[:, part] for part in logit.slices)
    return LogitEquilibria(lambdas, strategies, residuals, turns, len(branch) - 1)
