"""Logit equilibria of games of complete information, at given lambdas and along the principal branch (branch.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray, as_number, as_numbers, takes
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.branch import LogitBranch
from mechanisms.quantal_response.continuation import MAX_RATE, TOLERANCE
from mechanisms.shown import Shown, Words
from mechanisms.writing import digits


@dataclass(frozen=True, eq=False)
class LogitEquilibria(Shown):
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

    def _facts(self) -> dict[str, object]:
        messages = " × ".join(str(own.shape[1]) for own in self.profiles)
        ends = f"{len(self.lambdas)} from {digits(self.lambdas[0])} to {digits(self.lambdas[-1])}"
        facts = {"lambdas": Words(ends), "messages": Words(messages), "turns": self.turns}
        return facts | {"largest residual": Words(f"{self.residuals.max():.1g}"), "method": self.method}


@takes(game=NormalFormGame)
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
    branch = _branch(game, "lambdas", float(wanted.max()))
    return _result(branch, wanted, [branch.point(rate) for rate in wanted.tolist()])


@takes(game=NormalFormGame)
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
    branch = _branch(game, "up_to", as_number("up_to", up_to, above=0))
    points = [*branch.points[: branch.passed(up_to)], branch.point(up_to)]
    return _result(branch, np.array([*(point[-1] / branch.range for point in points[:-1]), up_to]), points)


def _branch(game: NormalFormGame, argument: str, largest: float) -> LogitBranch:
    branch = LogitBranch(BayesianGame([own[None] for own in game.payoffs], [[1.0]] * game.n, truthful=None))
    if largest * branch.range > MAX_RATE:
        raise ValueError(
            f"{argument} contains {digits(largest)}; times the range of payoffs, {digits(branch.range)}, it must be at "
            f"most {MAX_RATE:g}: nobody errs at higher rates"
        )
    return branch


def _result(branch: LogitBranch, lambdas: FloatArray, points: list[FloatArray]) -> LogitEquilibria:
    profiles = [np.exp([branch.split(point)[i][0] for point in points]) for i in range(len(branch.priors))]
    residuals = np.array([branch.residual(point) for point in points])
    return LogitEquilibria(lambdas, tuple(profiles), residuals, branch.turns, len(branch.points) - 1)
