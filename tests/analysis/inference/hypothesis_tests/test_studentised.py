"""Size of the test of means and coverage of its interval, arms differing in size and dispersion.

LAB_SIMULATIONS=5000 makes the simulations large.
"""

import os

import numpy as np
import pytest
from scipy.stats import binom

from analysis.inference.hypothesis_tests.arrangements import Arrangements, assignments
from analysis.inference.hypothesis_tests.permutation import ALTERNATIVES, between_distribution, permutation_test
from analysis.inference.hypothesis_tests.studentised import Studentised
from analysis.inference.unit_means import ALIKE, UnitMeans
from tests.shared import mostly_thorough

SIMULATIONS = int(os.environ.get("LAB_SIMULATIONS", "400"))


def distribution(n, m, spreads, seed, shift=0.0, strata=1):
    """n + m units in each stratum."""
    labels, stratum = np.tile(np.repeat([0, 1], [n, m]), strata), np.repeat(np.arange(strata), n + m)
    arranged = assignments(labels, stratum, max_exact=2000, draws=999 if strata == 1 else 299)
    values = np.random.default_rng(seed).normal(size=(SIMULATIONS, len(labels))) * np.array(spreads)[labels]
    return Studentised(values + shift * labels + stratum, labels, stratum, arranged.rows)


DESIGNS = [(4, 12), (12, 4), (4, 4)]


@pytest.mark.parametrize("spreads", [(3, 1), (1, 3)])
@pytest.mark.parametrize(("n", "m"), [*DESIGNS, (6, 6), (8, 8)])
def test_a_true_null_is_rejected_at_the_level(n, m, spreads):
    """One arm varies three times as much; the test of the plain difference rejects in 23 % with 4 + 12."""
    rejected = (distribution(n, m, spreads, seed=n + m).p() <= 0.05 * (1 + 1e-9)).mean()
    assert rejected <= binom.ppf(0.999, SIMULATIONS, 0.065) / SIMULATIONS


def test_the_plain_difference_does_not_keep_it():
    """So that the simulation can fail: the same data, not studentised."""
    drawn = distribution(4, 12, [3, 1], seed=16)
    arranged = Arrangements(drawn.rows, len(drawn.rows), exact=False)
    plain = between_distribution(drawn.values, drawn.labels, drawn.strata, arranged).p()
    assert (plain <= 0.05).mean() > 0.15


@pytest.mark.parametrize("spreads", [(3, 1), (1, 3)])
@pytest.mark.parametrize(("n", "m"), DESIGNS)
def test_intervals_cover_the_true_shift_as_often(n, m, spreads):
    """Intervals themselves, found by inversion: they hold the truth exactly where its test does not reject it."""
    drawn = distribution(n, m, spreads, seed=9, shift=2.0)
    kept = drawn.p(shift=2.0) > 0.05 * (1 + 1e-9)
    assert kept.mean() >= binom.ppf(0.001, SIMULATIONS, 0.935) / SIMULATIONS
    for values, in_it in zip(drawn.values[:40], kept, strict=False):
        low, high = Studentised(values, drawn.labels, drawn.strata, drawn.rows).interval()
        assert (low <= 2.0 <= high) == in_it


@pytest.mark.parametrize("spreads", [(5, 1), (3, 1)])
@pytest.mark.parametrize(
    ("strata", "n", "m"),
    mostly_thorough([(2, 2, 6), (2, 3, 5), (3, 2, 6), (3, 1, 5), (3, 2, 2)], (2, 2, 6)),
)
def test_strata_of_unequal_arms_keep_the_level(strata, n, m, spreads):
    """The few vary more, in each wave: the permutations alone reject a true null in 9 to 21 % (but for 2 + 2)."""
    drawn = distribution(n, m, spreads, seed=n + m, shift=2.0, strata=strata)
    kept = drawn.p(shift=2.0) > 0.05 * (1 + 1e-9)
    assert 1 - kept.mean() <= binom.ppf(0.999, SIMULATIONS, 0.07) / SIMULATIONS
    assert (n == m) or (drawn.p(shift=2.0, guard=False) <= 0.05).mean() > 0.065
    for values, in_it in zip(drawn.values[:5], kept, strict=False):
        low, high = Studentised(values, drawn.labels, drawn.strata, drawn.rows).interval()
        assert (low <= 2.0 <= high) == in_it


def test_strata_that_balance_each_other_are_unequal_all_the_same():
    """2 + 4 and 4 + 2 units: as many in each arm, but not within strata."""
    labels, strata = np.array([0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1]), np.repeat([0, 1], 6)
    found = Studentised(np.arange(12.0) ** 2, labels, strata, assignments(labels, strata).rows)
    assert found.guarded == "unequal arms"


def test_assignments_within_strata_are_the_ones_that_are_permuted():
    """Waves that differ by much more than the arms: within them the effect is seen, across them it is not."""
    rng = np.random.default_rng(4)
    waves, labels = np.repeat([0, 1, 2, 3], 4), np.tile([0, 0, 1, 1], 4)
    values = 50.0 * waves + 3 * labels + rng.normal(size=16)
    within = Studentised(values, labels, waves, assignments(labels, waves).rows)
    across = Studentised(values, labels, np.zeros(16, dtype=int), assignments(labels, np.zeros(16)).rows)
    assert within.p() < 0.01 < 0.5 < across.p()
    low, high = within.interval()
    assert 0 < low < 3 < high < 6


@pytest.mark.parametrize("strata", [np.zeros(10, dtype=int), np.repeat([0, 1], [4, 6]), np.repeat(np.arange(5), 2)])
def test_limits_are_where_the_test_of_a_shift_turns(strata):
    """Sums are polynomials in the shift; the test of one shift is computed from the moved data."""
    rng = np.random.default_rng(6)
    labels = np.tile([0, 1], 5)
    found = Studentised(rng.normal(size=10) + labels, labels, strata, assignments(labels, strata).rows)
    low, high = found.interval(0.9)
    for limit, inward in ((low, 1e-5), (high, -1e-5)):
        assert found.p(shift=limit + inward) > 0.1 * (1 + 1e-9) >= found.p(shift=limit - inward)


def in_strata(sizes, values):
    """Means of units in strata of so many units of each arm."""
    strata, arms = np.array([(s, k) for s, cell in enumerate(sizes) for k, n in enumerate(cell) for _ in range(n)]).T
    means = np.where(np.arange(2) == arms[:, None], np.asarray(values)[:, None], np.nan)
    names = np.arange(len(arms)).astype(str)
    return UnitMeans("rate", "session", ("A", "B"), means, (~np.isnan(means)).astype(int), strata, names)


@pytest.mark.parametrize(
    "sizes", [[(2, 3), (1, 1)], [(2, 2), (1, 3)], [(1, 2), (2, 1), (1, 2)], [(3, 3)], [(1, 1)] * 5, [(2, 4)]]
)
def test_test_and_interval_agree(sizes):
    """Rates of 30, so that strata differ alike now and then, and p does not fall steadily with the shift."""
    rng = np.random.default_rng(11)
    for k in range(42):
        means, alternative = in_strata(sizes, rng.binomial(30, 0.75, np.sum(sizes)) / 30), ALTERNATIVES[k % 3]
        found = permutation_test(means, alternative)
        low, high = found.interval
        if np.isnan(low):
            assert ALIKE in found.note
        else:
            assert (low <= 0 <= high) == (found.p > 0.05 * (1 + 1e-9))
            assert high - low > 1e-3


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("last", [22, 21])
def test_shifts_off_the_grid(last, alternative):
    """Two strata that differ by as much: what is kept is a sliver, or nothing but the difference."""
    found = permutation_test(in_strata([(2, 3), (1, 1)], np.array([26, 24, 23, 24, last, 26, 24]) / 30), alternative)
    low, high = found.interval
    assert ALIKE in found.note if np.isnan(low) else (low <= 0 <= high) == (found.p > 0.05 * (1 + 1e-9))


def test_it_finds_what_is_there():
    assert (distribution(8, 8, [1, 1], seed=1, shift=2.5).p() <= 0.05).mean() > 0.9
