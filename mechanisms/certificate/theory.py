"""What theory says of one treatment, each thing computed once: its games, dominant messages, Nash equilibria.

The certificate asks it, and so do the predictions of analysis, with other limits. Positions, types and messages are
given by their indices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from itertools import product
from math import prod
from typing import Any

import numpy as np

from mechanisms.arrays import IntArray, largest
from mechanisms.bayesian.rationalizability import Rationalizable, rationalizable_of
from mechanisms.certificate.certificate import Finding
from mechanisms.games.best_responses import best_replies
from mechanisms.games.copies import Distinct, distinct_messages
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.played.play import Play
from mechanisms.solutions.dominance import dominant_for_player
from mechanisms.solutions.efficiency import EquilibriumSurplus
from mechanisms.solutions.elimination import Overwhelming
from mechanisms.solutions.outcome_ids import outcome_ids
from mechanisms.solutions.pure_dominance import Player, PureDominance
from mechanisms.solutions.rationalizability import Rational
from mechanisms.solutions.weak_dominance import weak_dominators
from mechanisms.stages import StagedEquilibria
from mechanisms.treatments import Treatment
from mechanisms.treatments.words import Words
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import how_many

MAX_TYPE_PROFILES = 1000
MAX_WORK = 2_000_000_000
"""Payoffs of all type profiles together that are gone through; more would take minutes."""
MAX_REMEMBERED = 2.5e7
"""Own payoffs that are remembered at a time where all types together are too large: 200 MB."""

Types = tuple[int, ...]


class Theory(Words):
    """The games of one treatment and their solutions, remembered.

    Attributes
    ----------
    treatment : Treatment; only its game matters, not its protocol
    n : int, players
    surpluses, staged : those of the equilibria, and the equilibria in stages, of the type profiles asked for so far

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> theory = Theory(load_treatment("treatments/chen_serial.toml"))
    >>> theory.nash_at((0, 0)).tolist(), theory.messages([3, 5])
    ([[3, 5]], 'Player A demands 4 and Player B demands 6')
    """

    def __init__(self, treatment: Treatment) -> None:
        super().__init__(treatment)
        self.n = treatment.group_size
        self._own: dict[tuple[int, int], IntArray] = {}
        self._best: dict[tuple[int, int], np.ndarray] = {}
        self._dominant: dict[tuple[int, int, str], IntArray] = {}
        self._replies: dict[tuple[int, int], IntArray] = {}
        self._rational: dict[tuple[int, int], Rational] = {}
        self._overwhelming: dict[tuple[int, int], Overwhelming] = {}
        self._nash: dict[Types, IntArray] = {}
        self.staged: dict[Types, StagedEquilibria] = {}
        self.surpluses: dict[Types, EquilibriumSurplus] = {}

    @cached_property
    def game(self) -> BayesianGame:
        """The game with private types, in points."""
        return self.treatment.bayesian_game()

    @property
    def profiles(self) -> float:
        """Number of message profiles of a group."""
        return prod(float(len(place.messages)) for place in self.treatment.positions)

    def few_type_profiles(self, most: float, most_payoffs: float) -> list[Types] | None:
        """All type profiles of positive probability; None if they, or the payoffs of their games, are more."""
        possible = [np.flatnonzero(place.probabilities > 0).tolist() for place in self.treatment.positions]
        count = prod(float(len(types)) for types in possible)
        few = count <= most and count * self.n * self.profiles <= most_payoffs
        return list(product(*possible)) if few else None

    @cached_property
    def type_profiles(self) -> list[Types]:
        """All type profiles of positive probability; TooLargeError if they are too many."""
        _ = self.game  # says so if one game alone is too large
        found = self.few_type_profiles(MAX_TYPE_PROFILES, MAX_WORK)
        if found is None:
            count = prod(float(np.count_nonzero(place.probabilities)) for place in self.treatment.positions)
            raise TooLargeError(
                f"too large: {how_many(count)} type profiles with {how_many(self.n * self.profiles)} payoffs each; "
                f"fewer types, or a coarser grid of messages, would fit (at most {MAX_TYPE_PROFILES} profiles, "
                f"{MAX_WORK:.3g} payoffs together)"
            )
        return found

    def own_points(self, i: int, t: int) -> IntArray:
        """Points of position i with its t-th type at every profile of messages: (A_1, …, A_n), smallest units."""
        if "game" in self.__dict__:
            return np.asarray(self.game.payoffs[i][t])
        if (i, t) not in self._own:
            if (len(self._own) + self.n) * self.profiles > MAX_REMEMBERED:
                self._own.clear()
            self._own |= {(k, t): own for k, own in self.treatment.points_of_types(t).items()}
        return self._own[i, t]

    def dominant(self, i: int, t: int, kind: str = "weak") -> IntArray:
        """All dominant messages of position i with its t-th type."""
        if (i, t, kind) not in self._dominant:
            self._dominant[i, t, kind] = dominant_for_player(self.own_points(i, t), i, kind)
        return self._dominant[i, t, kind]

    def least_points(self, i: int, t: int) -> IntArray:
        """The fewest points of each message of position i with its t-th type, smallest units: (A_i,)."""
        own = np.moveaxis(self.own_points(i, t), i, 0)
        return np.asarray(own.reshape(len(own), -1).min(axis=1))

    def dominators(self, i: int, t: int, m: int) -> IntArray:
        """The messages that weakly dominate the m-th of position i with its t-th type."""
        return weak_dominators(self.own_points(i, t), i, m)

    # --- who eliminates messages: each type is one player, in all its games, without copies of messages ---

    @cached_property
    def distinct(self) -> Distinct:
        """The game without copies of messages."""
        return distinct_messages(self.game)

    def rows(self, i: int, t: int) -> IntArray:
        """Own points as a table: a row a message of position i, a column a profile of the others (in C order)."""
        own = np.moveaxis(self.distinct.game.payoffs[i][t], i, 0)
        return np.ascontiguousarray(own.reshape(len(own), -1))

    def dominance(self, i: int, t: int) -> PureDominance:
        """Who drops strictly dominated messages."""
        return self.rational(i, t).dominance

    def rational(self, i: int, t: int) -> Rational:
        """Who drops messages that are best replies to no conjecture."""
        if (i, t) not in self._rational:
            self._rational[i, t] = Rational(PureDominance(self.rows(i, t), 0))
        return self._rational[i, t]

    def dropped(self, player: PlayerOf, i: int, t: int, left: list[np.ndarray]) -> tuple[IntArray, Any]:
        """What position i with its t-th type drops, and why: asked of the first position that it can change places
        with."""
        first, places = self.alike[i], list(left)
        places[first], places[i] = left[i], left[first]
        return player(self, first, t).answer(first, places)

    @cached_property
    def interim_rationalizable(self) -> Rationalizable:
        """What interim correlated rationalizability leaves; TooLargeError if that is too much to find out."""
        return rationalizable_of(self.distinct, partial(self.dropped, Theory.rational))

    def overwhelming(self, i: int, t: int) -> Overwhelming:
        """Who drops overwhelmed messages."""
        if (i, t) not in self._overwhelming:
            self._overwhelming[i, t] = Overwhelming(self.rational(i, t).own, 0)
        return self._overwhelming[i, t]

    # --- the games of complete information ---

    @cached_property
    def alike(self) -> list[int]:
        """For each position the first one that it can change places with: the game stays the same, with its types."""
        first: list[int] = []
        for k in range(self.n):
            first.append(next((i for i in dict.fromkeys(first) if self._exchangeable(i, k)), k))
        return first

    def _exchangeable(self, i: int, k: int) -> bool:
        one, other = self.treatment.positions[i], self.treatment.positions[k]
        same_sizes = (len(one.types), len(one.messages)) == (len(other.types), len(other.messages))
        if not same_sizes or ((one.probabilities > 0) != (other.probabilities > 0)).any():
            return False
        swap = {i: k, k: i}
        return all(
            np.array_equal(own, self.game.payoffs[swap.get(j, j)].swapaxes(i + 1, k + 1))
            for j, own in enumerate(self.game.payoffs)
        )

    @cached_property
    def different(self) -> list[Types]:
        """The type profiles of which none is another one with positions that are alike exchanged: the first of each."""
        groups = [[k for k in range(self.n) if self.alike[k] == i] for i in sorted(set(self.alike))]
        seen: dict[tuple, Types] = {}
        for types in self.type_profiles:
            seen.setdefault(tuple(tuple(sorted(types[k] for k in group)) for group in groups), types)
        return list(seen.values())

    def games(self) -> Iterator[tuple[Types, NormalFormGame]]:
        """The game of complete information of every type profile that is different: the others are the same games."""
        for types in self.different:
            yield types, self.game.at(types)

    def nash_at(self, types: Types) -> IntArray:
        """All pure Nash equilibria among players of these types: (k, n), lexicographic."""
        if types in self._nash:
            return self._nash[types]
        stable = self.stable(types)
        found = np.array(np.unravel_index(np.flatnonzero(stable), stable.shape)).T
        if sum(known.size for known in self._nash.values()) + found.size <= MAX_REMEMBERED:
            self._nash[types] = found
        return found

    def stable(self, types: Types) -> np.ndarray:
        """Which message profiles are pure Nash equilibria among players of these types: bool, (A_1, …, A_n)."""
        found = self._best_replies(0, types[0])
        for i in range(1, self.n):
            found = found & self._best_replies(i, types[i])
        return found

    @cached_property
    def nash_counts(self) -> dict[Types, int]:
        """How many pure Nash equilibria every type profile has."""
        _ = self.game
        return {types: int(np.count_nonzero(self.stable(types))) for types in self.type_profiles}

    def nash_by_outcome(self, types: Types) -> IntArray:
        """Of the pure Nash equilibria in which the same is done, whatever is paid, the first: (k, n), lexicographic."""
        if self.treatment.messages_are == "demands":  # no two profiles do the same
            return self.nash_at(types)
        done, at = self.done.reshape(-1), np.flatnonzero(self.stable(types))
        first = np.full(int(done.max()) + 1, -1)
        first[done[at[::-1]]] = at[::-1]  # what is written last, stays
        return np.array(np.unravel_index(np.sort(first[first >= 0]), self.done.shape)).T

    @cached_property
    def done(self) -> IntArray:
        """What every message profile (A_1, …, A_n) does (quantities, level or alternative), as numbers from 0."""
        nothing = np.zeros((1, *self.game.n_messages), dtype=np.int64)
        return outcome_ids(self.grid_play.outcome, [nothing])

    def _best_replies(self, i: int, t: int) -> np.ndarray:
        if (i, t) not in self._best:
            if len(self._best) * self.profiles > 8 * MAX_REMEMBERED:  # a byte each
                self._best.clear()
            self._best[i, t] = best_replies(self.own_points(i, t), i, 0)
        return self._best[i, t]

    def replies(self, i: int, t: int) -> IntArray:
        """The lowest best reply of position i with its t-th type to each profile of the others, in C order."""
        if (i, t) not in self._replies:
            self._replies[i, t] = self.own_points(i, t).argmax(axis=i).reshape(-1)
        return self._replies[i, t]

    @cached_property
    def social_choice(self) -> np.ndarray | None:
        """The messages (T_1, …, T_n, n) that every type profile sends: the truth, or the unique Nash equilibrium."""
        if self.game.truthful is not None:
            return np.stack(np.meshgrid(*self.game.truthful, indexing="ij"), axis=-1)
        if set(self.nash_counts.values()) != {1} or not self._all_types_occur:
            return None
        only = [self.nash_at(types)[0] for types in self.type_profiles]
        return np.stack(only).reshape(*self.game.n_types, self.n)

    @property
    def _all_types_occur(self) -> bool:
        return all(place.probabilities.min() > 0 for place in self.treatment.positions)

    @cached_property
    def grid_play(self) -> Play:
        """Every message profile played by the first types: outcomes, transfers and the like, (A_1, …, A_n, …)."""
        _ = self.game  # says so if it is too large, before this takes the memory
        return self.treatment.played.play_all([float(place.types[0]) for place in self.treatment.positions])

    @cached_property
    def scale(self) -> float:
        """The largest value, cost share or transfer of `grid_play`: what rounding in sums is a part of."""
        return float(largest(self.grid_play.values, self.grid_play.cost_shares, self.grid_play.transfers))

    @cached_property
    def outcomes(self) -> IntArray:
        """The outcome id of every message profile, (A_1, …, A_n): allocation and whole points of every type."""
        return outcome_ids(self.grid_play.outcome, self.game.payoffs)

    @property
    def size(self) -> str:
        """How much was gone through, in words."""
        count = len(self.type_profiles)
        return f"{int(self.profiles)} message profiles" + (f" x {count} type profiles" if count > 1 else "")


Question = Callable[[Theory], Finding]
PlayerOf = Callable[[Theory, int, int], Player[Any]]
"""What eliminates messages of a position with one of its types."""
