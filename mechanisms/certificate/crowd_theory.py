"""What theory says of a demand game of many players: by its structure, with kinds of players in the place of profiles.

It answers what `Theory` answers of smaller games, and the same predictions ask it. Type profiles in which players who
are alike exchange their types are one case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import combinations_with_replacement, product
from math import comb, prod

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.certificate.theory import MAX_TYPE_PROFILES, Theory, Types
from mechanisms.crowds.crowd import CHUNK, Crowd, crowd_of
from mechanisms.crowds.elimination import CrowdElimination
from mechanisms.crowds.equilibria import CrowdEquilibria, pure_equilibria
from mechanisms.crowds.facing import Facing, facing
from mechanisms.played.play import DemandGame
from mechanisms.treatments import Treatment
from mechanisms.treatments.words import Words
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import how_many, listed


class CrowdTheory(Words):
    """The theory of one demand game of many players, remembered.

    Attributes
    ----------
    treatment : Treatment; only its game matters
    n : int, players
    crowd : Crowd
    eliminated : what iterated elimination of a kind, "strict" or "overwhelmed", has left (crowd_solving)

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> theory = CrowdTheory(load_treatment("treatments/chen_serial.toml"))
    >>> theory.nash_at((0, 0)).tolist(), theory.group([3, 5])
    ([[3, 5]], 'Player A demands 4 and Player B demands 6')
    """

    def __init__(self, treatment: Treatment) -> None:
        super().__init__(treatment)
        assert isinstance(treatment.played, DemandGame)
        self.n = treatment.group_size
        self.crowd: Crowd = crowd_of(treatment.played)
        self._facing: dict[tuple[int, int], Facing] = {}
        self._nash: dict[Types, CrowdEquilibria] = {}
        self.eliminated: dict[str, list[tuple[Types, CrowdElimination, list[tuple[int, ...]]]]] = {}

    # --- players who are alike ---

    @cached_property
    def alike(self) -> list[tuple[int, ...]]:
        """The positions that can change places: the same demands, types that occur, and points."""
        places = self.treatment.positions
        found: dict[tuple, list[int]] = {}
        for i, place in enumerate(places):
            kinds = tuple(self.crowd.kind(i, value) for value in place.types)
            found.setdefault((kinds, tuple(place.probabilities > 0)), []).append(i)
        return [tuple(seats) for seats in found.values()]

    def name(self, seats: Sequence[int]) -> str:
        """Who these positions are: "Player 3", who is like nobody else, or "30 players"."""
        if tuple(seats) in self.alike and len(seats) == 1:
            return self.role(seats[0])
        return f"{len(seats)} player{'s' * (len(seats) > 1)}"

    def group(self, profile: Sequence[int], types: Types | None = None) -> str:
        """A message profile by numbers of players: "Player A demands 4 and 29 players demand 6"."""
        said: dict[tuple[str, str], list[int]] = {}
        for i, message in enumerate(profile):
            several = types is not None and len(self.treatment.positions[i].types) > 1
            own = f" of type {self.type(i, types[i])}" if several and types is not None else ""
            said.setdefault((own, self.message(i, message)), []).append(i)
        words = [
            f"{self.name(seats)}{own} {'demands' if len(seats) == 1 else 'demand'} {message}"
            for (own, message), seats in said.items()
        ]
        return listed(words)

    def types(self, profile: Sequence[int]) -> str:
        """A type profile by numbers: "types 13 (12 players) and 16 (18 players)"."""
        if all(len(place.types) == 1 for place in self.treatment.positions):
            return ""
        counts = Counter(self.type(i, t) for i, t in enumerate(profile) if len(self.treatment.positions[i].types) > 1)
        return "types " + listed([f"{name} ({count} player{'s' * (count > 1)})" for name, count in counts.items()])

    # --- dominance ---

    def facing(self, i: int, t: int) -> Facing:
        """Own points of a position with its t-th type against all that the others can do."""
        first = next(seats[0] for seats in self.alike if i in seats)
        if (first, t) not in self._facing:
            kind = self.crowd.kind(first, float(self.treatment.positions[first].types[t]))
            others = [self.crowd.kind(j, 0.0).places for j in range(self.n) if j != first]
            self._facing[first, t] = facing(self.crowd, kind, others)
        return self._facing[first, t]

    def dominant(self, i: int, t: int, kind: str = "weak") -> IntArray:
        """All dominant messages of position i with its t-th type."""
        return self.facing(i, t).dominant(kind)

    def least_points(self, i: int, t: int) -> IntArray:
        """The fewest points of each message of position i with its t-th type, smallest units: (A_i,)."""
        return self.facing(i, t).least

    def dominators(self, i: int, t: int, m: int) -> IntArray:
        """The messages that weakly dominate the m-th of position i with its t-th type."""
        return self.facing(i, t).dominators(m)

    def points_against(self, i: int, t: int, others: IntArray) -> IntArray:
        """Own points of position i with its t-th type at each own message, against others (k, n - 1): (k, A_i).

        Messages are given by their indices, in the order of positions.
        """
        grids = [np.array(self.crowd.kind(j, 0.0).places) for j in range(self.n) if j != i]
        places = np.stack([grid[column] for grid, column in zip(grids, others.T, strict=True)], axis=-1)
        kind = self.crowd.kind(i, float(self.treatment.positions[i].types[t]))
        step = max(1, CHUNK // (self.n * len(kind.places)))
        parts = [self.crowd.own_points(kind, places[k : k + step], i) for k in range(0, len(places), step)]
        return np.concatenate(parts) if parts else np.empty((0, len(kind.places)), dtype=np.int64)

    # --- equilibria ---

    @property
    def profiles(self) -> float:
        """Number of message profiles of a group."""
        return float(np.prod([float(len(place.messages)) for place in self.treatment.positions]))

    def _possible(self, seats: Sequence[int]) -> list[int]:
        return np.flatnonzero(self.treatment.positions[seats[0]].probabilities > 0).tolist()

    @property
    def cases(self) -> int:
        """Number of type profiles, those with exchanged players taken as one."""
        return prod(comb(len(seats) + len(self._possible(seats)) - 1, len(seats)) for seats in self.alike)

    def few_type_profiles(self, most: float, most_payoffs: float) -> list[Types] | None:
        """All type profiles of positive probability; None if they are more than `most`."""
        possible = [np.flatnonzero(place.probabilities > 0).tolist() for place in self.treatment.positions]
        return list(product(*possible)) if float(np.prod([float(len(own)) for own in possible])) <= most else None

    @cached_property
    def type_profiles(self) -> list[Types]:
        """One type profile of each case; TooLargeError if they are too many."""
        if self.cases > MAX_TYPE_PROFILES:
            raise TooLargeError(
                f"too large: {how_many(self.cases)} type profiles, players who are alike taken as equal, more than "
                f"{MAX_TYPE_PROFILES}; fewer types would fit"
            )
        return list(self._cases())

    def _cases(self) -> Iterator[Types]:
        for drawn in product(*(combinations_with_replacement(self._possible(s), len(s)) for s in self.alike)):
            at = {
                i: t for seats, types in zip(self.alike, drawn, strict=True) for i, t in zip(seats, types, strict=True)
            }
            yield tuple(at[i] for i in range(self.n))

    def same_case(self, types: Sequence[int]) -> Types:
        """The type profile that stands for another one, with the types of players who are alike in order."""
        found = list(types)
        for seats in self.alike:
            for i, t in zip(seats, sorted(types[i] for i in seats), strict=True):
                found[i] = t
        return tuple(found)

    def equilibria(self, types: Types) -> CrowdEquilibria:
        """All pure Nash equilibria among players of these types (indices)."""
        if types not in self._nash:
            self._nash[types] = pure_equilibria(self.crowd, self.values(types))
        return self._nash[types]

    def values(self, types: Types) -> list[float]:
        return [float(self.treatment.positions[i].types[t]) for i, t in enumerate(types)]

    @cached_property
    def nash(self) -> dict[Types, CrowdEquilibria]:
        """All pure Nash equilibria of every case of types."""
        return {types: self.equilibria(types) for types in self.type_profiles}

    def nash_at(self, types: Types) -> IntArray:
        """All of them as profiles (k, n) of message indices, lexicographic; TooLargeError if they are too many."""
        return self.as_messages(self.equilibria(types).listed())

    def as_messages(self, places: IntArray) -> IntArray:
        """Profiles (…, n) of places on the grid as indices of messages."""
        grids = [np.array(self.crowd.kind(i, 0.0).places) for i in range(self.n)]
        return np.stack([np.searchsorted(own, places[..., i]) for i, own in enumerate(grids)], axis=-1)

    @property
    def one_case(self) -> bool:
        """Whether everybody has one type: then there is nothing to report."""
        return all(len(place.types) == 1 for place in self.treatment.positions)

    @property
    def all_types_occur(self) -> bool:
        return all(place.probabilities.min() > 0 for place in self.treatment.positions)

    @property
    def has_function(self) -> bool:
        """Whether there is one equilibrium at every type profile, and so a social choice function."""
        return self.all_types_occur and all(found.total == 1 for found in self.nash.values())

    @property
    def size(self) -> str:
        """How much was gone through, in words."""
        count = len(self.type_profiles)
        return f"{self.n} players" + (f" x {count} type profiles, players taken as equal" if count > 1 else "")


def theory_of(treatment: Treatment) -> Theory | CrowdTheory:
    """The theory of a treatment: from a table of all profiles, or by structure for a demand game without such a table.

    >>> from mechanisms.treatments import load_treatment
    >>> type(theory_of(load_treatment("treatments/chen_serial.toml"))).__name__
    'Theory'
    """
    return _remembered(treatment) if treatment.by_structure else Theory(treatment)


@lru_cache(maxsize=64)
def _remembered(treatment: Treatment) -> CrowdTheory:
    """Once, because it is small: pages ask it, too."""
    return CrowdTheory(treatment)
