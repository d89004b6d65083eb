"""Likelihood ratios of simulated sessions, against closed forms."""

import numpy as np
import pytest
from scipy.stats import binom

from analysis.planning.search.evidence import log_ratios, power_of_ratios
from mechanisms.subjects.population import Population
from tests.analysis.simulate import treatment
from tests.shared import thorough

PARK = treatment("park_vcg", practice_rounds=0, rounds=5, participants=6)
DECISIONS = 30
RARE, OFTEN = 0.1, 0.15
"""Probabilities of a lie where half of what is random is the truth."""
THEORIES = Population.of("truthful(noise=0.2)"), Population.of("truthful(noise=0.3)")


@thorough
def test_the_mean_is_that_of_the_closed_form():
    ratios, money = log_ratios([PARK], THEORIES, 4000, seed=3)
    step = np.log(OFTEN / RARE), np.log((1 - OFTEN) / (1 - RARE))
    for row, lies in zip(ratios, (RARE, OFTEN), strict=True):
        expected = DECISIONS * (lies * step[0] + (1 - lies) * step[1])
        assert row.mean() == pytest.approx(expected, abs=4 * row.std() / np.sqrt(len(row)))
    assert (money > 6 * float(PARK.protocol.show_up_fee)).all()
    two, _ = log_ratios([PARK, PARK], THEORIES, 4000, seed=3)
    assert two[1].mean() == pytest.approx(2 * ratios[1].mean(), abs=8 * two[1].std() / np.sqrt(4000))
    assert np.corrcoef(two[1] - ratios[1], ratios[1])[0, 1] == pytest.approx(0, abs=0.06)  # sessions of their own


@thorough
def test_power_is_that_of_the_binomial_test():
    experiments, sessions = 3000, 6
    ratios, _ = log_ratios([PARK], THEORIES, experiments * sessions, seed=5)
    found = power_of_ratios(ratios, experiments, 0.05)
    for count in (1, 3, 6):
        n = count * DECISIONS
        most = int(binom.ppf(0.95, n, RARE))  # more lies than these: at most 5 % under the first theory
        error = np.sqrt(0.25 / experiments)
        # the limit is estimated, too: it may be a lie too low or too high
        low, high = binom.sf(most + 1, n, OFTEN) - 4 * error, binom.sf(most - 1, n, OFTEN) + 4 * error
        assert low < found[count - 1] < high
    assert (np.diff(found) > -0.05).all()


def test_without_a_difference_the_test_rejects_at_its_level():
    rng = np.random.default_rng(1)
    found = power_of_ratios(rng.standard_normal((2, 4000 * 3)), 4000, 0.05)
    assert found == pytest.approx(0.05, abs=4 * np.sqrt(2 * 0.05 * 0.95 / 4000))
    for ties in (np.zeros((2, 400)), 1e-15 * rng.standard_normal((2, 400))):
        assert (power_of_ratios(ties, 100, 0.05) == 0).all()


def test_impossible_play_is_certain_evidence():
    ratios, _ = log_ratios([PARK], (Population.of("truthful"), Population.of("uniform")), 50, seed=1)
    assert np.isfinite(ratios[0]).all()
    assert (ratios[0] < 0).all()
    assert np.isposinf(ratios[1]).all()
    assert (power_of_ratios(ratios, 10, 0.05) == 1).all()
