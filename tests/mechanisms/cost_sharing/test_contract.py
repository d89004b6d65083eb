"""What several methods share: identities between them, the units of the goods, costs that a method cannot take."""

import numpy as np
import pytest
from hypothesis import given
from scipy.integrate import quad

from mechanisms.cost_sharing import (
    aumann_shapley,
    axial,
    friedman_moulin,
    incremental,
    moulin_shenker,
    proportional,
    serial,
    shapley_shubik,
)
from mechanisms.costs import PiecewiseLinearCost, PolynomialCost, PowerCost, QuadraticFormCost, TabulatedCost
from tests.mechanisms.cost_sharing.cases import profiles
from tests.shared import examples
from tests.strategies import heterogeneous_costs


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


@examples(15)
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


@pytest.mark.parametrize("method", [friedman_moulin, aumann_shapley, axial, moulin_shenker])
def test_a_table_of_costs_has_no_marginal_costs(method):
    with pytest.raises(ValueError, match=r"cost is a TabulatedCost; .* integrates marginal costs"):
        method([1, 1], TabulatedCost((0, 1, 3)))


@pytest.mark.parametrize("method", [serial, proportional])
def test_what_needs_a_homogeneous_cost_says_so(method):
    with pytest.raises(ValueError, match=r"cost is a QuadraticFormCost; .* needs a homogeneous cost"):
        method([1, 1], QuadraticFormCost(np.eye(2)))
