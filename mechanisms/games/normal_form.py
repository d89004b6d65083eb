"""Normal-form games: one payoff for every player and every profile of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import as_exact, as_indices, as_names, brief
from mechanisms.shown import Shown, Words
from mechanisms.writing import MINUS, apart

MAX_ENTRIES = 50_000_000
"""Payoffs in one tensor, n * A_1 * … * A_n, of the games that are made here: 400 MB."""
MAX_SHOWN = 12
"""Messages of each player of a game of two whose payoffs a notebook shows."""


@dataclass(frozen=True, eq=False)
class NormalFormGame(Shown):
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
    >>> game
    NormalFormGame(players=2, messages=2 × 2, payoffs=int64 from 0 to 5)
    """

    payoffs: np.ndarray
    messages: tuple[Sequence | np.ndarray, ...]

    def __init__(self, payoffs: ArrayLike, messages: Sequence[Sequence | np.ndarray] | None = None) -> None:
        array = as_exact("payoffs", payoffs, copy=isinstance(payoffs, np.ndarray))
        if array.ndim < 2 or array.shape[0] != array.ndim - 1 or array.size == 0:
            raise ValueError(
                f"payoffs has shape {array.shape}; it must be (n, A_1, …, A_n), one axis a player after the first"
            )
        names = as_names("messages", messages, array.shape[1:], "messages")
        for i, own in enumerate(names if messages is not None else ()):
            if len(set(map(str, own))) < len(own):
                raise ValueError(f"messages[{i}] is {brief(own)}; messages must have different names")
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

    def profiles(self, indices: ArrayLike) -> np.ndarray:
        """The messages, as they are called, of profiles (..., n) of indices: shape (..., n).

        >>> NormalFormGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], [["C", "D"], ["C", "D"]]).profiles([[1, 1]]).tolist()
        [['D', 'D']]
        """
        index = as_indices("indices", indices, self.shape)
        return np.stack([np.asarray(names)[index[..., i]] for i, names in enumerate(self.messages)], axis=-1)

    def _facts(self) -> dict[str, object]:
        low, high = self.payoffs.min(), self.payoffs.max()
        messages = " × ".join(map(str, self.shape))
        payoffs = "{} from {} to {}".format(self.payoffs.dtype, *_written(low, high))
        return {"players": self.n, "messages": Words(messages), "payoffs": Words(payoffs)}

    def _rows(self) -> tuple[list[str], list[list[object]]] | None:
        """The payoffs of both players in a small game of two."""
        if self.n != 2 or max(self.shape) > MAX_SHOWN:
            return None
        written = np.reshape(_written(*self.payoffs.ravel().tolist()), self.payoffs.shape)
        pairs = [[f"{a}, {b}" for a, b in zip(*rows, strict=True)] for rows in zip(*written, strict=True)]
        heads = ["", *map(str, self.messages[1])]
        return heads, [[name, *cells] for name, cells in zip(self.messages[0], pairs, strict=True)]


def _written(*payoffs: float) -> list[str]:
    """As many digits as tell them apart, with hyphens, as programs read them."""
    return [text.replace(MINUS, "-") for text in apart(*payoffs)]
