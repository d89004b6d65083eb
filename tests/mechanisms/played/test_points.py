"""Points: halves go up, also below zero and through floating-point noise."""

import numpy as np
import pytest

from mechanisms.played.points import PointsRule


def rule(scale=1.0, shift=0.0, rounding=0):
    return PointsRule(np.array([scale]), np.array([shift]), rounding)


@pytest.mark.parametrize(
    ("utility", "units"), [(2.5, 3), (-2.5, -2), (2.4999, 2), (-2.5001, -3), (0.1 + 0.2 + 2.2, 3), (2.5 - 1e-12, 3)]
)
def test_halves_go_up(utility, units):
    assert rule().units(np.array([utility])).tolist() == [units]


def test_scale_shift_and_decimals():
    assert rule(3, 1.5, 2).units(np.array([1.115])).tolist() == [485]
    assert str(rule(rounding=2).as_points(485)) == "4.85"
    assert rule().units(np.array([1.0])).dtype == np.int64


def test_points_beyond_exactness_are_refused():
    with pytest.raises(ValueError, match="too many to be exact"):
        rule(scale=1e16).units(np.array([1.0]))
