"""Rank tests against scipy without ties, against enumeration with ties."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.inference.hypothesis_tests.ranks import mann_whitney, sign_test, sums_of_signs, sums_of_subsets, wilcoxon
from analysis.inference.unit_means import UnitMeans

ALTERNATIVES = ["two-sided", "greater", "less"]


def two_arms(first, second):
    return UnitMeans.from_arrays({"A": first, "B": second})


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize(("n", "m"), [(4, 4), (2, 9), (10, 12), (30, 25)])
def test_mann_whitney_without_ties_is_scipys(alternative, n, m):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=n), rng.normal(0.5, size=m)
    expected = stats.mannwhitneyu(b, a, alternative=alternative, method="exact")
    found = mann_whitney(two_arms(a, b), alternative)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.statistic == expected.statistic


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=5), st.lists(st.integers(0, 3), min_size=2, max_size=5))
def test_mann_whitney_with_ties_against_enumeration(first, second):
    def rank_sum(a, b, axis):
        return stats.rankdata(np.concatenate([a, b], axis), axis=axis)[..., a.shape[axis] :].sum(axis)

    arrays = np.array(first, float), np.array(second, float)
    for alternative in ALTERNATIVES:
        expected = stats.permutation_test(
            arrays, rank_sum, n_resamples=np.inf, alternative=alternative, vectorized=True
        )
        assert mann_whitney(two_arms(*arrays), alternative).p == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("n", [4, 9, 30])
def test_wilcoxon_without_ties_is_scipys(alternative, n):
    d = np.random.default_rng(n).normal(0.4, size=n)
    expected = stats.wilcoxon(d, alternative=alternative, method="exact")
    found = wilcoxon(UnitMeans.from_pairs(np.zeros(n), d), alternative)
    assert found.p == pytest.approx(expected.pvalue)
    positive = stats.rankdata(np.abs(d))[d > 0].sum()
    assert found.statistic == positive


@settings(deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=3, max_size=8).filter(lambda d: sum(x != 0 for x in d) > 1))
def test_wilcoxon_with_ties_and_zeros_against_enumeration(values):
    d = np.array(values, dtype=float)
    there = d[d != 0]
    ranks = stats.rankdata(np.abs(there))
    signs = np.array(np.meshgrid(*[[0, 1]] * len(there))).reshape(len(there), -1)
    null, observed = ranks @ signs, ranks[there > 0].sum()
    above, below = (null >= observed).mean(), (null <= observed).mean()
    found = wilcoxon(UnitMeans.from_pairs(np.zeros(len(d)), d))
    assert found.p == pytest.approx(min(1, 2 * min(above, below)))
    assert ("left out of the test" in found.note) == (len(there) < len(d))


def test_hodges_lehmann_by_hand():
    """Differences of {1, 5} and {2, 9}: 1, −3, 8, 4; their median is 2.5."""
    assert mann_whitney(two_arms([1, 5], [2, 9])).effect == 2.5
    assert wilcoxon(UnitMeans.from_pairs([0, 0, 0], [1, 2, 9])).effect == 3.5  # of 1, 1.5, 2, 5, 5.5, 9


@pytest.mark.parametrize(("n", "m"), [(4, 5), (6, 6), (9, 3)])
def test_shift_interval_is_what_mann_whitney_does_not_reject(n, m):
    rng = np.random.default_rng(m)
    a, b = rng.normal(size=n), rng.normal(size=m)
    low, high = mann_whitney(two_arms(a, b)).interval
    for limit, inward in ((low, 1e-7), (high, -1e-7)):
        p = [stats.mannwhitneyu(b - limit - s * inward, a, method="exact").pvalue for s in (1, -1)]
        assert p[0] > 0.05 >= p[1]


def test_shift_interval_is_what_wilcoxon_does_not_reject():
    d = np.random.default_rng(4).normal(size=9)
    low, high = wilcoxon(UnitMeans.from_pairs(np.zeros(9), d)).interval
    for limit, inward in ((low, 1e-7), (high, -1e-7)):
        p = [stats.wilcoxon(d - limit - s * inward, method="exact").pvalue for s in (1, -1)]
        assert p[0] > 0.05 >= p[1]
    assert wilcoxon(UnitMeans.from_pairs(np.zeros(4), d[:4])).interval == (-np.inf, np.inf)


def test_rounding_noise_is_no_difference():
    a, b = [0.1 + 0.2, 0.5, 0.7], [0.3, 0.6, 0.8]
    assert mann_whitney(two_arms(a, b)).statistic == mann_whitney(two_arms([0.3, 0.5, 0.7], b)).statistic
    assert "1 units without a difference" in wilcoxon(UnitMeans.from_pairs(a, b)).note


def test_few_and_many_units():
    assert np.isnan(mann_whitney(two_arms([1], [2])).p)
    assert np.isnan(wilcoxon(UnitMeans.from_pairs([1, 2, 3], [1, 2, 4])).p)
    found = mann_whitney(two_arms([1, 2, 3], [4, 5, 6]))
    assert (found.p, found.least_p) == (pytest.approx(0.1), pytest.approx(0.1))
    assert "it cannot reject at 5 %" in found.note
    many = mann_whitney(two_arms(np.arange(200.0), np.arange(200.0)))
    assert "more than 250 units (400) are not counted exactly" in many.note


def test_null_distributions_are_distributions():
    scores = np.array([1, 3, 3, 4, 8])
    for size in range(6):
        assert sums_of_subsets(scores, size).sum() == pytest.approx(1)
    assert sums_of_signs(scores).sum() == pytest.approx(1)
    assert sums_of_signs(scores) @ np.arange(20) == pytest.approx(scores.sum() / 2)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_signs_against_scipy(alternative):
    """Nine units, one without a difference; the interval of the median is [d_(2), d_(8)] of nine at 95 %."""
    differences = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0, -0.2])
    found = sign_test(UnitMeans.from_pairs(np.zeros(9), differences), alternative)
    assert found.p == pytest.approx(stats.binomtest(6, 8, alternative=alternative).pvalue)
    assert found.effect == np.median(differences)
    if alternative == "two-sided":
        assert found.interval == (-0.2, 3.0)
    assert "1 units without a difference" in found.note


def test_signs_need_units_in_both_arms():
    found = sign_test(UnitMeans.from_arrays({"A": [1, 2], "B": [3, 4]}))
    assert np.isnan(found.p)
    assert "units that are in both arms" in found.note
    assert np.isnan(sign_test(UnitMeans.from_pairs([1, 2], [1, 2])).p)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_within_strata_by_enumeration(alternative):
    """Van Elteren: waves that lie far apart, ranks within each; all 10 × 6 assignments."""
    values = np.array([1.0, 5.0, 2.0, 7.0, 3.0, 101.0, 105.0, 103.0, 109.0])
    labels, strata = np.array([0, 1, 0, 1, 0, 0, 1, 0, 1]), np.repeat([0, 1], [5, 4])
    means = UnitMeans.from_arrays({"A": values[labels == 0], "B": values[labels == 1]})
    means = replace(means, strata=np.concatenate([strata[labels == 0], strata[labels == 1]]))
    found = mann_whitney(means, alternative)
    ranks = np.concatenate([stats.rankdata(values[:5]) / 6, stats.rankdata(values[5:]) / 5])
    sums = np.array([
        ranks[list(one)].sum() + ranks[list(two)].sum()
        for one in combinations(range(5), 2) for two in combinations(range(5, 9), 2)
    ])  # fmt: skip
    own = ranks[labels == 1].sum()
    above, below = (sums >= own - 1e-9).mean(), (sums <= own + 1e-9).mean()
    expected = {"greater": above, "less": below, "two-sided": min(1, 2 * min(above, below))}[alternative]
    assert found.p == pytest.approx(expected)
    assert found.method == "Mann–Whitney test of unit means within strata (van Elteren)"
    assert found.effect == pytest.approx(4)  # the median of 4 3 2 6 5 4 and 4 2 8 6
    assert np.isnan(mann_whitney(replace(means, strata=np.repeat([0, 1], [5, 4]))).p)
