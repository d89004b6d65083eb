"""Own points against everything that the others can do, as far as it matters: the table behind dominance and ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, as_whole
from mechanisms.crowds.crowd import Crowd, Kind
from mechanisms.crowds.totals import points_by_total
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError

MAX_COUNTS = 20_000
"""Divisions of the others among demands that one table has."""
NOT_BY_STRUCTURE = (
    "not decided: what somebody pays depends on who of the others demands what, and all profiles of them are too many"
)
UNDECIDED = (
    "not decided: the others' numbers at each demand are too many, and at the ends of what they can do the difference "
    "is less than rounding to points can make"
)
MAX_LEVELS = 12
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Facing(Shown):
    """Own points of one kind against all that the others can do.

    Attributes
    ----------
    points : int64 ndarray (A, C), smallest units, one column for each thing that matters of the others
    utility : ndarray (A, C), before rounding, in smallest units
    share : ndarray (C,), how many of the others' profiles are so: sums to 1
    others : int ndarray (C, n - 1), a profile of the others for each column, places on the grid
    complete : whether these are all columns; else the ends of what others can do and some between, where the rule is
        one of levels and the cost convex: what a larger own demand costs in addition lies between that at the first
        column (all others demand the least) and at the last (the most), and so do the points of each own demand
    what : in words, what the columns are

    Examples
    --------
    >>> from mechanisms.crowds.crowd import crowd_of
    >>> from mechanisms.treatments import load_treatment
    >>> crowd = crowd_of(load_treatment("treatments/chen_proportional.toml").played)
    >>> found = facing(crowd, crowd.kind(0, 16.1), [range(12)])
    >>> found.points.shape, found.what, found.dominant("weak")
    ((12, 12), 'total of the others', array([], dtype=int64))
    """

    points: IntArray
    utility: FloatArray
    share: FloatArray
    others: IntArray
    complete: bool
    what: str

    def dominant(self, kind: str) -> IntArray:
        """The weakly or strictly dominant own demands, by index; TooLargeError where rounding leaves it open."""
        best = self.points.max(axis=0)
        if kind == "strict":
            best = np.where((self.points == best).sum(axis=0) > 1, best + 1, best)
        candidates = np.flatnonzero((self.points >= best).all(axis=1))
        if not self.complete and len(candidates):
            least = 1.0 if kind == "strict" else -SAME
            ahead = self.utility[candidates][:, None] - self.utility
            ahead[np.arange(len(candidates)), candidates] = np.inf
            if (ahead[..., [0, -1]].min(axis=(1, 2)) < least).any():
                raise TooLargeError(UNDECIDED)
        return candidates

    def dominators(self, own: int) -> IntArray:
        """The own demands that are never worse than `own` and sometimes better; TooLargeError where it is left open."""
        better = (self.points >= self.points[own]).all(axis=1) & (self.points > self.points[own]).any(axis=1)
        found = np.flatnonzero(better)
        if not self.complete and len(found):
            sure = (self.utility[found] - self.utility[own])[:, [0, -1]].min(axis=1) >= -SAME
            if not sure.all() and not sure.any():
                raise TooLargeError(UNDECIDED)
            return found[sure]
        return found

    @property
    def least(self) -> IntArray:
        """The fewest points of each own demand, (A,): exact also where not all columns are there."""
        return np.asarray(self.points.min(axis=1))

    @property
    def most(self) -> IntArray:
        """The most points of each own demand, (A,)."""
        return np.asarray(self.points.max(axis=1))


def facing(crowd: Crowd, kind: Kind, others: Sequence[Sequence[int]], most_counts: int = MAX_COUNTS) -> Facing:
    """The table of a kind against others who can demand these places, one list for each of them.

    Divisions of the others among demands are gone through if they are at most `most_counts`.

    Raises
    ------
    TooLargeError
        If the rule asks who demands what, or there is too much to go through.
    """
    if crowd.others is None:
        raise TooLargeError(NOT_BY_STRUCTURE)
    lists = [tuple(own) for own in others]
    if crowd.others == "total":
        return _by_total(crowd, kind, lists)
    used = len({place for own in lists for place in own})
    if comb(crowd.n - 1 + used - 1, used - 1) <= most_counts:
        return _by_counts(crowd, kind, lists)
    if crowd.others == "levels" and crowd.is_convex:
        return _at_the_ends(crowd, kind, lists)
    raise TooLargeError(
        f"too large: the {crowd.n - 1} others can be divided among {used} demands in more than {most_counts} ways, and "
        "the cost is not convex, so that the ends do not tell; fewer demands would fit"
    )


@lru_cache(maxsize=16)
def faced(crowd: Crowd, position: int, type_value: float) -> Facing:
    """The table of a position with a type, against all others as they are; once."""
    kinds = [crowd.kind(i, type_value) for i in range(crowd.n)]
    as_whole("position", position, 0, crowd.n - 1)
    first = next(i for i in range(crowd.n) if kinds[i] == kinds[position])
    if first != position:
        return faced(crowd, first, type_value)
    return facing(crowd, kinds[position], [kind.places for i, kind in enumerate(kinds) if i != position])


def _by_total(crowd: Crowd, kind: Kind, others: list[tuple[int, ...]]) -> Facing:
    share, reach = np.ones(1), 1
    for own in others:
        each = np.zeros(max(own) + 1)
        each[list(own)] = 1 / len(own)
        share = np.convolve(share, each)
        reach = _reached(reach, own)
    columns = np.array([t for t in range(reach.bit_length()) if reach >> t & 1])
    points, worth = points_by_total(crowd, kind)[:, columns], crowd.worth(kind)[list(kind.places), None]
    utility = _in_units(crowd, kind, worth - crowd.share_of_total[np.ix_(np.array(kind.places), columns)])
    profiles = np.array([adding_up(others, int(total)) for total in columns[[0, -1]]])
    return Facing(points, utility, share[columns], profiles, True, "total of the others")


def _reached(reach: int, own: Sequence[int]) -> int:
    """Totals as the bits of a whole number, after one more who can demand these places."""
    found = 0
    for place in own:
        found |= reach << place
    return found


def adding_up(others: Sequence[Sequence[int]], total: int) -> list[int]:
    """A profile of others with this total of places: each takes what leaves the rest possible.

    >>> adding_up([(0, 1, 2), (0, 1, 2), (0, 2)], 4)
    [0, 2, 2]
    """
    reach = [1]
    for own in reversed(others):
        reach.append(_reached(reach[-1], own))
    found = []
    for own, after in zip(others, reach[-2::-1], strict=True):
        place = next(p for p in sorted(own) if p <= total and after >> (total - p) & 1)
        found.append(place)
        total -= place
    return found


def _by_counts(crowd: Crowd, kind: Kind, others: list[tuple[int, ...]]) -> Facing:
    ways: dict[tuple[int, ...], float] = {(0,) * crowd.size: 1.0}
    for own in others:
        further: dict[tuple[int, ...], float] = {}
        for numbers, weight in ways.items():
            for place in own:
                one_more = (*numbers[:place], numbers[place] + 1, *numbers[place + 1 :])
                further[one_more] = further.get(one_more, 0.0) + weight / len(own)
        ways = further
    rows = np.array(list(ways))
    profiles = np.array([np.repeat(np.arange(crowd.size), row) for row in rows]).reshape(len(rows), crowd.n - 1)
    shares = crowd.shares(profiles)[list(kind.places)]
    worth = crowd.worth(kind)[list(kind.places), None]
    points = crowd.points(kind, worth, shares)
    share = np.array(list(ways.values()))
    return Facing(
        points, _in_units(crowd, kind, worth - shares), share, profiles, True, "numbers of others at each demand"
    )


def _at_the_ends(crowd: Crowd, kind: Kind, others: list[tuple[int, ...]]) -> Facing:
    """All others at the least, at the most, and between them the places at or below some levels."""
    levels = np.unique(np.linspace(0, crowd.size - 1, min(crowd.size, MAX_LEVELS)).astype(int)).tolist()
    between = [[max(p for p in own if p <= max(level, min(own))) for own in others] for level in levels]
    profiles = np.unique(np.array([[min(own) for own in others], *between, [max(own) for own in others]]), axis=0)
    profiles = profiles[np.argsort(profiles.sum(axis=1), kind="stable")]
    shares, own = crowd.shares(profiles)[list(kind.places)], list(kind.places)
    worth = crowd.worth(kind)[own, None]
    points = crowd.points(kind, worth, shares)
    unknown = np.full(len(profiles), np.nan)
    what = "ends of what the others can do"
    return Facing(points, _in_units(crowd, kind, worth - shares), unknown, profiles, False, what)


def _in_units(crowd: Crowd, kind: Kind, utility: FloatArray) -> FloatArray:
    return (kind.scale * utility + kind.shift) * 10.0**crowd.game.points.rounding
