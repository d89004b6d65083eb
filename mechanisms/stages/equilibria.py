"""All outcomes of pure equilibria of requests in stages with known types, by backward induction, exact.

An equilibrium is subgame perfect where requests are shown after each stage; where only who was served is told, the
players act alike on what is public. Both have the same outcomes: a change that leaves it the same who is served with
what can be answered by playing on as before, and every other change tells whose it may be, so that it can be answered
by that way to play on which is worst for this player. What is searched are therefore states, not histories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mechanisms.arrays import IntArray, as_wholes, takes
from mechanisms.shown import Shown
from mechanisms.stages.game import StagedGame, State
from mechanisms.verdicts import TooLargeError

MAX_STEPS = 3_000_000
"""Of the search through outcomes that tie."""


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
    that agree on them.
    """

    def __init__(self, game: StagedGame) -> None:
        self.game, self.steps = game, 0
        self.states = list(game.states())
        self.ends: dict[tuple[State, tuple[int, ...]], list[End]] = {}

    def equilibria(self, types: Sequence[int]) -> StagedEquilibria:
        """As staged_equilibria."""
        known = as_wholes("types", types, self.game.n_types, "a type of each player")
        self.steps = 0
        at = {state: (state, tuple(known[i] for i in self.game.remaining(state))) for state in self.states}
        ends: dict[State, list[End]] = {}
        for state, key in at.items():
            if key not in self.ends:
                self.ends[key] = self.after(state, known, ends)
            ends[state] = self.ends[key]
        found = sorted(end.final for end in ends[self.game.start])
        complete = all(ends.values())
        outcomes = np.array(found if complete else [], dtype=np.int64).reshape(-1, self.game.n)
        return StagedEquilibria(known, outcomes, complete)

    def step(self, count: int) -> None:
        self.steps += count
        if self.steps > MAX_STEPS:
            raise TooLargeError(
                f"too large: outcomes tie so often that the search takes more than {MAX_STEPS:.3g} steps; finer points "
                "(another scale or rounding) or a coarser grid of quantities would fit"
            )

    def after(self, state: State, types: tuple[int, ...], ends: dict[State, list[End]]) -> list[End]:
        """All ways in which equilibria of the game from this state end; `ends` has those of all later states."""
        game, left, floor = self.game, self.game.remaining(state), self.game.floor(state)
        events = {
            (j, q): self.goes_on(state, j, types[j], q, ends)
            for j in left
            for q in range(floor, game.n_quantities)
            if game.after(state, j, q) in ends or len(left) == 1
        }
        if not all(events.values()):
            return []
        worst = {
            event: tuple(map(min, zip(*(end.points for end in going), strict=True))) for event, going in events.items()
        }
        found: dict[State, End] = {}
        for (j, q), going in events.items():
            bars = self.bars(left, (j, q), worst)
            for end in going:
                self.step(len(left))
                if all(end.points[i] >= bar for i, bar in bars.items()) and end.final not in found:
                    found[end.final] = end
        return list(found.values())

    def goes_on(self, state: State, j: int, own_type: int, q: int, ends: dict[State, list[End]]) -> list[End]:
        """All ends after player j is served q, with j's points among them."""
        own = int(self.game.own(state, j, own_type)[q - self.game.floor(state)])
        after = self.game.after(state, j, q)
        if len(self.game.remaining(after)) == 0:
            return [End(after, self.game.after((0,) * self.game.n, j, own))]
        self.step(len(ends[after]))
        return [End(end.final, self.game.after(end.points, j, own)) for end in ends[after]]

    def bars(self, left: list[int], event: tuple[int, int], worst: dict) -> dict[int, int]:
        """What each player who is left must have at least, so that nobody gains from another request than those that
        let this event happen; of the others' requests those are taken that leave the served player least."""
        j, q = event
        place = {i: k for k, i in enumerate(left)}
        floor, top = min(r for _, r in worst), self.game.n_quantities - 1

        def best(i: int, low: int, high: int) -> int:
            """The most that i can be sure of by being served something from low to high."""
            sure = [worst[i, r][i] for r in range(low, high + 1) if (i, r) in worst]
            return max(sure, default=NOTHING)

        bars = {i: best(i, floor, q if place[i] < place[j] else q - 1) for i in left if i != j}
        ways = []
        for k in left:
            for r in range(q, top + 1):
                others = [i for i in left if i not in (j, k)]
                if k == j or (r, place[k]) <= (q, place[j]) or (r == top and any(place[i] < place[k] for i in others)):
                    continue
                last = r if place[j] < place[k] else r - 1
                loses_place = worst[k, r][j] if last < top and (k, r) in worst else NOTHING
                ways.append(max(best(j, q + 1, last), loses_place))
        upward = min(ways) if ways else (best(j, q + 1, top) if len(left) == 1 else IMPOSSIBLE)
        bars[j] = max(best(j, floor, q - 1), upward)
        return bars


NOTHING, IMPOSSIBLE = -(2**62), 2**62
