"""Steps along a path add up to the cost shares, go upwards, and end with the demands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import fixed_path, shapley_shubik
from mechanisms.cost_sharing.fixed_path import corner_steps
from mechanisms.cost_sharing.incremental import served_in_turn
from mechanisms.cost_sharing.moulin_shenker import ordinal_steps
from mechanisms.cost_sharing.shapley_shubik import place_by_place
from mechanisms.costs import QuadraticFormCost
from mechanisms.treatments.rules import RULES
from tests.shared import examples
from tests.strategies import heterogeneous_costs

PATH = [[0, 0, 0], [2, 9, 4], [20, 20, 20]]
ALONG = [name for name, rule in RULES.items() if rule.messages == "demands" and rule.goods == "own" and name != "equal"]


@pytest.mark.parametrize("name", ALONG)
@examples(12)
@given(demands=st.lists(st.integers(0, 6), min_size=3, max_size=3), cost=heterogeneous_costs())
def test_steps_add_up_to_the_shares(name, demands, cost):
    rule, q = RULES[name], np.array(demands, dtype=np.float64)
    arguments = {"path": PATH} if name == "fixed_path" else rule.by_default()
    steps = rule.explain(q, cost, **arguments)
    np.testing.assert_allclose(steps.cost_shares, rule.function(q, cost, **arguments), atol=1e-6)
    assert steps.cost == pytest.approx(float(cost.cost(q)))
    if hasattr(steps, "steps"):
        reached = np.array([np.zeros(3), *(step.quantities for step in steps.steps)])
        assert (np.diff(reached, axis=0) >= 0).all()
        np.testing.assert_allclose(reached[-1], q, atol=1e-9)
        np.testing.assert_allclose(steps.trace[[0, -1]], [np.zeros(3), q], atol=1e-9)
        assert (np.diff(steps.trace, axis=0) >= -1e-9).all()
        for step in steps.steps:
            assert step.paid.sum() == pytest.approx(step.increment, abs=1e-6)


def test_a_polyline_by_hand():
    """C = q1² + q1 q2: two units for the first alone cost 4, then both grow to (3, 2)."""
    cost, path = QuadraticFormCost([[1, 0.5], [0.5, 0]]), [[0, 0], [2, 0], [4, 4]]
    first, second = corner_steps(np.array([3.0, 2.0]), cost, path).steps
    assert first.quantities.tolist() == [2, 0]
    assert first.paid.tolist() == pytest.approx([4, 0])
    # on the second piece q2 = 2 (q1 - 2): the first pays the integral of 2 q1 + q2 dq1, the second that of q1 dq2
    assert second.paid.tolist() == pytest.approx([5 + 1, 5])
    assert fixed_path([3, 2], cost, path).tolist() == pytest.approx([10, 5])


def test_orders_by_hand():
    cost, q = QuadraticFormCost([[1, 0.5], [0.5, 0]], [0, 1]), np.array([2.0, 3.0])
    assert place_by_place(q, cost).by_place.tolist() == [[4, 3], [10, 9]]  # first alone, then after the other
    assert shapley_shubik(q, cost).tolist() == [7, 6]
    assert [step.paid.tolist() for step in served_in_turn(q, cost, [1, 0]).steps] == [[0, 3], [10, 0]]


def test_on_the_ordinal_path_everybody_who_waits_pays_the_same():
    cost = QuadraticFormCost([[0.5, 0.25, 0], [0.25, 1, 0.5], [0, 0.5, 2]], [1, 2, 1])
    first, *_more = ordinal_steps(np.array([3.0, 3.0, 3.0]), cost).steps
    assert first.paid == pytest.approx([first.increment / 3] * 3)
