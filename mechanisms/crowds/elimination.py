"""Iterated elimination for kinds of players: what is left when all drop what another own demand beats.

The rounds are those of mechanisms/solutions/elimination.py: everybody drops at the same time what is beaten as long as
the others use what they still have. Players who can demand the same and have one type lose the same, so that one of
each kind is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.crowds.crowd import Crowd, Kind
from mechanisms.crowds.facing import Facing, facing
from mechanisms.shown import Shown

MAX_COUNTS = 2000
"""Divisions of the others among demands that are gone through in each round."""


@dataclass(frozen=True, eq=False)
class CrowdElimination(Shown):
    """What is left.

    Attributes
    ----------
    survivors : for each kind the places that are left, ascending
    rounds : int, in which something went
    complete : whether everything that could go went; else only what goes whatever rounding does
    """

    survivors: tuple[tuple[int, ...], ...]
    rounds: int
    complete: bool

    @property
    def solved(self) -> bool:
        return all(len(left) == 1 for left in self.survivors)


def iterated(crowd: Crowd, kinds: Sequence[Kind], sizes: Sequence[int], which: str) -> CrowdElimination:
    """Eliminate what is "strict"ly dominated, or "overwhelmed", until nothing goes.

    >>> from mechanisms.crowds.crowd import crowd_of
    >>> from mechanisms.treatments import load_treatment
    >>> crowd = crowd_of(load_treatment("treatments/chen_serial.toml").played)
    >>> kinds = [crowd.kind(0, 16.1), crowd.kind(1, 20.1)]
    >>> found = iterated(crowd, kinds, [1, 1], "strict")
    >>> found.survivors, found.rounds
    (((3,), (5,)), 3)
    """
    left, rounds, complete = [kind.places for kind in kinds], 0, True
    while True:
        then = []
        for c, kind in enumerate(kinds):
            others = [own for d, own in enumerate(left) for _ in range(sizes[d] - (d == c))]
            faced = facing(crowd, replace(kind, places=left[c]), others, MAX_COUNTS)
            complete &= faced.complete or which == "overwhelmed"
            goes = overwhelmed(faced) if which == "overwhelmed" else strictly_dominated(faced)
            then.append(tuple(place for place, gone in zip(left[c], goes, strict=True) if not gone))
        if then == left:
            return CrowdElimination(tuple(left), rounds, complete)
        left, rounds = then, rounds + 1


def overwhelmed(faced: Facing) -> np.ndarray:
    """Which own demands give at most less than another one gives at least: bool (A,)."""
    return np.asarray(faced.most < faced.least.max())


def strictly_dominated(faced: Facing) -> np.ndarray:
    """Which own demands another one beats against everything; where columns are missing, by a whole unit before
    rounding at both ends, which no rounding can undo."""
    if faced.complete:
        return np.array([(faced.points > own).all(axis=1).any() for own in faced.points])
    ends = faced.utility[:, [0, -1]]
    return np.array([(ends >= own + 1).all(axis=1).any() for own in ends])


def survivors_by_seat(found: CrowdElimination, seats: Sequence[Sequence[int]]) -> dict[int, IntArray]:
    """The places that are left to each position."""
    return {i: np.array(left) for own, left in zip(seats, found.survivors, strict=True) for i in own}
