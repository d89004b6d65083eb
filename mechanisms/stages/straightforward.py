"""Straightforward requests in stages: ask for what would be best if everybody who is left asked for as much, of
several best quantities for the largest.

This is how K section 4 describes the staged mechanism: in each stage a player optimises on the curve that equal
requests give. Nothing need be known of the others for it. Whether it is an equilibrium after every history, whatever
the types of those who are left, is decided on the game as played: if it is, it is sequentially rational under all
beliefs (an ex post equilibrium), with private types as with known ones, and with requests that are hidden or shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from mechanisms.arrays import as_wholes, takes
from mechanisms.shown import Shown
from mechanisms.stages.game import LEFT, StagedGame, State
from mechanisms.verdicts import TooLargeError, Verdict

METHOD = "one change of a request at every state and type profile; straightforward: the largest best quantity"
MAX_STEPS = 3_000_000
"""Requests of types at states that are compared."""

Types = tuple[int, ...]


@dataclass(frozen=True)
class StagedGain(Shown):
    """Where a straightforward request is not a best one.

    player, types : who, and the types of all (those of players who were served do not matter)
    state : what was served before, by player; -1 for those who are left
    request, better : what is straightforward, and what brings more, if all go on straightforwardly
    gain : by how much, in points
    """

    player: int
    types: Types
    state: State
    request: int
    better: int
    gain: int


@dataclass(frozen=True, eq=False)
class Straightforward(Shown):
    """How a game goes on if all request straightforwardly, remembered.

    Examples
    --------
    >>> def points(types, quantities):
    ...     low = quantities.min(axis=-1, keepdims=True)
    ...     total = quantities.sum(axis=-1, keepdims=True)
    ...     shares = 2 * low**2 + np.where(quantities > low, total**2 - (2 * low) ** 2, 0)
    ...     return np.array([5, 9]) * quantities - shares
    >>> play = Straightforward(StagedGame(4, (1, 1), points))
    >>> play.request((-1, -1), 1, 0), play.final((-1, -1), (0, 0))
    (2, (1, 3))
    """

    game: StagedGame
    _requests: dict[tuple, int] = field(default_factory=dict, repr=False)
    _finals: dict[tuple, State] = field(default_factory=dict, repr=False)

    def request(self, state: State, player: int, own_type: int) -> int:
        """What a player who is left asks for; of several best quantities the largest, since one can still get more."""
        key = (state, player, own_type)
        if key not in self._requests:
            own = self.game.own(state, player, own_type)
            self._requests[key] = self.game.n_quantities - 1 - int(np.argmax(own[::-1]))
        return self._requests[key]

    def requests(self, state: State, types: Sequence[int]) -> dict[int, int]:
        """By player who is left."""
        return {i: self.request(state, i, types[i]) for i in self.game.remaining(state)}

    def final(self, state: State, types: Sequence[int]) -> State:
        """What everybody has been served in the end."""
        key = (state, tuple(t if q == LEFT else 0 for q, t in zip(state, types, strict=True)))
        if key not in self._finals:
            requests = self.requests(state, types)
            end = self.final(self.game.after(state, *self.game.served(requests)), types) if requests else state
            self._finals[key] = end
        return self._finals[key]

    def points(self, state: State, player: int, own_type: int, final: State) -> int:
        """Those of a player who is left in a state from which the game ended so."""
        before = tuple(
            q if was != LEFT or (q, self.game.order.index(i)) < (final[player], self.game.order.index(player)) else LEFT
            for i, (was, q) in enumerate(zip(state, final, strict=True))
        )
        return int(self.game.own(before, player, own_type)[final[player] - self.game.floor(before)])

    def values(self, state: State, player: int, types: Sequence[int]) -> np.ndarray:
        """Points of a player for each request from the floor on, (k,), if all others, and the player later, request
        straightforwardly."""
        floor, others = self.game.floor(state), self.requests(state, types)
        del others[player]
        ends: dict[tuple[int, int], int] = {}
        values = []
        for quantity in range(floor, self.game.n_quantities):
            event = self.game.served({**others, player: quantity})
            if event not in ends:
                final = self.final(self.game.after(state, *event), types)
                ends[event] = self.points(state, player, types[player], final)
            values.append(ends[event])
        return np.array(values)


@takes(game=StagedGame)
def straightforward_in_stages(game: StagedGame, known: Sequence[int] | None = None) -> Verdict:
    """Whether straightforward requests are an equilibrium after every history and for all types, exact.

    Parameters
    ----------
    game : StagedGame
    known : the type of each player, if everybody knows it. Default: all type profiles are gone through.

    Returns
    -------
    Verdict with a StagedGain as witness: the largest gain in the first state, from the end, that has one

    Examples
    --------
    >>> def points(types, quantities):  # who waits for the other gets the larger half
    ...     return np.where(quantities > quantities.min(axis=-1, keepdims=True), 3, 2 - quantities)
    >>> found = straightforward_in_stages(StagedGame(2, (1, 1), points))
    >>> found.status, found.witness.better
    ('fails', 1)
    """
    if known is not None:
        known = as_wholes("known", known, game.n_types, "a type of each player")
    own = [range(k) for k in game.n_types] if known is None else [(t,) for t in known]
    steps = math.prod(float(game.n_quantities + len(types)) for types in own) * game.n * game.n_quantities
    if steps > MAX_STEPS:
        raise TooLargeError(
            f"too large: {steps:.3g} requests of types at states, more than {MAX_STEPS:.3g}; a coarser grid of "
            "quantities, fewer types, or fewer players, would fit"
        )
    play, compared = Straightforward(game), 0
    for state in game.states():
        left, worst = game.remaining(state), StagedGain(0, (), state, 0, 0, 0)
        for types in product(*(own[i] if state[i] == LEFT else (0,) for i in range(game.n))):
            for i in left:
                values, request = play.values(state, i, types), play.request(state, i, types[i])
                gains = values - values[request - game.floor(state)]
                compared += len(gains)
                if gains.max() > worst.gain:
                    better = game.floor(state) + int(np.argmax(gains))
                    worst = StagedGain(i, types, state, request, better, int(gains.max()))
        if worst.gain:
            return Verdict("fails", METHOD, f"{compared} requests at states", 0.0, worst)
    return Verdict("holds", METHOD, f"{compared} requests at states")
