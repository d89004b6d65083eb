"""Heterogeneity of λ: planted spreads are recovered, the test of none keeps its level, likelihoods are the model's."""

import numpy as np
import pytest
from scipy.special import log_expit
from scipy.stats import binom

from analysis.behaviour import empty_sessions, simulate
from analysis.behaviour.heterogeneity import LEAST_RATIO, Likelihoods, likelihoods_of, profile, spread_of
from mechanisms.subjects.models.noisy_best_reply import NoisyBestReply
from mechanisms.treatments import load_treatment
from tests.shared import thorough

GRID = np.linspace(-4, 6, 120)


def two_messages(rng, sigma, people=40, decisions=40):
    """People who choose between two messages, the better worth one point more: hits are Binomial(decisions, p(λ))."""
    rates = np.exp(rng.normal(0.0, sigma, people))
    hits = rng.binomial(decisions, 1 / (1 + np.exp(-rates)))[:, None]
    return Likelihoods(GRID, hits * log_expit(np.exp(GRID)) + (decisions - hits) * log_expit(-np.exp(GRID)))


@pytest.mark.parametrize("sigma", [0.5, 1.0])
def test_a_planted_spread(sigma):
    found = [spread_of(two_messages(np.random.default_rng(seed), sigma), 40, 1600) for seed in range(6)]
    assert sum(one.interval[0] <= sigma <= one.interval[1] for one in found) >= 5
    assert all(one.p < 0.01 for one in found)
    assert np.mean([one.sigma for one in found]) == pytest.approx(sigma, rel=0.2)
    assert np.median([one.median for one in found]) == pytest.approx(1.0, rel=0.3)


def test_only_best_replies_have_no_limit():
    """The likelihood is flat above, so that its highest point is one of rounding."""
    always = Likelihoods(GRID, np.full((5, 1), 20) * log_expit(np.exp(GRID)))
    assert always.unlimited
    assert not two_messages(np.random.default_rng(1), 0.5).unlimited


@thorough
def test_no_spread_is_rejected_as_rarely_as_is_said():
    """At 5 % in Binomial(80, .05) of 80 experiments; about half of the estimates are 0."""
    rng, n, rejected, none = np.random.default_rng(4), 80, 0, 0
    for _ in range(n):
        sigmas, _, values = profile(two_messages(rng, 0.0, people=20, decisions=30))
        ratio = 2 * (values.max() - values[0])
        rejected += ratio > 2.7055  # of χ²(1) at 10 %
        none += ratio < LEAST_RATIO
        assert sigmas[0] == 0
    assert rejected <= binom.ppf(0.999, n, 0.05)
    assert 0.3 * n < none < 0.8 * n


def test_without_spread_it_is_the_model():
    empty = empty_sessions(load_treatment("treatments/chen_serial.toml"), sessions=1, participants=6)
    choices = simulate(NoisyBestReply, empty, np.array([0.5]), seed=3)
    likelihoods, people = likelihoods_of(choices)
    assert people == 6
    model = NoisyBestReply(choices)
    for rate in (0.3, 1.7):
        whole = model.log_probabilities(np.array([rate])).sum()
        assert likelihoods.at(np.log(rate), 0.0) == pytest.approx(whole, rel=1e-5)
        assert likelihoods.at(np.log(rate), 1e-6) == pytest.approx(whole, rel=1e-5)
