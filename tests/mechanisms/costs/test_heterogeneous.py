"""Costs that depend on who demands: bad functions and matrices are named."""

import numpy as np
import pytest

from mechanisms.cost_sharing import friedman_moulin, incremental
from mechanisms.costs import CallableCost, QuadraticFormCost


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
