"""Effect sizes by their definitions, their intervals by coverage and by scipy."""

from dataclasses import replace
from itertools import combinations
from math import asin, sqrt

import numpy as np
import pytest
from scipy import stats

from analysis.inference.effects import (
    bca_interval,
    cohen_h,
    effect_sizes,
    hedges_g,
    noncentrality_interval,
    rank_biserial,
    superiority,
    superiority_interval,
)
from analysis.inference.hypothesis_tests.ranks import mann_whitney
from analysis.inference.unit_means import UnitMeans
from tests.shared import thorough

A, B = np.array([0.2, 0.3, 0.3, 0.5, 0.4, 0.6]), np.array([0.3, 0.7, 0.5, 0.8, 0.6, 0.9])


def test_definitions():
    spread = sqrt((5 * A.var(ddof=1) + 5 * B.var(ddof=1)) / 10)
    # Hedges' correction for 10 degrees of freedom: Γ(5) / (√5 Γ(4.5))
    correction = 24 / (sqrt(5) * 11.631728396567448)
    assert hedges_g(A, B) == pytest.approx((B.mean() - A.mean()) / spread * correction)
    pairs = [(b > a) + 0.5 * (b == a) for a in A for b in B]
    assert superiority(A, B) == pytest.approx(np.mean(pairs))
    assert rank_biserial(A, B) == pytest.approx(2 * np.mean(pairs) - 1)
    assert cohen_h(A, B) == pytest.approx(2 * asin(sqrt(B.mean())) - 2 * asin(sqrt(A.mean())))


def test_all_of_two_arms():
    found = effect_sizes(UnitMeans.from_arrays({"A": A, "B": B}), resamples=999, seed=4)
    values = {estimate.effect_name: estimate.effect for estimate in found}
    assert values == {
        "Cohen's d (Hedges' g)": pytest.approx(float(hedges_g(A, B))),
        "Cohen's h": pytest.approx(float(cohen_h(A, B))),
        "probability of superiority": pytest.approx(float(superiority(A, B))),
        "rank-biserial correlation": pytest.approx(float(rank_biserial(A, B))),
    }
    expected = stats.bootstrap(
        (A, B), cohen_h, n_resamples=999, method="BCa", vectorized=True, rng=np.random.default_rng(4)
    ).confidence_interval
    assert found[1].interval == pytest.approx((expected.low, expected.high))
    assert all(estimate.interval[0] < estimate.effect < estimate.interval[1] for estimate in found)
    assert found[3].interval == pytest.approx(tuple(2 * limit - 1 for limit in found[2].interval))


def test_the_interval_of_d_excludes_0_exactly_if_the_t_test_rejects():
    for shift in (0.0, 0.05, 0.1, 0.2, 0.4):
        d = effect_sizes(UnitMeans.from_arrays({"A": A, "B": A[::-1] ** 2 + shift}), resamples=9)[0]
        p = stats.ttest_ind(A[::-1] ** 2 + shift, A).pvalue
        assert (d.interval[0] > 0 or d.interval[1] < 0) == (p < 0.05)
    paired = effect_sizes(UnitMeans.from_pairs(A, B), resamples=9)[0]
    assert stats.ttest_rel(B, A).pvalue < 0.05
    assert paired.interval[0] > 0


def test_pairs():
    d, h = effect_sizes(UnitMeans.from_pairs(A, B), resamples=999)
    correction = 1.329340388179137 / sqrt(2.5)  # Γ(2.5) / (√2.5 Γ(2))
    assert d.effect == pytest.approx((B - A).mean() / (B - A).std(ddof=1) * correction)
    assert h.effect == pytest.approx(float(cohen_h(A, B)))
    assert d.n_units == (("", 6),)


def test_outcomes_beyond_rates_have_no_h():
    names = [e.effect_name for e in effect_sizes(UnitMeans.from_arrays({"A": 10 * A, "B": 10 * B}), resamples=99)]
    assert "Cohen's h" not in names
    assert "Cohen's d (Hedges' g)" in names


def test_few_units_and_no_variation_are_said():
    few = effect_sizes(UnitMeans.from_arrays({"A": A[:3], "B": B[:3]}), resamples=99)
    assert "this interval is too narrow" in few[1].note
    flat = effect_sizes(UnitMeans.from_arrays({"A": [0.5] * 6, "B": [0.7] * 6}), resamples=99)
    assert np.isnan(flat[0].effect)
    assert flat[0].note == "Not defined: units of the same arm do not differ at all."
    assert "No interval" in flat[1].note
    assert 0.5 < flat[2].interval[0] < flat[2].interval[1] == flat[2].effect == 1
    (alone,) = effect_sizes(UnitMeans.from_arrays({"A": [0.5], "B": [0.7, 0.8]}))
    assert (alone.effect_name, alone.note) == ("Cohen's d (Hedges' g)", "Not defined: an arm has one unit.")


def test_newcombes_limits_solve_his_equation():
    """θ is a limit if |observed − θ| is 1.96 standard errors at θ."""
    for observed, n, m in ((0.7, 5, 8), (0.0, 4, 4), (1.0, 3, 9), (0.5, 20, 20)):
        for theta in superiority_interval(observed, n, m):
            shape = 1 + ((n + m) / 2 - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
            error = sqrt(theta * (1 - theta) * shape / (n * m))
            assert abs(observed - theta) == pytest.approx(1.959964 * error, abs=1e-5)


@pytest.mark.parametrize(("n", "m"), [(4, 4), (2, 6), (3, 5)])
def test_superiority_leaves_out_equality_exactly_if_the_exact_rank_test_rejects_it(n, m):
    for second in combinations(range(n + m), m):
        first = sorted(set(range(n + m)) - set(second))
        means = UnitMeans.from_arrays({"A": first, "B": second})
        chance = effect_sizes(means, resamples=2)[1]
        assert (chance.interval[0] <= 0.5 <= chance.interval[1]) == (mann_whitney(means).p > 0.05)


def test_noncentrality_by_scipy():
    low, high = noncentrality_interval(3.1, 7, 0.9)
    assert stats.nct.sf(3.1, 7, low) == pytest.approx(0.05)
    assert stats.nct.cdf(3.1, 7, high) == pytest.approx(0.05)


@thorough
def test_coverage():
    """95 % intervals hold the truth in 95 % of 300 samples: 91 to 99 % for d and superiority (5 + 5 units, three
    standard errors); BCa for h with 20 + 20 units falls a little short: 89 to 99 %."""
    rng = np.random.default_rng(11)
    held = np.zeros(3)
    truth_of_h = 2 * asin(sqrt(0.7)) - 2 * asin(sqrt(0.4))
    for _ in range(300):
        a, b = rng.normal(size=5), rng.normal(1, size=5)
        d, chance, _ = effect_sizes(UnitMeans.from_arrays({"A": 10 + a, "B": 10 + b}))
        held[0] += d.interval[0] <= 1 <= d.interval[1]
        held[1] += chance.interval[0] <= stats.norm.cdf(1 / sqrt(2)) <= chance.interval[1]
        low, high = bca_interval(cohen_h, (rng.beta(4, 6, 20), rng.beta(7, 3, 20)), False, 0.95, 199, 1)
        held[2] += low <= truth_of_h <= high
    assert (held / 300 >= [0.912, 0.912, 0.89]).all()
    assert (held / 300 <= [0.988, 0.995, 0.99]).all()


def test_within_strata_by_hand():
    """Waves that lie far apart are no spread; both weigh the same (3 + 3 units)."""
    first, second = np.array([0.1, 0.2, 0.3, 0.6, 0.7, 0.8]), np.array([0.2, 0.4, 0.3, 0.7, 0.9, 0.95])
    means = replace(UnitMeans.from_arrays({"A": first, "B": second}), strata=np.tile(np.repeat([0, 1], 3), 2))
    d, h, chance, biserial = effect_sizes(means, resamples=199)
    squares = sum(3 * part.var() for part in (first[:3], first[3:], second[:3], second[3:]))
    difference = second.mean() - first.mean()
    assert d.effect == pytest.approx(difference / np.sqrt(squares / 8) * 0.9027, rel=1e-3)  # of 8
    assert d.interval[0] < d.effect < d.interval[1]
    assert h.effect == pytest.approx(float(cohen_h(first, second)))
    assert h.interval[0] < h.effect < h.interval[1]
    assert chance.effect == pytest.approx((7 / 9 + 7.5 / 9) / 2)
    assert biserial.effect == pytest.approx(2 * chance.effect - 1)
    assert chance.note == "No interval: none is known within strata."
    assert {one.method for one in (d, h, chance, biserial)} == {"effect size of unit means within strata"}
    assert effect_sizes(replace(means, strata=np.repeat([0, 1], 6))) == ()


def test_why_there_is_none_within_strata():
    """Six pairs: no deviation within cells, nothing to resample; that all vary is not the reason."""
    rng = np.random.default_rng(2)
    means = UnitMeans.from_arrays({"A": rng.uniform(size=6), "B": rng.uniform(size=6)})
    d, h, *_ = effect_sizes(replace(means, strata=np.tile(np.arange(6), 2)), resamples=99)
    assert np.isnan([d.effect, *d.interval, *h.interval]).all()
    assert d.note == "Not defined: within arms there are fewer than two degrees of freedom."
    assert h.note == "No interval: a stratum has one unit in an arm, which cannot be resampled."
