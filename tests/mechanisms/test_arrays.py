"""Checks at the boundary: what is no number, no order, no whole number; integers that 64 bits do not hold."""

import numpy as np
import pytest

from mechanisms import NormalFormGame, SocialChoiceProblem, groves, incremental, vcg
from mechanisms.arrays import as_exact, as_order, as_whole, as_wholes, check_sums, takes
from mechanisms.costs import PowerCost


@pytest.mark.parametrize("order", [[0.7, 1.2], "01", [0, 0], [True, False], 3, None, [0], [[0, 1]]])
def test_what_is_no_order(order):
    with pytest.raises(ValueError, match=r"order is .*; it must name each agent 0…1 exactly once"):
        as_order(order, 2)


def test_orders_of_every_kind_of_list():
    assert as_order(np.array([1, 0]), 2) == as_order((1, 0), 2) == as_order(range(1, -1, -1), 2) == (1, 0)
    with pytest.raises(ValueError, match="order is '012'"):
        incremental([1, 2, 3], PowerCost(1, 2), "012")


@pytest.mark.parametrize("value", [1.0, "1", True, -1, 3, None, [1]])
def test_what_is_no_whole_number_from_0_to_2(value):
    with pytest.raises(ValueError, match=r"player is .*; it must be (a whole number )?from 0 to 2$"):
        as_whole("player", value, 0, 2)
    assert as_whole("player", np.int32(2), 0, 2) == 2


@pytest.mark.parametrize("profile", ["00", 0, [0], [0, 5], [0.0, 1], None])
def test_what_is_no_profile(profile):
    with pytest.raises(ValueError, match="profile"):
        as_wholes("profile", profile, [2, 2], "one a player")


def test_integers_do_not_wrap():
    big = np.array([[2**63 + 1, 1]], dtype=np.uint64)
    with pytest.raises(ValueError, match=r"payoffs contains 9223372036854775809; whole numbers must be below 2\*\*63"):
        NormalFormGame(big)
    with pytest.raises(ValueError, match=r"values\[0\] contains 9223372036854775809"):
        SocialChoiceProblem([big], [[1]])
    assert as_exact("a", np.array([3], dtype=np.uint64)).dtype == np.int64


def test_sums_that_64_bits_do_not_hold_are_refused_and_others_are_exact():
    with pytest.raises(ValueError, match="values reach 2305843009213693952: sums of 4 of them are not exact"):
        SocialChoiceProblem([[[2**61, 0]], [[2**61, 0]]], [[1], [1]])
    problem = SocialChoiceProblem([[[2**59 + 1, 0]], [[0, 2**59]]], [[1], [1]])
    assert groves(problem).ravel().tolist() == [0, 2**59 + 1]
    assert vcg(problem).ravel().tolist() == [-(2**59), 0]
    with pytest.raises(ValueError, match="payoffs reach"):
        check_sums(2, np.array([-(2**63)]))


def test_an_argument_of_another_class_is_named():
    @takes(game=NormalFormGame)
    def ask(first, game=None):
        return first

    for call in (lambda: ask(1, [1, 2]), lambda: ask(1, game="x")):
        with pytest.raises(TypeError, match=r"game is .*; it must be a NormalFormGame"):
            call()
    assert ask(1, NormalFormGame([[0]])) == 1


def test_arrays_of_the_caller_are_not_kept():
    values = np.array([[3, 0]])
    problem, exact = SocialChoiceProblem([values], [[1]]), as_exact("a", values)
    values[0, 0] = 7
    assert problem.values[0][0, 0] == exact[0, 0] == 3
