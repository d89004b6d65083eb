"""Requests in stages on a common grid of quantities: who is served in a stage, and what that brings.

In every stage each player who has not been served requests a quantity, none below the one that was served last, all at
the same time. The smallest request is served: its player gets it, pays the serial share of the profile in which all
others who are left demand as much (K equation 1), and leaves. Of several smallest requests that of the player who comes
first in the stated order is served. What one pays at the own quantity does not depend on what others get later, so that
a player's points are those of the simultaneous serial game at the quantities that all were served in the end.

A state is what has been served: a tuple with the index of the quantity by player, and LEFT for those who are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from mechanisms.arrays import IntArray, answer, as_a, as_exact, as_listed, as_order, as_whole, brief
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError

LEFT = -1
MAX_PLAYERS = 8
MAX_STATES = 50_000
MAX_TABLE = 200_000
"""Entries up to which the points at one set of served players are computed in one go."""

State = tuple[int, ...]
Points = Callable[[Sequence[int], IntArray], IntArray]

POINTS = "a function of (types, quantities) to points, one for each quantity"


@dataclass(frozen=True, eq=False)
class StagedGame(Shown):
    """A game in stages. Players, types and quantities are given by their indices.

    Attributes
    ----------
    n_quantities : int, the quantities 0 … n_quantities - 1 can be requested, by everybody
    n_types : tuple of the number of types by player
    points : function (type by player, quantities (..., n)) -> points (..., n), int64; those of a player may depend on
        a larger quantity of another one only as on one that is equal to the own (the serial rule does so), and not on
        the others' types
    order : of the players, who is served first among equal smallest requests. Default: that of the players

    Examples
    --------
    Two players with values 5 and 9 a unit, and cost Q²:

    >>> def points(types, quantities):
    ...     low = quantities.min(axis=-1, keepdims=True)
    ...     total = quantities.sum(axis=-1, keepdims=True)
    ...     shares = 2 * low**2 + np.where(quantities > low, total**2 - (2 * low) ** 2, 0)
    ...     return np.array([5, 9]) * quantities - shares
    >>> game = StagedGame(4, (1, 1), points)
    >>> game.start, game.own((1, -1), 1, 0)  # after player 0 was served 1: player 1 can still get 1, 2 or 3
    ((-1, -1), array([ 7, 11, 13]))
    """

    n_quantities: int
    n_types: tuple[int, ...]
    points: Points
    order: tuple[int, ...] = ()
    _tables: dict[tuple, IntArray] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for count in as_listed("n_types", self.n_types, "numbers of types, one a player"):
            as_whole("n_types", count, 1)
        as_whole("n", self.n, 2, MAX_PLAYERS)
        as_whole("n_quantities", self.n_quantities, 1)
        as_a("points", self.points, Callable)
        object.__setattr__(self, "order", as_order(self.order or range(self.n), self.n))

    @property
    def n(self) -> int:
        return len(self.n_types)

    @property
    def start(self) -> State:
        """Nobody has been served."""
        return (LEFT,) * self.n

    @staticmethod
    def floor(state: State) -> int:
        """The smallest quantity that can be requested."""
        return max(0, *state)

    def remaining(self, state: State) -> list[int]:
        """Who is left, in the order in which equal requests are served."""
        return [i for i in self.order if state[i] == LEFT]

    def served(self, requests: Mapping[int, int]) -> tuple[int, int]:
        """(player, quantity) of the request that is served: the smallest, of equal ones the first in the order."""
        player = min(requests, key=lambda i: (requests[i], self.order.index(i)))
        return player, requests[player]

    @staticmethod
    def after(state: State, player: int, quantity: int) -> State:
        return (*state[:player], quantity, *state[player + 1 :])

    def own(self, state: State, player: int, own_type: int) -> IntArray:
        """Points of a player who is left when served each quantity from the floor on in this state, (k,)."""
        served = tuple(i for i in range(self.n) if state[i] != LEFT)
        floor, at = self.floor(state), tuple(state[i] for i in served)
        if self.n_quantities ** (len(served) + 1) > MAX_TABLE:
            return self._points(np.array([state]), player, own_type)[0, floor:]
        key = (served, player, own_type)
        if key not in self._tables:
            states = np.full((self.n_quantities ** len(served), self.n), LEFT)
            states[:, list(served)] = list(product(range(self.n_quantities), repeat=len(served)))
            shape = (self.n_quantities,) * (len(served) + 1)
            self._tables[key] = self._points(states, player, own_type).reshape(shape)
        return self._tables[key][at][floor:]

    def _points(self, states: IntArray, player: int, own_type: int) -> IntArray:
        """Points of a player at all quantities, if all who are left get the same, (len(states), n_quantities)."""
        grid = np.arange(self.n_quantities)[None, :, None]
        quantities = np.where(states[:, None, :] == LEFT, grid, states[:, None, :])
        types = [own_type if i == player else 0 for i in range(self.n)]
        found = as_exact("points", answer("points", self.points, POINTS, types, quantities), copy=False)
        if found.shape != quantities.shape or found.dtype.kind != "i":
            raise ValueError(
                f"points gives {brief(found)} for quantities of shape {quantities.shape}; it must give whole numbers, "
                "one for each quantity"
            )
        return np.asarray(found[..., player])

    def states(self) -> Iterator[State]:
        """All states in which somebody is left, those with fewest left first; TooLargeError if they are too many."""
        count = float(self.n_quantities + 1) ** self.n
        if count > MAX_STATES:
            raise TooLargeError(
                f"too large: {count:.3g} states of who was served what, more than {MAX_STATES}; a coarser grid of "
                "quantities, or fewer players, would fit"
            )
        every = product(range(LEFT, self.n_quantities), repeat=self.n)
        yield from sorted(filter(self._is_reached, every), key=lambda state: state.count(LEFT))

    def _is_reached(self, state: State) -> bool:
        """Some requests lead there: who was served the largest quantity came before all who are left, as they could
        not request more."""
        left = self.remaining(state)
        top = [i for i in range(self.n) if state[i] == self.n_quantities - 1]
        return bool(left) and all(self.order.index(i) < self.order.index(left[0]) for i in top)
