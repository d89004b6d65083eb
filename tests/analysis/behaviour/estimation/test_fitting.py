"""Estimates against what theory gives in closed form: noisy best reply is a conditional logit."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm
from scipy.stats import t as student

from analysis.behaviour import (
    EWA,
    LogitEquilibrium,
    NoisyBestReply,
    NotApplicableError,
    Reinforcement,
    TypesMixture,
    Uniform,
    empty_sessions,
    fit,
    simulate,
)
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.agents import largest_range
from mechanisms.subjects.models import experience
from mechanisms.subjects.models.logit_equilibrium import TURNS
from mechanisms.subjects.models.model import HIGHEST_PRECISION
from mechanisms.verdicts import TooLargeError
from tests.analysis.behaviour.small import coarse_serial


@pytest.fixture(scope="module")
def choices():
    return simulate(NoisyBestReply, empty_sessions(coarse_serial(rounds=8), 5, 6), [0.01], seed=4)


@pytest.fixture(scope="module")
def fitted(choices):
    return fit(NoisyBestReply, choices, intervals="wald")


def moments(choices, rate):
    """Chosen points less their mean under the model, and their variance: score and information of each decision."""
    model = NoisyBestReply(choices)
    logs, row = model.log_table(np.array([rate]))
    rows = choices.decisions
    probability, points = np.exp(logs[row[rows]]), model._payoffs[row[rows]]
    mean = (probability * points).sum(axis=1)
    own = points[np.arange(len(rows)), choices.message[rows]]
    return own - mean, (probability * points**2).sum(axis=1) - mean**2


def test_estimate_solves_the_score_equation(choices, fitted):
    expected = brentq(lambda rate: moments(choices, rate)[0].sum(), 1e-4, 1)
    assert fitted.values[0] == pytest.approx(expected, rel=1e-6)
    assert fitted.converged
    assert fitted.starts_at_best == fitted.starts == 3


def test_standard_errors(choices, fitted):
    """Hessian: 1 / sqrt(information). Clustered: sqrt(sum of squared scores of sessions * 5 / 4) / information."""
    (estimate,) = fitted.estimates
    score, variance = moments(choices, estimate.value)
    assert estimate.se == pytest.approx(1 / np.sqrt(variance.sum()), rel=1e-4)
    sums = np.bincount(choices.session[choices.decisions], weights=score)
    assert estimate.se_cluster == pytest.approx(np.sqrt((sums**2).sum() * 5 / 4) / variance.sum(), rel=1e-4)


def test_intervals(fitted):
    (estimate,) = fitted.estimates
    for error, quantile, ends in (
        (estimate.se, norm.ppf(0.975), (estimate.low, estimate.high)),
        (estimate.se_cluster, student.ppf(0.975, 4), (estimate.low_cluster, estimate.high_cluster)),
    ):
        expected = estimate.value * np.exp(np.array([-1, 1]) * quantile * error / estimate.value)
        assert ends == pytest.approx(tuple(expected), rel=1e-9)
    assert estimate.interval == "Wald on the scale of the logarithm"


def test_level_of_the_interval(choices, fitted):
    wide, narrow = fitted.estimates[0], fit(NoisyBestReply, choices, level=0.5, intervals="wald").estimates[0]
    ratio = np.log(narrow.high / narrow.low) / np.log(wide.high / wide.low)
    assert ratio == pytest.approx(norm.ppf(0.75) / norm.ppf(0.975), rel=1e-6)


def test_what_a_fit_names(choices, fitted):
    assert (fitted.decisions, fitted.participants, fitted.sessions, fitted.units) == (240, 30, 5, 5)
    assert fitted.log_likelihood == pytest.approx(NoisyBestReply(choices).log_probabilities(fitted.values).sum())
    assert fitted.aic == pytest.approx(2 - 2 * fitted.log_likelihood)
    assert fitted.bic == pytest.approx(np.log(240) - 2 * fitted.log_likelihood)
    assert "numpy" in fitted.versions
    assert fitted.tolerance == 1e-3


def test_uniform_has_no_parameter(choices):
    uniform = fit(Uniform, choices)
    assert uniform.estimates == ()
    assert uniform.log_likelihood == pytest.approx(-240 * np.log(5))
    assert uniform.aic == -2 * uniform.log_likelihood


def test_exact_best_replies_have_no_finite_precision():
    empty = empty_sessions(coarse_serial(), 2)
    exact = simulate(LogitEquilibrium, empty, [HIGHEST_PRECISION / empty.game.range])
    (estimate,) = fit(LogitEquilibrium, exact, intervals="wald").estimates
    assert np.isnan([estimate.se, estimate.low, estimate.high]).all()
    assert estimate.interval.startswith("none")


def test_worse_than_random_is_at_the_lower_bound():
    """Everybody plays the message that is worst against what was seen last."""
    empty = empty_sessions(coarse_serial(rounds=5), 2)
    choices = simulate(NoisyBestReply, empty, [0.0])
    model = NoisyBestReply(choices)
    worst = choices.with_messages(model._payoffs[model._row].argmin(axis=1))
    (estimate,) = fit(NoisyBestReply, simulate_worst(worst)).estimates
    assert estimate.interval == "profile likelihood: the estimate is at the lower bound"
    assert (estimate.value, estimate.low) == (0, 0)


def simulate_worst(choices):
    message = choices.message.copy()
    for rows in choices.rounds():
        model = NoisyBestReply(choices.with_messages(message))
        message[rows] = model._payoffs[model._row[rows]].argmin(axis=1)
        message[choices.round > choices.round[rows[0]]] = -1
    return choices.with_messages(message)


def test_parameters_without_influence_are_not_estimated():
    """In the first round nothing has been learned: only lambda is identified."""
    empty = empty_sessions(coarse_serial(rounds=5), 3)
    choices = simulate(EWA, empty, [0.01, 0.8, 0.5, 0.2], seed=2)
    first = choices.with_messages(np.where(choices.round == 1, choices.message, -1))
    fitted = fit(EWA, first)
    by_name = {estimate.name: estimate for estimate in fitted.estimates}
    assert np.isfinite(by_name["lambda"].se)
    for name in ("phi", "delta", "kappa"):
        assert by_name[name].interval == "none: the likelihood does not depend on it here"
        assert np.isnan(by_name[name].se)
    assert any(note.startswith("delta:") for note in fitted.notes)


def test_a_class_that_nobody_belongs_to_is_at_the_bound():
    empty = empty_sessions(coarse_serial(rounds=8), 3, 8)
    choices = simulate(TypesMixture, empty, [0.5, 0.5, 0.0, 0.05, 0.05], seed=1)
    fitted = fit(TypesMixture, choices)
    by_name = {estimate.name: estimate for estimate in fitted.estimates}
    assert fitted.converged
    assert by_name["share: random"].interval == "profile likelihood: the estimate is at the lower bound"
    assert by_name["share: random"].low == 0
    assert by_name["share: equilibrium"].low < 0.5 < by_name["share: equilibrium"].high


def test_one_unit_has_no_clustered_error():
    choices = simulate(NoisyBestReply, empty_sessions(coarse_serial(), 1), [0.01], seed=4)
    (estimate,) = fit(NoisyBestReply, choices).estimates
    assert np.isnan(estimate.se_cluster)
    assert np.isfinite(estimate.se)


def test_no_decision():
    with pytest.raises(ValueError, match="choices has no decision"):
        fit(Uniform, empty_sessions(coarse_serial(), 1))


def test_level_must_be_a_share(choices):
    with pytest.raises(ValueError, match=r"level is 95; it must be between 0 and 1"):
        fit(Uniform, choices, level=95)


def test_points_that_are_all_equal():
    """A scale so small that all points are rounded to 0: nothing is identified, and that is said."""
    serial = coarse_serial(rounds=3)
    points = {**serial.definition["points"], "scale": 1e-6}
    flat = type(serial).from_definition({**serial.definition, "points": points})
    choices = simulate(Uniform, empty_sessions(flat, 2), [])
    (estimate,) = fit(NoisyBestReply, choices).estimates
    assert np.isnan(estimate.se)
    assert estimate.interval.startswith("none")
    with pytest.raises(NotApplicableError, match="in some situation all messages always give the same points"):
        fit(Reinforcement, choices)


def test_a_history_that_is_too_large(choices, monkeypatch):
    monkeypatch.setattr(experience, "MAX_NUMBERS", 1000)
    with pytest.raises(
        TooLargeError, match=r"240 rows, 1 types and 5 messages make 1.2e\+03 payoffs, more than 1e\+03"
    ):
        fit(EWA, choices)


def test_a_branch_that_turns_back_is_noted(choices):
    """A random game in which the branch turns twice before lambda times the range of points is 20."""
    rng = np.random.default_rng(95)
    form = BayesianGame([rng.normal(size=(1, 5, 5)) for _ in range(2)], [[1], [1]], None)
    other = replace(choices, forms=(form,))
    model = LogitEquilibrium(other)
    model.log_table(np.array([20 / largest_range(form.payoffs)]))
    assert model.notes == (TURNS,)
