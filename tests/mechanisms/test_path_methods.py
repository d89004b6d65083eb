"""Cost sharing along paths: heterogeneous costs, identities between the methods, paths that users give."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from mechanisms.cost_sharing import (
    aumann_shapley,
    axial,
    fixed_path,
    friedman_moulin,
    incremental,
    moulin_shenker,
    proportional,
    serial,
    shapley_shubik,
)
from mechanisms.costs import (
    CallableCost,
    PiecewiseLinearCost,
    PolynomialCost,
    PowerCost,
    QuadraticFormCost,
    TabulatedCost,
)
from tests.strategies import heterogeneous_costs

profiles = st.lists(st.integers(0, 12).map(lambda k: k / 2), min_size=3, max_size=3).map(np.array)


@pytest.mark.parametrize("method", [aumann_shapley, axial, incremental, moulin_shenker, shapley_shubik])
def test_units_of_the_goods_do_not_matter(method):
    cost, units, q = QuadraticFormCost([[1, 0.5], [0, 2]], [1, 3]), np.array([10.0, 0.25]), np.array([3.0, 2.0])
    other = QuadraticFormCost(cost.matrix / np.outer(units, units), cost.linear / units)
    np.testing.assert_allclose(method(q * units, other), method(q, cost), atol=1e-7)


HOMOGENEOUS = [
    PowerCost(2, 2),
    PowerCost(1, 2.5),
    PowerCost(1, 0.5),
    PolynomialCost((1, 0, 0.2)),
    PiecewiseLinearCost((4, 9), (1, 3, 2)),
]


@pytest.mark.parametrize("cost", HOMOGENEOUS, ids=str)
def test_for_a_homogeneous_cost_the_diagonals_are_serial_and_the_ray_is_proportional(cost):
    q = np.array([[0, 0, 0], [1, 1, 1], [4, 0, 2], [1, 2.5, 7], [3, 3, 0.5]])
    for method in (friedman_moulin, moulin_shenker, axial):
        np.testing.assert_allclose(method(q, cost), serial(q, cost), atol=1e-7)
    np.testing.assert_allclose(aumann_shapley(q, cost), proportional(q, cost), atol=1e-7)


@settings(max_examples=15, deadline=None)
@given(q=profiles, cost=heterogeneous_costs())
def test_shapley_shubik_is_the_average_of_incremental(q, cost):
    average = np.mean([incremental(q, cost, order) for order in permutations(range(3))], axis=0)
    np.testing.assert_allclose(shapley_shubik(q, cost), average, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(q=profiles, cost=heterogeneous_costs())
def test_shares_are_the_integrals_of_their_definitions(q, cost):
    def diagonal(t, i):
        return cost.gradient(np.minimum(t, q))[i] if t < q[i] else 0.0

    kinks = sorted({float(x) for x in q if x > 0}) or [1.0]
    for i in range(3):
        expected = quad(diagonal, 0, q[i], args=(i,), points=kinks[:-1] or None)[0] if q[i] else 0.0
        assert friedman_moulin(q, cost)[i] == pytest.approx(expected, abs=1e-6)
        ray = quad(lambda t, i=i: q[i] * cost.gradient(t * q)[i], 0, 1)[0]
        assert aumann_shapley(q, cost)[i] == pytest.approx(ray, abs=1e-6)


def test_moulin_shenker_by_hand():
    # C = q_1^2 + 4 q_2^2 + 2 q_1 q_2: on the path each good adds equally, q_1' (2 q_1 + 2 q_2) = q_2' (8 q_2 + 2 q_1),
    # so that along a ray q_1 = r q_2: r (r + 1) = 4 + r, r = 2. At (2, 1) both are on the path and pay half of 12.
    cost = QuadraticFormCost([[1, 1], [1, 4]])
    np.testing.assert_allclose(moulin_shenker([2, 1], cost), [6, 6], atol=1e-6)
    # Beyond agent 2's demand 1, agent 1 pays what his units add: C(3, 1) - C(2, 1) = 9 + 4 + 6 - 12 = 7.
    np.testing.assert_allclose(moulin_shenker([3, 1], cost), [13, 6], atol=1e-6)


def test_axial_by_hand():
    # Stand-alone costs q_1^2 and 4 q_2^2 are equal at q_1 = 2 q_2; dC on that ray: 2 (2 q_1 + 2 q_2) and 2 q_1 + 8 q_2.
    cost = QuadraticFormCost([[1, 1], [1, 4]])
    np.testing.assert_allclose(axial([2, 1], cost), [6, 6], atol=1e-6)
    np.testing.assert_allclose(axial([2, 1], QuadraticFormCost([[1, 2], [0, 4]], [0, 0])), [6, 6], atol=1e-6)
    # With linear parts the path bends, q_1 + q_1^2 = 2 q_2; without interaction everybody pays the own cost.
    np.testing.assert_allclose(axial([1, 3], QuadraticFormCost([[1, 0], [0, 0]], [1, 2])), [2, 6], atol=1e-6)


def test_user_paths():
    cost, q = (
        QuadraticFormCost([[1, 2, 0], [0, 1, 1], [1, 0, 2]], [1, 0, 2]),
        np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 0.0]]),
    )
    edges = [[0, 0, 0], [0, 5, 0], [0, 5, 5], [5, 5, 5]]
    np.testing.assert_allclose(fixed_path(q, cost, edges), incremental(q, cost, [1, 2, 0]), atol=1e-9)
    np.testing.assert_allclose(fixed_path(q, cost, [[0, 0, 0], [4, 4, 4]]), friedman_moulin(q, cost), atol=1e-9)
    curved = fixed_path(q, cost, lambda t: np.stack([4 * t, 4 * t**2, 4 * np.sqrt(t)], axis=-1))
    fine = np.linspace(0, 1, 4001)[:, None]
    polyline = fixed_path(q, cost, 4 * np.hstack([fine, fine**2, np.sqrt(fine)]))
    np.testing.assert_allclose(curved, polyline, atol=1e-4)
    np.testing.assert_allclose(curved.sum(axis=-1), cost.cost(q), atol=1e-8)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ([[0, 0, 0], [1, 9, 9]], "path stops short: agent 0 demands up to 2 and the path ends at 1"),
        ([[0, 0, 0], [9, 9, 9], [9, 8, 9]], "path decreases for agent 1, from 9 to 8"),
        ([[0, 0, 1], [9, 9, 9]], r"path starts at \[0.0, 0.0, 1.0\]"),
        ([[0, 0], [9, 9]], "path has 2 coordinates"),
        ([0, 1], r"path has shape \(2,\)"),
        ([[0, 0, 0], [9, np.nan, 9]], "path contains nan"),
    ],
)
def test_bad_paths_are_named(path, named):
    with pytest.raises(ValueError, match=named):
        fixed_path([2, 2, 2], PowerCost(1, 2), path)


@pytest.mark.parametrize("method", [friedman_moulin, aumann_shapley, axial, moulin_shenker])
def test_a_table_of_costs_has_no_marginal_costs(method):
    with pytest.raises(ValueError, match=r"cost is a TabulatedCost; .* integrates marginal costs"):
        method([1, 1], TabulatedCost((0, 1, 3)))


@pytest.mark.parametrize("method", [serial, proportional])
def test_what_needs_a_homogeneous_cost_says_so(method):
    with pytest.raises(ValueError, match=r"cost is a QuadraticFormCost; .* needs a homogeneous cost"):
        method([1, 1], QuadraticFormCost(np.eye(2)))


def test_axial_needs_increasing_stand_alone_costs():
    with pytest.raises(ValueError, match="does not increase in every good alone"):
        axial([1, 1], QuadraticFormCost([[1, 0], [0, -1]]))


def test_callable_costs_are_checked():
    with pytest.raises(ValueError, match=r"gradient gives .* for agent 0 at .*; differences of function give"):
        CallableCost(lambda q: (q**2).sum(axis=-1), lambda q: 3 * q, n=2)
    with pytest.raises(ValueError, match=r"function\(0\) is 1"):
        CallableCost(lambda q: 1 + (q**2).sum(axis=-1), lambda q: 2 * q, n=2)
    with pytest.raises(ValueError, match="gradient returned shape"):
        CallableCost(lambda q: (q**2).sum(axis=-1), lambda q: 2 * q[..., :1], n=2)
    good = CallableCost(lambda q: (q**2).sum(axis=-1), lambda q: 2 * q, n=2)
    np.testing.assert_allclose(friedman_moulin([1, 2], good), [1, 4], atol=1e-9)


@pytest.mark.parametrize(
    ("matrix", "linear", "named"),
    [([[1, 2]], 0, r"matrix has shape \(1, 2\)"), (np.eye(2), [1, 2, 3], r"linear has shape \(3,\)")],
)
def test_bad_quadratic_forms_are_named(matrix, linear, named):
    with pytest.raises(ValueError, match=named):
        QuadraticFormCost(matrix, linear)


def test_a_quadratic_form_knows_its_number_of_agents():
    with pytest.raises(ValueError, match="demands has 3 agents"):
        incremental([1, 1, 1], QuadraticFormCost(np.eye(2)))
