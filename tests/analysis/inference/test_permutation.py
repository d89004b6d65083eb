"""Permutation tests against scipy, against plain enumeration, and their intervals against the definition."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.inference.permutation import omnibus_test, permutation_test
from analysis.inference.unit_means import UnitMeans

ALTERNATIVES = ["two-sided", "greater", "less"]
TIED = st.lists(st.integers(0, 4), min_size=2, max_size=5)


def two_arms(first, second):
    return UnitMeans.from_arrays({"A": first, "B": second})


def difference(a, b, axis=-1):
    return np.mean(b, axis=axis) - np.mean(a, axis=axis)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize(("n", "m", "seed"), [(4, 4, 0), (3, 6, 1), (7, 2, 2), (5, 5, 3)])
def test_two_arms_against_scipy(alternative, n, m, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=n), rng.normal(0.8, size=m)
    expected = stats.permutation_test((a, b), difference, n_resamples=np.inf, alternative=alternative, vectorized=True)
    found = permutation_test(two_arms(a, b), alternative)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_method.startswith("exact, all ")


@settings(deadline=None)
@given(TIED, TIED, st.sampled_from(ALTERNATIVES), st.floats(0.1, 1e6))
def test_ties_against_enumeration(first, second, alternative, scale):
    """Whole numbers are compared exactly here; scaled ones must tie in the same places."""
    together, m = first + second, len(second)
    sums = [sum(together[i] for i in chosen) for chosen in combinations(range(len(together)), m)]
    above = np.mean([s >= sum(second) for s in sums])
    below = np.mean([s <= sum(second) for s in sums])
    expected = {"greater": above, "less": below, "two-sided": min(1, 2 * min(above, below))}[alternative]
    found = permutation_test(two_arms([scale * x + 3 for x in first], [scale * x + 3 for x in second]), alternative)
    assert found.p == pytest.approx(expected)


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
        total, weight = 0.0, 0.0
        for s in (0, 1):
            a, b = values[(strata == s) & (arms == 0)], values[(strata == s) & (arms == 1)]
            share = len(a) * len(b) / (len(a) + len(b))
            total, weight = total + share * (b.mean() - a.mean()), weight + share
        return total / weight

    null = []
    for one, two in product(combinations(range(4), 2), combinations(range(4, 7), 2)):
        arms = np.zeros(7, dtype=int)
        arms[[*one, *two]] = 1
        null.append(statistic(arms))
    means = np.where(np.arange(2) == labels[:, None], values[:, None], np.nan)
    stratified = UnitMeans("y", "session", ("A", "B"), means, np.ones((7, 2), int), strata, np.arange(7).astype(str))
    found = permutation_test(stratified, "greater")
    assert found.statistic == pytest.approx(statistic(labels))
    assert found.p == pytest.approx(np.mean(np.array(null) >= statistic(labels) - 1e-12))
    assert found.p_method == "exact, all 18 arrangements"
    assert found.method.endswith("within strata")


def p_of_shift(first, second, shift, alternative):
    """The test of a shift by its definition: take the shift out of the second arm, then compare the arms."""
    return stats.permutation_test(
        (first, second - shift), difference, n_resamples=np.inf, alternative=alternative, vectorized=True
    ).pvalue


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
    assert found.note.startswith("No test is possible: the independent unit is the unit, and there are too few")


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


def test_several_arms_against_scipy():
    rng = np.random.default_rng(2)
    samples = [rng.normal(k * 0.8, size=2 + k) for k in range(3)]

    def between(*arms, axis=-1):
        centre = np.concatenate(arms, axis=axis).mean(axis=axis)
        return sum(arm.shape[axis] * (arm.mean(axis=axis) - centre) ** 2 for arm in arms)

    expected = stats.permutation_test(samples, between, n_resamples=np.inf, alternative="greater", vectorized=True)
    found = omnibus_test(UnitMeans.from_arrays(dict(zip("ABC", samples, strict=True))))
    assert found.p == pytest.approx(expected.pvalue)
    assert found.p_method == "exact, all 1,260 arrangements"
    assert np.isnan(omnibus_test(UnitMeans.from_arrays({"A": [1.0, 2.0]})).p)


def test_an_alternative_that_does_not_exist():
    with pytest.raises(ValueError, match="alternative: 'larger'; expected two-sided, greater, less"):
        permutation_test(two_arms([1, 2], [3, 4]), "larger")
