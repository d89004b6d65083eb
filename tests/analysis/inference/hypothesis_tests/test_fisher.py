"""Fisher's and McNemar's tests by hand and against the permutation of units."""

from math import comb

import numpy as np
import pytest

from analysis.inference.hypothesis_tests.fisher import fisher, mcnemar
from analysis.inference.hypothesis_tests.permutation import permutation_test
from analysis.inference.unit_means import UnitMeans


def two_arms(hits_a, n_a, hits_b, n_b):
    return UnitMeans.from_arrays({"A": [1] * hits_a + [0] * (n_a - hits_a), "B": [1] * hits_b + [0] * (n_b - hits_b)})


def test_fisher_by_hand():
    """2 of 7 against 6 of 7, 8 hits in all: hypergeometric; two-sided by the tables that are no likelier."""
    weights = {k: comb(7, k) * comb(7, 8 - k) for k in range(1, 8)}
    total = comb(14, 8)
    found = fisher(two_arms(2, 7, 6, 7), "greater")
    assert found.p == pytest.approx((weights[6] + weights[7]) / total)
    two_sided = sum(w for w in weights.values() if w <= weights[6]) / total
    assert fisher(two_arms(2, 7, 6, 7)).p == pytest.approx(two_sided)
    assert found.effect > 1  # the second arm has the higher odds
    assert found.n_units == (("A", 7), ("B", 7))


def test_one_sided_fisher_is_the_permutation_test():
    means = two_arms(2, 6, 5, 7)
    for alternative in ("greater", "less"):
        assert fisher(means, alternative).p == pytest.approx(permutation_test(means, alternative).p)


def test_mcnemar_is_the_sign_flip_test():
    means = UnitMeans.from_pairs([0, 0, 0, 0, 0, 0, 1, 1, 0], [1, 1, 1, 1, 1, 1, 0, 1, 0])
    found = mcnemar(means)
    assert found.p == pytest.approx(permutation_test(means).p)
    assert found.p == pytest.approx(2 * 8 / 2**7)
    assert found.effect == 6 / 7
    assert found.least_p == 2 / 2**7
    assert "7 of 9 units differ" in found.note


def test_what_is_no_case_for_them():
    assert np.isnan(fisher(two_arms(3, 3, 4, 4)).p)
    assert np.isnan(mcnemar(UnitMeans.from_pairs([1, 0], [1, 0])).p)
    with pytest.raises(ValueError, match=r"the value 0\.25 of a unit is neither 0 nor 1"):
        fisher(UnitMeans.from_arrays({"A": [0.25, 1], "B": [0, 1]}))
