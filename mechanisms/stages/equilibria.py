"""All outcomes of pure equilibria of requests in stages with known types, by backward induction, exact.

An equilibrium is subgame perfect where requests are shown after each stage; where only who was served is told, the
players act alike on what is public. Both have the same outcomes: a change that leaves it the same who is served with
what can be answered by playing on as before, and every other change tells whose it may be, so that it can be answered
by that way to play on which is worst for this player. What is searched are therefore states, not histories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from mechanisms.arrays import IntArray, as_wholes, takes
from mechanisms.shown import Shown
from mechanisms.stages.game import StagedGame, State
from mechanisms.verdicts import TooLargeError

MAX_STEPS = 3_000_000
"""Of the search through outcomes that tie, for all profiles of types of a game together."""


@dataclass(frozen=True, eq=False)
class StagedEquilibria(Shown):
    """What is served in pure equilibria.

    Attributes
    ----------
    types : tuple of the type of each player
    outcomes : int array, shape (k, n): what each player is served in the end; lexicographic
    complete : whether all subgames have a pure equilibrium; if one has none, the whole game has none
    """

    types: tuple[int, ...]
    outcomes: IntArray
    complete: bool


class End(NamedTuple):
    """What all are served in the end, and the points of all (0 for those who were served before the state)."""

    final: State
    points: tuple[int, ...]


@takes(game=StagedGame)
def staged_equilibria(game: StagedGame, types: Sequence[int]) -> StagedEquilibria:
    """What is served in all pure equilibria among players of known types.

    Raises
    ------
    TooLargeError
        If there are more than MAX_STATES states of who was served what, or ties take more than MAX_STEPS steps.

    Examples
    --------
    >>> def points(types, quantities):
    ...     low = quantities.min(axis=-1, keepdims=True)
    ...     total = quantities.sum(axis=-1, keepdims=True)
    ...     shares = 2 * low**2 + np.where(quantities > low, total**2 - (2 * low) ** 2, 0)
    ...     return np.array([5, 9]) * quantities - shares
    >>> staged_equilibria(StagedGame(4, (1, 1), points), (0, 0)).outcomes
    array([[1, 3]])
    """
    return StagedSearch(game).equilibria(types)


class StagedSearch:
    """Pure equilibria of one game at several profiles of types.

    How play ends after a state depends on the types of those who are left alone: it is searched once for all profiles
    that agree on them. All profiles together take at most MAX_STEPS steps.
    """

    def __init__(self, game: StagedGame) -> None:
        self.game, self.steps = game, 0
        self.left = {state: game.remaining(state) for state in game.states()}
        self.ends: dict[tuple[State, tuple[int, ...]], list[End]] = {}

    def equilibria(self, types: Sequence[int]) -> StagedEquilibria:
        """As staged_equilibria."""
        known = as_wholes("types", types, self.game.n_types, "a type of each player")
        found = sorted(end.final for end in self.after(self.game.start, known))
        outcomes = np.array(found, dtype=np.int64).reshape(-1, self.game.n)
        return StagedEquilibria(known, outcomes, bool(found))

    def step(self, count: int) -> None:
        self.steps += count
        if self.steps > MAX_STEPS:
            raise TooLargeError(
                f"too large: outcomes tie so often that the search takes more than {MAX_STEPS:.3g} steps; finer points "
                "(another scale or rounding) or a coarser grid of quantities would fit"
            )

    def after(self, state: State, types: tuple[int, ...]) -> list[End]:
        """All ways in which equilibria of the game from this state end; none if a later subgame has none."""
        key = state, tuple([types[i] for i in self.left[state]])
        if key not in self.ends:
            self.ends[key] = self._search(state, types)
        return self.ends[key]

    def _search(self, state: State, types: tuple[int, ...]) -> list[End]:
        left, floor = self.left[state], self.game.floor(state)
        events = {}
        for j in left:
            own = self.game.own(state, j, types[j]).tolist()
            for q in range(floor, self.game.n_quantities):
                after = self.game.after(state, j, q)
                if after in self.left or len(left) == 1:
                    events[j, q] = self._goes_on(after, types, j, own[q - floor])
        if not all(events.values()):
            return []
        worst = {event: tuple(map(min, *(end.points for end in (*going, going[0])))) for event, going in events.items()}
        sure, found = Sure(left, worst, floor, self.game.n_quantities), {}
        for event, going in events.items():
            self.step(len(left) * len(going))
            bars = sure.below(event)
            kept = [end for end in going if all(end.points[i] >= bar for i, bar in bars)]
            if kept:
                bar = sure.above(event)
                found.update({end.final: end for end in kept if end.points[event[0]] >= bar and end.final not in found})
        return list(found.values())

    def _goes_on(self, after: State, types: tuple[int, ...], j: int, own: int) -> list[End]:
        """All ends from the state after player j is served, with j's own points among them."""
        if after not in self.left:
            return [End(after, self.game.after((0,) * self.game.n, j, own))]
        ends = self.after(after, types)
        self.step(len(ends))
        return [End(end.final, self.game.after(end.points, j, own)) for end in ends]


class Sure:
    """What each player who is left must have at least where somebody is served, so that nobody gains from another
    request than those that let this event happen; of the others' requests those are taken that leave the served player
    least. `worst` : by event (player, quantity) the least points of all in what follows it."""

    def __init__(self, left: list[int], worst: dict[tuple[int, int], tuple[int, ...]], floor: int, size: int) -> None:
        self.left, self.worst, self.top = left, worst, size - 1
        self.place = {i: k for k, i in enumerate(left)}
        self.own = {i: [worst[i, r][i] if (i, r) in worst else NOTHING for r in range(size)] for i in left}
        self.up_to = {i: list(accumulate(own[floor:], max, initial=NOTHING)) for i, own in self.own.items()}
        self.floor = floor

    def below(self, event: tuple[int, int]) -> list[tuple[int, int]]:
        """(player, the most that this player can be sure of by being served instead, or by requesting less)."""
        j, q = event
        reached = q - self.floor  # up_to[i][k] : from the first k quantities
        return [(i, self.up_to[i][reached + (self.place[i] < self.place[j])]) for i in self.left]

    def above(self, event: tuple[int, int]) -> int:
        """The most that the served player can be sure of by requesting more."""
        (j, q), place = event, self.place
        most = list(accumulate(self.own[j][q + 1 :], max, initial=NOTHING))  # [k] : from the next k quantities
        if len(self.left) == 1:
            return most[-1]
        ways = []
        for k in self.left:
            if k == j:
                continue
            first = min(place[i] for i in self.left if i not in (j, k)) if len(self.left) > 2 else len(place)
            for r in range(q if place[k] > place[j] else q + 1, self.top + 1):
                if r == self.top and first < place[k]:
                    continue
                last = r if place[j] < place[k] else r - 1
                loses_place = self.worst[k, r][j] if last < self.top and (k, r) in self.worst else NOTHING
                ways.append(max(most[last - q], loses_place))
        return min(ways, default=IMPOSSIBLE)


NOTHING, IMPOSSIBLE = -(2**62), 2**62
