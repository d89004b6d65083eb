"""Copies of messages are left out, and everything is found as if they were there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.bayesian import interim_correlated_rationalizability, pure_bayesian_equilibria
from mechanisms.bayesian.equilibria import equilibria_among
from mechanisms.bayesian.rationalizability import rationalizable_of
from mechanisms.games.copies import Distinct, distinct_messages
from mechanisms.games.private_types import BayesianGame
from tests.mechanisms.bayesian.random_games import games, prior_of


def repeated(game, places):
    """The game with its messages in these places, some of them more than once."""
    payoffs = [own[(slice(None), *np.ix_(*places))] for own in game.payoffs]
    return BayesianGame(payoffs, prior_of(game), [np.zeros(t, dtype=int) for t in game.n_types])


@given(games(), st.data())
def test_what_is_left_and_the_equilibria_are_the_same_as_with_copies(game, data):
    places = [data.draw(st.lists(st.integers(0, a - 1), min_size=1, max_size=4)) for a in game.n_messages]
    whole = repeated(game, places)
    plain = Distinct(whole, whole, tuple(np.arange(a) for a in whole.n_messages))
    quick, slow = interim_correlated_rationalizability(whole), rationalizable_of(plain)
    assert quick.rounds == slow.rounds
    for one, other in zip(quick.surviving, slow.surviving, strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(pure_bayesian_equilibria(whole), equilibria_among(plain, slow), strict=True):
        np.testing.assert_array_equal(one, other)


@given(games(), st.data())
def test_no_two_messages_that_are_left_are_equal_and_each_stands_for_its_copies(game, data):
    places = [data.draw(st.lists(st.integers(0, a - 1), min_size=1, max_size=5)) for a in game.n_messages]
    whole = repeated(game, places)
    found = distinct_messages(whole)
    for i in range(game.n):
        slices = [
            b"".join(np.moveaxis(own, i + 1, 0)[m].tobytes() for own in found.game.payoffs)
            for m in range(found.game.n_messages[i])
        ]
        assert len(set(slices)) == len(slices)
    for own, few in zip(whole.payoffs, found.game.payoffs, strict=True):
        np.testing.assert_array_equal(own, few[(slice(None), *np.ix_(*found.places))])
