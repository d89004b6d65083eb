"""Generalized serial functions: conditions of Definition 5 with witnesses, Lemma 1, Definitions 6 and 7."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import proportional
from mechanisms.cost_sharing.generalized_serial import GeneralizedSerialFunction, constant, from_path
from mechanisms.cost_sharing.staged_serial import staged_serial
from mechanisms.costs import PowerCost, QuadraticFormCost
from tests.shared import examples, mostly_thorough

WEIGHTS = [[0.7, 1], [2.3, 1], [4.1, 1], [7.7, 1], [1, 0]]
PATHS = {
    "diagonal": [[0, 0, 0], [6, 6, 6]],
    "bent": [[0, 0, 0], [1, 4, 2], [5, 5, 9]],
    "curved": lambda t: np.stack([6 * t, 3 * t + 3 * t**2, 3 * t + 3 * t**3], axis=-1),
}
COSTS = [PowerCost(0.5, 2), QuadraticFormCost([[1, 0.3, 0.1], [0.2, 2, 0.1], [0.1, 0.4, 1.5]], 0.1)]


def linear(price):
    return lambda allocation: price * allocation[..., 0] + allocation[..., 1]


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("cost", COSTS, ids=["homogeneous", "heterogeneous"])
def test_theorem_3_fixed_paths_are_generalized_serial(path, cost):
    for condition in from_path(path, cost).conditions(WEIGHTS, points=5, fine=101):
        assert condition.holds, condition.witness


@examples(10)
@given(st.lists(st.integers(1, 120).map(lambda k: k / 10), min_size=3, max_size=3), st.sampled_from(sorted(PATHS)))
def test_lemma_1_algorithm_finds_a_nash_equilibrium(prices, name):
    function = from_path(PATHS[name], COSTS[1])
    utilities = [linear(price) for price in prices]
    z = function.equilibrium(utilities, fine=101)
    for i, utility in enumerate(utilities):
        trial = np.tile(z, (301, 1))
        trial[:, i] = np.linspace(0, 1, 301)
        assert utility(function.allocate(trial)[:, i]).max() <= utility(function.allocate(z)[i]) + 1e-7


EDGES = [[0, 0], [10, 0], [10, 10]]
CORNERS = [[0, 0], [2, 0], [2, 3], [7, 3], [9, 9]]


def test_along_the_edges_who_is_served_later_follows():
    """Incremental cost sharing: q_0 = 3 where q_0 = 3 is the marginal cost, then 3 + q_1 = 8."""
    function = from_path(EDGES, PowerCost(0.5, 2))
    allocation = function.social_choice([linear(3), linear(8)])
    np.testing.assert_allclose(allocation, [[3, -4.5], [5, -27.5]], atol=1e-6)
    assert all(condition.holds for condition in function.conditions([[3, 1], [8, 1], [0.5, 1]], points=5, fine=41))


def test_theorem_3_needs_the_last_level_at_which_the_path_stands_still():
    """K's levels are D_1 = {0} and (1/2, 1]: the zero demand stops being best when z_0, never below it, moves."""
    function = from_path(EDGES, PowerCost(0.5, 2))
    levels = np.concatenate([[0], np.linspace(0.5, 1, 51)[1:]])

    def best(z_0):
        gets = function.allocate(np.stack([np.full_like(levels, z_0), levels], axis=-1))[:, 1]
        return levels[linear(8)(gets).argmax()]

    assert best(1.0) == 0
    assert best(0.15) == pytest.approx(0.75)


@pytest.mark.parametrize("prices", [(3, 8), (4.2, 3.5), (15, 9.5), (6, 1)])
def test_a_path_with_corners_has_an_equilibrium_that_nobody_leaves(prices):
    function = from_path(CORNERS, PowerCost(0.5, 2))
    utilities = [linear(price) for price in prices]
    z = function.equilibrium(utilities, fine=41)
    for i, utility in enumerate(utilities):
        trial = np.tile(z, (201, 1))
        trial[:, i] = np.linspace(0, 1, 201)
        assert utility(function.allocate(trial)[:, i]).max() <= utility(function.allocate(z)[i]) + 1e-7


def test_a_function_whose_path_stands_still_finds_the_same():
    path = lambda t: np.stack([np.minimum(20 * t, 10), np.maximum(20 * t - 10, 0)], axis=-1)  # noqa: E731
    demands = from_path(path, PowerCost(0.5, 2)).social_choice([linear(3), linear(8)])[:, 0]
    np.testing.assert_allclose(demands, [3, 5], atol=1e-5)


def test_serial_social_choice_is_what_staged_serial_reaches():
    prices = (3.2, 5.1, 8.3)
    allocation = from_path(PATHS["diagonal"], COSTS[0]).social_choice([linear(price) for price in prices])

    def best(number, remaining, served):
        return [(prices[i] - sum(served.values())) / len(remaining) for i in remaining]

    for stage in staged_serial(best, 3, COSTS[0]):
        np.testing.assert_allclose(allocation[stage.served], [stage.quantity, -stage.cost_share], atol=1e-5)


def average_cost(z):
    return np.stack([z, -proportional(z, PowerCost(0.5, 2))], axis=-1)


def test_average_cost_fails_conditions_1_and_3_with_witnesses():
    first, second, third = GeneralizedSerialFunction(average_cost, [4, 4]).conditions([[3.3, 1]], points=5)
    assert not first.holds
    assert first.witness == "a_0 at z_0 = 1 changes with z_1, which stays at 1 or above"
    assert second.holds
    assert not third.holds
    assert third.witness.startswith(
        "with lambda = [3.3, 1.0] agent 0's best level is 1.8 when the others are at [3.0], and 2.3"
    )


def test_condition_2_fails_where_levels_tie():
    function = GeneralizedSerialFunction(lambda z: np.stack([z, -z], axis=-1), [2, 2])
    first, second, third = function.conditions([[1, 1]])
    assert first.holds
    assert not second.holds
    assert second.witness == ("with lambda = [1.0, 1.0] agent 0 is best off at 0 and at 2 when the others are at [0.0]")
    assert third.holds


@pytest.mark.parametrize("unit", mostly_thorough([1e-11, 1e11], 1e-11))
def test_verdicts_do_not_depend_on_units(unit):
    """The same functions with goods and prices in other units: what fails, fails; what holds, holds."""
    failing = GeneralizedSerialFunction(lambda z: unit * average_cost(z), [4, 4]).conditions([[3.3, 1]], points=5)
    assert [condition.holds for condition in failing] == [False, True, False]
    serial = from_path(PATHS["bent"], COSTS[0])
    scaled = GeneralizedSerialFunction(lambda z: unit * serial.allocate(z), serial.highest)
    assert [c.holds for c in scaled.conditions(WEIGHTS)] == [c.holds for c in serial.conditions(WEIGHTS)]


def test_a_constant_social_choice_function_is_generalized_serial():
    function = constant([[1, -2], [3, -4]])
    assert all(condition.holds for condition in function.conditions(WEIGHTS))
    assert function.social_choice([linear(1), linear(9)]).tolist() == [[1, -2], [3, -4]]


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: GeneralizedSerialFunction(average_cost, [1, -1]), r"highest is \[1.0, -1.0\]"),
        (lambda: GeneralizedSerialFunction(lambda z: z, [1, 1]), "allocate returned shape"),
        (lambda: from_path(PATHS["bent"], COSTS[0]).conditions(WEIGHTS, points=100), "points is 100"),
        (lambda: GeneralizedSerialFunction(average_cost, [1, 1]).conditions([1, 1]), r"utilities has shape \(2,\)"),
        (lambda: GeneralizedSerialFunction(average_cost, [1, 1]).equilibrium([linear(1)]), "utilities has 1 entries"),
        (lambda: constant([1, 2]), r"allocation has shape \(2,\)"),
    ],
)
def test_bad_input_is_named(make, named):
    with pytest.raises(ValueError, match=named):
        make()


@pytest.mark.parametrize("path", [[[0, 0], [10, 0], [10, 10]], [[0, 0], [6, 6]]], ids=["edges", "diagonal"])
@pytest.mark.parametrize("prices", [(0, 0), (-1, -2), (1e-4, 2e-4), (1e-7, 2e-7)])
def test_small_demands_are_found_as_well(path, prices):
    """On the edges agent 0 takes k_0 units and agent 1 the rest of k_1; on the diagonal k_0 / 2 and k_1 - k_0 / 2."""
    a, b = max(prices[0], 0) / (1 if len(path) == 3 else 2), max(prices[1], 0)
    found = from_path(path, PowerCost(0.5, 2)).social_choice([lambda x, k=k: k * x[..., 0] + x[..., 1] for k in prices])
    np.testing.assert_allclose(found[:, 0], [a, b - a], rtol=1e-6, atol=1e-11)
