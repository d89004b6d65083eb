"""Random social choice functions on finite types, and the definition of rectangularity for one pair of profiles."""

from itertools import product

import numpy as np

from mechanisms.solutions.outcome_ids import outcome_ids

SHAPES = [(2, 2), (3, 3), (4, 2), (2, 2, 2), (3, 2, 2), (1, 3), (5,), (2, 2, 2, 2)]


def random_rules(count):
    """Rules of few outcomes, which types rank with many ties, with some, and with none; some with dictators."""
    for seed in range(count):
        rng = np.random.default_rng(seed)
        shape = SHAPES[seed % len(SHAPES)]
        n_outcomes = int(rng.integers(1, 5))
        ids = rng.integers(0, n_outcomes, shape)
        tables = [
            rng.integers(0, 3, (count, n_outcomes))
            if rng.random() < 0.6
            else rng.permuted(np.tile(np.arange(n_outcomes), (count, 1)), axis=1)
            for count in shape
        ]
        if rng.random() < 0.4:  # the dictator's favourite outcome, or the first of several
            dictator = int(rng.integers(len(shape)))
            favourite = tables[dictator].argmax(axis=1)
            ids = np.broadcast_to(favourite.reshape([-1 if k == dictator else 1 for k in range(len(shape))]), shape)
        yield ids, [table[:, ids] for table in tables]


def violates(ids, payoffs, u, v):
    """The definition, for one pair: everybody indifferent between f(v) and f(u_i, v_-i), yet f(v) is not f(u)."""
    indifferent = all(
        payoffs[i][(u[i], *v)] == payoffs[i][(u[i], *v[:i], u[i], *v[i + 1 :])] for i in range(len(ids.shape))
    )
    return indifferent and ids[u] != ids[v]


def profiles_of(shape):
    return list(product(*map(range, shape)))


def outcomes_of(treatment):
    places = treatment.positions
    profiles = np.stack(np.meshgrid(*[place.messages for place in places], indexing="ij"), axis=-1)
    play = treatment.play([place.types[0] for place in places], profiles)
    return outcome_ids(play.outcome, treatment.bayesian_game().payoffs)
