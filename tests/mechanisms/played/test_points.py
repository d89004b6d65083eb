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


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scale": 0.0}, r"scale is \[0.0\]; it must be more than 0 for everybody"),
        ({"scale": -1.0}, r"scale is \[-1.0\]; it must be more than 0"),
        ({"rounding": 7}, "rounding is 7; it must be from 0 to 6"),
        ({"rounding": 1.0}, "rounding is 1.0; it must be a whole number from 0 to 6"),
    ],
)
def test_what_a_treatment_file_refuses_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        rule(**wrong)


def test_points_beyond_exactness_are_refused():
    with pytest.raises(ValueError, match="too many to be exact"):
        rule(scale=1e16).units(np.array([1.0]))
