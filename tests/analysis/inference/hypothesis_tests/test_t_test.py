"""t tests of unit means against scipy, and where they are refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.inference.hypothesis_tests.t_test import t_test
from analysis.inference.unit_means import UnitMeans

ALTERNATIVES = ["two-sided", "greater", "less"]


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_welch_and_student_against_scipy(alternative):
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=5), rng.normal(0.7, 3, size=8)
    between = t_test(UnitMeans.from_arrays({"A": a, "B": b}), alternative, 0.9)
    expected = stats.ttest_ind(b, a, equal_var=False, alternative=alternative)
    assert (between.p, between.statistic) == pytest.approx((expected.pvalue, expected.statistic))
    np.testing.assert_allclose(between.interval, expected.confidence_interval(0.9))
    within = t_test(UnitMeans.from_pairs(a, b[:5]), alternative)
    paired = stats.ttest_rel(b[:5], a, alternative=alternative)
    assert (within.p, within.statistic) == pytest.approx((paired.pvalue, paired.statistic))
    np.testing.assert_allclose(within.interval, paired.confidence_interval())


def test_one_arm_against_a_value():
    values = np.array([0.4, 0.7, 0.9, 0.6])
    found = t_test(UnitMeans.from_arrays({"A": values}).against(0.5, "half"), "greater")
    assert found.p == pytest.approx(stats.ttest_1samp(values, 0.5, alternative="greater").pvalue)
    assert found.question == "outcome: A − half"
    assert found.n_decisions == (("A", 4),)


@pytest.mark.parametrize("arms", [{"A": [1.0], "B": [1.0, 2.0]}, {"A": [0.3, 0.3], "B": [0.1 + 0.2, 0.3]}])
def test_too_few_or_no_variation_is_refused(arms):
    found = t_test(UnitMeans.from_arrays(arms))
    assert np.isnan(found.p)
    assert found.note.startswith("No test is possible: ")


def test_within_strata():
    """Two waves that lie far apart: the weighted difference over its own error; pairs: Student's of differences."""
    first, second = np.array([1.0, 3.0, 101.0, 104.0, 99.0]), np.array([2.0, 5.0, 6.0, 103.0, 107.0])
    means = replace(UnitMeans.from_arrays({"A": first, "B": second}), strata=np.array([0, 0, 1, 1, 1, 0, 0, 0, 1, 1]))
    found = t_test(means)
    differences = [13 / 3 - 2, 105 - 304 / 3]  # both strata weigh 6 / 5
    errors = [2 / 8, second[:3].var(ddof=1) / 12, first[2:].var(ddof=1) / 12, 8 / 8]
    freedom = sum(errors) ** 2 / sum(e**2 / f for e, f in zip(errors, (1, 2, 2, 1), strict=True))
    assert found.effect == pytest.approx(np.mean(differences))
    assert found.p == pytest.approx(2 * stats.t.sf(np.mean(differences) / sum(errors) ** 0.5, freedom))
    assert "within strata" in found.method
    pairs = replace(UnitMeans.from_arrays({"A": first, "B": second}), strata=np.tile(np.arange(5), 2))
    assert t_test(pairs).p == pytest.approx(stats.ttest_rel(second, first).pvalue)
    assert np.isnan(t_test(replace(means, strata=np.repeat([0, 1], 5))).p)
