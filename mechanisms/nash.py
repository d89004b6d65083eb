"""Pure Nash equilibria: profiles in which everybody's message is a best reply."""

from __future__ import annotations

import numpy as np

from mechanisms._validation import IntArray
from mechanisms.games import NormalFormGame


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
    equilibrium = np.ones(game.shape, dtype=bool)
    for i in range(game.n):
        own = game.payoffs[i]
        equilibrium &= own == own.max(axis=i, keepdims=True)
    return np.argwhere(equilibrium)
