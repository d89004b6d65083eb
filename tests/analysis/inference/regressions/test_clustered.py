"""Clustered regressions against statsmodels on the decisions themselves, and against CR2 with full matrices."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.linalg import block_diag, fractional_matrix_power
from scipy.stats import t as student
from scipy.stats import ttest_ind

from analysis.inference.compare import regressions_of
from analysis.inference.regressions.clustered import clustered
from analysis.inference.regressions.clusters import cells, fit

SIZES = [30, 12, 25, 18, 40, 9, 21]


@pytest.fixture(scope="module")
def decisions():
    """Seven sessions of different sizes, three of arm B, with a covariate that varies within sessions."""
    rng = np.random.default_rng(12)
    session = np.repeat(np.arange(7), SIZES)
    table = pd.DataFrame({"unit": session, "arm": np.where(session % 2, "B", "A"), "round": rng.integers(1, 6, 155)})
    eta = -0.5 + 0.9 * (table["arm"] == "B") + 0.2 * table["round"] + rng.normal(0, 0.7, 7)[session]
    table["hit"] = rng.random(155) < 1 / (1 + np.exp(-eta))
    table["points"] = eta + rng.normal(size=155)
    table["lab"] = np.array(["x", "y", "z"])[session % 3]
    return table.assign(participant_id=rng.integers(1, 5, 155)).sample(frac=1, random_state=1)


def design(decisions):
    return np.column_stack([np.ones(155), decisions["arm"] == "B", decisions["round"]]).astype(float)


@pytest.mark.parametrize(
    ("family", "model", "outcome"),
    [("logit", sm.Logit, "hit"), ("linear", sm.OLS, "hit"), ("linear", sm.OLS, "points")],
)
def test_cr1_is_statsmodels_on_decisions(decisions, family, model, outcome):
    options = {"disp": 0} if family == "logit" else {}
    expected = model(decisions[outcome].astype(float), design(decisions)).fit(
        cov_type="cluster", cov_kwds={"groups": decisions["unit"].to_numpy()}, **options
    )
    found = clustered(cells(decisions, outcome, "arm", ("A", "B"), covariates=["round"]), family, "CR1")
    assert found.effect == pytest.approx(expected.params.iloc[1], rel=1e-6)
    assert found.statistic == pytest.approx(expected.tvalues.iloc[1], rel=1e-6)
    assert found.p == pytest.approx(2 * student.sf(abs(found.statistic), 6))
    assert found.n_units == (("A", 4), ("B", 3))
    assert found.n_decisions == (("A", 30 + 25 + 40 + 21), ("B", 12 + 18 + 9))


def full_cr2(decisions, outcome, family, data):
    """Variance and degrees of freedom of the arm's coefficient with the n × n matrices of the textbook."""
    X, y, unit = design(decisions), decisions[outcome].to_numpy(dtype=float), decisions["unit"].to_numpy()
    eta = X @ fit(data, family).coefficients
    link = {"logit": sm.families.links.Logit(), "probit": sm.families.links.Probit(), "linear": None}[family]
    mu = eta if link is None else link.inverse(eta)
    slope = np.ones_like(eta) if link is None else link.inverse_deriv(eta)
    variance = np.ones_like(eta) if link is None else mu * (1 - mu)
    order = np.argsort(unit, kind="stable")
    root = slope / np.sqrt(variance)
    X, residual = (X * root[:, None])[order], ((y - mu) / np.sqrt(variance))[order]
    bread = np.linalg.inv(X.T @ X)
    leave = np.eye(155) - X @ bread @ X.T
    blocks = np.split(np.arange(155), np.cumsum(SIZES)[:-1])
    adjust = block_diag(*[fractional_matrix_power(leave[np.ix_(b, b)], -0.5).real for b in blocks])
    p = adjust @ X @ bread[:, 1]
    parts = [np.where(np.isin(np.arange(155), b), p, 0) for b in blocks]
    g = np.array([leave @ part for part in parts])
    omega = g @ g.T
    value = sum((part @ residual) ** 2 for part in parts)
    return value, np.trace(omega) ** 2 / (omega**2).sum()


@pytest.mark.parametrize(
    ("family", "outcome"), [("linear", "points"), ("linear", "hit"), ("logit", "hit"), ("probit", "hit")]
)
def test_cr2_and_bell_mccaffrey_with_full_matrices(decisions, family, outcome):
    data = cells(decisions, outcome, "arm", ("A", "B"), covariates=["round"])
    variance, freedom = full_cr2(decisions, outcome, family, data)
    found = clustered(data, family)
    assert found.effect / found.statistic == pytest.approx(np.sqrt(variance), rel=1e-6)
    assert f"t with {freedom:.3g} degrees of freedom" in found.p_method
    assert found.p == pytest.approx(2 * student.sf(abs(found.statistic), freedom), rel=1e-6)
    assert found.interval[1] - found.effect == pytest.approx(student.ppf(0.975, freedom) * np.sqrt(variance), rel=1e-5)


def test_probit_coefficients_are_statsmodels(decisions):
    expected = sm.Probit(decisions["hit"].astype(float), design(decisions)).fit(disp=0).params
    fitted = fit(cells(decisions, "hit", "arm", ("A", "B"), covariates=["round"]), "probit")
    assert fitted.coefficients == pytest.approx(expected.to_numpy(), rel=1e-5)


def test_two_balanced_arms_are_the_t_test_of_unit_means():
    """Without covariates and with equal sizes CR2 is the pooled t test with G − 2 degrees of freedom."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"unit": np.repeat(np.arange(8), 10), "arm": np.repeat(list("ABABABAB"), 10)})
    table["points"] = rng.normal(size=80) + np.repeat(rng.normal(size=8), 10)
    means = table.groupby(["arm", "unit"])["points"].mean()
    expected = ttest_ind(means["B"], means["A"])
    found = clustered(cells(table, "points", "arm", ("A", "B")), "linear")
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue)


def test_covariates_of_text_and_blanks(decisions):
    blank = decisions.assign(round=decisions["round"].where(decisions["round"] < 5))
    blank["lab"] = pd.Categorical(blank["lab"], ["unused", "x", "y", "z"])  # as other rows may have had
    data = cells(blank, "hit", "arm", ("A", "B"), covariates=["round", "lab"])
    assert data.names == ("constant", "arm = B", "round", "lab = y", "lab = z")
    assert data.n.sum() == (decisions["round"] < 5).sum()
    assert data.total.sum() == decisions.loc[decisions["round"] < 5, "hit"].sum()


def test_what_is_the_same_in_all_rows_is_left_out(decisions):
    """Of groups the position, say: with it no regression could be estimated."""
    one = decisions.assign(position=1, wave="first")
    data = cells(one, "hit", "arm", ("A", "B"), covariates=["round", "position", "wave"])
    assert data.left_out == ("position", "wave")
    without = cells(one, "hit", "arm", ("A", "B"), covariates=["round"])
    assert clustered(data) == clustered(without)
    assert all(e.note.endswith("Left out, as the same in all rows: position and wave.") for e in regressions_of(data))


@pytest.mark.parametrize(
    ("change", "family", "why"),
    [
        ({"arm": lambda d: np.where(d["unit"] == 1, "B", "A")}, "linear", "1 in B: with one unit in an arm"),
        ({"hit": lambda d: d["arm"] == "B"}, "logit", "in one arm all outcomes are the same"),
        ({"hit": lambda d: d["round"] / 2}, "logit", "logit needs an outcome of 0 and 1"),
        (
            {"round": lambda d: 1 * (d["arm"] == "B")},
            "linear",
            r"the regressors \(constant, arm = B, round\) are collinear",
        ),
        ({"hit": lambda d: d["arm"] == "B"}, "linear", "units of the same arm do not differ at all"),
    ],
)
def test_what_cannot_be_estimated(decisions, change, family, why):
    found = clustered(cells(decisions.assign(**change), "hit", "arm", ("A", "B"), covariates=["round"]), family)
    assert np.isnan(found.p)
    assert re.search(why, found.note)


def test_more_coefficients_than_units(decisions):
    few = decisions[decisions["unit"] < 4]
    found = clustered(cells(few, "hit", "arm", ("A", "B"), covariates=["round", "lab"]))
    assert "4 units and 5 coefficients" in found.note


def test_wrong_words(decisions):
    data = cells(decisions, "hit", "arm", ("A", "B"))
    with pytest.raises(ValueError, match="family: 'tobit'; expected logit, probit, linear"):
        clustered(data, "tobit")
    with pytest.raises(ValueError, match="correction: 'CR3'; expected CR1 or CR2"):
        clustered(data, correction="CR3")
