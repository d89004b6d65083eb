"""Pure Nash equilibria: profiles in which everybody's message is a best reply."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import IntArray, takes
from mechanisms.games.best_responses import best_replies
from mechanisms.games.comparisons import Margin, margins_of
from mechanisms.games.normal_form import NormalFormGame

FEW = 8
"""Candidates are checked one by one as soon as that reads 1 / FEW of the tensor or less."""


@takes(game=NormalFormGame)
def pure_nash_equilibria(game: NormalFormGame) -> IntArray:
    """All pure Nash equilibria.

    Parameters
    ----------
    game : NormalFormGame; integer payoffs exactly, floats within the tolerance of mechanisms.games.comparisons

    Returns
    -------
    ndarray, shape (k, n): the message indices of each equilibrium, in lexicographic order; k may be 0

    Examples
    --------
    >>> pure_nash_equilibria(NormalFormGame([[[2, 0], [0, 1]], [[1, 0], [0, 2]]]))
    array([[0, 0],
           [1, 1]])
    >>> pure_nash_equilibria(NormalFormGame([[[0.3, 0.1 + 0.2]]] * 2)).tolist()
    [[0, 0], [0, 1]]
    """
    margins = margins_of(game.payoffs)
    equilibrium = best_replies(game.payoffs[0], 0, margins[0])
    for i in range(1, game.n):
        if np.count_nonzero(equilibrium) * game.shape[i] * FEW <= equilibrium.size:
            return _check_singly(game, np.unravel_index(np.flatnonzero(equilibrium), game.shape), i, margins)
        equilibrium &= best_replies(game.payoffs[i], i, margins[i])
    return np.array(np.unravel_index(np.flatnonzero(equilibrium), game.shape)).T


def _check_singly(game: NormalFormGame, profiles: tuple[IntArray, ...], first: int, margins: list[Margin]) -> IntArray:
    """Those of a few profiles, n arrays (k,), in which the messages of the players from `first` on are best replies."""
    for i in range(first, game.n):
        own = game.payoffs[i]
        deviations = own[tuple(np.arange(game.shape[i]) if j == i else profiles[j][:, None] for j in range(game.n))]
        best = own[profiles] >= deviations.max(axis=1) - margins[i]
        profiles = tuple(messages[best] for messages in profiles)
    return np.array(profiles).T
