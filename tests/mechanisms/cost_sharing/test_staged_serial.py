"""Staged serial: constant demands give the serial shares; rules of the stages are enforced."""

import numpy as np
import pytest
from hypothesis import given

from mechanisms.cost_sharing import serial
from mechanisms.cost_sharing.staged_serial import staged_serial
from mechanisms.costs import PowerCost, QuadraticFormCost
from tests.strategies import costs, demands


@given(demands(), costs())
def test_constant_demands_pay_serial_shares(q, cost):
    stages = staged_serial(lambda number, remaining, served: q[list(remaining)], len(q), cost)
    shares = np.zeros(len(q))
    for stage in stages:
        assert stage.quantity == q[stage.served] == min(q[list(stage.remaining)])
        shares[stage.served] = stage.cost_share
    np.testing.assert_allclose(shares, serial(q, cost), atol=1e-8)
    assert [len(stage.remaining) for stage in stages] == list(range(len(q), 0, -1))


def test_best_replies_stage_by_stage_reach_the_serial_equilibrium():
    """Linear values b = (3, 6), c(Q) = Q^2 / 2: who remains wants b_i = served + r q, so q = 3/2 and 6 - 3/2 = 9/2."""
    values = {0: 3.0, 1: 6.0}

    def best(number, remaining, served):
        return [(values[i] - sum(served.values())) / len(remaining) for i in remaining]

    stages = staged_serial(best, 2, PowerCost(0.5, 2))
    assert [(s.served, s.quantity) for s in stages] == [(0, 1.5), (1, 4.5)]


@pytest.mark.parametrize(
    ("reports", "named"),
    [
        (lambda number, remaining, served: [2, 3] if number == 1 else [1], "reports 1 for agent 1 in stage 2; 2 was"),
        (lambda number, remaining, served: [1, 2, 3], r"shape \(3,\) in stage 1; 2 agents remain"),
        (lambda number, remaining, served: [-1, 2], "contains -1"),
    ],
)
def test_bad_reports_are_named(reports, named):
    with pytest.raises(ValueError, match=named):
        staged_serial(reports, 2, PowerCost(1, 2))


def test_the_cost_must_be_homogeneous():
    with pytest.raises(ValueError, match="staged serial cost sharing needs a homogeneous cost"):
        staged_serial(lambda *_: [1], 1, QuadraticFormCost([[1]]))
