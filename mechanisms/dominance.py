"""Dominant messages: those that are a best reply whatever the others do."""

from __future__ import annotations

import numpy as np

from mechanisms._validation import IntArray
from mechanisms.games import NormalFormGame

KINDS = ("weak", "strict")


def dominant_messages(game: NormalFormGame, kind: str = "weak") -> tuple[IntArray, ...]:
    """All dominant messages of every player, by exact comparison of the payoffs.

    Parameters
    ----------
    game : NormalFormGame
    kind : "weak" or "strict"
        weak: a best reply to every profile of the others (several messages can be, when they always tie);
        strict: the only best reply to every profile of the others (at most one message is).

    Returns
    -------
    tuple of n int arrays: the indices of player i's dominant messages, ascending, possibly none

    Raises
    ------
    ValueError
        If `kind` is neither of the two.

    Examples
    --------
    >>> dominant_messages(NormalFormGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]]), "strict")
    (array([1]), array([1]))
    """
    return tuple(dominant_for_player(game.payoffs[i], i, kind) for i in range(game.n))


def dominant_for_player(own_payoffs: np.ndarray, player: int, kind: str = "weak") -> IntArray:
    """The same for one player, from the tensor (A_1, …, A_n) of that player's own payoffs."""
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; it must be 'weak' or 'strict'")
    by_message = np.moveaxis(own_payoffs, player, 0).reshape(own_payoffs.shape[player], -1)
    best_reply = by_message == by_message.max(axis=0)
    if kind == "strict":
        best_reply &= best_reply.sum(axis=0) == 1
    return np.flatnonzero(best_reply.all(axis=1))
