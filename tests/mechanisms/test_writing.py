"""How numbers are written: what differs looks different, noise does not show."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.writing import apart, digits, fixed, half_up, listed, step_of, written_units


@given(st.decimals(-(10**6), 10**6, places=6), st.decimals(-(10**6), 10**6, places=6))
def test_decimals_of_a_file_are_written_as_they_are(one, other):
    assert Decimal(digits(float(one))) == one
    assert (digits(float(one)) == digits(float(other))) == (one == other)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_results_that_differ_look_different(one, other):
    written = apart(one, other)
    assert (written[0] == written[1]) == (one == other)


def test_six_digits_are_enough_where_they_tell_apart():
    assert apart(2 / 3, -1 / 3, 10) == ["0.666667", "−0.333333", "10"]
    assert apart(1000, 1000.000001) == ["1000", "1000.000001"]
    assert apart(1.0, 1.0) == ["1", "1"]


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_halves_go_away_from_zero(units, decimals):
    half = Decimal(2 * units + 1).scaleb(-decimals) / 2
    away = units + 1 if units >= 0 else units
    assert half_up(half, decimals) == half_up(float(half), decimals) == Decimal(away).scaleb(-decimals)


@given(st.lists(st.integers(-(10**5), 10**5), min_size=2), st.integers(2, 5), st.sampled_from([1e-4, 5e-4, 1 / 7]))
def test_units_are_the_same_where_numbers_are_written_alike(numbers, decimals, step):
    values = [number * step for number in numbers]
    assert [Decimal(unit).scaleb(-decimals) for unit in written_units(values, decimals).tolist()] == [
        Decimal(fixed(value, decimals)) for value in values
    ]


def test_noise_below_a_half_is_none():
    assert [fixed(value, 2) for value in (0.1249999999999999, 1.005, -0.004, 3)] == ["0.13", "1.01", "0.00", "3.00"]


@pytest.mark.parametrize(
    ("grid", "step"),
    [([0, 0.1, 0.2, 0.3], 0.1), ([0, 1e-10, 2e-10], 1e-10), ([0, 1, 2.00001], None), ([4], None), ([-3, 5], 8)],
)
def test_steps(grid, step):
    assert step_of(grid) == step


def test_lists():
    assert [listed("abc"[:k]) for k in range(4)] == ["", "a", "a and b", "a, b and c"]
