"""Bounded depth-first searches for the perfect-stranger plans that have no ready construction.

A search is a generator of moves: it makes a move, yields, and takes the move back when it is resumed.
``_explore`` walks the tree without recursion and gives up after a number of steps, never after a time: the
result is the same everywhere.
"""

from collections.abc import Callable, Iterator

import numpy as np

WORK = 150_000  # steps × people of one attempt: a fresh random order of the choices finds more than a longer search
ATTEMPTS = 30

Difference = tuple[int, int, int]


def _explore(moves: Callable[[], Iterator[None]], done: Callable[[], bool], steps: int) -> bool | None:
    """True: a solution stands. False: there is none. None: gave up."""
    path = [moves()]
    for _ in range(steps):
        if next(path[-1], path) is path:  # no move left here: go back
            path.pop()
            if not path:
                return False
        elif done():
            return True
        else:
            path.append(moves())
    return None


def _orders(attempt: int, rows: int, length: int) -> list[list[int]]:
    rng = np.random.Generator(np.random.PCG64(attempt))
    return np.argsort(rng.random((rows, length)), axis=-1, kind="stable").tolist()


def difference_rows(n_groups: int, group_size: int, rounds: int) -> list[list[int]] | None:
    """Rows d[r, p] mod n_groups such that d[r, p] - d[r, q] is different in every row, for all p and q.

    Column 0 is 0 and column 1 ascends, which loses nothing: adding a constant to a row or sorting rows keeps
    the property.
    """
    for attempt in range(ATTEMPTS):
        search = _DifferenceRows(n_groups, group_size, rounds, _orders(attempt, n_groups, n_groups))
        found = _explore(search.moves, search.done, WORK // (n_groups * group_size))
        if found:
            return search.rows
        if found is False:
            return None
    return None


class _DifferenceRows:
    def __init__(self, m: int, n: int, rounds: int, orders: list[list[int]]) -> None:
        self.m, self.n, self.rounds, self.orders = m, n, rounds, orders
        self.rows: list[list[int]] = []
        self.used: set[Difference] = set()

    def done(self) -> bool:
        return len(self.rows) == self.rounds and len(self.rows[-1]) == self.n

    def moves(self) -> Iterator[None]:
        if not self.rows or len(self.rows[-1]) == self.n:
            yield from self._new_row()
            return
        row = self.rows[-1]
        for x in self.orders[row[1]]:
            new = {(p, len(row), (x - other) % self.m) for p, other in enumerate(row)}
            if new.isdisjoint(self.used):
                self.used |= new
                row.append(x)
                yield
                row.pop()
                self.used -= new

    def _new_row(self) -> Iterator[None]:
        above = self.rows[-1][1] if self.rows else -1
        last = self.m - (self.rounds - len(self.rows))  # beyond it too few values are left for the other rows
        for x in range(above + 1, last + 1):
            self.used.add((0, 1, x))
            self.rows.append([0, x])
            yield
            self.rows.pop()
            self.used.discard((0, 1, x))


def starter_round(n_people: int, group_size: int, rounds: int) -> list[list[int]] | None:
    """One round that, developed by +1 mod ``rounds``, is a plan of that many rounds.

    People 0 … k·rounds - 1 are k orbits of length ``rounds``; the others stay fixed, each in a group of its
    own with people of distinct orbits. All k for which this is possible are tried.
    """
    n_groups = n_people // group_size
    for orbits in range(n_people // rounds, 0, -1):
        fixed = n_people - orbits * rounds
        if fixed > n_groups or (fixed and orbits < group_size - 1):
            continue
        for attempt in range(ATTEMPTS):
            order = _orders(attempt, 1, n_people)[0]
            search = _StarterRound(n_people, group_size, rounds, orbits, order)
            found = _explore(search.moves, search.done, WORK // n_people)
            if found:
                return search.groups
            if found is False:
                break
    return None


class _StarterRound:
    def __init__(self, n_people: int, group_size: int, rounds: int, orbits: int, order: list[int]) -> None:
        self.size, self.rounds, self.orbits = group_size, rounds, orbits
        self.order = sorted(order, key=lambda person: person < orbits * rounds)  # hardest first: the fixed
        self.left = set(order)
        self.used: set[Difference] = set()
        self.groups: list[list[int]] = []

    def done(self) -> bool:
        return not self.left and len(self.groups[-1]) == self.size

    def moves(self) -> Iterator[None]:
        if not self.groups or len(self.groups[-1]) == self.size:
            first = next(person for person in self.order if person in self.left)
            self.groups.append([first])
            self.left.remove(first)
            if self.size > 1:
                yield from self._members()
            self.left.add(first)
            self.groups.pop()
        else:
            yield from self._members()

    def _members(self) -> Iterator[None]:
        group = self.groups[-1]
        start = self.order.index(group[-1]) + 1  # members in the order of the search: no group is tried twice
        for person in self.order[start:]:
            new = self._differences(group, person) if person in self.left else None
            if new is not None:
                self.used |= new
                self.left.remove(person)
                group.append(person)
                yield
                group.pop()
                self.left.add(person)
                self.used -= new

    def _differences(self, group: list[int], person: int) -> set[Difference] | None:
        """What the meetings of this person with the group use up; None if they would be repeated in some
        round."""
        new: set[Difference] = set()
        for member in group:
            for difference in self._meeting(member, person):
                if difference in self.used or difference in new:
                    return None
                new.add(difference)
            if self._always_together(member, person):
                return None
        return new

    def _always_together(self, a: int, b: int) -> bool:
        (orbit_a, x), (orbit_b, y) = divmod(a, self.rounds), divmod(b, self.rounds)
        if orbit_a >= self.orbits and orbit_b >= self.orbits:
            return True
        return orbit_a == orbit_b and 2 * (x - y) % self.rounds == 0  # met again half a turn later

    def _meeting(self, a: int, b: int) -> list[Difference]:
        (orbit_a, x), (orbit_b, y) = divmod(a, self.rounds), divmod(b, self.rounds)
        if orbit_a >= self.orbits:
            return [(a, orbit_b, -1)]
        if orbit_b >= self.orbits:
            return [(b, orbit_a, -1)]
        if orbit_a > orbit_b:
            orbit_a, x, orbit_b, y = orbit_b, y, orbit_a, x
        forward = (x - y) % self.rounds
        both = {forward, -forward % self.rounds} if orbit_a == orbit_b else {forward}
        return [(orbit_a, orbit_b, d) for d in both]
