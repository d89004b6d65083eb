"""All arms at once: against scipy, and never below Welch's p where permutations alone do not keep the level."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.inference import UnitMeans
from analysis.inference.hypothesis_tests.omnibus import omnibus_test
from analysis.inference.hypothesis_tests.permutation import permutation_test
from tests.shared import thorough


def test_several_arms_against_scipy():
    rng = np.random.default_rng(2)
    samples = [rng.normal(k * 0.8, size=2 + k) for k in range(3)]

    def between(*arms, axis=-1):
        weight = np.array([arm.shape[axis] / arm.var(axis=axis, ddof=1) for arm in arms])
        mean = np.array([arm.mean(axis=axis) for arm in arms])
        return (weight * (mean - (weight * mean).sum(axis=0) / weight.sum(axis=0)) ** 2).sum(axis=0)

    expected = stats.permutation_test(samples, between, n_resamples=np.inf, alternative="greater", vectorized=True)
    found = omnibus_test(UnitMeans.from_arrays(dict(zip("ABC", samples, strict=True))))
    assert found.p == pytest.approx(expected.pvalue)
    assert found.p_method == "exact, all 1,260 arrangements"
    assert np.isnan(omnibus_test(UnitMeans.from_arrays({"A": [1.0, 2.0]})).p)


def test_all_arms_of_different_games_not_below_welchs():
    means = UnitMeans.from_arrays({"A": [0.0, 0.001, 0.0], "B": [0.05, 0.4, 0.02], "C": [0.3, 0.1, 0.9]})
    arms = [column[~np.isnan(column)] for column in means.means.T]
    free, found = omnibus_test(means), omnibus_test(replace(means, exchangeable=False))
    assert found.p == pytest.approx(max(free.p, stats.f_oneway(*arms, equal_var=False).pvalue))
    assert found.p > free.p


def test_all_arms_of_unequal_size_not_below_welchs():
    """As with two arms; of equal ones the permutations alone count."""
    arms = {"A": [0.0, 0.001, 0.0], "B": [0.05, 0.4, 0.02], "C": [0.3, 0.1, 0.9, 0.5]}
    welch = stats.f_oneway(*arms.values(), equal_var=False).pvalue
    found = omnibus_test(UnitMeans.from_arrays(arms))
    assert found.p == pytest.approx(welch)
    assert found.p_method.endswith("p of Welch's analysis of variance, which is larger")
    assert "not below Welch's p (unequal arms)" in found.method
    equal = omnibus_test(UnitMeans.from_arrays(arms | {"C": [0.3, 0.1, 0.9]}))
    assert "Welch" not in equal.method


def in_strata(values, counts, **fields):
    """Arms of counts[stratum][arm] units, in the order of the values."""
    cells = [(s, arm) for s, row in enumerate(counts) for arm, n in enumerate(row) for _ in range(n)]
    strata, arms = np.array(cells).T
    means = np.where(np.arange(len(counts[0])) == arms[:, None], np.asarray(values)[:, None], np.nan)
    made = UnitMeans("y", "session", tuple("ABC"[: len(counts[0])]), means, (~np.isnan(means)).astype(int), strata,
                     np.arange(len(arms)).astype(str))  # fmt: skip
    return replace(made, **fields)


def test_strata_whatever_they_differ_by():
    """Waves that lie far apart are no noise; what a wave adds changes nothing."""
    counts = [(2, 2, 3), (3, 2, 2)]
    values = np.random.default_rng(3).normal(size=14)
    moved = values + np.repeat([0.0, 100.0], 7)
    found = omnibus_test(in_strata(moved, counts))
    assert found.p == pytest.approx(omnibus_test(in_strata(values, counts)).p)
    assert "not below Welch's p (unequal arms)" in found.method
    two = [(2, 6), (2, 6)]
    pair = in_strata(np.random.default_rng(4).normal(size=16) * np.tile([5, 5, 1, 1, 1, 1, 1, 1], 2), two)
    assert omnibus_test(pair).p >= permutation_test(pair).p  # two arms: his t test, within strata
    equal = omnibus_test(in_strata(values[:12], [(2, 2, 2)] * 2))
    assert "Welch" not in equal.method
    same = omnibus_test(in_strata(np.repeat([0.1, 0.7], 7), counts))
    assert same.p == 1
    assert omnibus_test(pair).method.endswith("on unit means within strata and not below Welch's p (unequal arms)")
    assert omnibus_test(pair).p_method.endswith("p of Welch's t tests of two arms within strata, times their number, "
                                                "which is larger")  # fmt: skip


def test_units_alone_in_their_stratum_do_not_count():
    """What a wave of one arm holds changes neither p nor the numbers of units."""
    counts, values = [(2, 2, 2), (0, 3, 0)], np.arange(9.0) ** 2
    found, without = omnibus_test(in_strata(values, counts)), omnibus_test(in_strata(values[:6], counts[:1]))
    assert (found.p, found.n_units) == (without.p, without.n_units)
    assert found.note == "3 sessions in strata with one arm only do not count."


@thorough
def test_all_arms_within_strata_keep_the_level():
    """Few units of the arm that varies five times as much; permutations alone reject in 16 %."""
    rng, counts = np.random.default_rng(8), [(2, 4, 4), (2, 4, 4)]
    spread = np.concatenate([np.repeat([5.0, 1.0, 1.0], row) for row in counts])
    found = [omnibus_test(in_strata(rng.normal(size=20) * spread, counts), 100, 299).p <= 0.05 for _ in range(600)]
    assert np.mean(found) <= stats.binom.ppf(0.999, 600, 0.07) / 600
