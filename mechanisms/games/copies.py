"""Messages that are copies of others: whatever is played, everybody of every type gets the same.

Long grids have many where a rule does little: of 101 reported values, all that are high enough buy the same amount.
What holds of a message holds of its copies, so that solutions are found in the game without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.games.private_types import BayesianGame

PROBES = 16
"""Profiles of the others at which messages that differ are told apart, as a rule."""


@dataclass(frozen=True, eq=False)
class Distinct:
    """A game without copies.

    Attributes
    ----------
    whole : the game
    game : the same with the first of equal messages only
    places : n int arrays (A_i,), where each message, or the one that it is a copy of, stands in `game`
    """

    whole: BayesianGame
    game: BayesianGame
    places: tuple[IntArray, ...]

    def copied(self, masks: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
        """Masks (…, A_i) of the messages of `game`, one a player, as masks of the messages of the whole."""
        return tuple(mask[..., place] for mask, place in zip(masks, self.places, strict=True))


def distinct_messages(game: BayesianGame) -> Distinct:
    """The game without copies of messages.

    Examples
    --------
    >>> game = BayesianGame([[[[1, 1], [0, 2], [1, 1]]], [[[0, 0], [5, 5], [0, 0]]]], [[1], [1]], None)
    >>> found = distinct_messages(game)
    >>> found.places, found.game.payoffs[0].tolist()
    ((array([0, 1, 0]), array([0, 1])), [[[1, 1], [0, 2]]])
    """
    payoffs, firsts, places = list(game.payoffs), [], []
    for i in range(game.n):
        first, place = _first_of_equal(payoffs, i + 1)
        if len(first) < len(place):
            payoffs = [own.take(first, axis=i + 1) for own in payoffs]
        firsts.append(first)
        places.append(place)
    if all(len(first) == len(place) for first, place in zip(firsts, places, strict=True)):
        return Distinct(game, game, tuple(places))
    priors = game.priors if game.joint is None else game.joint
    truthful = game.truthful and [place[truth] for place, truth in zip(places, game.truthful, strict=True)]
    return Distinct(game, BayesianGame(payoffs, priors, truthful, game.types), tuple(places))


def _first_of_equal(payoffs: Sequence[np.ndarray], axis: int) -> tuple[IntArray, IntArray]:
    """The messages on an axis that equal none before them, ascending, and the place of each message among these."""
    sizes = payoffs[0].shape[1:]
    profiles: list[Any] = [slice(None), *np.random.default_rng(0).integers(0, sizes, (PROBES, len(sizes))).T]
    profiles[axis] = np.arange(sizes[axis - 1])[:, None]
    probed = np.concatenate([own[tuple(profiles)] for own in payoffs]).swapaxes(0, 1)
    alike: dict[bytes, list[int]] = {}
    first: list[int] = []
    place: list[int] = []
    for message, row in enumerate(probed):
        known = alike.setdefault(row.tobytes(), [])
        copied = next((k for k in known if _equal(payoffs, axis, first[k], message)), len(first))
        if copied == len(first):
            known.append(copied)
            first.append(message)
        place.append(copied)
    return np.array(first), np.array(place)


def _equal(payoffs: Sequence[np.ndarray], axis: int, one: int, other: int) -> bool:
    return all(np.array_equal(own.take(one, axis=axis), own.take(other, axis=axis)) for own in payoffs)
