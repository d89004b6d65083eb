"""Logit equilibria of several games of one shape, whose branches are followed side by side (continuation.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.continuation import BranchError, Curves
from mechanisms.quantal_response.equations import LogitEquations
from mechanisms.writing import apart

TOGETHER = 2**17
"""Numbers that one pass goes through: derivatives, and payoffs in all their orders. More than fit into a cache gain
nothing."""


def logit_strategies(games: Sequence[NormalFormGame], rates: Sequence[float]) -> Iterator[list[FloatArray]]:
    """For each game, in turn, the first equilibria of its principal branch.

    Parameters
    ----------
    games : NormalFormGames of one shape
    rates : ascending numbers > 0, lambda times the largest range of a player's payoffs

    Returns
    -------
    for each game n arrays (len(rates), A_i), the mixed strategies

    Raises
    ------
    BranchError
        When it is the turn of a game whose branch is lost before the last rate.

    Examples
    --------
    >>> pennies = NormalFormGame([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
    >>> [[own.round(3).tolist() for own in game] for game in logit_strategies([pennies], [9.0])]
    [[[[0.894, 0.106]], [[0.313, 0.687]]]]
    """
    messages, n = games[0].payoffs.shape[1:], games[0].n
    each = max((sum(messages) + 1) ** 2, n * max(1, n - 1) * int(np.prod(messages)))
    count = max(1, TOGETHER // each)
    for start in range(0, len(games), count):
        yield from _together(games[start : start + count], rates)


def _together(games: Sequence[NormalFormGame], rates: Sequence[float]) -> Iterator[list[FloatArray]]:
    forms = [BayesianGame([own[None] for own in game.payoffs], [[1.0]] * game.n, truthful=None) for game in games]
    equations = LogitEquations(forms)
    curves, points, highest = Curves(equations, equations.starts), [], np.zeros(len(games))
    for rate in rates:
        curves.reach(np.full(len(games), float(rate)))
        points.append(curves.points.copy())
        highest = np.maximum(highest, curves.points[:, -1])
    for k, unit in enumerate(equations.ranges.tolist()):
        if curves.lost[k]:
            reach, wanted = apart(float(highest[k]) / unit, float(next(r for r in rates if r > highest[k])) / unit)
            raise BranchError(f"the branch was lost at lambda = {reach}, before {wanted}")
        logs = np.stack([found[k][equations.classes[k]] for found in points])
        yield [np.exp(own[:, 0]) for own in equations.by_position(logs)]
