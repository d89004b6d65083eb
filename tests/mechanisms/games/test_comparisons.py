"""When two payoffs differ: integers always, floats beyond a billionth of the player's own largest payoff."""

import numpy as np
import pytest

from mechanisms.games.comparisons import as_payoffs, margin_of, margins_of
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.nash import pure_nash_equilibria


def test_integers_are_compared_exactly_and_stay_integers():
    whole = np.array([10**15, -3])
    assert margin_of(whole, whole.astype(np.uint8)) == (0.0, 0)
    assert (whole + margin_of(whole)[1]).dtype == np.int64


def test_one_array_of_floats_makes_the_comparison_one_of_floats():
    assert margin_of(np.array([1]), np.array([-4.0, 2.0])) == (1e-9, pytest.approx(4e-9))


def test_players_of_another_scale_have_margins_of_their_own():
    assert margins_of([np.array([2e6, 1.0]), np.array([1.0]), np.array([5])]) == [
        pytest.approx(2e-3), pytest.approx(1e-9), 0,
    ]  # fmt: skip


@pytest.mark.parametrize(("gain", "stays"), [(1e-10, True), (1e-8, False), (-1e-8, True)])
def test_what_is_gained_must_exceed_the_margin(gain, stays):
    """One player with two messages: the first one is best as long as the second gives no more, to nine digits."""
    assert ([0] in pure_nash_equilibria(NormalFormGame([[1.0, 1.0 + gain]])).tolist()) == stays


def test_payoffs_that_are_arrays_already_are_not_copied():
    own = np.array([[1, 2]])
    assert as_payoffs([own])[0] is own
    with pytest.raises(ValueError, match=r"payoffs\[1\] has shape \(1, 2\); it must be \(T_1, A_1, …, A_2\)"):
        as_payoffs([np.ones((1, 2, 2)), own])
