"""Equilibria on continuous demands: deviations on a fine grid, best replies in turn, one pass, K section 5.

Each kind of value is written down once more, so that the demands are judged by the payoffs v_i(q_i) - x_i and not by
the first-order conditions that found them.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from mechanisms.cost_sharing import proportional, serial
from mechanisms.costs import PiecewiseLinearCost, PolynomialCost, PowerCost, QuadraticFormCost, TabulatedCost
from mechanisms.demand_equilibria import (
    CallableUtilities,
    LinearUtilities,
    PowerUtilities,
    QuadraticUtilities,
    average_cost_equilibrium,
    serial_equilibrium,
)
from mechanisms.demand_equilibria.serial_equilibrium import one_pass

RULES = {"serial": (serial_equilibrium, serial), "average cost": (average_cost_equilibrium, proportional)}
rules = pytest.mark.parametrize(("solve", "share"), RULES.values(), ids=RULES)
COSTS = [PowerCost(0.5, 2), PowerCost(2, 1.5), PowerCost(0.1, 4), PolynomialCost((1, 0.5)), PolynomialCost((0.5, 0, 1))]
SQUARE = PowerCost(0.5, 2)


def linear(types):
    return LinearUtilities(types), lambda i, q: types[i] * q


def quadratic(types, curvature=0.7):
    return QuadraticUtilities(types, curvature), lambda i, q: types[i] * q - curvature / 2 * q**2


def power(types, exponent=0.4):
    return PowerUtilities(types, exponent), lambda i, q: types[i] * q**exponent


def saturating(types):
    utilities = CallableUtilities(lambda q: np.array(types) * np.exp(-q), len(types), highest=50)
    return utilities, lambda i, q: -types[i] * np.exp(-q)


KINDS = [linear, quadratic, power, saturating]
halves = st.integers(1, 20).map(lambda k: k / 2)
types_lists = st.lists(halves, min_size=1, max_size=6)
caps = st.sampled_from([None, 0.0, 0.3, 1.0, [0.2, 1.5, 0.0, 0.7, 3.0, 0.4]])  # a list has one for each agent


def best_gain(q, value, cost, share, q_max, points=400):
    """The most that anybody gains by another demand on a grid."""
    limits = np.broadcast_to(3 * max(q.max(), 1.0) if q_max is None else q_max, q.shape)
    gains = []
    for i, highest in enumerate(limits):
        grid = np.concatenate([np.linspace(0, highest, points), np.linspace(0.98, 1.02, 41) * q[i]])
        grid = grid[grid <= highest]
        profiles = np.tile(q, (len(grid) + 1, 1))
        profiles[1:, i] = grid
        payoffs = value(i, profiles[:, i]) - share(profiles, cost)[:, i]
        gains.append((payoffs[1:] - payoffs[0]).max() / (1 + abs(payoffs[0])))
    return max(gains)


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
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("types", [[3.0, 4.0], [2.0, 3.0, 2.5], [5.0]])
def test_agrees_with_best_replies_in_turn(solve, share, kind, types):
    utilities, value = kind(types)
    q = np.full(len(types), 0.5)
    for _ in range(200):
        for i in range(len(q)):

            def loss(own, i=i):
                return share(np.where(np.arange(len(q)) == i, own, q), SQUARE)[i] - value(i, own)

            q[i] = minimize_scalar(loss, bounds=(0, 20), method="bounded", options={"xatol": 1e-10}).x
    np.testing.assert_allclose(solve(utilities, SQUARE).demands, q, atol=2e-6)


@given(st.sampled_from(KINDS), types_lists, st.sampled_from(COSTS), caps)
def test_newton_agrees_with_the_one_pass_algorithm(kind, types, cost, q_max):
    utilities, _ = kind(types)
    q_max = q_max[: len(types)] if isinstance(q_max, list) else q_max
    found = serial_equilibrium(utilities, cost, q_max)
    limits = np.minimum(utilities.highest, np.inf if q_max is None else q_max)
    np.testing.assert_allclose(found.demands, one_pass(utilities, cost, limits), atol=1e-7)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=6))
def test_serial_equilibrium_with_a_kinked_cost(types):
    """c' jumps from 1 to 5 at Q = 4: several agents can leave at the jump."""
    utilities, _ = quadratic(types, 1)
    cost = PiecewiseLinearCost((4,), (1, 5))
    found = serial_equilibrium(utilities, cost)
    assert best_gain(found.demands, lambda i, q: types[i] * q - q**2 / 2, cost, serial, None) < 1e-8


@pytest.mark.parametrize("b", [(1.0, 1.0), (1.0, 1.2), (3.0, 2.0), (10.0, 12.5)])
def test_kumar2013_section_5(b):
    """q_i = (4/3)(b_i - b_j/2) and x_i = (4/9)(b_i - b_j/2)(b_i + b_j); the paper's printed shares are a misprint."""
    found = average_cost_equilibrium(LinearUtilities(b), SQUARE)
    active = np.array([b[0] - b[1] / 2, b[1] - b[0] / 2])
    np.testing.assert_allclose(found.demands, 4 / 3 * active, rtol=1e-12)
    np.testing.assert_allclose(found.cost_shares, 4 / 9 * active * sum(b), rtol=1e-12)


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
        (LinearUtilities([1, 3]), SQUARE, [1, 2, 3], "q_max must be numbers of shape"),
    ],
)
def test_premises_are_named(solve, share, utilities, cost, q_max, named):
    with pytest.raises(ValueError, match=named):
        solve(utilities, cost, q_max)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: LinearUtilities([[1, 2]]), r"types has shape \(1, 2\)"),
        (lambda: LinearUtilities([1, np.inf]), "types contains inf"),
        (lambda: QuadraticUtilities([1, 2], 0), "curvature is 0"),
        (lambda: QuadraticUtilities([1, 2], [1, 2, 3]), r"curvature has shape \(3,\)"),
        (lambda: PowerUtilities([1, 2], 1), "exponent is 1"),
        (lambda: PowerUtilities([1, 0], 0.5), "types is 0"),
        (lambda: CallableUtilities(lambda q: q, 2, 5), "does not decrease for agent 0"),
        (lambda: CallableUtilities(lambda q: -q / 0.0 if q[0] else -q, 2, 5), "is -inf for agent 0"),
        (lambda: CallableUtilities(lambda q: 1.0, 2, 5), r"returned shape \(\)"),
        (lambda: CallableUtilities(lambda q: -q, 2, np.inf), "highest is inf"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_bad_utilities_are_named(make, named):
    with pytest.raises(ValueError, match=named):
        make()
