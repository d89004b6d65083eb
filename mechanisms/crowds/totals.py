"""Games in which the others matter by their total alone (aggregative games): equilibria total by total.

A profile with the total Q is an equilibrium exactly if everybody's demand q is a best reply to the total Q - q of the
others. For each Q that leaves each kind some demands, and what is left is to count how they can add up to Q.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.crowds.crowd import Crowd, Kind
from mechanisms.verdicts import TooLargeError

MAX_FOUND = 100_000
MAX_STEPS = 200_000
METHOD = "for every total of all demands, whose demands are best replies to the rest of it"


def points_by_total(crowd: Crowd, kind: Kind) -> IntArray:
    """Own points at each own demand of a kind, (A, totals of the others' places)."""
    own = np.array(kind.places)
    return crowd.points(kind, crowd.worth(kind)[own, None], crowd.share_of_total[own])


def equilibria(crowd: Crowd, kinds: Sequence[Kind], sizes: Sequence[int]) -> tuple[list[list[list[int]]], str]:
    """Numbers of players, one list (kinds, size) for each equilibrium, and how they were found."""
    totals = np.arange(crowd.n * (crowd.size - 1) + 1)
    stable = [_stable(crowd, kind, totals) for kind in kinds]
    found: list[list[list[int]]] = []
    steps = [0]
    for total in np.flatnonzero(np.all([own.any(axis=0) for own in stable], axis=0)).tolist():
        left = [np.array(kind.places)[own[:, total]].tolist() for kind, own in zip(kinds, stable, strict=True)]
        groups = list(zip(sizes, left, strict=True))
        for ways in _adding_up(groups, total, steps):
            found.append([np.bincount(row, minlength=crowd.size).tolist() for row in ways])
            if len(found) > MAX_FOUND:
                raise TooLargeError(f"too large: more than {MAX_FOUND} equilibria, players of one kind taken as equal")
    return found, METHOD


def _stable(crowd: Crowd, kind: Kind, totals: IntArray) -> np.ndarray:
    """Which own demands are best replies to what they leave of each total: bool (A, totals)."""
    points, places = points_by_total(crowd, kind), np.array(kind.places)
    best = points == points.max(axis=0)
    rest = totals - places[:, None]
    possible = (rest >= 0) & (rest < points.shape[1])
    return possible & best[np.arange(len(places))[:, None], np.where(possible, rest, 0)]


def _adding_up(groups: list[tuple[int, list[int]]], total: int, steps: list[int]) -> Iterator[list[list[int]]]:
    """All ways in which each group's players demand one of the group's places each and all add up to the total."""
    steps[0] += 1
    if steps[0] > MAX_STEPS:
        raise TooLargeError(f"too large: more than {MAX_STEPS} ways of adding demands up to a total")
    if not groups:
        if total == 0:
            yield []
        return
    if not sum(size * places[0] for size, places in groups) <= total <= sum(size * own[-1] for size, own in groups):
        return
    (size, places), rest = groups[0], groups[1:]
    if len(places) == 1:
        for ways in _adding_up(rest, total - size * places[0], steps):
            yield [[places[0]] * size, *ways]
        return
    for number in range(size, -1, -1):  # of those who demand the lowest of these places
        for more, *ways in _adding_up([(size - number, places[1:]), *rest], total - number * places[0], steps):
            yield [[places[0]] * number + more, *ways]
