"""Expected payoffs under truth, against sums over all type profiles in fractions."""

import numpy as np
import pytest
from hypothesis import given, settings

from mechanisms.bayesian import ex_ante_payoffs, interim_payoffs
from mechanisms.games.private_types import BayesianGame
from tests.mechanisms.bayesian.random_games import expected, fractions_of, games, park, truth


@settings(deadline=None)
@given(games())
def test_interim_payoffs_are_brute_force(game):
    for i in range(game.n):
        table = interim_payoffs(game, i)
        for t in range(game.n_types[i]):
            for message in range(game.n_messages[i]):
                strategies = truth(game)
                strategies[i][t] = message
                assert table[t, message] == pytest.approx(float(expected(game, i, t, strategies)), abs=1e-12)


@settings(deadline=None)
@given(games())
def test_ex_ante_payoffs_are_brute_force(game):
    for i, found in enumerate(ex_ante_payoffs(game)):
        chances = fractions_of(game.priors[i])
        types = [t for t, chance in enumerate(chances) if chance]
        assert found == pytest.approx(float(sum(chances[t] * expected(game, i, t, truth(game)) for t in types)))


def test_section_3_1_ex_ante_payoffs_of_the_park():
    assert ex_ante_payoffs(park("pairwise")).tolist() == [130, 25, 130]


def test_whole_numbers_beyond_int64_are_added_exactly():
    big = 2**62
    game = BayesianGame([[[[big, big]]], [[[0, 0]], [[0, 0]]]], [[1], [1 / 3, 2 / 3]], [[0], [0, 1]])
    assert interim_payoffs(game, 0).tolist() == [[float(big)]]


def test_priors_that_are_no_fractions():
    p = np.sqrt(0.5)
    game = BayesianGame([[[[1, 3]]], [[[0, 0]], [[0, 0]]]], [[1], [p, 1 - p]], [[0], [0, 1]])
    assert interim_payoffs(game, 0)[0, 0] == pytest.approx(p + 3 * (1 - p))


def test_bad_arguments_are_named():
    game = BayesianGame([[[1]]], [[1]], None)
    with pytest.raises(ValueError, match="player is 1"):
        interim_payoffs(game, 1)
    with pytest.raises(ValueError, match="no truthful messages"):
        interim_payoffs(game, 0)
    with pytest.raises(ValueError, match="no truthful messages"):
        ex_ante_payoffs(game)
