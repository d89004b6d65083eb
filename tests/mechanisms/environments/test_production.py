"""Production: efficient surplus against enumeration of all demands."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mechanisms.costs import PowerCost, QuadraticFormCost, TabulatedCost
from mechanisms.environments import Production
from mechanisms.environments.values import LinearValue, PowerValue, QuadraticValue
from mechanisms.treatments.rules import BASELINES
from tests.shared import mostly_thorough
from tests.strategies import costs

OF_DIFFERENCES = ("equal", "incremental", "shapley_shubik")
"""Rules for own goods that need no marginal costs, which a table has not."""


@given(costs(), st.lists(st.integers(0, 20), min_size=1, max_size=3), st.integers(0, 2), st.integers(1, 4))
def test_production_surplus_is_the_best_of_all_profiles(cost, types, lowest, steps):
    economy = Production(len(types), np.arange(lowest, lowest + steps + 1.0), QuadraticValue(1.5), cost)
    best = max(
        sum(theta * q - 0.75 * q * q for theta, q in zip(types, profile, strict=True)) - float(cost.cost(profile))
        for profile in product(economy.quantities, repeat=len(types))
    )
    assert economy.efficient_surplus(types) == pytest.approx(best)


@pytest.mark.parametrize("method", mostly_thorough(BASELINES, *set(BASELINES) - {"axial"}))  # axial is slow
@given(cost=costs())
def test_production_problem_has_the_same_efficient_surplus(method, cost):
    grid = np.array([1.0, 4.0, 9.0])
    rule = BASELINES[method]
    assume(cost.total_cost(np.array(1.0)) > 0)  # some of the random costs are 0 everywhere, which measures nothing
    assume(not (isinstance(cost, TabulatedCost) and rule.goods == "own" and method not in OF_DIFFERENCES))
    economy = Production(3, np.arange(4.0), LinearValue(), cost, rule.function)
    problem = economy.problem((grid,) * 3, ([1, 0, 0],) * 3)
    profiles = np.stack(np.meshgrid(grid, grid, grid, indexing="ij"), axis=-1)
    np.testing.assert_allclose(problem.efficient_payoffs.sum(axis=0), economy.efficient_surplus(profiles), atol=1e-8)


def test_production_outcomes_are_in_lexicographic_order():
    economy = Production(2, np.array([0.0, 1.0]), LinearValue(), PowerCost(0, 1))
    assert economy.profiles.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_with_divisible_goods_the_efficient_surplus_is_that_of_all_amounts():
    """b q - Q^2 / 2 for two: the higher b gets all, Q = b; own goods with C = q1^2 + q2^2: b^2 / 4 each."""
    one = Production(2, np.arange(13.0), LinearValue(), PowerCost(0.5, 2), divisible=True)
    np.testing.assert_allclose(one.efficient_surplus([[6.5, 8.3], [0.5, 0.1]]), [8.3**2 / 2, 0.5**2 / 2], rtol=1e-9)
    assert Production(2, np.arange(13.0), LinearValue(), PowerCost(0.5, 2)).efficient_surplus([6.5, 8.3]) < 8.3**2 / 2
    own = Production(2, np.arange(3.0), LinearValue(), QuadraticFormCost(np.eye(2), [0, 0]), divisible=True)
    np.testing.assert_allclose(own.efficient_surplus([1.5, 3.3]), (1.5**2 + 3.3**2) / 4, rtol=1e-9)
    power = Production(2, np.arange(3.0), PowerValue(0.5), PowerCost(1, 2), divisible=True)
    best = max(3 * a**0.5 + 2 * b**0.5 - (a + b) ** 2 for a in np.linspace(0, 2, 401) for b in np.linspace(0, 1, 201))
    assert best - 1e-9 <= power.efficient_surplus([3, 2]) <= best + 1e-4
