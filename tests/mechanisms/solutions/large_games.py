"""Larger games, in which few candidates remain to be checked one by one."""

import numpy as np

from mechanisms.games.normal_form import NormalFormGame

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
