"""Profile-likelihood intervals against their definition."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import chi2

from analysis.behaviour import (
    BeliefLearning,
    LevelK,
    NoisyBestReply,
    empty_sessions,
    fit,
    simulate,
    with_profile_interval,
)
from tests.analysis.behaviour.small import coarse_serial


@pytest.fixture(scope="module")
def empty():
    return empty_sessions(coarse_serial(rounds=8), 3, 6)


def test_one_parameter(empty):
    """The log-likelihood is lower by half the quantile at both ends."""
    choices = simulate(NoisyBestReply, empty, [0.01], seed=1)
    fitted = fit(NoisyBestReply, choices)
    (estimate,) = with_profile_interval(fitted, NoisyBestReply, choices, "lambda").estimates
    model = NoisyBestReply(choices)
    for end in (estimate.low, estimate.high):
        loss = fitted.log_likelihood - model.log_probabilities(np.array([end])).sum()
        assert loss == pytest.approx(chi2.ppf(0.95, 1) / 2, abs=0.01)
    assert estimate.low < estimate.value < estimate.high
    assert estimate.interval == "profile likelihood"
    wald = fitted.estimates[0]
    assert (estimate.low, estimate.high) == pytest.approx((wald.low, wald.high), rel=0.05)


def test_other_parameters_are_fitted_again(empty):
    choices = simulate(BeliefLearning, empty, [0.015, 0.5], seed=1)
    fitted = fit(BeliefLearning, choices)
    estimate = with_profile_interval(fitted, BeliefLearning, choices, "lambda").estimates[0]
    model = BeliefLearning(choices)

    def loss(logit_phi):
        phi = 1 / (1 + np.exp(-logit_phi))
        return fitted.log_likelihood - model.log_probabilities(np.array([estimate.high, phi])).sum()

    best = minimize_scalar(loss, bounds=(-9, 9), method="bounded").fun
    assert best == pytest.approx(chi2.ppf(0.95, 1) / 2, abs=0.02)


def test_estimate_at_its_bound(empty):
    """Fictitious play with phi = 1: the interval ends at the bound, and begins where the test rejects."""
    choices = simulate(BeliefLearning, empty, [0.015, 1.0], seed=3)
    fitted = fit(BeliefLearning, choices)
    before = fitted.estimates[1]
    after = with_profile_interval(fitted, BeliefLearning, choices, "phi").estimates[1]
    assert before.interval == "none: the estimate is at the upper bound"
    assert after.low < after.value
    assert after.high == pytest.approx(0.9999)
    assert 0.1 < after.low < 0.99


def test_shares_have_none(empty):
    choices = simulate(LevelK, empty, [0.3, 0.4, 0.3, 0.02], seed=3)
    with pytest.raises(ValueError, match=r"profile intervals exist for .* in models without classes"):
        with_profile_interval(fit(LevelK, choices), LevelK, choices, "share: level 0")
