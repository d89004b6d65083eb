"""Symmetric pairwise compensation is the average over all orders (S Cor. 1)."""

from itertools import permutations

import numpy as np
from hypothesis import given

from mechanisms.transfers import pairwise_compensation, symmetric_pairwise_compensation
from tests.strategies import problems


@given(problems())
def test_symmetric_is_the_average_over_all_orders(problem):
    orders = list(permutations(range(problem.n)))
    average = sum(pairwise_compensation(problem, order) for order in orders) / len(orders)
    np.testing.assert_allclose(symmetric_pairwise_compensation(problem), average, atol=1e-9)
