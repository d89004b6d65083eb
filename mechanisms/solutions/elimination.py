"""Iterated elimination of strictly dominated and of overwhelmed messages.

In a round every player drops, all at the same time, the messages that are beaten by another one as long as the others
use the messages that they still have:

- **strict**: message b strictly dominates a if u_i(b, m) > u_i(a, m) for all remaining profiles m of the others; only
  pure messages b are considered (mixed ones: mechanisms.solutions.rationalizability).
- **overwhelmed** (Friedman and Shenker 1998; K footnote 7): b overwhelms a if the worst that b gives over the remaining
  profiles of the others is better than the best that a gives. A game in which one profile is left is O-solvable.

Whoever is overwhelmed is strictly dominated. What is left does not depend on the order of elimination. Floating-point
payoffs have to be better by more than the tolerance of mechanisms.games.comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import IntArray, as_choice, as_players, takes
from mechanisms.games.best_responses import payoff_rows
from mechanisms.games.comparisons import Margin, margin_of
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.shown import Shown
from mechanisms.solutions.pure_dominance import Found, Player, PureDominance, Why, check_pairs

KINDS = ("strict", "overwhelmed")
MAX_REMEMBERED = 5_000_000
"""Best payoffs of one player that are remembered at a time, and as many worst ones."""
NOTHING_GONE: Found = (np.array([], dtype=np.int64), np.array([], dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Elimination(Shown):
    """What is left, and how it went.

    Attributes
    ----------
    kind : "strict" or "overwhelmed"
    survivors : n int arrays, the messages of each player that are left, ascending
    removed : removed[r][i] is the int array of player i's messages that went in round r (from 0), ascending
    because : because[r][i] names for each of these a message that beats it and that is left after the round
    tolerance : relative tolerance of comparisons; 0 = exact
    """

    kind: str
    survivors: tuple[IntArray, ...]
    removed: tuple[tuple[IntArray, ...], ...]
    because: tuple[tuple[IntArray, ...], ...]
    tolerance: float

    @property
    def rounds(self) -> int:
        """The rounds in which a message went."""
        return len(self.removed)

    @property
    def solved(self) -> bool:
        """Whether one profile is left, which is then the only equilibrium."""
        return all(len(left) == 1 for left in self.survivors)


@takes(game=NormalFormGame)
def iterated_elimination(
    game: NormalFormGame, kind: str = "strict", players: Sequence[Player[IntArray]] | None = None
) -> Elimination:
    """Eliminate until nobody has a message to drop.

    Parameters
    ----------
    game : NormalFormGame
    kind : "strict" or "overwhelmed", see above
    players : those of another game in which these players have the same payoffs, made by `player_of` with this kind;
        what was found there is not computed again

    Returns
    -------
    Elimination

    Raises
    ------
    ValueError
        If `kind` is neither of the two.
    TooLargeError
        If a player has more messages than can be compared in pairs ("strict" only).

    Examples
    --------
    >>> prisoners = NormalFormGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    >>> result = iterated_elimination(prisoners)
    >>> result.survivors, result.rounds, result.solved
    ((array([1]), array([1])), 1, True)
    >>> iterated_elimination(prisoners, "overwhelmed").rounds
    0
    """
    as_choice("kind", kind, KINDS)
    if kind == "strict":
        check_pairs(game.shape)
    tolerance = margin_of(game.payoffs)[0]
    known = (
        [player_of(game, i, kind) for i in range(game.n)]
        if players is None
        else as_players(players, game.n, RULES[kind])
    )
    history: list[dict[int, Found]] = []
    survivors, _ = eliminate(game.shape, lambda i, left: known[i].answer(i, left), history.append)
    removed, because = (
        tuple(tuple(found.get(i, NOTHING_GONE)[part] for i in range(game.n)) for found in history) for part in (0, 1)
    )
    return Elimination(kind, survivors, removed, because, tolerance)


def player_of(game: NormalFormGame, i: int, kind: str) -> Player[IntArray]:
    """Player i of a game, for each game in which this player has the same."""
    return RULES[kind](payoff_rows(game, i), margin_of(game.payoffs[i])[1])


def eliminate(
    shape: tuple[int, ...],
    ask: Callable[[int, list[np.ndarray]], tuple[IntArray, Why]],
    record: Callable[[dict[int, tuple[IntArray, Why]]], None],
) -> tuple[tuple[IntArray, ...], tuple[tuple[IntArray, Why], ...]]:
    """Rounds of elimination: ask(i, masks of what is left to all) -> the messages of i that go, and why.

    A player is asked again only after others have dropped messages. `record` gets the answers of those who drop in a
    round. At the end: what is left to each, and what each answered last.
    """
    left = [np.ones(size, dtype=bool) for size in shape]
    last = {i: ask(i, left) for i in range(len(shape))}
    asked = set(last)
    while droppers := {i for i in asked if len(last[i][0])}:
        record({i: last[i] for i in droppers})
        for i in droppers:
            left[i][last[i][0]] = False
        asked = {i for i in range(len(shape)) if droppers - {i}}
        last |= {i: ask(i, left) for i in asked}
    return tuple(np.flatnonzero(mask) for mask in left), tuple(last[i] for i in range(len(shape)))


class Overwhelming(Player[IntArray]):
    """One player's overwhelmed messages: the best and the worst over what the others have left, one after another."""

    def __init__(self, own: np.ndarray, margin: Margin) -> None:
        self.own, self.margin = own, margin
        self._ends: dict[tuple[bytes, ...], tuple[np.ndarray, np.ndarray]] = {}

    def drops(self, rows: IntArray, others: Sequence[np.ndarray]) -> Found:
        """Those of `rows` that are overwhelmed on the masks of the messages that each other player has left."""
        sizes = tuple(map(len, others))
        best, worst = (end[rows] for end in self._over(sizes, tuple(mask.tobytes() for mask in others)))
        strongest = int(worst.argmax())
        gone = rows[worst[strongest] > best + self.margin]
        return gone, np.full(len(gone), rows[strongest])

    def _over(self, sizes: tuple[int, ...], left: tuple[bytes, ...]) -> tuple[np.ndarray, np.ndarray]:
        """The best and the worst payoffs of each message over what the first of the others have left, (R, …)."""
        if not left:
            own = self.own.reshape(len(self.own), *sizes)
            return own, own
        if left not in self._ends:
            messages = np.flatnonzero(np.frombuffer(left[-1], dtype=bool))
            highest, lowest = self._over(sizes, left[:-1])
            if sum(best.size for best, _ in self._ends.values()) > MAX_REMEMBERED:
                self._ends.clear()
            self._ends[left] = highest.take(messages, axis=1).max(axis=1), lowest.take(messages, axis=1).min(axis=1)
        return self._ends[left]


RULES: dict[str, type[PureDominance] | type[Overwhelming]] = {
    "strict": PureDominance,
    "overwhelmed": Overwhelming,
}
