"""Symmetric pairwise compensation is the average over all orders (S Cor. 1)."""

from itertools import permutations

import numpy as np
from hypothesis import given

from mechanisms.explanations import explain
from mechanisms.transfers import pairwise_compensation, symmetric_pairwise_compensation
from mechanisms.transfers.pairwise_compensation import expectation_revisions
from mechanisms.transfers.symmetric_pairwise_compensation import average_revisions
from mechanisms.treatments import load_treatment
from tests.strategies import problems


@given(problems())
def test_symmetric_is_the_average_over_all_orders(problem):
    orders = list(permutations(range(problem.n)))
    average = sum(pairwise_compensation(problem, order) for order in orders) / len(orders)
    np.testing.assert_allclose(symmetric_pairwise_compensation(problem), average, atol=1e-9)


@given(problems())
def test_payments_are_averages_over_all_orders_too(problem):
    shape, orders = (problem.n, *problem.shape), list(permutations(range(problem.n)))
    found = average_revisions(problem)
    for i in range(problem.n):
        average = sum(np.broadcast_to(expectation_revisions(problem, order)[i], shape) for order in orders)
        np.testing.assert_allclose(np.broadcast_to(found[i], shape), average / len(orders), atol=1e-9)


def test_the_steps_of_the_park_add_up():
    park = load_treatment("treatments/park_symmetric.toml")
    steps, play = explain(park, [8, 20, 8], [8, 8, 20]), park.play([8, 20, 8], [8, 8, 20])
    np.testing.assert_allclose(steps.transfers, play.transfers, atol=1e-12)
    np.testing.assert_allclose(steps.payments, play.payments, atol=1e-12)
    assert np.ptp(steps.payments) > 1
