"""Profile-likelihood intervals against their definition."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2
from scipy.stats import t as student

from analysis.behaviour import BeliefLearning, LevelK, LogitEquilibrium, NoisyBestReply, empty_sessions, fit, simulate
from tests.analysis.behaviour.bare import one_shot
from tests.analysis.behaviour.small import coarse_serial
from tests.shared import thorough

LOSS = chi2.ppf(0.95, 1) / 2


@pytest.fixture(scope="module")
def empty():
    return empty_sessions(coarse_serial(rounds=8), 3, 6)


def test_one_parameter(empty):
    """The log-likelihood is lower by half the quantile at both ends."""
    choices = simulate(NoisyBestReply, empty, [0.01], seed=1)
    fitted, wald = (fit(NoisyBestReply, choices, intervals=which) for which in ("profile", "wald"))
    (estimate,), (by_wald,) = fitted.estimates, wald.estimates
    model = NoisyBestReply(choices)

    def loss(value):
        return fitted.log_likelihood - model.log_probabilities(np.array([value])).sum()

    assert [loss(estimate.low), loss(estimate.high)] == pytest.approx([LOSS] * 2, abs=0.01)
    assert estimate.low < estimate.value < estimate.high
    assert estimate.interval == "profile likelihood"
    assert (estimate.low, estimate.high) == pytest.approx((by_wald.low, by_wald.high), rel=0.05)
    scaled = student.ppf(0.975, 2) ** 2 / 2 * (estimate.se_cluster / estimate.se) ** 2
    assert [loss(estimate.low_cluster), loss(estimate.high_cluster)] == pytest.approx([scaled] * 2, rel=0.01)


def test_an_estimate_at_its_bound_has_an_interval_to_the_natural_one(empty):
    """Fictitious play with phi = 1: the interval ends at 1, and begins where the test rejects."""
    choices = simulate(BeliefLearning, empty, [0.015, 1.0], seed=3)
    estimate = fit(BeliefLearning, choices).estimates[1]
    assert estimate.at_bound
    assert estimate.interval == "profile likelihood: the estimate is at the upper bound"
    assert (estimate.value, estimate.high) == (1.0, 1.0)
    assert 0.1 < estimate.low < 0.99
    assert np.isnan(fit(BeliefLearning, choices, intervals="wald").estimates[1].low)


def test_random_play_leaves_zero_precision_in(empty):
    """Uniform play: lambda's interval begins at 0 exactly, and ends where the likelihood says."""
    choices = simulate(NoisyBestReply, empty, [0.0], seed=5)
    (estimate,) = fit(NoisyBestReply, choices).estimates
    assert estimate.low == 0
    assert 0 < estimate.high < 0.01


def test_exact_play_has_no_upper_limit():
    """Everybody plays what is strictly dominant: no precision is too high, and what is told is no arbitrary one."""
    choices = one_shot([[3, 3], [0, 0]], [[1, 0], [1, 0]], [12, 0], [12, 0])
    (estimate,) = fit(LogitEquilibrium, choices).estimates
    assert estimate.high == np.inf
    loss = -LogitEquilibrium(choices).log_probabilities(np.array([estimate.low])).sum()
    assert loss == pytest.approx(LOSS, abs=0.01)
    assert estimate.in_words.endswith("to no upper limit)")
    assert estimate.at_bound
    assert estimate.value == pytest.approx(LogitEquilibrium(choices).parameters[0].highest)


def test_the_share_of_a_class_that_hardly_anybody_belongs_to(empty):
    """The likelihood with the share held is lower by half the quantile, by a search over the other numbers."""
    choices = simulate(LevelK, empty, [0.0, 0.6, 0.4, 0.02], seed=3)
    fitted, model = fit(LevelK, choices), LevelK(choices)
    share = fitted.estimates[0]
    assert share.low == 0

    def loss(free):
        other = (1 - share.high) / (1 + np.exp(-free[0]))
        values = [share.high, other, 1 - share.high - other, np.exp(free[1])]
        return fitted.log_likelihood - model.log_probabilities(np.array(values)).sum()

    assert minimize(loss, [0.0, np.log(0.02)], method="Nelder-Mead").fun == pytest.approx(LOSS, abs=0.02)


def test_what_the_intervals_may_be(empty):
    with pytest.raises(ValueError, match="intervals is 'bayes'; it must be profile or wald"):
        fit(NoisyBestReply, simulate(NoisyBestReply, empty, [0.01]), intervals="bayes")


@thorough
def test_coverage_at_small_precision():
    """lambda so small that 0 is in most intervals: they hold the truth at least as often as they say."""
    game, truth, hits = ([[4, 0], [0, 1]], [[1, 0], [0, 4]]), 0.1, []
    empty = one_shot(*game, [10, 0], [10, 0])
    for seed in range(60):
        estimate = fit(LogitEquilibrium, simulate_bare(empty, truth, seed)).estimates[0]
        hits.append(estimate.low <= truth <= estimate.high)
    assert 0.86 <= np.mean(hits) <= 1


def simulate_bare(choices, rate, seed):
    logs, row = LogitEquilibrium(choices).log_table(np.array([rate]))
    chance = np.exp(logs[row])[:, 1]
    return choices.with_messages((np.random.default_rng(seed).random(len(chance)) < chance).astype(int))
