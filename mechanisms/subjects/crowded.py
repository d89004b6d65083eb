"""Demand games of many players, whose payoffs are no table: what models of behaviour ask, from the rule itself.

A profile of the others is a group that has played, and its number that of the group: own points against it are computed
when a model asks. Expectations are means over DRAWS profiles of the others that are drawn once (seed 1), the same
for all messages, so that what is better in each of them is better in the mean. Models that need the whole table (logit
equilibria, any equilibrium, liars, classes of types) are refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.crowds.crowd import Crowd, Kind, crowd_of
from mechanisms.crowds.equilibria import pure_equilibria
from mechanisms.crowds.facing import faced
from mechanisms.games.best_responses import best_replies
from mechanisms.games.comparisons import RELATIVE_TOLERANCE
from mechanisms.played.play import DemandGame
from mechanisms.subjects.played import MAX_PAYOFFS, PlayedGame
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

DRAWS = 2_000
CHUNK = 2_000_000
"""Demands that the rule is asked about together."""
MOST_COMPOSITIONS = 500
"""Of types in a group, at each of which an equilibrium for all of them is looked for."""


def game_of(treatment: Treatment) -> PlayedGame:
    """The game of a treatment: a table where it can be held, else, of demand games, the rule."""
    places = treatment.positions
    entries = sum(len(p.types) for p in places) * float(np.prod([float(len(p.messages)) for p in places]))
    large = entries > MAX_PAYOFFS and isinstance(treatment.played, DemandGame)
    return CrowdGame(treatment) if large else PlayedGame(treatment)


@dataclass(frozen=True, eq=False)
class CrowdGame(PlayedGame):
    """The payoffs of a demand game of many players.

    >>> from mechanisms.treatments import load_treatment
    >>> game = game_of(load_treatment("treatments/production_serial_large.toml"))
    >>> numbers = game.number_of(np.full(15, 3))
    >>> game.against(0, numbers[:1])[:, 0, 2:5].tolist()
    [[218.0, 222.0, 170.0], [398.0, 492.0, 530.0]]
    """

    @cached_property
    def crowd(self) -> Crowd:
        game = self.treatment.played
        assert isinstance(game, DemandGame)
        return crowd_of(game)

    @cached_property
    def kinds(self) -> tuple[tuple[Kind, ...], ...]:
        """By position and type."""
        places = self.treatment.positions
        return tuple(tuple(self.crowd.kind(i, t) for t in place.types.tolist()) for i, place in enumerate(places))

    @property
    def alike(self) -> bool:
        """Whether all positions have the same demands and types, and the rule treats all alike."""
        return self.crowd.others is not None and len(set(self.kinds)) == 1

    @cached_property
    def units(self) -> tuple[IntArray, ...]:
        raise TooLargeError(f"{len(self.sizes)} players are too many for a table of all payoffs")

    @cached_property
    def range(self) -> float:
        """Over the profiles of the others that are drawn, and those in which all demand least or most."""
        spread = 0.0
        for i in self._distinct:
            ends = np.array([[kinds[0].places[end] for j, kinds in enumerate(self.kinds) if j != i] for end in (0, -1)])
            others = np.concatenate([ends, self._drawn([even(size) for size in self.sizes], i)])
            spread = max(spread, max(float(np.ptp(self._points(i, t, others))) for t in range(self.n_types[i])))
        return spread or 1.0

    def number_of(self, message: IntArray) -> IntArray:
        groups = message.reshape(-1, len(self.sizes))
        begin = sum(map(len, self._kept))
        self._kept.append(groups.astype(np.int16))
        numbers = np.where((groups < 0).any(axis=1), -1, begin + np.arange(len(groups)))
        return np.repeat(numbers, len(self.sizes))

    @cached_property
    def _kept(self) -> list[IntArray]:
        """Messages (index) of groups that have played."""
        return []

    def against(self, i: int, numbers: IntArray) -> FloatArray:
        if len(self._kept) > 1:
            self._kept[:] = [np.concatenate(self._kept)]
        if not len(numbers):
            return np.zeros((self.n_types[i], 0, self.sizes[i]))
        groups = self._kept[0][numbers].astype(np.int64)
        at = np.stack([np.array(kinds[0].places)[groups[:, j]] for j, kinds in enumerate(self.kinds)], axis=1)
        others = np.delete(at, i, axis=1)
        return np.stack([self._points(i, t, others) for t in range(self.n_types[i])])

    @cached_property
    def against_uniform(self) -> tuple[FloatArray, ...]:
        return self.expected([even(size) for size in self.sizes])

    def expected(self, mixed: Sequence[FloatArray]) -> tuple[FloatArray, ...]:
        """Own points (T_i, A_i) of each position against others who demand each message with these probabilities."""
        same = self.alike and all(np.array_equal(own, mixed[0]) for own in mixed)
        found: list[FloatArray] = []
        for i in range(len(self.sizes)):
            if same and i:
                found.append(found[0])
                continue
            others = self._drawn(mixed, i)
            found.append(np.stack([self._points(i, t, others).mean(axis=0) for t in range(self.n_types[i])]))
        return tuple(found)

    def levels(self, highest: int, types: IntArray | None = None) -> list[FloatArray]:
        """Expected points at the levels 1 to `highest`: (agents, width) each; an agent a type with its prior, or a
        member of a group whose types (n,) all know. Level 1 expects uniform play, k exact best replies of k − 1."""
        found, believed = [], [even(size) for size in self.sizes]
        for _ in range(highest):
            points = self.expected(believed)
            own = [part if types is None else part[types[i]][None] for i, part in enumerate(points)]
            found.append(np.concatenate([np.pad(part, ((0, 0), (0, self.width - part.shape[1]))) for part in own]))
            margin = RELATIVE_TOLERANCE * max(float(np.abs(part).max()) for part in points)
            believed = []
            for part, place in zip(own, self.treatment.positions, strict=True):
                best = best_replies(part, 1, margin)
                priors = np.ones(1) if types is not None else place.probabilities / place.probabilities.sum()
                believed.append(priors @ (best / best.sum(axis=1, keepdims=True)))
        return found

    @cached_property
    def dominant(self) -> np.ndarray:
        """Weakly dominant messages of each situation: bool (situations, width)."""
        target = np.zeros_like(self.is_message)
        for i, begin in enumerate(self.first_situation[:-1]):
            for t, value in enumerate(self.treatment.positions[i].types.tolist()):
                target[begin + t, faced(self.crowd, i, value).dominant("weak")] = True
        return target

    def equilibria(self, types: IntArray | None = None) -> IntArray:
        """Pure equilibria, messages (k, agents): of the types (n,) that all know, one of those that differ in who of
        equal players does what alone; None: of private types, those strategies that are an equilibrium whatever the
        types are, so that no prior matters.

        TooLargeError where they cannot be listed, positions differ, or no strategy is one whatever the types are.
        """
        if types is not None:
            values = [place.types[t] for place, t in zip(self.treatment.positions, types, strict=True)]
            found = pure_equilibria(self.crowd, values)
            rows = sorted(tuple(found.example(k).tolist()) for k in range(len(found.counts)))
            return self._as_messages(np.array(rows, dtype=np.int64).reshape(len(rows), len(self.sizes)))
        every = list(combinations_with_replacement(range(self.n_types[0]), len(self.sizes)))
        if not self.alike or len(every) > MOST_COMPOSITIONS:
            raise TooLargeError("with private types equilibria are found where all positions are alike and types few")
        alone = [self._all_alike(float(value)) for value in self.treatment.positions[0].types]
        kept = [strategy for strategy in product(*alone) if self._holds(strategy, every)]
        if not kept:
            raise TooLargeError("no strategy is an equilibrium whatever the types are, and Bayesian ones need a table")
        return np.array([one * len(self.sizes) for one in kept], dtype=np.int64)

    def _all_alike(self, type_value: float) -> list[int]:
        """Messages that are an equilibrium if all have the same type and demand the same."""
        rows = pure_equilibria(self.crowd, [type_value] * len(self.sizes)).counts[:, 0]
        return sorted(self.kinds[0][0].places.index(int(row.argmax())) for row in rows if np.count_nonzero(row) == 1)

    def _holds(self, strategy: tuple[int, ...], every: Sequence[tuple[int, ...]]) -> bool:
        """Whether nobody gains by another demand, in any composition of types."""
        places = np.array(self.kinds[0][0].places)
        for members in every:
            demands = places[[strategy[t] for t in members]]
            for t in set(members):
                others = np.delete(demands, members.index(t))
                points = self.crowd.own_points(self.kinds[0][t], others)
                if points[strategy[t]] < points.max():
                    return False
        return True

    def _as_messages(self, places: IntArray) -> IntArray:
        return np.stack([np.searchsorted(kinds[0].places, places[:, i]) for i, kinds in enumerate(self.kinds)], axis=1)

    @property
    def _distinct(self) -> list[int]:
        return [0] if self.alike else list(range(len(self.sizes)))

    def _drawn(self, mixed: Sequence[FloatArray], i: int) -> IntArray:
        """Places (DRAWS, n - 1) of the others of position i."""
        chance = np.random.default_rng(1).random((DRAWS, len(self.sizes)))
        columns = []
        for j, (kinds, own) in enumerate(zip(self.kinds, mixed, strict=True)):
            below = np.cumsum(own)
            index = np.minimum(np.searchsorted(below, chance[:, j] * below[-1], side="right"), len(own) - 1)
            columns.append(np.array(kinds[0].places)[index])
        return np.delete(np.stack(columns, axis=1), i, axis=1)

    def _points(self, i: int, t: int, others: IntArray) -> FloatArray:
        """Own points (k, A_i) of a type against others (k, n - 1)."""
        step = max(1, CHUNK // (self.sizes[i] * len(self.sizes)))
        kind = self.kinds[i][t]
        parts = [self.crowd.own_points(kind, others[k : k + step], i) for k in range(0, len(others), step)]
        return np.concatenate(parts) / 10.0**self.treatment.rounding


def even(size: int) -> FloatArray:
    return np.full(size, 1 / size)
