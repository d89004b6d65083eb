"""Dominant messages: those that are a best reply whatever the others do."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import IntArray, as_choice, takes
from mechanisms.games.comparisons import margin_of
from mechanisms.games.normal_form import NormalFormGame

KINDS = ("weak", "strict")


@takes(game=NormalFormGame)
def dominant_messages(game: NormalFormGame, kind: str = "weak") -> tuple[IntArray, ...]:
    """All dominant messages of every player: exact on integers, within a relative tolerance on floats.

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
    >>> [a.tolist() for a in dominant_messages(NormalFormGame([[[0.3], [0.1 + 0.2]], [[1.0], [2.0]]]))]
    [[0, 1], [0]]
    >>> dominant_messages(NormalFormGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]]), "strict")
    (array([1]), array([1]))
    """
    return tuple(dominant_for_player(game.payoffs[i], i, kind) for i in range(game.n))


def dominant_for_player(own_payoffs: np.ndarray, player: int, kind: str = "weak") -> IntArray:
    """The same for one player, from the tensor (A_1, …, A_n) of that player's own payoffs."""
    as_choice("kind", kind, KINDS)
    own = np.moveaxis(own_payoffs, player, 0)
    candidates = _best_replies_to_ends(own)
    if not len(candidates):
        return candidates
    enough = own.max(axis=0) - margin_of(own)[1]
    dominant = np.array([a for a in candidates if (own[a] >= enough).all()], dtype=np.int64)
    if kind == "strict" and len(dominant) and np.count_nonzero(own >= enough) > enough.size:
        return dominant[:0]  # to some profile of the others there are two best replies
    return dominant


def _best_replies_to_ends(own: np.ndarray) -> IntArray:
    """The messages that are best replies to the first and to the last profile of the others: no other is dominant."""
    by_profile = np.moveaxis(own, 0, -1)
    first, last = (by_profile[(end,) * (own.ndim - 1)] for end in (0, -1))
    margin = margin_of(own)[1]
    return np.flatnonzero((first >= first.max() - margin) & (last >= last.max() - margin))
