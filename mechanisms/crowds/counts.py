"""Games in which all players are treated alike: equilibria by how many demand what, instead of by who does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import comb, prod

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.crowds.crowd import Crowd, Kind
from mechanisms.verdicts import TooLargeError

MAX_COUNTS = 200_000
"""Ways in which a group can be divided among the demands."""
METHOD = "every division of the players among the demands"


def divisions(number: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to divide a number of players among parts.

    >>> list(divisions(2, 2))
    [(0, 2), (1, 1), (2, 0)]
    """
    if parts == 1:
        yield (number,)
        return
    for first in range(number + 1):
        for rest in divisions(number - first, parts - 1):
            yield (first, *rest)


def check_counts(sizes: Sequence[int], demands: Sequence[int]) -> None:
    """TooLargeError if groups of these sizes can be divided among so many demands in too many ways."""
    ways = prod(comb(size + own - 1, own - 1) for size, own in zip(sizes, demands, strict=True))
    if ways > MAX_COUNTS:
        raise TooLargeError(
            f"too large: {float(ways):.3g} divisions of the players among the demands, more than {MAX_COUNTS}; fewer "
            "demands would fit"
        )


def equilibria(crowd: Crowd, kinds: Sequence[Kind], sizes: Sequence[int]) -> tuple[list[list[list[int]]], str]:
    """Numbers of players, one list (kinds, size) for each equilibrium, and how they were found."""
    check_counts(sizes, [len(kind.places) for kind in kinds])
    own = [list(divisions(size, len(kind.places))) for size, kind in zip(sizes, kinds, strict=True)]
    rows = np.zeros((prod(map(len, own)), len(kinds), crowd.size), dtype=np.int64)
    for c, kind in enumerate(kinds):
        index = np.array([ways[c] for ways in product(*(range(len(part)) for part in own))])
        rows[:, c, list(kind.places)] = np.array(own[c])[index]
    stable = np.ones(len(rows), dtype=bool)
    for c, kind in enumerate(kinds):
        for k, place in enumerate(kind.places):
            asked = np.flatnonzero(stable & (rows[:, c, place] > 0))
            others = rows[asked].sum(axis=1)
            others[:, place] -= 1
            distinct, which = np.unique(others, axis=0, return_inverse=True)
            points = points_by_counts(crowd, kind, distinct)
            stable[asked] = (points[k] == points.max(axis=0))[which.ravel()]
    return rows[stable].tolist(), METHOD


def points_by_counts(crowd: Crowd, kind: Kind, others: IntArray) -> IntArray:
    """Own points at each own demand of a kind against numbers of others (C, size) at each place: (A, C)."""
    own = np.array(kind.places)
    profiles = np.array([np.repeat(np.arange(crowd.size), row) for row in others]).reshape(len(others), crowd.n - 1)
    return crowd.points(kind, crowd.worth(kind)[own, None], crowd.shares(profiles)[own])
