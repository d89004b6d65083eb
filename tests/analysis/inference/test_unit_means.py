"""Means of units by hand, and tables that cannot be."""

import numpy as np
import pandas as pd
import pytest

from analysis.inference.unit_means import UnitMeans, unit_means

ROWS = pd.DataFrame(
    {
        "unit": ["u", "u", "u", "v", "v", "w"],
        "arm": ["B", "B", "A", "A", "A", "A"],
        "hit": pd.array([True, False, True, None, True, False], dtype="boolean"),
        "lab": ["x", "x", "x", "y", "y", "y"],
    }
)


def test_by_hand():
    means = unit_means(ROWS, "hit", "arm", "session", ["B", "A"])
    assert means.units.tolist() == ["u", "v", "w"]
    np.testing.assert_array_equal(means.means, [[0.5, 1], [np.nan, 1], [np.nan, 0]])
    assert means.decisions.tolist() == [[2, 1], [0, 1], [0, 1]]  # the blank does not count
    assert means.question == "hit: A − B"
    assert means.n_units == (("B", 1), ("A", 3))
    assert means.n_decisions == (("B", 2), ("A", 3))


def test_a_mean_is_no_median():
    rows = pd.DataFrame({"unit": "u", "arm": "A", "hit": [0, 0, 1]})
    assert unit_means(rows, "hit", "arm").means.tolist() == [[pytest.approx(1 / 3)]]


def test_design():
    means = unit_means(ROWS, "hit", "arm")
    assert means.design == "mixed"
    assert means.complete().design == "within"
    assert means.complete().n_units == (("", 1),)
    assert means.complete().differences().tolist() == [-0.5]
    assert means.only(np.array([False, True, True])).design == "between"
    with pytest.raises(ValueError, match="the design is mixed; expected each unit in both arms"):
        means.differences()
    with pytest.raises(ValueError, match="the design is mixed; expected each unit in one arm"):
        means.two_samples()


def test_two_of_three_arms():
    means = UnitMeans.from_arrays({"A": [1], "B": [2, 3], "C": [4]})
    pair = means.pair("C", "B")
    assert pair.arms == ("C", "B")
    assert [sample.tolist() for sample in pair.two_samples()] == [[4], [2, 3]]
    with pytest.raises(ValueError, match=r"3 arms \(A, B, C\); expected two"):
        means.two_samples()


def test_strata():
    assert unit_means(ROWS, "hit", "arm", stratum="lab").strata.tolist() == [0, 1, 1]
    with pytest.raises(ValueError, match="arm differs within unit u; expected one entry a unit"):
        unit_means(ROWS, "hit", "arm", stratum="arm")


def test_what_is_not_there():
    with pytest.raises(ValueError, match=r"no column unit; analysis\.add_units makes it"):
        unit_means(ROWS.drop(columns="unit"), "hit", "arm")
    with pytest.raises(ValueError, match="no row with arm = C; expected some of A, B"):
        unit_means(ROWS, "hit", "arm", arms=["A", "C"])
    with pytest.raises(ValueError, match=r"outcome: hit: 1e\+308; expected numbers of at most"):
        unit_means(ROWS.assign(hit=1e308), "hit", "arm")
