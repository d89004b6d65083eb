"""Permutation tests against scipy, against plain enumeration, and their intervals against the definition."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.inference.hypothesis_tests.omnibus import omnibus_test
from analysis.inference.hypothesis_tests.permutation import permutation_test
from analysis.inference.unit_means import UnitMeans

ALTERNATIVES = ["two-sided", "greater", "less"]
TIED = st.lists(st.integers(0, 4), min_size=2, max_size=5)


def two_arms(first, second):
    return UnitMeans.from_arrays({"A": first, "B": second})


def difference(a, b, axis=-1):
    return np.mean(b, axis=axis) - np.mean(a, axis=axis)


def studentised(a, b, axis=-1):
    variances = [np.var(arm, axis=axis, ddof=1) / arm.shape[axis] for arm in (a, b)]
    return difference(a, b, axis) / np.sqrt(sum(variances))


def p_by_scipy(a, b, alternative):
    """Of the studentised difference; with arms of unequal size no one-sided p is below Welch's."""

    def one_sided(side):
        found = stats.permutation_test((a, b), studentised, n_resamples=np.inf, alternative=side, vectorized=True)
        welch = stats.ttest_ind(b, a, equal_var=False, alternative=side).pvalue
        return max(found.pvalue, welch) if len(a) != len(b) else found.pvalue

    return one_sided(alternative) if alternative != "two-sided" else min(1, 2 * min(map(one_sided, ALTERNATIVES[1:])))


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize(("n", "m", "seed"), [(4, 4, 0), (3, 6, 1), (7, 2, 2), (5, 5, 3)])
def test_two_arms_against_scipy(alternative, n, m, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=n), rng.normal(0.8, size=m)
    found = permutation_test(two_arms(a, b), alternative)
    assert found.p == pytest.approx(p_by_scipy(a, b, alternative))
    assert found.statistic == pytest.approx(difference(a, b))
    assert found.p_method.startswith("exact, all ")


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_between_different_games_no_p_is_below_welchs(alternative):
    """Four sessions that hardly vary, and four on one side of them: by order alone p would be 2 / 70."""
    a, b = np.array([0.0, 0.0, 0.001, 0.0]), np.array([0.05, 0.4, 0.02, 0.9])
    means = two_arms(a, b)
    same, other = (
        permutation_test(means, alternative),
        permutation_test(replace(means, exchangeable=False), alternative),
    )
    welch = stats.ttest_ind(b, a, equal_var=False, alternative=alternative)
    assert other.p == pytest.approx(max(same.p, welch.pvalue))
    if alternative == "two-sided":
        limits = welch.confidence_interval(0.95)
        expected = min(same.interval[0], limits.low), max(same.interval[1], limits.high)
        np.testing.assert_allclose(other.interval, expected, atol=1e-6)
        assert "different games" in other.method


def test_welch_over_strata_and_pairs():
    """Strata of one unit an arm are pairs: Student's t of their differences. Two larger ones: over their arms."""
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=5), rng.normal(0.5, size=5)
    pairs = replace(two_arms(a, b), strata=np.tile(np.arange(5), 2), exchangeable=False)
    free = permutation_test(replace(pairs, exchangeable=True)).p
    assert permutation_test(pairs).p == pytest.approx(max(free, stats.ttest_rel(b, a).pvalue))
    halves = replace(two_arms(a[[0, 1, 2, 0, 1, 2]], b[[0, 1, 2, 0, 1, 2]]), exchangeable=False)
    halves = replace(halves, strata=np.tile([0, 0, 0, 1, 1, 1], 2))
    difference, variance = np.mean(b[:3]) - np.mean(a[:3]), (np.var(a[:3], ddof=1) + np.var(b[:3], ddof=1)) / 6
    errors = np.repeat([np.var(a[:3], ddof=1), np.var(b[:3], ddof=1)], 2) / 12
    t = stats.t(errors.sum() ** 2 / (errors**2 / 2).sum())
    free = permutation_test(replace(halves, exchangeable=True)).p
    assert permutation_test(halves).p == pytest.approx(max(free, 2 * t.sf(abs(difference) / np.sqrt(variance))))


@settings(deadline=None)
@given(TIED, TIED, st.sampled_from(ALTERNATIVES), st.floats(0.1, 1e6))
def test_ties_do_not_depend_on_units(first, second, alternative, scale):
    """Whole numbers tie exactly; moved and scaled ones must tie in the same places."""
    found = [permutation_test(two_arms(first, second), alternative)]
    moved = ([scale * x + 3 for x in arm] for arm in (first, second))
    found.append(permutation_test(two_arms(*moved), alternative))
    assert found[0].p == pytest.approx(found[1].p)


def test_equal_means_of_other_numbers_of_decisions_are_tied():
    """1.05 as a mean of 2 and of 10: a difference in the last digit is none."""
    means = two_arms([1.05] * 4, [1.0500000000000003] * 4)
    assert permutation_test(means).p == 1
    assert permutation_test(means).effect == 0
    assert omnibus_test(means).p == 1
    pairs = UnitMeans.from_pairs([1.05] * 6, [1.0500000000000003] * 6)
    assert permutation_test(pairs).p == 1


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_pairs_against_scipy(alternative):
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=9), rng.normal(0.5, size=9)
    expected = stats.permutation_test(
        (a, b), difference, permutation_type="samples", n_resamples=np.inf, alternative=alternative, vectorized=True
    )
    found = permutation_test(UnitMeans.from_pairs(a, b), alternative)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.effect == pytest.approx((b - a).mean())


def test_strata_against_enumeration():
    values = np.array([1.0, 4.0, 2.0, 7.0, 3.0, 9.0, 5.0])
    labels = np.array([0, 1, 0, 1, 0, 1, 1])
    strata = np.array([0, 0, 0, 0, 1, 1, 1])

    def statistic(arms):
        parts = []
        for s in (0, 1):
            a, b = values[(strata == s) & (arms == 0)], values[(strata == s) & (arms == 1)]
            parts.append((len(a) * len(b) / (len(a) + len(b)), b.mean() - a.mean()))
        weights, differences = np.array(parts).T
        weights = weights / weights.sum()
        difference = weights @ differences
        # the second stratum has one unit in an arm: the variance is that of the two strata's differences
        error = np.sqrt(weights @ (differences - difference) ** 2)
        return difference, difference / max(error, 1e-7 * 8)

    null = []
    for one, two in product(combinations(range(4), 2), combinations(range(4, 7), 2)):
        arms = np.zeros(7, dtype=int)
        arms[[*one, *two]] = 1
        null.append(statistic(arms))
    means = np.where(np.arange(2) == labels[:, None], values[:, None], np.nan)
    stratified = UnitMeans("y", "session", ("A", "B"), means, np.ones((7, 2), int), strata, np.arange(7).astype(str))
    found = permutation_test(stratified, "greater")
    assert found.statistic == pytest.approx(statistic(labels)[0])
    assert found.p == pytest.approx(np.mean(np.array(null)[:, 1] >= statistic(labels)[1] - 1e-9))
    assert found.p_method == "exact, all 18 arrangements"
    assert "within strata" in found.method


def p_of_shift(first, second, shift, alternative):
    """The test of a shift by its definition: take the shift out of the second arm, then compare the arms."""
    return p_by_scipy(first, second - shift, alternative)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize(("n", "m"), [(4, 5), (5, 5), (3, 7)])
def test_interval_is_what_the_test_does_not_reject(alternative, level, n, m):
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=n), rng.normal(0.5, size=m)
    low, high = permutation_test(two_arms(a, b), alternative, level).interval
    alpha = 1 - level
    step = 1e-6
    limits = {"two-sided": (low, high), "greater": (low,), "less": (high,)}[alternative]
    for limit in limits:
        inward = step if limit == low else -step
        assert p_of_shift(a, b, limit + inward, alternative) > alpha
        assert p_of_shift(a, b, limit - inward, alternative) <= alpha + 1e-9
    if alternative != "two-sided":
        assert (low, high)[alternative == "greater"] == (np.inf if alternative == "greater" else -np.inf)


def test_interval_of_pairs():
    rng = np.random.default_rng(8)
    d = rng.normal(0.5, size=8)
    low, high = permutation_test(UnitMeans.from_pairs(np.zeros(8), d)).interval
    for limit, inward in ((low, 1e-6), (high, -1e-6)):
        p = [permutation_test(UnitMeans.from_pairs(np.full(8, limit + s * inward), d)).p for s in (1, -1)]
        assert p[0] > 0.05 >= p[1]


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(4, 4), (4, 6), (3, 9)]))
def test_p_is_at_most_5_percent_exactly_if_the_interval_leaves_0_out(seed, sizes):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=sizes[0]), rng.normal(1.2, size=sizes[1])
    found = permutation_test(two_arms(a, b))
    assert (found.p <= 0.05) == (not found.interval[0] <= 0 <= found.interval[1])


def test_too_few_units_for_a_limit_say_so():
    found = permutation_test(two_arms([1.0, 2.0, 3.0], [7.0, 8.0, 9.0]))
    assert (found.p, found.least_p) == (0.1, 0.1)
    assert found.interval == (-np.inf, np.inf)
    assert "the least p-value that this test can give is 0.1: it cannot reject at 5 %" in found.note
    assert "no lower limit to no upper limit" in found.sentence()


@pytest.mark.parametrize(
    "means", [two_arms([1.0], [2.0]), UnitMeans.from_pairs([1.0], [2.0]), two_arms([1.0, 2.0], [])]
)
def test_one_unit_an_arm_is_no_test(means):
    found = permutation_test(means)
    assert np.isnan(found.p)
    assert found.note.startswith("No test is possible: there are too few independent units (")


def test_strata_that_are_the_arms_are_the_reason():
    """Not that units are few: nine and three are enough. What was found is told all the same."""
    means = replace(two_arms([1.0] * 8 + [2.0], [3.0] * 3), strata=np.arange(12))
    found = permutation_test(means)
    assert found.note.startswith("No test is possible: no stratum has units of several arms, and units are exchanged")
    assert found.effect == pytest.approx(3 - 10 / 9)
    assert omnibus_test(means).note == found.note


def test_monte_carlo_is_near_the_exact_and_says_how_near():
    rng = np.random.default_rng(3)
    means = two_arms(rng.normal(size=8), rng.normal(0.9, size=8))
    exact = permutation_test(means)
    drawn = permutation_test(means, max_exact=10, draws=9_999)
    assert exact.least_p == pytest.approx(2 / 12870)
    assert drawn.p_method.startswith("Monte Carlo, 9,999 of 1.29e+04 arrangements, p ± ")
    assert drawn.p == pytest.approx(exact.p, abs=4 * (exact.p / 10_000) ** 0.5)
    assert drawn.p >= 1 / 10_000
    assert drawn.interval == pytest.approx(exact.interval, abs=0.1)
    far = permutation_test(two_arms(np.arange(12.0), 100 + np.arange(12.0)), max_exact=10, draws=99)
    assert far.p == 2 / 100  # the observed arrangement counts: never 0


def test_an_alternative_that_does_not_exist():
    with pytest.raises(ValueError, match="alternative: 'larger'; expected two-sided, greater, less"):
        permutation_test(two_arms([1, 2], [3, 4]), "larger")


STILL_ARMS = [(0.0, 0.0, 4), (0.0, 1.0, 4), (0.5, 0.7, 3), (0.5, 0.5, 2)]


def test_units_that_do_not_vary_have_no_interval():
    """Everybody the same, or all the same in each arm: no interval of width 0, from however few units."""
    between = [UnitMeans.from_arrays({"A": [a] * n, "B": [b] * n}) for a, b, n in STILL_ARMS]
    paired = [UnitMeans.from_pairs([0.1] * n, [0.4] * n) for n in (3, 8)]
    for means in (*between, *paired):
        for alternative in ("two-sided", "greater"):
            found = permutation_test(means, alternative)
            assert np.isnan(found.interval).all()
            why = "nothing varies within the arms" if means.design == "between" else "the units vary too little"
            assert f"No interval: {why}" in found.note
    assert permutation_test(between[0]).p == 1
    assert permutation_test(between[1]).p == pytest.approx(2 / 70)
    assert not np.isnan(permutation_test(UnitMeans.from_arrays({"A": [0.0] * 4, "B": [1, 1, 1, 0.9]})).interval).any()


@pytest.mark.parametrize("size", [1e308, np.inf, -1e100])
def test_numbers_that_cannot_be_computed_with_are_named(size):
    for make in (lambda: two_arms([size] * 3, [1.0] * 3), lambda: UnitMeans.from_pairs([1.0] * 3, [size] * 3)):
        with pytest.raises(ValueError, match=r"means: .*; expected numbers of at most 1e\+60 in size"):
            make()
