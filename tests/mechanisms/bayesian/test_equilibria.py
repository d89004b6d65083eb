"""Pure Bayesian equilibria: brute force over all strategies in fractions, complete information, known counts."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

import mechanisms.bayesian.equilibria as module
from mechanisms.bayesian import pure_bayesian_equilibria
from mechanisms.games.private_types import BayesianGame
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.bayesian.random_games import games, is_equilibrium, park
from tests.shared import examples


@examples(60)
@given(games(max_types=2))
def test_is_brute_force(game):
    all_strategies = [list(product(range(a), repeat=t)) for t, a in zip(game.n_types, game.n_messages, strict=True)]
    brute = [strategies for strategies in product(*all_strategies) if is_equilibrium(game, strategies)]
    found = pure_bayesian_equilibria(game)
    assert [tuple(map(tuple, rows)) for rows in zip(*(table.tolist() for table in found), strict=True)] == brute


@settings(deadline=None)
@given(games(max_types=1))
def test_complete_information_is_nash(game):
    found = np.concatenate(pure_bayesian_equilibria(game), axis=1)
    assert found.tolist() == pure_nash_equilibria(game.at((0,) * game.n)).tolist()


def test_the_327_of_the_pivotal_mechanism():
    found = pure_bayesian_equilibria(load_treatment("treatments/cason_pivotal.toml").bayesian_game())
    assert [table.shape for table in found] == [(327, 1), (327, 1)]


def test_a_gain_of_one_unit_at_a_large_scale_and_a_tie_in_thirds():
    big = 10**15
    game = BayesianGame([[[[big, big], [big - 1, big + 2]]], [[[0, 0], [0, 0]]] * 2], [[1], [2 / 3, 1 / 3]], None)
    first, second = pure_bayesian_equilibria(game)
    pairs = {(int(a[0]), *map(int, b)) for a, b in zip(first, second, strict=True)}
    assert pairs == {(0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1)}


def test_park_under_pairwise_has_the_truth_alone():
    assert [table.tolist() for table in pure_bayesian_equilibria(park("pairwise"))] == [[[0, 1]]] * 3


def test_no_equilibrium():
    pennies = BayesianGame([[[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]], [[1], [1]], None)
    assert [table.shape for table in pure_bayesian_equilibria(pennies)] == [(0, 1), (0, 1)]


def test_too_large_is_said_before_it_starts(monkeypatch):
    everything_ties = BayesianGame([np.zeros((20, 5, 5), dtype=int)] * 2, [[0.05] * 20] * 2, None)
    with pytest.raises(TooLargeError, match=r"9\.09e\+27.*would fit"):
        pure_bayesian_equilibria(everything_ties)
    with monkeypatch.context() as patch:
        patch.setattr(module, "MAX_NUMBERS", 1000)
        few = BayesianGame([np.zeros((6, 2, 2), dtype=int)] * 2, [[0, 0, 0, 0, 0, 1]] * 2, None)
        with pytest.raises(TooLargeError, match="4096 equilibria"):
            pure_bayesian_equilibria(few)
        patch.setattr(module, "MAX_NUMBERS", 500)
        with pytest.raises(TooLargeError, match="one player's strategies"):
            pure_bayesian_equilibria(few)
    monkeypatch.setattr(module, "MAX_PROFILES", 1)
    assert len(pure_bayesian_equilibria(park("pairwise"))) == 3  # what is not rationalizable does not count
