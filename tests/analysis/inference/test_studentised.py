"""Size of the test of means and coverage of its interval, arms differing in size and dispersion.

LAB_SIMULATIONS=5000 makes the simulations large.
"""

import os

import numpy as np
import pytest
from scipy.stats import binom

from analysis.inference.arrangements import assignments
from analysis.inference.studentised import Studentised

SIMULATIONS = int(os.environ.get("LAB_SIMULATIONS", "400"))


def distribution(n, m, spreads, seed, shift=0.0):
    labels = np.repeat([0, 1], [n, m])
    arranged = assignments(labels, np.zeros(n + m), max_exact=2000, draws=999)
    values = np.random.default_rng(seed).normal(size=(SIMULATIONS, n + m)) * np.repeat(spreads, [n, m])
    return Studentised(values + shift * labels, labels, np.zeros(n + m, dtype=int), arranged.rows)


@pytest.mark.parametrize(("n", "m"), [(4, 12), (12, 4), (4, 4), (6, 6), (8, 8)])
def test_a_true_null_is_rejected_at_the_level(n, m):
    """The first arm varies three times as much; the test of the plain difference rejects in 23 % with 4 + 12."""
    rejected = (distribution(n, m, [3, 1], seed=n + m).p() <= 0.05 * (1 + 1e-9)).mean()
    assert rejected <= binom.ppf(0.999, SIMULATIONS, 0.075) / SIMULATIONS


@pytest.mark.parametrize(("n", "m"), [(4, 12), (12, 4), (6, 6)])
def test_the_true_shift_is_kept_as_often(n, m):
    """A shift is in the interval if it is not rejected."""
    kept = (distribution(n, m, [3, 1], seed=9, shift=2.0).p(shift=2.0) > 0.05 * (1 + 1e-9)).mean()
    assert kept >= binom.ppf(0.001, SIMULATIONS, 0.925) / SIMULATIONS


def test_it_finds_what_is_there():
    assert (distribution(8, 8, [1, 1], seed=1, shift=2.5).p() <= 0.05).mean() > 0.9
