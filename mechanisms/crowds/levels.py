"""Serial cost sharing of one good: all pure Nash equilibria by one pass from the lowest demand to the highest.

What somebody pays depends on the others only up to the own demand (K sections 1 and 4). So the pass goes up the grid.
At each quantity all who still wait have the same share, and some of them stop: none who would have done better by
stopping lower down, and none who would do better by going on. Whoever goes on adds to what everybody after pays, so
that how many stay, not who, is tried; one who has stopped is watched further up, as one more who could have gone on.

On continuous demands with strictly convex costs and concave values nobody ever has a choice, and the pass is the proof
that there is one equilibrium (Moulin and Shenker 1992). On a grid with rounded points there are ties: all are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.crowds.crowd import Crowd, Kind
from mechanisms.verdicts import TooLargeError

MAX_VISITED = 100_000
MAX_FOUND = 20_000
MAX_COMPARED = 4e6
"""Quantities that are gone through, those of the grid once for each way and for each equilibrium: some seconds."""
METHOD = "one pass up the grid of demands, with every number of players who could stop at each"


class Watched(NamedTuple):
    """Players of a kind who stopped at a place: what one of them would have paid by going on, and what they have."""

    kind: int
    place: int
    share: float
    points: int


class Reached(NamedTuple):
    """The pass on its way: those who wait by kind, units of those who stopped, the share of who waits, and the most
    points that each kind could have had by stopping lower down."""

    place: int
    waiting: tuple[int, ...]
    served: float
    share: float
    best: tuple[int, ...]
    watched: tuple[Watched, ...]
    stopped: tuple[tuple[int, int, int], ...]


NOTHING = -(2**62)


class Pass:
    """One pass for given kinds of players."""

    def __init__(self, crowd: Crowd, kinds: Sequence[Kind]) -> None:
        self.crowd, self.kinds, self.grid = crowd, kinds, crowd.quantities
        self.worth = [crowd.worth(kind) for kind in kinds]
        self.possible = [np.isin(np.arange(crowd.size), kind.places) for kind in kinds]
        self.visited = 0

    def points(self, c: int, place: int | slice, share: FloatArray | float) -> IntArray:
        return self.crowd.points(self.kinds[c], self.worth[c][place], np.asarray(share))

    def cost(self, total: FloatArray | float) -> FloatArray:
        return self.crowd.total_cost(np.asarray(total, dtype=np.float64))

    def run(self, sizes: Sequence[int]) -> Iterator[tuple[tuple[int, int, int], ...]]:
        """For each equilibrium who stops where: triples (kind, place, players)."""
        at_first = float(self.cost(self.grid[0] * self.crowd.n)) / self.crowd.n
        yield from self._on(Reached(0, tuple(sizes), 0.0, at_first, (NOTHING,) * len(sizes), (), ()))

    def _on(self, now: Reached) -> Iterator[tuple[tuple[int, int, int], ...]]:
        self.visited += 1
        if self.visited > min(MAX_VISITED, MAX_COMPARED / self.crowd.size):
            raise TooLargeError(
                f"too large: more than {self.visited - 1} ways to go up the grid of {self.crowd.size} demands; a "
                "coarser grid would fit"
            )
        if not any(now.waiting):
            if all(self._stays(watched, now) for watched in now.watched):
                yield now.stopped
            return
        here = [
            int(self.points(c, now.place, now.share)) if self.possible[c][now.place] else NOTHING
            for c in range(len(self.kinds))
        ]
        best = tuple(max(pair) for pair in zip(now.best, here, strict=True))
        may_stop, may_stay = self._choices(now, here, best)
        everybody = sum(now.waiting)
        for stay in range(everybody + 1):
            fewest = [0 if s else w for s, w in zip(may_stay[:, stay], now.waiting, strict=True)]
            most = [w if s else 0 for s, w in zip(may_stop[:, stay], now.waiting, strict=True)]
            for stop in _between(fewest, most, everybody - stay):
                new = tuple(Watched(c, now.place, now.share, here[c]) for c, number in enumerate(stop) if number)
                then = self._next(now, stop, stay, best, new)
                if then is not None:
                    yield from self._on(then)

    def _choices(self, now: Reached, here: list[int], best: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """By kind and by how many stay: whether players can stop here, and whether they can go on."""
        crowd, k, everybody = self.crowd, now.place, sum(now.waiting)
        stay = np.arange(everybody + 1)
        may_stop = np.repeat([[own == most and own > NOTHING] for own, most in zip(here, best, strict=True)],
                             everybody + 1, axis=1)  # fmt: skip
        may_stay = np.zeros_like(may_stop)
        if k + 1 == crowd.size:
            return may_stop, may_stay
        total, step = now.served + everybody * self.grid[k], self.grid[k + 1] - self.grid[k]
        one_more = (self.cost(total + (stay + 1) * step) - self.cost(total)) / (stay + 1)
        further = np.append(np.nan, one_more[:-1])  # what each pays for the next step who goes on as one of `stay`
        beyond = slice(k + 1, None)
        for c in range(len(self.kinds)):
            if self.possible[c][k + 1]:
                may_stop[c] &= self.points(c, k + 1, now.share + one_more) <= here[c]
            later = self.possible[c][beyond]
            if not later.any():
                continue
            if not crowd.is_convex:
                may_stay[c, 1:] = True
                continue
            # with a convex cost nobody who goes on can pay less than if all others stopped at the next quantity
            served = now.served + (everybody - stay[1:]) * self.grid[k] + (stay[1:] - 1) * self.grid[k + 1]
            alone = self.cost(served[:, None] + self.grid[beyond]) - self.cost(served + self.grid[k + 1])[:, None]
            least = now.share + further[1:, None] + alone
            may_stay[c, 1:] = self.points(c, beyond, least)[:, later].max(axis=1) >= best[c]
        return may_stop, may_stay

    def _next(
        self, now: Reached, stop: Sequence[int], stay: int, best: tuple[int, ...], new: tuple[Watched, ...]
    ) -> Reached | None:
        """The pass at the next quantity; None if somebody who has stopped would go on to it."""
        k, everybody = now.place, sum(now.waiting)
        waiting = tuple(w - s for w, s in zip(now.waiting, stop, strict=True))
        stopped = now.stopped + tuple((c, k, s) for c, s in enumerate(stop) if s)
        served = now.served + (everybody - stay) * float(self.grid[k])
        if not stay:  # all have stopped: where the others are does not change any more
            return Reached(k, waiting, served, now.share, best, now.watched + new, stopped)
        total, high = now.served + everybody * self.grid[k], self.grid[k + 1]
        share = now.share + float(self.cost(total + stay * (high - self.grid[k])) - self.cost(total)) / stay
        watched = []
        for one in now.watched + new:
            rest = served - self.grid[one.place]
            more = self.cost(rest + (stay + 1) * high) - self.cost(rest + (stay + 1) * self.grid[k])
            paid = one.share + float(more) / (stay + 1)
            if self.possible[one.kind][k + 1] and int(self.points(one.kind, k + 1, paid)) > one.points:
                return None
            watched.append(one._replace(share=paid))
        return Reached(k + 1, waiting, served, share, best, tuple(watched), stopped)

    def _stays(self, one: Watched, now: Reached) -> bool:
        """Whether nobody who was watched so far does better at a higher quantity than all have reached."""
        beyond = slice(now.place + 1, None)
        later = self.possible[one.kind][beyond]
        if not later.any():
            return True
        rest = now.served - self.grid[one.place]
        paid = one.share + self.cost(rest + self.grid[beyond]) - self.cost(rest + self.grid[now.place])
        return bool(self.points(one.kind, beyond, paid)[later].max() <= one.points)


def _between(fewest: list[int], most: list[int], total: int) -> Iterator[tuple[int, ...]]:
    """All tuples of whole numbers with the sum `total` between `fewest` and `most`."""
    if not sum(fewest) <= total <= sum(most) or any(a > b for a, b in zip(fewest, most, strict=True)):
        return
    if not fewest:
        yield ()
        return
    for first in range(fewest[0], min(most[0], total) + 1):
        for rest in _between(fewest[1:], most[1:], total - first):
            yield (first, *rest)


def equilibria(crowd: Crowd, kinds: Sequence[Kind], sizes: Sequence[int]) -> tuple[list[list[list[int]]], str]:
    """Numbers of players, one list (kinds, size) for each equilibrium, and how they were found."""
    found: list[list[list[int]]] = []
    for stopped in Pass(crowd, kinds).run(sizes):
        rows = np.zeros((len(kinds), crowd.size), dtype=np.int64)
        for c, place, number in stopped:
            rows[c, place] += number
        if not is_equilibrium(crowd, kinds, rows):
            raise TooLargeError("not decided: points lie so near to a half that rounding errors decide which they are")
        found.append(rows.tolist())
        if len(found) > min(MAX_FOUND, MAX_COMPARED / crowd.size):
            raise TooLargeError(f"too large: more than {len(found) - 1} equilibria, players of one kind taken as equal")
    return found, METHOD


def is_equilibrium(crowd: Crowd, kinds: Sequence[Kind], rows: IntArray) -> bool:
    """Whether nobody does better at numbers of players (kinds, size), by the rule itself; all are treated alike."""
    everybody = rows.sum(axis=0)
    for kind, row in zip(kinds, rows, strict=True):
        for place in np.flatnonzero(row):
            others = everybody.copy()
            others[place] -= 1
            points = crowd.own_points(kind, np.repeat(np.arange(crowd.size), others))
            if points[kind.places.index(int(place))] < points.max():
                return False
    return True
