"""Definitions 2 and 3 by brute force, what they have to do with Definition 4, and refusals."""

from itertools import product

import numpy as np
import pytest

from mechanisms import (
    BayesianGame,
    dominant_strategy_implementation,
    nash_implementation,
    secure_implementation_by_definition,
)
from mechanisms.solutions import implementation


def random_case(seed):
    """A mechanism for two with three messages each, few outcomes, and a choice that some equilibrium often reaches."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, 2 + seed % 2, (3, 3))
    if seed % 3 == 0:
        ids = np.repeat(rng.integers(0, 3, (3, 1)), 3, axis=1)  # a dictator
    own = [rng.integers(0, 3, (2, 3))[:, ids] for _ in range(2)]
    game = BayesianGame(own, [[0.5, 0.5]] * 2, None)
    choice = rng.integers(0, 3, (2, 2))
    if seed % 4:
        choice = np.array([[best(own, ids, (s, t)) for t in range(2)] for s in range(2)])
    return game, ids, choice


def best(own, ids, types):
    found = equilibria(own, ids.shape, types)
    return ids[found[0]] if found else 0


def equilibria(own, shape, types):
    return [
        a
        for a in product(*map(range, shape))
        if all(own[0][types[0]][b, a[1]] <= own[0][types[0]][a] for b in range(shape[0]))
        and all(own[1][types[1]][a[0], b] <= own[1][types[1]][a] for b in range(shape[1]))
    ]


def dominant(own, shape, types):
    columns = [own[0][types[0]], own[1][types[1]].T]
    sets = [[a for a in range(len(table)) if (table[a] >= table).all()] for table in columns]
    return list(product(*sets))


def test_definitions_are_brute_force_and_secure_implementation_is_both():
    seen = set()
    for seed in range(300):
        game, ids, choice = random_case(seed)
        verdicts = [
            nash_implementation(game, ids, choice).holds,
            dominant_strategy_implementation(game, ids, choice).holds,
        ]
        for verdict, concept in zip(verdicts, (equilibria, dominant), strict=True):
            wanted = all(
                len(found := concept(game.payoffs, ids.shape, types)) and all(ids[a] == choice[types] for a in found)
                for types in product(range(2), repeat=2)
            )
            assert verdict == wanted, seed
        secure = secure_implementation_by_definition(game, ids, choice).holds
        assert secure == all(verdicts), seed  # double implementation by one mechanism (K section 2)
        seen.add(tuple(verdicts))
    assert seen == {(True, True), (True, False), (False, True), (False, False)}


def test_no_equilibrium_is_a_failure():
    pennies = BayesianGame([[[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]], [[1], [1]], None)
    witness = nash_implementation(pennies, [[0, 1], [2, 3]], [[0]]).witness
    assert (witness.messages, witness.outcome, witness.wanted) == ((), None, 0)


def test_too_large_is_said(monkeypatch):
    monkeypatch.setattr(implementation, "MAX_PAYOFFS", 10)
    game, ids, choice = random_case(1)
    assert nash_implementation(game, ids, choice).status == "too large"


def test_ids_of_another_shape_are_named():
    game, ids, choice = random_case(1)
    with pytest.raises(ValueError, match="choice has dtype"):
        nash_implementation(game, ids, choice[0])
