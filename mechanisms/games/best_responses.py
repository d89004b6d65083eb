"""Best responses: the messages that give a player most, whatever profile of the others they reply to.

Payoffs that are integers are compared exactly, floating-point payoffs up to the tolerance of comparisons.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechanisms.arrays import IntArray, as_whole, as_wholes, takes
from mechanisms.games.comparisons import Margin, margin_of
from mechanisms.games.normal_form import NormalFormGame


@takes(game=NormalFormGame)
def best_responses(game: NormalFormGame, player: int) -> np.ndarray:
    """Where the player's message is a best reply: u_i(a_i, a_-i) >= u_i(b, a_-i) for every message b (Nash 1951).

    Parameters
    ----------
    game : NormalFormGame
    player : int, from 0

    Returns
    -------
    ndarray of bool, shape (A_1, …, A_n): whether a_i is a best reply of the player to a_-i. For each a_-i it is true at
    least once, and more often where best replies tie.

    Raises
    ------
    ValueError
        If there is no such player.

    Examples
    --------
    >>> best_responses(NormalFormGame([[[2, 0], [2, 1]], [[0, 0], [0, 0]]]), 0)
    array([[ True, False],
           [ True,  True]])
    """
    own = game.payoffs[as_player(game, player)]
    return best_replies(own, player, margin_of(own)[1])


def best_replies_to(game: NormalFormGame, player: int, others: Sequence[int]) -> IntArray:
    """All best replies of one player to one profile of the others.

    Parameters
    ----------
    game : NormalFormGame
    player : int, from 0
    others : n - 1 message indices, those of the other players in their order

    Returns
    -------
    ndarray of int, ascending, at least one

    Raises
    ------
    ValueError
        If there is no such player or no such message.

    Examples
    --------
    >>> best_replies_to(NormalFormGame([[[2, 0], [2, 1]], [[0, 0], [0, 0]]]), 0, [0])
    array([0, 1])
    """
    own = game.payoffs[as_player(game, player)]
    sizes = game.shape[:player] + game.shape[player + 1 :]
    payoffs = np.moveaxis(own, player, -1)[as_wholes("others", others, sizes, "one message of each other player")]
    return np.flatnonzero(best_replies(payoffs, 0, margin_of(own)[1]))


def best_replies(own: np.ndarray, axis: int, margin: Margin) -> np.ndarray:
    """Where the message on `axis` is a best reply, up to `margin`: bool, the shape of `own`."""
    best = np.maximum.reduce(own, axis=axis, keepdims=True)
    return np.greater_equal(own, best - margin if margin else best)


def as_player(game: NormalFormGame, player: int) -> int:
    """The player's number; ValueError if it is none."""
    return as_whole("player", player, 0, game.n - 1)


def payoff_rows(game: NormalFormGame, player: int) -> np.ndarray:
    """The player's own payoffs as a table: a row a message, a column a profile of the others (in C order)."""
    own = np.moveaxis(game.payoffs[player], player, 0)
    return np.ascontiguousarray(own.reshape(len(own), -1))
