"""Normal-form games: one payoff for every player and every profile of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class NormalFormGame:
    """Payoffs ``payoffs[i, a_1, …, a_n]`` of n players whose messages are numbered from 0.

    Parameters
    ----------
    payoffs : array_like, shape (n, A_1, …, A_n)
        Integers are kept as int64, so that every comparison of payoffs is exact; floats are compared as they are.
    messages : sequence of n sequences, optional
        What the messages are called; messages[i] has length A_i. Default: 0, 1, ….

    Raises
    ------
    ValueError
        If the shapes do not fit or a payoff is not a finite number.

    Examples
    --------
    >>> game = NormalFormGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], messages=[["C", "D"], ["C", "D"]])
    >>> game.n, game.shape, game.payoffs.dtype
    (2, (2, 2), dtype('int64'))
    """

    payoffs: np.ndarray
    messages: tuple[Sequence | np.ndarray, ...]

    def __init__(self, payoffs: ArrayLike, messages: Sequence[Sequence | np.ndarray] | None = None) -> None:
        array = np.asarray(payoffs)
        if array.dtype.kind not in "iuf":
            raise ValueError(f"payoffs must be real numbers, not of dtype {array.dtype}")
        array = array.astype(np.float64 if array.dtype.kind == "f" else np.int64)
        if array.ndim < 2 or array.shape[0] != array.ndim - 1 or array.size == 0:
            raise ValueError(
                f"payoffs has shape {array.shape}; it must be (n, A_1, …, A_n), one axis a player after the first"
            )
        if not np.isfinite(array).all():
            raise ValueError("payoffs contains a number that is not finite")
        names = tuple(range(size) for size in array.shape[1:]) if messages is None else tuple(messages)
        if tuple(len(part) for part in names) != array.shape[1:]:
            raise ValueError(
                f"messages has lengths {[len(part) for part in names]}; payoffs need {list(array.shape[1:])}"
            )
        object.__setattr__(self, "payoffs", array)
        object.__setattr__(self, "messages", names)

    @property
    def n(self) -> int:
        """The number of players."""
        return self.payoffs.shape[0]

    @property
    def shape(self) -> tuple[int, ...]:
        """(A_1, …, A_n), the numbers of messages."""
        return self.payoffs.shape[1:]
