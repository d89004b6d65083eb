"""Messages that another message beats weakly: never better than it, and sometimes worse."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import IntArray


def weak_dominators(own_payoffs: np.ndarray, player: int, message: int) -> IntArray:
    """The pure messages that weakly dominate one message of a player, by comparison with each of the others.

    Parameters
    ----------
    own_payoffs : ndarray, shape (A_1, …, A_n), the player's own payoffs; integers are compared exactly
    player : int, from 0: the axis of the own messages
    message : int, its index

    Returns
    -------
    int ndarray, ascending: those that give as much at every profile of the others, and more at one of them at least

    Examples
    --------
    >>> weak_dominators(np.array([[3, 0], [3, 1], [2, 1]]), 0, 2)
    array([1])
    >>> weak_dominators(np.array([[3, 0], [3, 1], [2, 1]]), 0, 1)
    array([], dtype=int64)
    """
    own = np.moveaxis(own_payoffs, player, 0)
    own = own.reshape(len(own), -1)
    asked = own[message]
    return np.flatnonzero([bool((row >= asked).all() and (row > asked).any()) for row in own])
