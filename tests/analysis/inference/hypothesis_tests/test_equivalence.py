"""Equivalence tests: by the definition, in agreement with their interval, and rarely wrong at the margin."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.inference.hypothesis_tests.equivalence import (
    equivalence_test,
    noninferiority_test,
    smallest_margin,
    superiority_test,
)
from analysis.inference.hypothesis_tests.permutation import permutation_test
from analysis.inference.unit_means import UnitMeans
from tests.shared import thorough


def two_arms(first, second):
    return UnitMeans.from_arrays({"A": first, "B": second})


@pytest.mark.parametrize("margin", [0.5, 1.0, 2.0])
def test_it_is_two_one_sided_tests(margin):
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=5), rng.normal(0.3, size=6)
    above = permutation_test(two_arms(a, b + margin), "greater").p  # not as low as −margin
    below = permutation_test(two_arms(a, b - margin), "less").p
    assert equivalence_test(two_arms(a, b), margin).p == pytest.approx(max(above, below))
    paired = UnitMeans.from_pairs(a, b[:5])
    above = permutation_test(UnitMeans.from_pairs(a, b[:5] + margin), "greater").p
    below = permutation_test(UnitMeans.from_pairs(a, b[:5] - margin), "less").p
    assert equivalence_test(paired, margin).p == pytest.approx(max(above, below))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 3))
def test_it_holds_exactly_if_the_90_percent_interval_is_within_the_margins(seed, margin):
    rng = np.random.default_rng(seed)
    means = two_arms(rng.normal(size=5), rng.normal(size=5))
    found = equivalence_test(means, margin)
    assert found.level == pytest.approx(0.9)
    assert (found.p <= 0.05) == (-margin < found.interval[0] and found.interval[1] < margin)
    assert (found.p <= 0.05) == (margin > smallest_margin(means))


@thorough
def test_at_the_margin_it_is_wrong_in_at_most_5_percent():
    """The true difference is the margin. 400 samples: at most 5 % + 3 standard errors = 8.3 %; well inside it holds."""
    rng = np.random.default_rng(6)
    at_margin = [equivalence_test(two_arms(*rng.normal([[0], [1]], 1, (2, 6))), 1.0).p <= 0.05 for _ in range(400)]
    inside = [equivalence_test(two_arms(*rng.normal(0, 1, (2, 6))), 3.0).p <= 0.05 for _ in range(100)]
    assert 0.01 < np.mean(at_margin) <= 0.083
    assert np.mean(inside) > 0.8


def test_between_different_games_each_side_is_not_below_welchs():
    rng = np.random.default_rng(3)
    a, b = 0.01 * rng.normal(size=4), rng.normal(size=4)
    means = two_arms(a, b)
    sides = [
        stats.ttest_ind(b + m, a, equal_var=False, alternative=side).pvalue
        for m, side in ((1.5, "greater"), (-1.5, "less"))
    ]
    found, free = equivalence_test(replace(means, exchangeable=False), 1.5), equivalence_test(means, 1.5)
    assert found.p == pytest.approx(max(free.p, *sides))
    assert found.p > free.p
    assert (found.p <= 0.05) == (found.interval[0] > -1.5 and found.interval[1] < 1.5)


def test_whose_p_it_is():
    """Three units that vary three times as much as seven: Welch's is the larger one in every test of a margin."""
    rng = np.random.default_rng(4)
    means = two_arms(rng.normal(0, 3, 3), rng.normal(0, 1, 7))
    for found in (equivalence_test(means, 3.0), superiority_test(means, 0.3), noninferiority_test(means, 3.0)):
        of_arrangements = found.p * 120 == pytest.approx(round(found.p * 120), abs=1e-6)
        assert found.p_method.endswith("Welch's t test, which is larger") is not of_arrangements
    assert not of_arrangements


def test_not_significant_is_not_equivalent():
    means = two_arms([0.1, 0.9, 0.5, 0.4], [0.3, 0.8, 0.2, 0.7])
    assert permutation_test(means).p > 0.5
    found = equivalence_test(means, 0.1)
    assert found.p > 0.05
    assert "do not show that the difference is less than 0.1" in found.note
    assert "A difference of 2 or more either way is rejected at 5 %" in equivalence_test(means, 2).note
    assert found.alternative == "|difference| < 0.1"


def test_what_cannot_be():
    assert np.isnan(equivalence_test(two_arms([1], []), 1).p)
    assert "it cannot reject at 5 %" in equivalence_test(two_arms([1, 2], [1, 2]), 10).note
    with pytest.raises(ValueError, match="margin: 0; expected a difference that matters"):
        equivalence_test(two_arms([1, 2], [1, 2]), 0)


@pytest.mark.parametrize("alternative", ["greater", "less"])
def test_not_worse_and_better_by_a_margin_are_tests_of_moved_data(alternative):
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=5), rng.normal(0.4, size=6)
    towards = 1 if alternative == "greater" else -1
    for test, sign in ((noninferiority_test, 1), (superiority_test, -1)):
        moved = permutation_test(two_arms(a, b + sign * towards * 0.5), alternative)
        found = test(two_arms(a, b), 0.5, alternative)
        assert found.p == pytest.approx(moved.p)
        limit = found.interval[0] if alternative == "greater" else -found.interval[1]
        assert (found.p <= 0.05) == (limit > -sign * 0.5)


@pytest.mark.parametrize("test", [noninferiority_test, superiority_test])
def test_a_margin_has_a_side(test):
    means = two_arms([1.0, 2.0], [3.0, 4.0])
    with pytest.raises(ValueError, match="alternative: 'two-sided'; expected greater or less"):
        test(means, 1.0, "two-sided")
    with pytest.raises(ValueError, match="margin: 0; expected a difference that matters"):
        test(means, 0)
    assert "No test is possible" in test(two_arms([1.0], []), 1.0).note
