"""Production: efficient surplus against enumeration of all demands."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.costs import PowerCost
from mechanisms.environments import Production
from mechanisms.environments.values import LinearValue, QuadraticValue
from mechanisms.treatments.rules import BASELINES
from tests.strategies import costs


@given(costs(), st.lists(st.integers(0, 20), min_size=1, max_size=3), st.integers(0, 2), st.integers(1, 4))
def test_production_surplus_is_the_best_of_all_profiles(cost, types, lowest, steps):
    economy = Production(len(types), np.arange(lowest, lowest + steps + 1.0), QuadraticValue(1.5), cost)
    best = max(
        sum(theta * q - 0.75 * q * q for theta, q in zip(types, profile, strict=True)) - float(cost.cost(profile))
        for profile in product(economy.quantities, repeat=len(types))
    )
    assert economy.efficient_surplus(types) == pytest.approx(best)


@pytest.mark.parametrize("method", BASELINES)
@given(cost=costs())
def test_production_problem_has_the_same_efficient_surplus(method, cost):
    grid = np.array([1.0, 4.0, 9.0])
    economy = Production(3, np.arange(4.0), LinearValue(), cost, BASELINES[method].function)
    problem = economy.problem((grid,) * 3, ([1, 0, 0],) * 3)
    profiles = np.stack(np.meshgrid(grid, grid, grid, indexing="ij"), axis=-1)
    np.testing.assert_allclose(problem.efficient_payoffs.sum(axis=0), economy.efficient_surplus(profiles), atol=1e-8)


def test_production_outcomes_are_in_lexicographic_order():
    economy = Production(2, np.array([0.0, 1.0]), LinearValue(), PowerCost(0, 1))
    assert economy.profiles.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
