"""Shapley–Shubik against its definition."""

from itertools import permutations

import numpy as np
from hypothesis import given

from mechanisms.cost_sharing import incremental, shapley_shubik
from tests.mechanisms.cost_sharing.cases import profiles
from tests.shared import examples
from tests.strategies import heterogeneous_costs


@examples(15)
@given(q=profiles, cost=heterogeneous_costs())
def test_shapley_shubik_is_the_average_of_incremental(q, cost):
    average = np.mean([incremental(q, cost, order) for order in permutations(range(3))], axis=0)
    np.testing.assert_allclose(shapley_shubik(q, cost), average, atol=1e-9)
