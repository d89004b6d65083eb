"""All pure equilibria of public reports one after another, by backward induction, exact.

A strategy names a message for every history and type. Where messages tie, several are sequentially rational, and which
of them a later player would send can matter to an earlier one: every choice is gone through. Equilibria that differ
only where nobody comes are counted, and said once: what every type profile sends on the path is a `plan`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mechanisms.arrays import IntArray, takes
from mechanisms.bayesian._weights import WeightedGame
from mechanisms.bayesian.backward_induction import prepared
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError

MAX_HISTORIES = 20_000
MAX_STEPS = 1_000_000
"""Of the search through ties; and of plans that are remembered."""
AT_ONCE = 50
"""So many ways in which the game can go on are compared in the time of one step."""


@dataclass(frozen=True, eq=False)
class SequentialEquilibria(Shown):
    """All pure equilibria.

    Attributes
    ----------
    order : tuple of the players, who moves first, second, …
    plans : int array, shape (k, T_1, …, T_n, n): what the types send on the path, by player; lexicographic
    counts : tuple of k ints, how many equilibria have each plan; they differ where nobody comes
    tolerance : relative tolerance of comparisons; 0 = exact
    """

    order: tuple[int, ...]
    plans: IntArray
    counts: tuple[int, ...]
    tolerance: float

    @property
    def count(self) -> int:
        """The number of equilibria."""
        return sum(self.counts)


class Going(NamedTuple):
    """How a game goes on after a history: one row for each type profile of those who are still to move.

    rows : (type profiles, movers), their messages in the order of moving
    times : how many equilibria of the rest of the game go on so
    """

    rows: IntArray
    times: int


@takes(game=BayesianGame)
def sequential_equilibria(game: BayesianGame, order: Sequence[int] | None = None) -> SequentialEquilibria:
    """All pure equilibria of public reports in this order (see mechanisms.bayesian.backward_induction).

    Parameters
    ----------
    game : BayesianGame with independent types
    order : the players 0…n-1, who moves first, second, …. Default: 0, 1, …, n-1.

    Raises
    ------
    TooLargeError
        If there are more than MAX_HISTORIES histories, or ties let the search take more than MAX_STEPS steps.
    ValueError
        If `order` is no order of the players, or types are correlated.

    Examples
    --------
    A first mover whom the second one can please or not, at no cost: only threats that are costless count, too.

    >>> game = BayesianGame([[[[1, 0], [2, 3]]], [[[0, 0], [0, 0]]]], [[1], [1]], None)
    >>> found = sequential_equilibria(game)
    >>> found.plans[:, 0, 0].tolist(), found.counts
    ([[1, 0], [1, 1]], (2, 2))
    """
    moves, weighted = prepared(game, order)
    histories = math.prod(float(game.n_messages[i]) for i in moves[:-1])
    if histories > MAX_HISTORIES:
        raise TooLargeError(
            f"too large: {histories:.3g} histories before the last report, more than {MAX_HISTORIES}; a coarser grid "
            "of messages, or fewer players, would fit"
        )
    found = _Search(game, weighted, moves).after(())
    shape = (*(game.n_types[i] for i in moves), game.n)
    back = np.argsort(moves)
    plans = [(going.rows.reshape(shape).transpose(*back, game.n)[..., back], going.times) for going in found]
    plans.sort(key=lambda plan: plan[0].ravel().tolist())
    return SequentialEquilibria(
        moves, np.stack([plan for plan, _ in plans]), tuple(count for _, count in plans), weighted.tolerance
    )


class _Search:
    """Backward induction that keeps all equilibria of what comes after a history."""

    def __init__(self, game: BayesianGame, weighted: WeightedGame, moves: tuple[int, ...]) -> None:
        self.game, self.weighted, self.moves, self.steps = game, weighted, moves, 0
        self.row_weights = [np.array([1], dtype=weighted.weights[0].dtype)]
        for i in reversed(moves):  # [k]: of the type profiles of those who move k-th from the end or later
            self.row_weights.append(np.multiply.outer(weighted.weights[i], self.row_weights[-1]).ravel())

    def step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > MAX_STEPS:
            raise TooLargeError(
                f"too large: messages tie so often that the search takes more than {MAX_STEPS:.3g} steps; finer points "
                "(another scale or rounding) or a coarser grid of messages would fit"
            )

    def after(self, history: tuple[int, ...]) -> list[Going]:
        """All ways in which equilibria of the game after this history go on."""
        depth = len(history)
        if depth == len(self.moves):
            return [Going(np.zeros((1, 0), dtype=np.int64), 1)]
        i = self.moves[depth]
        ways = [self.after((*history, m)) for m in range(self.game.n_messages[i])]
        values = [[self.value(i, (*history, m), going) for going in goings] for m, goings in enumerate(ways)]
        slack = self.weighted.slack(self.weighted.scale(self.moves[depth + 1 :]), i)
        rest = _Rest(ways, values, slack)
        found: dict[bytes, Going] = {}
        for chosen in self.choices(values, slack):
            self.step(1 + len(rest.times) // AT_ONCE)
            count = rest.count(chosen)
            if not count:
                continue
            rows = np.concatenate([self.with_message(m, ways[m][s].rows) for m, s in chosen])
            key = rows.tobytes()
            found[key] = Going(rows, count + (found[key].times if key in found else 0))
        return list(found.values())

    def value(self, i: int, said: tuple[int, ...], going: Going) -> np.ndarray:
        """What each type of the mover i expects, (T_i,), when the messages `said` are followed by `going`."""
        self.step()
        index: list[IntArray | int] = [0] * self.game.n
        for mover, message in zip(self.moves, said, strict=False):
            index[mover] = message
        for column, mover in enumerate(self.moves[len(said) :]):
            index[mover] = going.rows[:, column]
        points = self.weighted.payoffs[i][(slice(None), *index)].reshape(self.game.n_types[i], -1)
        return np.asarray(points @ self.row_weights[len(self.moves) - len(said)])

    def choices(self, values: list[list[np.ndarray]], slack: float) -> Iterator[list[tuple[int, int]]]:
        """For each type a message, and how the game goes on after it; the same message goes on in the same way."""
        options = []
        for t in range(len(values[0][0])):
            sure = max(min(value[t] for value in after) for after in values)  # so much the type can have for certain
            options.append(
                [(m, s) for m, after in enumerate(values) for s, value in enumerate(after) if value[t] >= sure - slack]
            )

        def chosen(t: int, so_far: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
            if t == len(options):
                yield so_far
                return
            fixed = dict(so_far)
            for m, s in options[t]:
                self.step()
                if fixed.get(m, s) == s:
                    yield from chosen(t + 1, [*so_far, (m, s)])

        return chosen(0, [])

    @staticmethod
    def with_message(message: int, rows: IntArray) -> IntArray:
        return np.concatenate([np.full((len(rows), 1), message), rows], axis=1)


class _Rest:
    """How the game goes on after each message of one mover, all ways of all messages in one table."""

    def __init__(self, ways: list[list[Going]], values: list[list[np.ndarray]], slack: float) -> None:
        self.values = np.concatenate(values)  # (ways, T_i): what each type expects
        self.times = np.array([going.times for after in ways for going in after], dtype=object)  # of any size
        self.starts = np.cumsum([0, *(len(after) for after in ways)])
        self.slack = slack

    def count(self, chosen: list[tuple[int, int]]) -> int:
        """In how many equilibria the types choose so: no type may like another message better as the game goes on."""
        places = [int(self.starts[m]) + s for m, s in chosen]
        reached = self.values[places, range(len(chosen))]
        times = np.where((self.values <= reached + self.slack).all(axis=1), self.times, 0)
        sums = np.add.reduceat(times, self.starts[:-1])
        for (m, _), place in zip(chosen, places, strict=True):
            sums[m] = times[place]
        return math.prod(sums.tolist())
