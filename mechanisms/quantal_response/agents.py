"""The agents of a game with private types: one for each type of each position (agent form).

Types are independent and values are private, so that what an agent expects depends on the *average* strategy of each
other position over its types, and on nothing else. Under complete information each position has one type.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.games.private_types import BayesianGame

Strategies = list[FloatArray]
"""One array (T_i, A_i) a position: a row of numbers for each agent."""


def largest_range(payoffs: Sequence[np.ndarray]) -> float:
    """The largest difference of payoffs within a type, payoffs (T_i, …) of each position; 1 if there is none."""
    flat = [own.reshape(len(own), -1) for own in payoffs]
    return max(float(np.subtract(own.max(axis=1), own.min(axis=1), dtype=np.float64).max()) for own in flat) or 1.0


def uniform(game: BayesianGame) -> Strategies:
    """Everybody plays all messages with the same probability."""
    return [np.full((count, size), 1 / size) for count, size in zip(game.n_types, game.n_messages, strict=True)]


def averages(game: BayesianGame, strategies: Strategies) -> list[FloatArray]:
    """Average strategies over types: n arrays (A_i,)."""
    return [prior @ own for prior, own in zip(game.priors, strategies, strict=True)]


def against(own: np.ndarray, average: Sequence[np.ndarray], i: int, kept: Sequence[int] = ()) -> np.ndarray:
    """What the types of position i expect from `own`, (T_i, A_1, …, A_n), against average strategies (A_j,).

    The axes of the positions `kept` are left: (T_i, A_j, …), in the order of positions; without them (T_i, A_i).
    """
    for j in reversed(range(own.ndim - 1)):
        if j != i and j not in kept:
            own = np.tensordot(own, average[j], axes=([j + 1], [0]))
    return own


def expected(game: BayesianGame, strategies: Strategies) -> Strategies:
    """Expected payoffs of every message of every agent.

    Examples
    --------
    >>> game = BayesianGame([[[[3.0, 0.0], [0.0, 1.0]]], [[[1.0, 0.0], [0.0, 1.0]]]], [[1], [1]], None)
    >>> expected(game, uniform(game))[0]
    array([[1.5, 0.5]])
    """
    average = averages(game, strategies)
    return [against(own, average, i) for i, own in enumerate(game.payoffs)]
