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
from mechanisms.quantal_response.continuation import TOLERANCE, BranchError, follow
from mechanisms.quantal_response.equations import LogitEquations
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import apart

MAX_MESSAGES = 4000
"""Messages of all types: the Jacobian takes 128 MB."""
NEWTON_STEPS = 20
ONLY = np.zeros(1, dtype=int)
"""The number of the one game whose branch it is."""


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
        size = int(np.dot(game.n_types, game.n_messages))
        if size > most:
            raise TooLargeError(
                f"too large: the {sum(game.n_types)} types have {size} messages together, more than {most}; "
                "fewer types or a coarser grid of messages would fit"
            )
        self._equations = LogitEquations([game])
        self.range = float(self._equations.ranges[0])
        self.classes = self._equations.classes[0]
        self.points = [self._equations.starts[0]]
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
        return self._equations.by_position(point[self.classes])

    def residual(self, point: FloatArray) -> float:
        """The largest difference between a probability and the logit reply to the profile."""
        return float(self._equations.residuals(ONLY, point[None])[0])

    def equations(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log probabilities less the logit replies to them (classes,), and the derivatives (classes, classes + 1)."""
        values, derivatives = self._equations(ONLY, point[None])
        return values[0], derivatives[0]

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
