"""Corrections for several tests, by hand, and the chance of any false rejection where dispersions differ."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.inference.hypothesis_tests.arrangements import assignments
from analysis.inference.hypothesis_tests.permutation import permutation_test
from analysis.inference.hypothesis_tests.studentised import Studentised
from analysis.inference.multiple import adjusted, corrected
from analysis.inference.unit_means import UnitMeans
from tests.shared import thorough


def test_holm_and_benjamini_hochberg_by_hand():
    p = [0.04, 0.001, 0.03, 0.2]
    assert adjusted(p) == pytest.approx([0.09, 0.004, 0.09, 0.2])  # 4 × .001; 3 × .03; 2 × .04 < .09; .2
    assert adjusted(p, "benjamini-hochberg") == pytest.approx([0.04 * 4 / 3, 0.004, 0.04 * 4 / 3, 0.2])
    assert np.isnan(adjusted([np.nan])).all()
    with pytest.raises(ValueError, match="method: 'bonferroni'; expected holm or benjamini-hochberg"):
        adjusted(p, "bonferroni")


def test_several_tests_are_of_a_p_that_is_not_below_welchs():
    """Arms of five that do not overlap, one of which varies much: at 0.8 % that is not rare; alone p is as it is."""
    means = UnitMeans.from_arrays({"A": [9.0, 2.0, 60.0, 30.0, 12.0], "B": [1.0, 1.1, 1.2, 1.3, 1.4]})
    one = permutation_test(means)
    welch = stats.ttest_ind(*means.two_samples(), equal_var=False).pvalue
    assert one.p == pytest.approx(2 / 252)
    assert one.p_strict == pytest.approx(welch)
    refused = replace(one, p=np.nan, p_strict=np.nan)
    np.testing.assert_allclose(corrected([one, refused]), [one.p, np.nan])
    ranks = replace(one, p=0.5, p_strict=np.nan)
    np.testing.assert_allclose(corrected([one, ranks]), [2 * welch, 0.5])


@thorough
@pytest.mark.parametrize(("n", "m", "outcomes"), [(4, 12, 4), (5, 5, 6)])
def test_holm_bounds_any_false_rejection_where_dispersions_differ(n, m, outcomes):
    """One arm varies five times as much; the largest |t| over permutations (Romano and Wolf) rejects some in 20 %."""
    rng, labels = np.random.default_rng(2), np.repeat([0, 1], [n, m])
    strata, tests = np.zeros(n + m, dtype=int), 400
    values = rng.normal(size=(outcomes, tests, n + m)) * np.where(labels == 0, 5.0, 1.0)
    p = Studentised(values, labels, strata, assignments(labels, strata, max_exact=2000).rows).p(guard=True)
    found = np.mean([adjusted(one).min() <= 0.05 for one in p.T])
    assert found <= stats.binom.ppf(0.999, tests, 0.06) / tests
