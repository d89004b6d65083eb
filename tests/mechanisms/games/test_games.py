"""Normal-form games, dominance, pure Nash equilibria: brute force from the definitions, quantecon as outside judge."""

from itertools import product

import numpy as np
import pytest
import quantecon.game_theory as quantecon
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.dominance import dominant_messages
from mechanisms.solutions.nash import pure_nash_equilibria


@st.composite
def games(draw):
    """Small games with few distinct payoffs, so that ties are common."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    size = len(shape) * int(np.prod(shape))
    payoffs = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    return NormalFormGame(np.reshape(payoffs, (len(shape), *shape)))


def payoff_of(game, i, own, others):
    return game.payoffs[(i, *others[:i], own, *others[i:])]


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


@given(games().filter(lambda game: game.n >= 2))
def test_pure_nash_agrees_with_quantecon(game):
    # quantecon wants each player's payoffs with the own action first and the others following in cyclic order.
    players = [
        quantecon.Player(np.transpose(game.payoffs[i], [(i + k) % game.n for k in range(game.n)]).astype(float))
        for i in range(game.n)
    ]
    theirs = quantecon.pure_nash_brute(quantecon.NormalFormGame(players), tol=0)
    assert sorted(map(tuple, theirs)) == sorted(map(tuple, pure_nash_equilibria(game).tolist()))


def test_large_integer_payoffs_are_compared_exactly():
    big = 2**53
    game = NormalFormGame([[[big, 0], [big + 1, 1]], [[0, 0], [0, 0]]])
    assert dominant_messages(game, "strict")[0].tolist() == [1]


@pytest.mark.parametrize(
    ("payoffs", "messages", "named"),
    [
        ([1, 2], None, r"payoffs has shape \(2,\)"),
        ([[[1, 2]]], None, r"payoffs has shape \(1, 1, 2\)"),
        ([["a"]], None, "payoffs must be real numbers"),
        ([[np.inf]], None, "not finite"),
        ([[1, 2]], [["x"]], r"messages has lengths \[1\]"),
    ],
)
def test_bad_games_are_named(payoffs, messages, named):
    with pytest.raises(ValueError, match=named):
        NormalFormGame(payoffs, messages)


def test_unknown_kind_of_dominance_is_named():
    with pytest.raises(ValueError, match="kind is 'very weak'"):
        dominant_messages(NormalFormGame([[1, 2]]), "very weak")
