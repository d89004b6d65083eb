"""A demand game of many players: kinds of players, and own points against given demands of the others.

Quantities are given by their places on the economy's grid, which has equal steps: a total of places stands for a total
of quantities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, as_numbers, as_whole, brief, grid_index, takes
from mechanisms.cost_sharing.shapley_shubik import FEW
from mechanisms.played.play import DemandGame
from mechanisms.played.points import PointsRule
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError

MAX_SHARES = 3e8
"""Demands that the rule is asked about to fill one table."""
COALITIONS = 60_000
"""What the coalitions of one profile of many players take, in demands of other rules, beside their totals."""
CHUNK = 1 << 21
"""Demands that the rule gets at a time."""
CONVEX = 1e-9
"""Of the largest step of the cost: steps that fall by less are rounding."""


@dataclass(frozen=True)
class Kind(Shown):
    """Players who are alike.

    Attributes
    ----------
    places : what they can demand, ascending places on the economy's grid
    type : float
    scale, shift : float, from utility to points
    """

    places: tuple[int, ...]
    type: float
    scale: float
    shift: float


class Crowd:
    """A demand game by its structure.

    Attributes
    ----------
    game : DemandGame
    n : int, players
    size : int, quantities on the economy's grid
    others : "total", "levels", "counts" or None, as in the rule's record; None also where the cost is of own goods

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> crowd = crowd_of(load_treatment("treatments/chen_serial.toml").played)
    >>> crowd.others, crowd.own_points(crowd.kind(0, 16.1), np.array([5]))[:5]
    ('levels', array([141, 242, 303, 324, 305]))
    """

    def __init__(self, game: DemandGame) -> None:
        self.game, self.n, self.others = game, len(game.messages), game.others
        self.quantities = game.environment.quantities
        self.size = len(self.quantities)
        self._places = [grid_index("messages", own, self.quantities) for own in game.messages]

    def kind(self, position: int, type_value: float) -> Kind:
        """The kind of a player at a position (from 0) with a type."""
        position = as_whole("position", position, 0, self.n - 1)
        points = self.game.points
        places = tuple(self._places[position].tolist())
        return Kind(places, float(type_value), float(points.scale[position]), float(points.shift[position]))

    def points(self, kind: Kind, worth: FloatArray, shares: FloatArray) -> IntArray:
        """Points in smallest units of a kind, from what the own quantity is worth and the own share."""
        rule = PointsRule(np.array(kind.scale), np.array(kind.shift), self.game.points.rounding)
        return rule.units(worth - shares)

    def worth(self, kind: Kind) -> FloatArray:
        """What each quantity of the grid is worth to a kind, shape (size,)."""
        return self.game.environment.value.value(np.array(kind.type), self.quantities)

    # --- against given others ---

    def shares(self, others: IntArray) -> FloatArray:
        """The own share at every own quantity of the grid against others (C, n - 1): (size, C). All are alike.

        TooLargeError if the rule would be asked about more than MAX_SHARES demands.
        """
        count = len(others)
        if (work := float(self.size) * count * self._work) > MAX_SHARES:
            raise TooLargeError(f"too large: {work:.3g} demands to go through, more than {MAX_SHARES:.3g}")
        found = np.empty((self.size, count))
        step = max(1, CHUNK // (self.n * self.size))
        for start in range(0, count, step):
            part = others[start : start + step]
            profiles = np.empty((self.size, len(part), self.n))
            profiles[..., 0] = self.quantities[:, None]
            profiles[..., 1:] = self.quantities[part]
            found[:, start : start + step] = self.game.environment.shares_at(profiles)[..., 0]
        return found

    @property
    def _work(self) -> int:
        """For how many demands one profile counts: a rule of "counts" goes through all totals of coalitions."""
        if self.others != "counts" or self.n <= FEW:
            return self.n
        return COALITIONS + 3 * self.n**2 * self.size

    def own_points(self, kind: Kind, others: IntArray, position: int = 0) -> IntArray:
        """Own points at each own demand against others (…, n - 1), in the order of positions: shape (…, A)."""
        own = np.array(kind.places)
        rest = np.broadcast_to(self.quantities[others][..., None, :], (*others.shape[:-1], len(own), self.n - 1))
        mine = np.broadcast_to(self.quantities[own], rest.shape[:-1])[..., None]
        profiles = np.concatenate([rest[..., :position], mine, rest[..., position:]], axis=-1)
        return self.points(kind, self.worth(kind)[own], self.game.environment.shares_at(profiles)[..., position])

    # --- structure ---

    @cached_property
    def is_convex(self) -> bool:
        """Whether c rises in steps that do not fall, over all totals of the grid: then nobody pays less, under a rule
        of "levels", because somebody else demands more, and a larger own demand then costs more in addition."""
        if self.others is None:
            return False
        totals = self.quantities[0] * self.n + self.step * np.arange(self.n * (self.size - 1) + 1)
        steps = np.diff(self.total_cost(totals))
        return bool(len(steps) < 2 or np.diff(steps).min() >= -CONVEX * np.abs(steps).max())

    @cached_property
    def step(self) -> float:
        return float(self.quantities[1] - self.quantities[0]) if self.size > 1 else 0.0

    def total_cost(self, total: FloatArray) -> FloatArray:
        """c of totals of quantities."""
        return self.game.environment.cost.total_cost(total)  # type: ignore[attr-defined]

    @cached_property
    def share_of_total(self) -> FloatArray:
        """The own share at every own quantity against every total of the others' places: (size, (n-1)(size-1) + 1)."""
        rest = self.n - 1
        totals = np.arange(rest * (self.size - 1) + 1)
        even, more = np.divmod(totals, rest)
        return self.shares(even[:, None] + (np.arange(rest) < more[:, None]))


@takes(game=DemandGame)
def crowd_of(game: DemandGame) -> Crowd:
    """The Crowd of a game, once."""
    return _crowd_of(game)


@lru_cache(maxsize=64)
def _crowd_of(game: DemandGame) -> Crowd:
    return Crowd(game)


def kinds_of(crowd: Crowd, types: Sequence[float]) -> dict[Kind, tuple[int, ...]]:
    """The kinds among players of the given types, each with its positions."""
    given = as_numbers("types", types)
    if given.shape != (crowd.n,):
        raise ValueError(f"types is {brief(types)}; it must be one type for each of {crowd.n} players")
    found: dict[Kind, list[int]] = {}
    for i, value in enumerate(given.tolist()):
        found.setdefault(crowd.kind(i, value), []).append(i)
    return {kind: tuple(seats) for kind, seats in found.items()}
