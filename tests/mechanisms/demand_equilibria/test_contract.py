"""What both equilibria satisfy: no deviation on a fine grid, best replies in turn, corners and ties by hand.

Each kind of value is written down once more, so that the demands are judged by the payoffs v_i(q_i) - x_i and not by
the first-order conditions that found them.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from mechanisms.cost_sharing import proportional, serial
from mechanisms.costs import PolynomialCost, PowerCost, QuadraticFormCost, TabulatedCost
from mechanisms.demand_equilibria import (
    LinearUtilities,
    QuadraticUtilities,
    average_cost_equilibrium,
    serial_equilibrium,
)
from tests.mechanisms.demand_equilibria.cases import COSTS, KINDS, SQUARE, best_gain, caps, types_lists
from tests.shared import some_of

RULES = {"serial": (serial_equilibrium, serial), "average cost": (average_cost_equilibrium, proportional)}

rules = pytest.mark.parametrize(("solve", "share"), RULES.values(), ids=RULES)


@rules
@given(st.sampled_from(KINDS), types_lists, st.sampled_from(COSTS), caps)
def test_nobody_gains_by_a_deviation(solve, share, kind, types, cost, q_max):
    utilities, value = kind(types)
    q_max = q_max[: len(types)] if isinstance(q_max, list) else q_max
    found = solve(utilities, cost, q_max)
    assert best_gain(found.demands, value, cost, share, q_max) < 1e-9
    assert found.cost_shares == pytest.approx(share(found.demands, cost), abs=1e-9)
    assert found.residual <= found.tolerance
    if q_max is not None:
        assert (found.demands <= q_max).all()


@rules
@pytest.mark.parametrize("kind", some_of(KINDS, 2))
@pytest.mark.parametrize("types", some_of([[2.0, 3.0, 2.5], [3.0, 4.0], [5.0]], 1))
def test_agrees_with_best_replies_in_turn(solve, share, kind, types):
    utilities, value = kind(types)
    q = np.full(len(types), 0.5)
    for _ in range(200):
        for i in range(len(q)):

            def loss(own, i=i):
                return share(np.where(np.arange(len(q)) == i, own, q), SQUARE)[i] - value(i, own)

            q[i] = minimize_scalar(loss, bounds=(0, 20), method="bounded", options={"xatol": 1e-10}).x
    np.testing.assert_allclose(solve(utilities, SQUARE).demands, q, atol=2e-6)


def test_corners_by_hand():
    """Agent 0's type is too low to demand anything: agent 1 alone has b = c'(q) under both rules."""
    assert average_cost_equilibrium(LinearUtilities([1, 4]), SQUARE).demands == pytest.approx([0, 4])
    cost = PolynomialCost((2, 0.5))
    assert serial_equilibrium(LinearUtilities([1, 4]), cost).demands == pytest.approx([0, 2])
    assert average_cost_equilibrium(QuadraticUtilities([1, 2], 1), cost).demands.tolist() == [0, 0]
    assert serial_equilibrium(QuadraticUtilities([1, 2], 1), cost).demands.tolist() == [0, 0]
    capped = serial_equilibrium(LinearUtilities([4, 4]), SQUARE, q_max=[1, 9])
    assert capped.demands == pytest.approx([1, 3])


def test_ties_by_hand():
    """Three equal agents: b = c'(3q) under serial; b = A + q A' = (3q + q) / 2 under average cost."""
    assert serial_equilibrium(LinearUtilities([6, 6, 6]), SQUARE).demands == pytest.approx([2, 2, 2])
    assert average_cost_equilibrium(LinearUtilities([6, 6, 6]), SQUARE).demands == pytest.approx([3, 3, 3])


@rules
@pytest.mark.parametrize("q_max", [None, 0.004])
@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_agents(solve, share, kind, q_max):
    types = np.round(np.random.default_rng(1).random(1000) * 10, 2) + 0.01  # with ties
    utilities, value = kind(types)
    found = solve(utilities, SQUARE, q_max)
    assert found.residual <= found.tolerance
    assert len(found.method) > len("one pass")  # the fast one did it
    chosen = np.random.default_rng(2).choice(1000, 20, replace=False)
    highest = 3 * found.demands.max() if q_max is None else q_max
    for i in chosen:
        profiles = np.tile(found.demands, (101, 1))
        profiles[1:, i] = np.linspace(0, highest, 100)
        payoffs = value(i, profiles[:, i]) - share(profiles, SQUARE)[:, i]
        assert (payoffs[1:] - payoffs[0]).max() < 1e-9 * (1 + np.abs(payoffs).max())


@rules
@pytest.mark.parametrize(
    ("utilities", "cost", "q_max", "named"),
    [
        (LinearUtilities([1, 2]), PowerCost(1, 0.5), None, "not convex"),
        (LinearUtilities([1, 2]), PolynomialCost((5, -1)), None, "cost .*not convex"),
        (LinearUtilities([1, 3]), PowerCost(2, 1), 5, "no unique best demand"),
        (LinearUtilities([1, 3]), TabulatedCost((0, 1, 3)), None, "TabulatedCost"),
        (LinearUtilities([1, 3]), QuadraticFormCost([[1, 0], [0, 1]]), None, "homogeneous"),
        (LinearUtilities([1, 3]), SQUARE, [1, -2], "q_max contains -2"),
        (LinearUtilities([1, 3]), SQUARE, [1, np.nan], "q_max contains nan"),
        (LinearUtilities([1, 3]), SQUARE, [1, 2, 3], "q_max is .*; it must be numbers of shape"),
    ],
)
def test_premises_are_named(solve, share, utilities, cost, q_max, named):
    with pytest.raises(ValueError, match=named):
        solve(utilities, cost, q_max)
