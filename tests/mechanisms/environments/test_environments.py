"""Environments: efficient surplus against enumeration of all outcomes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import METHODS
from mechanisms.costs import PowerCost
from mechanisms.environments import Production, PublicProject, SinglePeaked
from mechanisms.environments.values import LinearValue, QuadraticValue, TabulatedValue
from tests.strategies import costs


@given(costs(), st.lists(st.integers(0, 20), min_size=1, max_size=3), st.integers(0, 2), st.integers(1, 4))
def test_production_surplus_is_the_best_of_all_profiles(cost, types, lowest, steps):
    economy = Production(len(types), np.arange(lowest, lowest + steps + 1.0), QuadraticValue(1.5), cost)
    best = max(
        sum(theta * q - 0.75 * q * q for theta, q in zip(types, profile, strict=True)) - float(cost.cost(profile))
        for profile in product(economy.quantities, repeat=len(types))
    )
    assert economy.efficient_surplus(types) == pytest.approx(best)


@pytest.mark.parametrize("method", METHODS)
@given(cost=costs())
def test_production_problem_has_the_same_efficient_surplus(method, cost):
    grid = np.array([1.0, 4.0, 9.0])
    economy = Production(3, np.arange(4.0), LinearValue(), cost, METHODS[method])
    problem = economy.problem((grid,) * 3, ([1, 0, 0],) * 3)
    profiles = np.stack(np.meshgrid(grid, grid, grid, indexing="ij"), axis=-1)
    np.testing.assert_allclose(problem.efficient_payoffs.sum(axis=0), economy.efficient_surplus(profiles), atol=1e-8)


def test_production_outcomes_are_in_lexicographic_order():
    economy = Production(2, np.array([0.0, 1.0]), LinearValue(), PowerCost(0, 1))
    assert economy.profiles.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_tabulated_values_are_looked_up():
    table = TabulatedValue(np.array([1.0, 2.0]), np.array([0.0, 1.0]), np.array([[0.0, 3.0], [0.0, 7.0]]))
    assert table.value(np.array([1.0, 2.0]), np.array([1.0, 1.0])).tolist() == [3, 7]
    with pytest.raises(ValueError, match="types contains 3; allowed are 1, 2"):
        table.value(np.array(3.0), np.array(0.0))


@given(st.lists(st.integers(-10, 10), min_size=2, max_size=4))
def test_single_peaked_chooses_the_mean(types):
    grids = tuple(np.arange(-10.0, 11.0, 5.0) for _ in types)
    types = [5 * round(t / 5) for t in types]
    decision = SinglePeaked(grids)
    problem = decision.problem(grids, ([0.2] * 5,) * len(types))
    index = tuple(int(t / 5) + 2 for t in types)
    assert decision.outcome(problem.efficient_outcome[index]) == pytest.approx(np.mean(types))
    assert decision.efficient_surplus(types) == pytest.approx(-len(types) * np.var(types))


def test_single_peaked_on_a_fine_grid_still_chooses_the_mean():
    grids = (np.arange(0, 24.01, 0.1).round(1), np.array([0.0, 0.1, 23.9]), np.array([11.7]))
    decision = SinglePeaked(grids)
    levels = decision.outcome(decision.problem(grids, [np.eye(len(g))[0] for g in grids]).efficient_outcome)
    means = sum(np.ix_(*grids)) / 3
    np.testing.assert_allclose(levels, means, atol=1e-9)


def test_public_project_surplus_is_the_best_outcome():
    grid = np.array([-6.0, 8.0])
    road = PublicProject(("built", "not built"), (grid, grid), (np.outer(grid, [1, 0]),) * 2)
    assert road.efficient_surplus([[-6, 8], [-6, -6], [8, 8]]).tolist() == [2, 0, 16]
