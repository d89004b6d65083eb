"""Serial equilibria: the one-pass algorithm of Kumar (2013, Lemma 1), kinked costs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import serial
from mechanisms.costs import PiecewiseLinearCost
from mechanisms.demand_equilibria import serial_equilibrium
from mechanisms.demand_equilibria.serial_equilibrium import one_pass
from tests.mechanisms.demand_equilibria.cases import COSTS, KINDS, best_gain, caps, quadratic, types_lists


@given(st.sampled_from(KINDS), types_lists, st.sampled_from(COSTS), caps)
def test_newton_agrees_with_the_one_pass_algorithm(kind, types, cost, q_max):
    utilities, _ = kind(types)
    q_max = q_max[: len(types)] if isinstance(q_max, list) else q_max
    found = serial_equilibrium(utilities, cost, q_max)
    limits = np.minimum(utilities.highest, np.inf if q_max is None else q_max)
    np.testing.assert_allclose(found.demands, one_pass(utilities, cost, limits), atol=1e-7)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=6))
def test_serial_equilibrium_with_a_kinked_cost(types):
    """c' jumps from 1 to 5 at Q = 4: several agents can leave at the jump."""
    utilities, _ = quadratic(types, 1)
    cost = PiecewiseLinearCost((4,), (1, 5))
    found = serial_equilibrium(utilities, cost)
    assert best_gain(found.demands, lambda i, q: types[i] * q - q**2 / 2, cost, serial, None) < 1e-8
