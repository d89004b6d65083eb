"""Iterated elimination of strictly dominated messages, 2 players x 1001 messages, and logit equilibria, 2 x 25."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.branch import LogitBranch
from mechanisms.quantal_response.equilibria import logit_equilibria
from mechanisms.solutions.elimination import iterated_elimination
from mechanisms.solutions.rationalizability import rationalizable_messages
from tests.bench import peers
from tests.bench.measure import Case, Other, print_table

SIZE = 1001


def _games(size: int) -> Iterator[tuple[str, NormalFormGame]]:
    """Solvable in some rounds; solvable at once; not solvable, with little and with much to compare."""
    rng = np.random.default_rng(1)
    q = np.arange(size)
    own, other = np.meshgrid(q, q, indexing="ij")
    nearly = own.copy()
    nearly[q, rng.integers(0, size, size)] = -q
    cheap, served = 2 * own**2, np.minimum(own, other)
    for name, payoffs in (
        ("Cournot duopoly", own * (size * 3 // 2 - own - other)),
        ("serial cost sharing", 3 * size * own - np.where(own > served, (own + other) ** 2 - 2 * served**2, cheap)),
        ("guess 9/11 of the other", -np.abs(11 * own - 9 * other)),
        ("quadratic, guess a third", -((3 * own - other - size // 2) ** 2)),
        ("a dominant message", 2 * own + rng.integers(0, 2, (size, size))),
        ("nearly dominated", nearly),
        ("random", rng.integers(0, 10**6, (size, size))),
    ):
        yield name, NormalFormGame([payoffs, payoffs.T])


def elimination() -> Iterator[Case]:
    for size in (101, SIZE):
        for name, game in _games(size):
            plain = Other("all pairs in full", lambda _, game=game: _all_pairs(game))
            yield Case(
                "iterated elimination, all pairs",
                f"2 x {size}, {name}",
                lambda game=game: np.max(game.payoffs),
                "np.max of the payoffs",
                lambda game=game: iterated_elimination(game),
                others=(plain, *peers.elimination(game)) if size < SIZE else (plain,),
            )


def many_rounds() -> Iterator[Case]:
    """A game in which each player drops one message a round."""
    own, other = np.meshgrid(np.arange(SIZE), np.arange(SIZE), indexing="ij")
    payoffs = -np.abs(own - np.maximum(other - 1, 0))
    game = NormalFormGame([payoffs, payoffs.T])
    for name, solve in (("iterated elimination", iterated_elimination), ("rationalizability", rationalizable_messages)):
        yield Case(
            name,
            f"2 x {SIZE}, {SIZE - 1} rounds",
            lambda: [np.max(game.payoffs) for _ in range(SIZE - 1)],
            "np.max of the payoffs once a round",
            lambda solve=solve: solve(game),
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
        others=peers.quantal_response(game, 2),
    )
    own = np.random.default_rng(29).integers(0, 100, (5, 5))
    symmetric = BayesianGame([own[None] / 1.0, own.T[None] / 1.0], [[1], [1]], truthful=None)
    small = np.random.default_rng(2).random((11, 11))
    yield Case(
        "logit equilibrium",
        "2 x 5, symmetric, lambda * range = 50",
        lambda: np.linalg.solve(small, small[0]),
        "one Newton step's linear equations",
        lambda: LogitBranch(symmetric).at(50 / 99),
        others=peers.quantal_response(NormalFormGame([own, own.T]), 50 / 99),
    )


BENCHES = {"elimination": elimination, "many_rounds": many_rounds, "quantal_response": quantal_response}

if __name__ == "__main__":
    print_table(BENCHES)
