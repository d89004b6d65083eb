"""Cluster-bootstrap bands: against all samples, coverage of what they claim, and when there are none."""

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.measures.bands import LEAST_UNITS, cluster_bands


def table(values, rounds=1):
    """One row a unit, round and entry of values[unit]."""
    return pd.DataFrame(
        [(f"u{k}", r + 1, value) for k, entries in enumerate(values) for r in range(rounds) for value in entries],
        columns=["unit", "round", "hit"],
    )


def test_the_limits_are_those_of_all_samples_of_units():
    """Four units of unequal size: all 256 samples."""
    values = [[0.0], [1.0, 2.0], [4.0], [3.0, 3.0, 9.0]]
    means = [np.concatenate([values[k] for k in drawn]).mean() for drawn in itertools.product(range(4), repeat=4)]
    found = cluster_bands(table(values), "hit", draws=40_000, level=0.8).iloc[0]
    assert (found["n"], found["units"]) == (7, 4)
    assert found["mean"] == pytest.approx(np.concatenate(values).mean())
    for limit, q in (("low", 0.1), ("high", 0.9)):
        assert np.quantile(means, q - 0.02) <= found[limit] <= np.quantile(means, q + 0.02)


def test_whole_units_are_drawn_so_that_more_decisions_of_a_unit_do_not_narrow_the_band():
    values = [[0.0], [0.2], [0.7], [1.0], [0.4]]
    few, many = (cluster_bands(table([v * k for v in values]), "hit") for k in (1, 100))
    assert few[["low", "high"]].to_numpy() == pytest.approx(many[["low", "high"]].to_numpy())


def test_rows_may_stand_in_any_order_and_the_seed_decides():
    rows = table([np.random.default_rng(k).normal(size=k + 1).tolist() for k in range(6)], rounds=3)
    first = cluster_bands(rows, "hit")
    pd.testing.assert_frame_equal(first, cluster_bands(rows.sample(frac=1, random_state=3), "hit"))
    assert not first.equals(cluster_bands(rows, "hit", seed=2))


def test_few_units_have_no_band_and_blanks_do_not_count():
    rows = table([[0.0, 1.0]] * (LEAST_UNITS - 1))
    assert cluster_bands(rows, "hit")[["low", "high"]].isna().all(axis=None)
    blank = pd.concat([table([[1.0]] * LEAST_UNITS), rows.assign(hit=np.nan)])
    assert cluster_bands(blank, "hit")["n"].tolist() == [LEAST_UNITS]


def test_a_round_that_some_samples_miss():
    rows = pd.concat([table([[0.0], [1.0], [1.0], [0.0]]), pd.DataFrame({"unit": ["u0"], "round": [2], "hit": [0.5]})])
    last = cluster_bands(rows, "hit").iloc[1]
    assert last[["n", "units", "mean", "low", "high"]].tolist() == [1, 1, 0.5, 0.5, 0.5]


def test_coverage_with_dependence_within_units():
    """Units with their own level: the band covers the true mean about as often as it says, decision by decision not."""
    rng = np.random.default_rng(11)
    covered = naive = 0
    for k in range(80):
        level = rng.normal(0, 1, 30)
        values = [[float(x) for x in level[u] + rng.normal(0, 0.3, 10)] for u in range(30)]
        rows = table(values)
        band = cluster_bands(rows, "hit", draws=199, seed=k).iloc[0]
        covered += band["low"] <= 0 <= band["high"]
        single = cluster_bands(rows.assign(unit=range(len(rows))), "hit", draws=199, seed=k).iloc[0]
        naive += single["low"] <= 0 <= single["high"]
    assert 0.85 <= covered / 80 <= 0.99
    assert naive / 80 < 0.7


@pytest.mark.parametrize(("argument", "value"), [("level", 1.0), ("draws", 0)])
def test_what_cannot_be_is_refused(argument, value):
    with pytest.raises(ValueError, match=f"{argument} is {value}"):
        cluster_bands(table([[1.0]]), "hit", **{argument: value})
