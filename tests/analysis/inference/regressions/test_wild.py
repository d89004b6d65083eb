"""The wild cluster bootstrap against refitting every made-up outcome with statsmodels."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.inference.regressions.clusters import cells, fit
from analysis.inference.regressions.wild import RADEMACHER, WEBB, draw_weights, t_statistics, wild_cluster_bootstrap


@pytest.fixture(scope="module")
def decisions():
    rng = np.random.default_rng(7)
    session = np.repeat(np.arange(6), [8, 5, 9, 7, 6, 10])
    table = pd.DataFrame({"unit": session, "arm": np.where(session % 2, "B", "A"), "round": rng.integers(1, 4, 45)})
    table["points"] = 0.6 * (table["arm"] == "B") + rng.normal(size=6)[session] + rng.normal(size=45)
    table["hit"] = table["points"] > 0.2
    return table


def test_linear_is_the_restricted_bootstrap_of_refitted_regressions(decisions):
    """WCR: y* = restricted fit + w × restricted residual; clustered t of each of the 64 refits."""
    X = np.column_stack([np.ones(45), decisions["arm"] == "B", decisions["round"]]).astype(float)
    restricted = sm.OLS(decisions["points"], X[:, [0, 2]]).fit()

    def t_of(outcome):
        options = {"groups": decisions["unit"].to_numpy()}
        return sm.OLS(outcome, X).fit(cov_type="cluster", cov_kwds=options).tvalues.to_numpy()[1]

    weights = np.array(list(product([-1, 1], repeat=6)))
    null = np.array(
        [t_of(restricted.fittedvalues + restricted.resid * w[decisions["unit"].to_numpy()]) for w in weights]
    )
    observed = t_of(decisions["points"])
    data = cells(decisions, "points", "arm", ("A", "B"), covariates=["round"])
    assert t_statistics(fit(data, "linear", without=1), weights, 1) == pytest.approx(null, rel=1e-6)
    found = wild_cluster_bootstrap(data, weights="rademacher")
    assert found.statistic == pytest.approx(observed)
    assert found.p == np.mean(np.abs(null) >= abs(observed) - 1e-9)
    assert found.p_method == "exact, all 64 weights"


def test_score_bootstrap_by_its_definition(decisions):
    """Kline and Santos (2012): scores at the restricted logit, perturbed, and recentred by the step they make."""
    data = cells(decisions, "hit", "arm", ("A", "B"))
    arm = (decisions["arm"] == "B").to_numpy(dtype=float)
    rate = decisions["hit"].mean()
    X = np.column_stack([np.ones(45), arm])
    score = (decisions["hit"].to_numpy() - rate)[:, None] * X
    by_unit = np.array([score[decisions["unit"] == g].sum(axis=0) for g in range(6)])
    information = np.array(
        [rate * (1 - rate) * X[decisions["unit"] == g].T @ X[decisions["unit"] == g] for g in range(6)]
    )
    bread = np.linalg.inv(information.sum(axis=0))

    def t_of(w):
        step = bread @ (w @ by_unit)
        ends = np.array([(w[g] * by_unit[g] - information[g] @ step) @ bread[:, 1] for g in range(6)])
        return step[1] / np.sqrt((6 / 5) * (44 / 43) * (ends**2).sum())

    null = np.array([t_of(np.array(w)) for w in product([-1, 1], repeat=6)])
    found = wild_cluster_bootstrap(data, "logit", "rademacher")
    assert found.statistic == pytest.approx(t_of(np.ones(6)))
    assert found.p == np.mean(np.abs(null) >= abs(found.statistic) - 1e-9)


def test_weights_have_mean_0_and_variance_1():
    for points in (RADEMACHER, WEBB):
        assert points.mean() == pytest.approx(0)
        assert (points**2).mean() == pytest.approx(1)
    assert len(set(WEBB.round(6))) == 6
    drawn, exact = draw_weights(WEBB, 20, 1000, 400, 1)
    assert (exact, drawn.shape, set(drawn[0])) == (False, (401, 20), {1.0})
    every, exact = draw_weights(WEBB, 3, 1000, 10, 1)
    assert (exact, len({tuple(row) for row in every})) == (True, 216)


def test_few_units_take_webbs_weights_and_p_is_never_0(decisions):
    data = cells(
        decisions.assign(points=decisions["points"] + 50 * (decisions["arm"] == "B")), "points", "arm", ("A", "B")
    )
    found = wild_cluster_bootstrap(data)
    assert "Webb weights, one a unit" in found.method
    assert found.p_method == "exact, all 46,656 weights"
    assert 0 < found.p < 0.1
    assert "Only 3 units in one arm: this test then rejects too rarely." in found.note
    with pytest.raises(ValueError, match="weights: 'mammen'; expected rademacher, webb, auto"):
        wild_cluster_bootstrap(data, weights="mammen")


def test_one_unit_in_an_arm_is_no_test(decisions):
    one = decisions[(decisions["arm"] == "A") | (decisions["unit"] == 1)]
    assert "No test is possible: 1 in B" in wild_cluster_bootstrap(cells(one, "points", "arm", ("A", "B"))).note
