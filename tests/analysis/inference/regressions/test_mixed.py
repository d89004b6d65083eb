"""The mixed logit and probit against numerical integration, and on data with known parameters."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from analysis.inference.regressions.clustered import cr2
from analysis.inference.regressions.clusters import cells, fit
from analysis.inference.regressions.mixed import fit_mixed, log_likelihoods, mixed
from tests.shared import thorough

MEAN = {"logit": expit, "probit": norm.cdf}


def made(rng, family, n_units, people, rounds, effect=0.8, sigma=1.0, of_unit=0.0):
    unit, person, _ = np.indices((n_units, people, rounds)).reshape(3, -1)
    arm = unit % 2
    z = rng.normal(size=(n_units, people))[unit, person]
    eta = -0.3 + effect * arm + sigma * z + of_unit * rng.normal(size=n_units)[unit]
    hit = rng.random(len(unit)) < MEAN[family](eta)
    return pd.DataFrame({"unit": unit, "person": person, "arm": np.array(["A", "B"])[arm], "hit": hit})


def inputs(table, inner=("person",)):
    return cells(table, "hit", "arm", ("A", "B"), "session", inner=list(inner))


@pytest.mark.parametrize("family", ["logit", pytest.param("probit", marks=thorough)])
@pytest.mark.parametrize("rounds", [3, pytest.param(400, marks=thorough)])
def test_likelihood_is_the_integral(family, rounds):
    """Few decisions, and so many that quadrature that is not centred at the mode would miss the peak."""
    table = made(np.random.default_rng(1), family, 2, 2, rounds)
    beta, sigma = np.array([-0.2, 0.7]), 1.3
    found, _ = log_likelihoods(inputs(table), family, np.append(beta, np.log(sigma)))
    expected = []
    for _, person in table.groupby(["unit", "person"]):
        eta, hits = beta[0] + beta[1] * (person["arm"].iloc[0] == "B"), int(person["hit"].sum())

        def log_density(z, eta=eta, hits=hits):
            yes, no = np.log(MEAN[family](eta + sigma * z)), np.log(MEAN[family](-eta - sigma * z))
            return hits * yes + (rounds - hits) * no + norm.logpdf(z)

        grid = np.linspace(-5, 5, 2001)
        top = max(grid, key=log_density)
        peak = log_density(top)
        area = quad(lambda z: np.exp(log_density(z) - peak), top - 9, top + 9, points=[top], limit=400)[0]  # noqa: B023
        expected.append(np.log(area) + peak)
    assert found == pytest.approx(expected, abs=1e-4 if rounds == 3 else 1e-5)


@pytest.mark.parametrize("family", ["logit", "probit"])
def test_gradient(family):
    data = inputs(made(np.random.default_rng(2), family, 4, 3, 8))
    at = np.array([0.2, -0.5, 0.1])
    gradient = log_likelihoods(data, family, at)[1]
    for k in range(3):
        step = np.zeros(3)
        step[k] = 1e-5
        slope = (log_likelihoods(data, family, at + step)[0] - log_likelihoods(data, family, at - step)[0]) / 2e-5
        assert gradient[:, k] == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize("family", ["logit", "probit"])
def test_planted_parameters_come_back(family):
    """100 participants an arm × 20 rounds: effect and σ within 4 standard errors (0.16 and 0.08, the logit's)."""
    table = made(np.random.default_rng(4), family, 20, 10, 20, effect=0.8, sigma=1.0)
    fitted = fit_mixed(inputs(table), family)
    assert fitted.coefficients[1] == pytest.approx(0.8, abs=0.64)
    assert fitted.sigma == pytest.approx(1.0, abs=0.32)
    assert fitted.intercepts == 200
    found = mixed(inputs(table), family)
    assert found.interval[0] < 0.8 < found.interval[1]
    assert found.p < 0.05
    assert "random intercept of the participant, CR2 standard errors clustered by session" in found.method
    assert "(200 intercepts)" in found.note


def test_errors_are_clustered_where_intercepts_are_finer_than_units():
    """Sessions that differ: their errors are larger than those of a model that knows participants only."""
    data = inputs(made(np.random.default_rng(9), "logit", 10, 6, 10, effect=0, of_unit=1.0))
    by_unit = fit_mixed(data).by_unit
    assert by_unit.scores.shape == (10, 3)
    assert by_unit.scores.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-3)
    found = mixed(data)
    variance, freedom = cr2(by_unit, 1)
    assert found.effect / found.statistic == pytest.approx(np.sqrt(variance))
    assert f"t with {freedom:.3g} degrees" in found.p_method
    assert variance > 1.3 * by_unit.bread[1, 1]


def test_without_any_dependence_it_is_the_logit():
    data = inputs(made(np.random.default_rng(5), "logit", 10, 6, 12, sigma=0.0))
    fitted = fit_mixed(data)
    assert fitted.sigma < 0.4
    assert fitted.coefficients == pytest.approx(fit(data, "logit").coefficients, abs=0.05)


def test_intercept_of_the_unit():
    table = made(np.random.default_rng(6), "logit", 12, 3, 30, sigma=0.0, of_unit=0.8)
    found = mixed(inputs(table, ()))
    assert "random intercept of the session" in found.method
    assert "clustered" not in found.method
    assert "(12 intercepts)" in found.note


def test_what_cannot_be_estimated():
    once = made(np.random.default_rng(8), "logit", 8, 5, 1)
    assert "needs several decisions" in mixed(inputs(once)).note
    assert "in one arm all outcomes are the same" in mixed(inputs(once.assign(hit=once["arm"] == "B"))).note
    with pytest.raises(ValueError, match="family: 'linear'; expected logit or probit"):
        mixed(inputs(once), "linear")
