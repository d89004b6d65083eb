"""t tests of unit means against scipy, and where they are refused."""

import numpy as np
import pytest
from scipy import stats

from analysis.inference.t_test import t_test
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
