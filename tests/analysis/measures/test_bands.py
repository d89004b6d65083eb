"""Bands over few units: against the t interval, coverage of what they claim, and when there are none."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.measures.bands import LEAST_UNITS, cluster_bands


def table(values, rounds=1):
    """One row a unit, round and entry of values[unit]."""
    return pd.DataFrame(
        [(f"u{k}", r + 1, value) for k, entries in enumerate(values) for r in range(rounds) for value in entries],
        columns=["unit", "round", "hit"],
    )


def test_units_of_equal_size_have_the_t_interval_of_their_means():
    values = np.random.default_rng(1).normal(size=(5, 7))
    expected = stats.t(4, values.mean(), values.mean(axis=1).std(ddof=1) / np.sqrt(5)).interval(0.9)
    found = cluster_bands(table(values.tolist()), "hit", level=0.9).iloc[0]
    assert (found["n"], found["units"], found["mean"]) == (35, 5, pytest.approx(values.mean()))
    assert (found["low"], found["high"]) == pytest.approx(expected)


def test_units_of_other_sizes_by_leaving_each_out():
    values = [[0.0], [1.0, 2.0], [4.0], [3.0, 3.0, 9.0]]
    mean = np.concatenate(values).mean()
    others = [np.concatenate([v for j, v in enumerate(values) if j != k]).mean() for k in range(4)]
    reach = stats.t.isf(0.025, 3) * np.sqrt(3 / 4 * sum((other - mean) ** 2 for other in others))
    found = cluster_bands(table(values), "hit").iloc[0]
    assert (found["low"], found["high"]) == pytest.approx((mean - reach, mean + reach))


def test_a_share_that_does_not_vary_is_not_certain():
    """Clopper and Pearson with each unit as one observation; limits of a share stay within it."""
    found = cluster_bands(table([[1.0, 1.0]] * 5), "hit").iloc[0]
    assert found[["low", "high"]].tolist() == pytest.approx([stats.beta.ppf(0.025, 5, 1), 1])
    found = cluster_bands(table([[0.0]] * 5), "hit").iloc[0]
    assert found[["low", "high"]].tolist() == pytest.approx([0, stats.beta.ppf(0.975, 1, 5)])
    found = cluster_bands(table([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]), "hit").iloc[0]
    assert 0 <= found["low"] < found["high"] <= 1


def test_whole_units_are_drawn_so_that_more_decisions_of_a_unit_do_not_narrow_the_band():
    values = [[0.0], [0.2], [0.7], [1.0], [0.4]]
    few, many = (cluster_bands(table([v * k for v in values]), "hit") for k in (1, 100))
    assert few[["low", "high"]].to_numpy() == pytest.approx(many[["low", "high"]].to_numpy())


def test_rows_may_stand_in_any_order():
    rows = table([np.random.default_rng(k).normal(size=k + 1).tolist() for k in range(6)], rounds=3)
    first = cluster_bands(rows, "hit")
    pd.testing.assert_frame_equal(first, cluster_bands(rows.sample(frac=1, random_state=3), "hit"))


def test_few_units_have_no_band_and_blanks_do_not_count():
    rows = table([[0.0, 1.0]] * (LEAST_UNITS - 1))
    assert cluster_bands(rows, "hit")[["low", "high"]].isna().all(axis=None)
    blank = pd.concat([table([[1.0]] * LEAST_UNITS), rows.assign(hit=np.nan)])
    assert cluster_bands(blank, "hit")["n"].tolist() == [LEAST_UNITS]


def test_a_round_that_few_units_have():
    rows = pd.concat([table([[0.0], [1.0], [1.0], [0.0]]), pd.DataFrame({"unit": ["u0"], "round": [2], "hit": [0.5]})])
    last = cluster_bands(rows, "hit").iloc[1]
    assert last[["n", "units", "mean"]].tolist() == [1, 1, 0.5]
    assert last[["low", "high"]].isna().all()


def coverage(units, draw, truth, samples=400):
    """Share of samples in which the band holds the truth; all samples are rounds of one table."""
    values = draw(np.random.default_rng(units), (samples, units))
    sample, unit, _ = np.indices(values.shape)
    rows = pd.DataFrame({"unit": unit.ravel(), "round": sample.ravel(), "hit": values.ravel()})
    band = cluster_bands(rows, "hit")
    return ((band["low"] <= truth) & (truth <= band["high"])).mean(), rows


def levels(rng, shape):
    """Units with their own level, ten decisions each."""
    return rng.normal(0, 1, shape)[..., None] + rng.normal(0, 0.5, (*shape, 10))


def shares(rng, shape):
    """Flags; the unit's rate is around 0.6, correlation within units 0.2."""
    return (rng.random((*shape, 10)) < rng.beta(2.4, 1.6, shape)[..., None]).astype(float)


@pytest.mark.parametrize(("draw", "truth"), [(levels, 0.0), (shares, 0.6)])
@pytest.mark.parametrize("units", [4, 6, 8, 12])
def test_coverage_with_few_units(units, draw, truth):
    """In 400 samples, 95 % being true: the limits are the 0.05 % and 99.95 % quantiles of a binomial."""
    covered, _ = coverage(units, draw, truth)
    low, high = stats.binom.ppf([0.0005, 0.9995], 400, 0.95) / 400
    assert low - 0.01 <= covered <= high


def test_decisions_taken_for_independent_are_covered_far_too_rarely():
    _, rows = coverage(8, levels, 0.0, 100)
    single = cluster_bands(rows.assign(unit=rows.groupby("round").cumcount()), "hit")
    assert ((single["low"] <= 0) & (single["high"] >= 0)).mean() < 0.7


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="level is 1"):
        cluster_bands(table([[1.0]]), "hit", level=1.0)
