"""Dominant messages: the definition on small and large games."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.dominance import dominant_messages
from tests.mechanisms.solutions.games import games, payoff_of
from tests.mechanisms.solutions.large_games import SHAPES, random_games


@given(games())
def test_dominance_is_brute_force(game):
    for i in range(game.n):
        rest = list(product(*(range(size) for k, size in enumerate(game.shape) if k != i)))
        own_messages = range(game.shape[i])
        weak = [
            a
            for a in own_messages
            if all(payoff_of(game, i, a, o) >= payoff_of(game, i, b, o) for o in rest for b in own_messages)
        ]
        strict = [
            a
            for a in own_messages
            if all(payoff_of(game, i, a, o) > payoff_of(game, i, b, o) for o in rest for b in own_messages if b != a)
        ]
        assert dominant_messages(game, "weak")[i].tolist() == weak
        assert dominant_messages(game, "strict")[i].tolist() == strict


def test_large_integer_payoffs_are_compared_exactly():
    big = 2**53
    game = NormalFormGame([[[big, 0], [big + 1, 1]], [[0, 0], [0, 0]]])
    assert dominant_messages(game, "strict")[0].tolist() == [1]


def test_unknown_kind_of_dominance_is_named():
    with pytest.raises(ValueError, match="kind is 'very weak'"):
        dominant_messages(NormalFormGame([[1, 2]]), "very weak")


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
