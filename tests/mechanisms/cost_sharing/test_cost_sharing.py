"""What is particular to serial and proportional shares; what all methods have in common is in test_contract.py."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import proportional, serial
from mechanisms.costs import PowerCost
from tests.strategies import costs, demands


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


def test_proportional_shares_by_hand():
    assert proportional([0, 0], PowerCost(1, 2)).tolist() == [0, 0]
    assert proportional([1, 2, 0], PowerCost(2, 2)).tolist() == [6, 12, 0]
