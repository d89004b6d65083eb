"""Pure Nash equilibria: profiles in which everybody's message is a best reply."""

from __future__ import annotations

import numpy as np

from mechanisms._validation import IntArray
from mechanisms.games import NormalFormGame

FEW = 8
"""Candidates are checked one by one as soon as that reads 1 / FEW of the tensor or less."""


def pure_nash_equilibria(game: NormalFormGame) -> IntArray:
    """All pure Nash equilibria, by exact comparison of the payoffs.

    Parameters
    ----------
    game : NormalFormGame

    Returns
    -------
    ndarray, shape (k, n): the message indices of each equilibrium, in lexicographic order; k may be 0

    Examples
    --------
    >>> pure_nash_equilibria(NormalFormGame([[[2, 0], [0, 1]], [[1, 0], [0, 2]]]))
    array([[0, 0],
           [1, 1]])
    """
    equilibrium = _best_replies(game, 0)
    for i in range(1, game.n):
        if np.count_nonzero(equilibrium) * game.shape[i] * FEW <= equilibrium.size:
            return _check_singly(game, np.unravel_index(np.flatnonzero(equilibrium), game.shape), i)
        equilibrium &= _best_replies(game, i)
    return np.array(np.unravel_index(np.flatnonzero(equilibrium), game.shape)).T


def _best_replies(game: NormalFormGame, i: int) -> np.ndarray:
    """The profiles in which player i's message is a best reply: bool, shape (A_1, …, A_n)."""
    own = game.payoffs[i]
    return own == np.maximum.reduce(own, axis=i, keepdims=True)


def _check_singly(game: NormalFormGame, profiles: tuple[IntArray, ...], first: int) -> IntArray:
    """Those of a few profiles, n arrays (k,), in which the messages of the players from `first` on are best replies."""
    for i in range(first, game.n):
        own = game.payoffs[i]
        deviations = own[tuple(np.arange(game.shape[i]) if j == i else profiles[j][:, None] for j in range(game.n))]
        best = own[profiles] == deviations.max(axis=1)
        profiles = tuple(messages[best] for messages in profiles)
    return np.array(profiles).T
