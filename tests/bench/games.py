"""Pure Nash equilibria and dominant messages of games with int64 payoffs, as the games that are played."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.dominance import dominant_messages
from mechanisms.solutions.nash import pure_nash_equilibria
from tests.bench import peers
from tests.bench.measure import Case, print_table

MAXIMUM = "np.max of the payoffs"


def _random_game(shape: tuple[int, ...]) -> NormalFormGame:
    return NormalFormGame(np.random.default_rng(1).integers(0, 10**6, (len(shape), *shape)))


def _dominance_game(shape: tuple[int, ...]) -> NormalFormGame:
    """Everybody has a dominant message, which takes longest to find."""
    rng = np.random.default_rng(1)
    payoffs = np.empty((len(shape), *shape), dtype=np.int64)
    for i, size in enumerate(shape):
        own = rng.integers(0, 1000, size).reshape([-1 if k == i else 1 for k in range(len(shape))])
        payoffs[i] = own + np.take(rng.integers(0, 1000, shape), [0], axis=i)
    return NormalFormGame(payoffs)


def nash() -> Iterator[Case]:
    for shape, size, target in (((25,) * 2, "2 x 25", 6), ((101,) * 3, "3 x 101", 5), ((8,) * 6, "6 x 8", 9)):
        game = _random_game(shape)
        yield Case(
            "all pure Nash equilibria",
            size,
            lambda game=game: np.max(game.payoffs),
            MAXIMUM,
            lambda game=game: pure_nash_equilibria(game),
            target=target,
            others=peers.nash(game),
        )
    constant = NormalFormGame(np.zeros((3, 101, 101, 101), dtype=np.int64))
    yield Case(
        "all pure Nash equilibria",
        "3 x 101, all tied",
        lambda: np.max(constant.payoffs),
        MAXIMUM,
        lambda: pure_nash_equilibria(constant),
    )


def dominance() -> Iterator[Case]:
    for kind in ("weak", "strict"):
        game = _dominance_game((101,) * 3)
        yield Case(
            f"dominant messages, {kind}",
            "3 x 101",
            lambda game=game: np.max(game.payoffs),
            MAXIMUM,
            lambda game=game, kind=kind: dominant_messages(game, kind),
            target=7,
            others=peers.dominance(game) if kind == "strict" else (),
        )


BENCHES = {"nash": nash, "dominance": dominance}

if __name__ == "__main__":
    print_table(BENCHES)
