"""Best responses: brute force from the definition."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given

from mechanisms.games.best_responses import best_replies_to, best_responses, payoff_rows
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.nash import pure_nash_equilibria
from tests.mechanisms.small_games import games, payoff


@given(games())
def test_best_responses_are_brute_force(game):
    for i in range(game.n):
        found = best_responses(game, i)
        assert found.shape == game.shape
        for profile in product(*map(range, game.shape)):
            others = profile[:i] + profile[i + 1 :]
            best = max(payoff(game, i, own, others) for own in range(game.shape[i]))
            replies = [own for own in range(game.shape[i]) if payoff(game, i, own, others) == best]
            assert found[profile] == (profile[i] in replies)
            assert best_replies_to(game, i, others).tolist() == replies


@given(games())
def test_mutual_best_responses_are_the_pure_nash_equilibria(game):
    mutual = np.all([best_responses(game, i) for i in range(game.n)], axis=0)
    np.testing.assert_array_equal(np.argwhere(mutual), pure_nash_equilibria(game))


@given(games())
def test_rows_are_messages_and_columns_profiles_of_the_others(game):
    for i in range(game.n):
        rows = payoff_rows(game, i)
        others = product(*(range(size) for k, size in enumerate(game.shape) if k != i))
        for column, profile in enumerate(others):
            assert rows[:, column].tolist() == [payoff(game, i, own, profile) for own in range(game.shape[i])]


def test_floats_tie_up_to_rounding_and_integers_never():
    assert best_replies_to(NormalFormGame([[0.3, 0.1 + 0.2, 0.2]]), 0, []).tolist() == [0, 1]
    assert best_responses(NormalFormGame([[0.3, 0.1 + 0.2, 0.2]]), 0).tolist() == [True, True, False]
    assert best_responses(NormalFormGame([[1e9, 1e9 + 0.9, 1e9 + 2]]), 0).tolist() == [False, False, True]
    assert best_replies_to(NormalFormGame([[10**18, 10**18 + 1]]), 0, []).tolist() == [1]


@pytest.mark.parametrize("player", [-1, 2])
def test_no_such_player_is_named(player):
    game = NormalFormGame(np.zeros((2, 2, 3)))
    with pytest.raises(ValueError, match=f"player is {player}; it must be from 0 to 1"):
        best_responses(game, player)
    with pytest.raises(ValueError, match=f"player is {player}"):
        best_replies_to(game, player, [0])


@pytest.mark.parametrize("others", [[], [3], [-1], [0, 0]])
def test_no_such_message_is_named(others):
    with pytest.raises(ValueError, match="others is"):
        best_replies_to(NormalFormGame(np.zeros((2, 2, 3))), 0, others)
