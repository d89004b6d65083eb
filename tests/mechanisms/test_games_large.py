"""Larger games, in which few candidates remain to be checked one by one: against the definition on whole tensors."""

import numpy as np
import pytest

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.dominance import dominant_messages
from mechanisms.solutions.nash import pure_nash_equilibria

SHAPES = [(30, 40), (9, 8, 10), (5, 4, 6, 5), (3, 2, 3, 2, 3, 4), (1, 50), (50, 1, 20)]


def random_games(shape):
    """No ties, many ties, additive payoffs with dominant messages, and nothing but ties."""
    rng = np.random.default_rng(sum(shape))
    tensor = (len(shape), *shape)
    yield NormalFormGame(rng.permutation(np.prod(tensor)).reshape(tensor))
    for spread in (30, 100):
        for _ in range(10):
            yield NormalFormGame(rng.integers(0, spread, tensor))
    yield NormalFormGame(np.asfortranarray(rng.random(tensor)))
    additive = np.empty(tensor, dtype=np.int64)
    for i in range(len(shape)):
        own = rng.integers(0, 3, [size if k == i else 1 for k, size in enumerate(shape)])
        additive[i] = own + rng.integers(0, 100, [1 if k == i else size for k, size in enumerate(shape)])
    yield NormalFormGame(additive)
    yield NormalFormGame(np.zeros(tensor, dtype=np.int64))


@pytest.mark.parametrize("shape", SHAPES)
def test_pure_nash_is_the_definition(shape):
    for game in random_games(shape):
        best = [game.payoffs[i] == game.payoffs[i].max(axis=i, keepdims=True) for i in range(game.n)]
        np.testing.assert_array_equal(pure_nash_equilibria(game), np.argwhere(np.all(best, axis=0)))


@pytest.mark.parametrize("shape", SHAPES)
def test_dominance_is_the_definition(shape):
    found = 0
    for game in random_games(shape):
        for i in range(game.n):
            own = np.moveaxis(game.payoffs[i], i, 0).reshape(game.shape[i], -1)
            best = own == own.max(axis=0)
            weak = np.flatnonzero(best.all(axis=1))
            strict = np.flatnonzero((best & (best.sum(axis=0) == 1)).all(axis=1))
            np.testing.assert_array_equal(dominant_messages(game)[i], weak)
            np.testing.assert_array_equal(dominant_messages(game, "strict")[i], strict)
            found += len(weak)
    assert found > 0
