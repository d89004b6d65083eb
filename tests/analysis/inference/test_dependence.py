"""The intra-unit correlation against the textbook's analysis of variance, and on data where it is known."""

import numpy as np
import pytest

from analysis.inference.dependence import intra_unit_correlation
from tests.analysis.inference.sessions import alternating, silos


def test_by_hand():
    """Units (1, 3), (4, 6, 8), (2, 2) in one arm: MSB and MSW from the sums of squares."""
    values, units = np.array([1, 3, 4, 6, 8, 2, 2.0]), np.array([1, 1, 2, 2, 2, 3, 3])
    between = (2 * (2 - 26 / 7) ** 2 + 3 * (6 - 26 / 7) ** 2 + 2 * (2 - 26 / 7) ** 2) / 2
    within = (1 + 1 + 4 + 0 + 4) / 4
    typical = (7 - (4 + 9 + 4) / 7) / 2
    expected = (between - within) / (between + (typical - 1) * within)
    assert intra_unit_correlation(values, units, np.zeros(7)) == pytest.approx(expected)


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.5])
def test_planted(correlation):
    """400 units of 40 decisions: standard error below 0.03; an effect of the arm does not count as dependence."""
    table = silos(np.random.default_rng(1), alternating(400), {"A": 0.3, "B": 0.7}, correlation=correlation)
    found = intra_unit_correlation(table["hit"], table["session_code"], table["treatment"])
    assert found == pytest.approx(correlation, abs=0.09 if correlation else 0.02)


def test_what_has_no_estimate():
    assert np.isnan(intra_unit_correlation(np.array([1.0, 2.0]), np.array([1, 2]), np.zeros(2)))
    assert np.isnan(intra_unit_correlation(np.ones(4), np.array([1, 1, 2, 2]), np.array([1, 1, 2, 2])))
    assert np.isnan(intra_unit_correlation(np.ones(4), np.array([1, 1, 2, 2]), np.zeros(4)))
