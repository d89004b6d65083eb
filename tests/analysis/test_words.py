"""How numbers are written."""

import numpy as np
import pytest

from analysis import words
from tests.analysis import simulate


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(50.25, 1, "50.3"), (2.675, 2, "2.68"), (-0.04, 1, "0.0"), (-1.25, 1, "−1.3"), (np.nan, 1, "–"), (3, 0, "3")],
)
def test_fixed(value, decimals, text):
    assert words.fixed(value, decimals) == text


def test_percent_shows_that_something_tiny_is_not_zero():
    assert [words.percent(share) for share in (0.5, 0.0001, 0.0, 1.0)] == ["50.0", "0.010", "0.0", "100.0"]


def test_grid():
    assert words.grid(np.arange(-22.0, 3)) == "−22 to 2 in steps of 1"
    assert words.grid(np.array([8.0, 20.0])) == "8 and 20"
    assert words.grid(np.array([1.0, 2.0, 4.0, 8.0])) == "1, 2, 4 and 8"


def test_types_with_and_without_names():
    assert words.type_name(simulate.treatment("park_vcg"), 0, 8.0) == "L (8)"
    assert words.type_name(simulate.treatment("cason_pivotal"), 0, -6.0) == "−6"
