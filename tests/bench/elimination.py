"""Iterated elimination of strictly dominated messages, 2 players x 1001 messages, and logit equilibria, 2 x 25."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mechanisms.elimination import iterated_elimination
from mechanisms.games import NormalFormGame
from mechanisms.quantal_response import logit_equilibria
from tests.bench.measure import Case

SIZE = 1001


def _games() -> Iterator[tuple[str, NormalFormGame]]:
    rng = np.random.default_rng(1)
    q = np.arange(SIZE)
    own, other = np.meshgrid(q, q, indexing="ij")
    nearly = own.copy()
    nearly[q, rng.integers(0, SIZE, SIZE)] = -q
    rounds = -((3 * own - other - q[-1] // 2) ** 2)
    for name, payoffs in (
        ("random", rng.integers(0, 10**6, (SIZE, SIZE))),
        ("a dominant message", 2 * own + rng.integers(0, 2, (SIZE, SIZE))),
        ("many rounds", rounds),
        ("nearly dominated", nearly),
    ):
        yield name, NormalFormGame([payoffs, payoffs.T])


def elimination() -> Iterator[Case]:
    for name, game in _games():
        yield Case(
            "iterated elimination, all pairs",
            f"2 x {SIZE}, {name}",
            lambda game=game: np.max(game.payoffs),
            "np.max of the payoffs",
            lambda game=game: iterated_elimination(game),
            brute=("all pairs in full", lambda game=game: _all_pairs(game), 1.0),
        )


def _all_pairs(game: NormalFormGame) -> list[np.ndarray]:
    """The plain way: each message against all others, on all that is left."""
    left = [np.ones(size, dtype=bool) for size in game.shape]
    while True:
        gone = []
        for i in range(2):
            rows = np.moveaxis(game.payoffs[i], i, 0)[np.ix_(left[i], left[1 - i])]
            dominated = [bool((rows > row).all(axis=1).any()) for row in rows]
            gone.append(np.flatnonzero(left[i])[dominated])
        if not any(map(len, gone)):
            return left
        for i in range(2):
            left[i][gone[i]] = False


def quantal_response() -> Iterator[Case]:
    game = NormalFormGame(np.random.default_rng(1).random((2, 25, 25)))
    matrix = np.random.default_rng(2).random((51, 51))
    yield Case(
        "logit equilibrium",
        "2 x 25, lambda = 2",
        lambda: np.linalg.solve(matrix, matrix[0]),
        "one Newton step's linear equations",
        lambda: logit_equilibria(game, [2]),
    )


BENCHES = {"elimination": elimination, "quantal_response": quantal_response}
