"""Equality relative to what numbers were made from."""

import numpy as np
import pandas as pd

from analysis.inference.equality import smallest_units, snapped
from analysis.inference.unit_means import unit_means


def test_what_was_made_of_large_numbers_may_differ_more():
    close = np.array([0.0, 1e-10])
    assert snapped(close, 1.0).tolist() == close.tolist()
    assert snapped(close, 1e3).tolist() == [0.0, 0.0]


def test_no_boundary_between_roundings_parts_equal_numbers():
    """Rounding to decimals tells 0.5e-9 from its neighbour; gaps do not."""
    near = np.array([1.0000000005, 1.0000000005 + 3e-16])
    assert len(set(snapped(near, 1.0))) == 1


def test_blanks_stay():
    assert np.isnan(snapped(np.array([np.nan, 1.0]), 1.0)).tolist() == [True, False]


def test_grids():
    assert smallest_units(np.array([0.1, 0.25])) == 100
    assert smallest_units(np.array([1.0, -3.0])) == 1
    assert smallest_units(np.array([np.pi])) is None


def test_means_of_cents_are_equal_whatever_their_number():
    rows = pd.DataFrame({"unit": ["a"] * 3 + ["b"] * 10, "arm": ["A"] * 3 + ["B"] * 10, "y": 1.05})
    means = unit_means(rows, "y", "arm").means
    assert means[0, 0] == means[1, 1] == 1.05
