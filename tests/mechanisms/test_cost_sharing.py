"""One contract for every cost sharing method, and what is particular to each."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import METHODS, proportional, serial
from mechanisms.costs import PowerCost
from tests.strategies import costs, demands

methods = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@methods
@given(demands(), costs())
def test_shares_add_up_to_the_cost(method, q, cost):
    assert method(q, cost).sum() == pytest.approx(cost.cost(q), abs=1e-9)


@methods
@given(demands(1, 4), costs())
def test_anonymous(method, q, cost):
    shares = method(q, cost)
    for order in permutations(range(len(q))):
        np.testing.assert_allclose(method(q[list(order)], cost), shares[list(order)], atol=1e-9)


@methods
@given(st.lists(demands(3, 3), min_size=1, max_size=5), costs())
def test_batch_equals_loop(method, batch, cost):
    np.testing.assert_allclose(method(np.array(batch), cost), [method(q, cost) for q in batch], rtol=1e-12)


@methods
def test_inputs_stay_as_they_are(method):
    q = np.array([3, 1, 2])
    method(q, PowerCost(1, 2))
    assert q.tolist() == [3, 1, 2]


@methods
@pytest.mark.parametrize(
    ("bad", "named"),
    [([1, -2], "-2"), ([1, np.nan], "nan"), ([np.inf], "inf"), ([], r"\(0,\)"), (["a"], "dtype"), (3, r"\(\)")],
)
def test_bad_demands_are_named(method, bad, named):
    with pytest.raises(ValueError, match=rf"demands .*{named}"):
        method(bad, PowerCost(1, 2))


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
