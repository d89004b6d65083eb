"""All pure Nash equilibria of a demand game among players of given types, as numbers of players who demand what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import factorial, prod

import numpy as np

from mechanisms.arrays import IntArray, takes
from mechanisms.crowds import counts, levels, totals
from mechanisms.crowds.crowd import Crowd, Kind, kinds_of
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError

MAX_LISTED = 20_000
"""Profiles that are listed one by one."""


@dataclass(frozen=True, eq=False)
class CrowdEquilibria(Shown):
    """All pure Nash equilibria, players of one kind being interchangeable.

    Attributes
    ----------
    kinds : tuple of Kind
    seats : tuple of tuples, the positions of each kind
    counts : int ndarray (k, kinds, size), how many of each kind demand each quantity of the grid
    method : how they were found

    Examples
    --------
    >>> from mechanisms.crowds.crowd import crowd_of
    >>> from mechanisms.treatments import load_treatment
    >>> found = pure_equilibria(crowd_of(load_treatment("treatments/chen_serial.toml").played), [16.1, 20.1])
    >>> found.total, found.example(0)
    (1, array([3, 5]))
    """

    kinds: tuple[Kind, ...]
    seats: tuple[tuple[int, ...], ...]
    counts: IntArray
    method: str

    @property
    def n(self) -> int:
        return sum(map(len, self.seats))

    def profiles(self, k: int) -> int:
        """Of how many message profiles the k-th is made, by exchanging players of one kind."""
        return prod(factorial(int(row.sum())) // prod(map(factorial, row.tolist())) for row in self.counts[k])

    @property
    def total(self) -> int:
        """How many message profiles are equilibria."""
        return sum(map(self.profiles, range(len(self.counts))))

    def example(self, k: int) -> IntArray:
        """One of the profiles (n,), places on the grid: the lower demands go to the lower positions of a kind."""
        found = np.empty(self.n, dtype=np.int64)
        for seats, row in zip(self.seats, self.counts[k], strict=True):
            found[list(seats)] = np.repeat(np.arange(len(row)), row)
        return found

    def listed(self) -> IntArray:
        """All profiles (total, n), places on the grid, lexicographic; TooLargeError if more than MAX_LISTED."""
        if self.total > MAX_LISTED:
            raise TooLargeError(f"too large: {float(self.total):.3g} equilibria, more than {MAX_LISTED} to list")
        rows = [profile for k in range(len(self.counts)) for profile in self._of(k)]
        return np.array(sorted(rows), dtype=np.int64).reshape(len(rows), self.n)

    def _of(self, k: int) -> Iterator[tuple[int, ...]]:
        for arranged in product(
            *(list(_arrangements(seats, row)) for seats, row in zip(self.seats, self.counts[k], strict=True))
        ):
            places = {seat: place for part in arranged for seat, place in part.items()}
            yield tuple(places[i] for i in range(self.n))


def _arrangements(seats: Sequence[int], row: IntArray) -> Iterator[dict[int, int]]:
    """Who of the seats demands which place, in all ways."""
    used = np.flatnonzero(row)
    if not len(used):
        yield {}
        return
    place, rest = int(used[0]), row.copy()
    rest[place] = 0
    for chosen in combinations(seats, int(row[place])):
        for others in _arrangements([seat for seat in seats if seat not in chosen], rest):
            yield others | dict.fromkeys(chosen, place)


FOUND_BY = {"total": totals.equilibria, "levels": levels.equilibria, "counts": counts.equilibria}


@takes(crowd=Crowd)
def pure_equilibria(crowd: Crowd, types: Sequence[float]) -> CrowdEquilibria:
    """All of them, exactly, in smallest units of points.

    Raises
    ------
    TooLargeError
        If the rule has no structure (it asks who demands what), or there is too much to go through.
    """
    if crowd.others is None:
        raise TooLargeError(
            "not decided: what somebody pays depends on who of the others demands what, so that neither their total "
            "nor their numbers say it, and all profiles are too many"
        )
    found = kinds_of(crowd, types)
    kinds, seats = tuple(found), tuple(found.values())
    rows, method = FOUND_BY[crowd.others](crowd, kinds, [len(own) for own in seats])
    array = np.array(rows, dtype=np.int64).reshape(len(rows), len(kinds), crowd.size)
    return CrowdEquilibria(kinds, seats, array, method)
