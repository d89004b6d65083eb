"""Moulin–Shenker shares by hand."""

import numpy as np
import pytest

from mechanisms.cost_sharing import moulin_shenker
from mechanisms.costs import QuadraticFormCost


def test_moulin_shenker_by_hand():
    # C = q_1^2 + 4 q_2^2 + 2 q_1 q_2: on the path each good adds equally, q_1' (2 q_1 + 2 q_2) = q_2' (8 q_2 + 2 q_1),
    # so that along a ray q_1 = r q_2: r (r + 1) = 4 + r, r = 2. At (2, 1) both are on the path and pay half of 12.
    cost = QuadraticFormCost([[1, 1], [1, 4]])
    np.testing.assert_allclose(moulin_shenker([2, 1], cost), [6, 6], atol=1e-6)
    # Beyond agent 2's demand 1, agent 1 pays what his units add: C(3, 1) - C(2, 1) = 9 + 4 + 6 - 12 = 7.
    np.testing.assert_allclose(moulin_shenker([3, 1], cost), [13, 6], atol=1e-6)


@pytest.mark.parametrize("ratio", [1e8, 1e12])
def test_marginal_costs_that_differ_by_many_orders(ratio):
    """Costs that do not depend on each other: everybody pays the own."""
    linear, square = QuadraticFormCost(np.zeros((2, 2)), [1, ratio]), QuadraticFormCost([[1, 0], [0, ratio]])
    for cost in (linear, square):
        np.testing.assert_allclose(moulin_shenker([1, 1], cost), [1, ratio], rtol=1e-6)
