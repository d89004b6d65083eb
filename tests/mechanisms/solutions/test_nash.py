"""Pure Nash equilibria: the definition on small and large games, quantecon as outside judge."""

from itertools import product

import numpy as np
import pytest
import quantecon.game_theory as quantecon
from hypothesis import given

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.adaptive_play import best_reply_play, fictitious_play
from mechanisms.solutions.elimination import iterated_elimination
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.solutions.rationalizability import rationalizable_messages
from tests.mechanisms.solutions.games import games, payoff_of
from tests.mechanisms.solutions.large_games import SHAPES, random_games


@given(games())
def test_pure_nash_is_brute_force(game):
    found = [
        profile
        for profile in product(*map(range, game.shape))
        if all(
            game.payoffs[(i, *profile)] >= payoff_of(game, i, own, profile[:i] + profile[i + 1 :])
            for i in range(game.n)
            for own in range(game.shape[i])
        )
    ]
    assert list(map(tuple, pure_nash_equilibria(game).tolist())) == found


@given(games().filter(lambda game: game.n >= 2))
def test_pure_nash_agrees_with_quantecon(game):
    # quantecon wants each player's payoffs with the own action first and the others following in cyclic order.
    players = [
        quantecon.Player(np.transpose(game.payoffs[i], [(i + k) % game.n for k in range(game.n)]).astype(float))
        for i in range(game.n)
    ]
    theirs = quantecon.pure_nash_brute(quantecon.NormalFormGame(players), tol=0)
    assert sorted(map(tuple, theirs)) == sorted(map(tuple, pure_nash_equilibria(game).tolist()))


@pytest.mark.parametrize("shape", SHAPES)
def test_pure_nash_is_the_definition(shape):
    for game in random_games(shape):
        best = [game.payoffs[i] == game.payoffs[i].max(axis=i, keepdims=True) for i in range(game.n)]
        np.testing.assert_array_equal(pure_nash_equilibria(game), np.argwhere(np.all(best, axis=0)))


def test_ties_of_rounded_payoffs_are_ties_when_few_candidates_are_checked_singly():
    """0.1 + 0.2 is more than 0.3 in floats; player 0's best reply leaves 3 of 120 profiles."""
    payoffs = np.zeros((2, 40, 3))
    payoffs[0, 7] = 1
    payoffs[1] = [0.1 + 0.2, 0.3, 0.2]
    assert pure_nash_equilibria(NormalFormGame(payoffs)).tolist() == [[7, 0], [7, 1]]


def test_players_of_different_scale_have_their_own_tolerances():
    """A rounding error of player 0's payoffs, 1000, is a whole payoff of player 1, who prefers the second message."""
    game = NormalFormGame([[[1e12, 1e12], [0, 0]], [[1.0, 2.0], [1.0, 2.0]]])
    assert pure_nash_equilibria(game).tolist() == [[0, 1]]
    alone = ([0], [1])
    for survivors in (iterated_elimination(game).survivors, rationalizable_messages(game).survivors):
        assert tuple(left.tolist() for left in survivors) == alone
    for play in (best_reply_play(game), fictitious_play(game)):
        assert [limit.profiles.tolist() for limit in play.limits] == [[[0, 1]]]
