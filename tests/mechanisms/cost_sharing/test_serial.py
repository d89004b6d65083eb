"""Serial cost shares of many groups at once: chunks, pairs of groups, demands that differ in their last bits only."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import serial
from mechanisms.costs import PiecewiseLinearCost, PowerCost
from tests.strategies import costs, demands

COST = PowerCost(0.5, 2)


def by_loop(q, cost=COST):
    """Equation 1 for one group, one stage after another."""
    shares, order, paid, last = np.empty(len(q)), np.argsort(q, kind="stable"), 0.0, 0.0
    for k, i in enumerate(order):
        total = float(cost.cost(np.minimum(q, q[i])))
        paid, last = paid + (total - last) / (len(q) - k), total
        shares[i] = paid
    return shares


@pytest.mark.parametrize("shape", [(1, 1), (7, 1), (3, 2), (20_001, 5), (131, 1000), (2, 3, 4), (0, 3)])
def test_many_groups_are_a_loop(shape):
    q = np.random.default_rng(3).random(shape) * 10
    shares = serial(q, COST)
    assert shares.shape == shape
    groups, rows = q.reshape(-1, shape[-1]), shares.reshape(-1, shape[-1])
    for k in range(0, len(groups), max(1, len(groups) // 50)):
        np.testing.assert_allclose(rows[k], by_loop(groups[k]), rtol=1e-9)
    if len(groups):
        np.testing.assert_allclose(rows[-1], by_loop(groups[-1]), rtol=1e-9)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=9))
def test_demands_that_differ_in_their_last_bits_only(steps):
    """Multiples of the smallest number are nothing but last bits, and still sorted."""
    smallest = 5e-324
    cost = PiecewiseLinearCost(breakpoints=(12 * smallest,), slopes=(1e99, 7e99))
    q = np.array(steps) * smallest
    np.testing.assert_allclose(serial(q, cost), by_loop(q, cost), rtol=1e-12)


def test_negative_zero_and_views():
    q = np.array([[3.0, -0.0, 1.0], [2.0, 0.0, 4.0]])
    expected = [by_loop(np.abs(row)) for row in q]
    np.testing.assert_allclose(serial(q, COST), expected)
    np.testing.assert_allclose(serial(np.asfortranarray(q), COST), expected)
    np.testing.assert_allclose(serial(q[:, ::-1], COST)[:, ::-1], expected)
    q.flags.writeable = False
    np.testing.assert_allclose(serial(q, COST), expected)


@given(demands(), costs())
def test_serial_is_equation_1_of_kumar(q, cost):
    n = len(q)
    sorted_q = np.sort(q)

    def stage_cost(k):  # C(q^k), k from 1
        return float(cost.cost(np.minimum(sorted_q, sorted_q[k - 1])))

    expected = {}
    for i in range(1, n + 1):
        paid_before = sum(stage_cost(k) / ((n + 1 - k) * (n - k)) for k in range(1, i))
        expected[sorted_q[i - 1]] = stage_cost(i) / (n + 1 - i) - paid_before
    np.testing.assert_allclose(serial(q, cost), [expected[own] for own in q], atol=1e-8)


@given(demands(), costs(), st.integers(0, 9))
def test_serial_shares_of_low_demanders_do_not_depend_on_high_demands(q, cost, more):
    highest = int(np.argmax(q))
    raised = q.copy()
    raised[highest] += more
    unaffected = np.delete(np.arange(len(q)), highest)
    if q.sum() + more <= 60 and len(q) * raised.max() <= 60:
        np.testing.assert_allclose(serial(raised, cost)[unaffected], serial(q, cost)[unaffected], atol=1e-9)
