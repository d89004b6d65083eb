"""Continuous types: Safronov's quadratic example (section 3.2) in closed form, and agreement with finite problems."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from mechanisms.environments.continuous_types import ContinuousProblem, uniform_prior
from mechanisms.transfers import agv, cremer_riordan, pairwise_compensation, pairwise_payments, vcg

unit = st.floats(0, 1)


def quadratic(reports, nodes=3):
    return ContinuousProblem(
        payoffs=[lambda theta, s: -((theta - s) ** 2)] * len(reports),
        efficient=lambda theta, agents: theta.mean(axis=-1),
        priors=[uniform_prior(0, 1, nodes)] * len(reports),
        reports=reports,
    )


@given(unit, unit)
def test_safronov_section_3_2_payments_in_closed_form(a, b):
    x = pairwise_payments(quadratic([[a], [b]]))[:, :, 3, 3]
    assert x[0, 1] == pytest.approx((-(a**2) + a - 1 / 6) / 4, abs=1e-12)
    assert x[1, 0] == pytest.approx(a * b / 2 - a / 4 - b**2 / 4 + 1 / 12, abs=1e-12)


@given(st.floats(0.3, 0.7), st.floats(0.3, 0.7))
def test_safronov_section_3_2_the_optimal_lie(theta, other):
    """Who knows the other's report lies to theta_1 + (1/2 - report_2)."""

    def utility(report):
        problem = quadratic([[report], [other]])
        return -((theta - (report + other) / 2) ** 2) + pairwise_compensation(problem)[0, 3, 3]

    best = minimize_scalar(lambda r: -utility(r), bounds=(-1, 2), method="bounded", options={"xatol": 1e-10}).x
    assert best == pytest.approx(theta + 0.5 - other, abs=1e-5)


@pytest.mark.parametrize("rule", [agv, cremer_riordan, pairwise_compensation])
def test_more_nodes_change_nothing_for_polynomials(rule):
    reports = [[0.1, 0.9], [0.35], [0.6]]
    coarse, fine = (rule(quadratic(reports, nodes))[:, nodes:, nodes:, nodes:] for nodes in (3, 6))
    np.testing.assert_allclose(coarse, fine, atol=1e-12)
    np.testing.assert_allclose(coarse.sum(axis=0), 0, atol=1e-12)


@given(unit, unit)
def test_vcg_off_the_nodes(a, b):
    # Alone, the other one would get 0; at the mean it loses (a - b)^2 / 4.
    np.testing.assert_allclose(vcg(quadratic([[a], [b]]))[:, 3, 3], -((a - b) ** 2) / 4, atol=1e-12)


def test_bad_priors_are_named():
    with pytest.raises(ValueError, match="high is 0"):
        uniform_prior(1, 0, 3)
    with pytest.raises(ValueError, match=r"priors\[0\] must be nodes and weights"):
        ContinuousProblem([lambda t, s: t], lambda t, a: t, [([0.5], [0.9])], [[0.1]])
    with pytest.raises(ValueError, match="reports has 2 agents; payoffs has 1"):
        ContinuousProblem([lambda t, s: t], lambda t, a: t, [([0.5], [1])], [[0.1], [0.2]])
