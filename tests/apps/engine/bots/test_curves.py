"""The judge's curves where the path is known: rays of pure quadratic costs, and goods that do not meet."""

from fractions import Fraction

import pytest
from engine.bots import curves, shares


def cost(*terms):
    return shares.Cost(None, {}, [(Fraction(a), powers) for a, powers in terms])


APART = cost((1, (2, 0)), (4, (0, 2)))  # C = q1² + 4 q2²: everybody pays for the own good, on any path
TOGETHER = cost((1, (2, 0)), (4, (0, 2)), (2, (1, 1)))


@pytest.mark.parametrize("rule", [curves.axial, curves.moulin_shenker])
def test_goods_that_do_not_meet_are_paid_by_their_owners(rule):
    assert rule([3, 2], APART) == [9, 16]
    assert rule([0, 0], APART) == [0, 0]


@pytest.mark.parametrize("rule", [curves.axial, curves.moulin_shenker])
def test_on_a_ray_by_hand(rule):
    """Both paths are the ray (2, 1) t: to (2, 1) each pays 6 = 4 + 2; from there the first alone pays 2 q1 + 2 q2."""
    assert rule([2, 1], TOGETHER) == [6, 6]
    assert rule([4, 1], TOGETHER) == [6 + 12 + 4, 6]


def test_halves_are_halves():
    assert curves.near_fractions([0.5 + 1e-12, 1 / 3]) == [Fraction(1, 2), Fraction(1, 3)]
