"""Equilibria on continuous demands: the pass along the path against Lemma 1, Newton's method and the paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.choice_functions import NotOnlyBestError, continuous_demands, path_equilibrium
from mechanisms.cost_sharing import fixed_path
from mechanisms.cost_sharing.generalized_serial import from_path
from mechanisms.costs import PiecewiseLinearCost, PolynomialCost, PowerCost, QuadraticFormCost
from mechanisms.demand_equilibria import PowerUtilities, QuadraticUtilities, serial_equilibrium
from mechanisms.environments.values import LinearValue, PowerValue, QuadraticValue
from mechanisms.treatments.rules import RULES
from tests.shared import examples

BENT = [[0, 0, 0], [3, 0, 0], [3, 6, 2], [6, 6, 8]]
MATRIX = QuadraticFormCost([[1, 0.5, 0], [0.5, 1, 0.25], [0, 0.25, 1]], [1, 1, 1])


def linear(prices):
    return lambda q: np.array(prices, dtype=np.float64)


@pytest.mark.parametrize("cost", [PowerCost(0.5, 2), MATRIX], ids=["one good", "own goods"])
@pytest.mark.parametrize("prices", [(5, 7, 9), (9, 5, 7), (30, 4.5, 0.5)], ids=str)
def test_along_a_bent_path_as_by_lemma_1(cost, prices):
    found = path_equilibrium(BENT, linear(prices), cost, 6)
    path = np.minimum(BENT, 6.0)  # the last corner but one is where the path leaves the highest demand
    path = np.array([*path[:3], [3 + 3 * 4 / 6, 6, 6], path[3]])
    utilities = [lambda a, p=p: p * a[..., 0] + a[..., 1] for p in prices]
    by_lemma = from_path(path, cost).social_choice(utilities)
    assert found == pytest.approx(by_lemma[:, 0], abs=1e-5)
    assert fixed_path(found, cost, BENT) == pytest.approx(-by_lemma[:, 1], abs=1e-4)


@examples(30)
@given(st.lists(st.integers(1, 60).map(lambda k: k / 4), min_size=2, max_size=5))
def test_the_serial_equilibrium_of_newtons_method(types):
    theta, cost = np.array(types), PolynomialCost((0.5, 0.25, 0.05))
    for value, utilities in (
        (QuadraticValue(0.7), QuadraticUtilities(theta, 0.7)),
        (PowerValue(0.5), PowerUtilities(theta, 0.5)),
    ):
        for name in ("serial", "friedman_moulin"):
            found = continuous_demands(RULES[name], value, cost, theta, 9.0, {})
            assert found == pytest.approx(serial_equilibrium(utilities, cost, 9.0).demands, abs=2e-9)


def test_a_kink_of_the_cost_is_met():
    """c' jumps from 1 to 4 at Q = 4: both with a price of 3 stop there."""
    cost = PiecewiseLinearCost((4.0,), (1.0, 4.0))
    found = continuous_demands(RULES["serial"], LinearValue(), cost, np.array([3.0, 3.0]), 10, {})
    assert found.tolist() == [2, 2]
    assert continuous_demands(RULES["serial"], LinearValue(), cost, np.array([0.5, 9.0]), 10, {}).tolist() == [0, 10]


@pytest.mark.parametrize("types", [(3, 2), (6, 8), (4, 14)])
def test_the_proportional_function_of_section_5(types):
    found = continuous_demands(RULES["proportional"], LinearValue(), PowerCost(0.5, 2), np.array(types, float), 16, {})
    b = np.array(types, float)
    interior = 4 / 3 * (b - b[::-1] / 2)
    expected = interior if interior.min() > 0 else np.where(b == b.max(), b, 0)
    assert found == pytest.approx(expected, abs=1e-9)


def test_power_values_of_types_at_or_below_zero_demand_nothing():
    theta = np.array([-1.0, 0.0, 4.0])
    for name in ("serial", "proportional"):
        found = continuous_demands(RULES[name], PowerValue(0.5), PowerCost(1, 2), theta, 5.0, {})
        assert found[:2].tolist() == [0, 0]
        assert found[2] == pytest.approx(1.0)  # 2 / sqrt(q) = 2 q


def test_the_order_is_that_of_the_option():
    found = [
        continuous_demands(
            RULES["incremental"], LinearValue(), PowerCost(0.5, 2), np.array([3.0, 8.0]), 10, {"order": order}
        ).tolist()
        for order in ((0, 1), (1, 0))
    ]
    assert found == [[3, 5], [0, 8]]


def test_more_than_one_best_demand_is_refused():
    with pytest.raises(ValueError, match=r"the demand . of player 1 is not the only best one"):
        path_equilibrium([[0, 0], [5, 5]], linear([2, 3]), PowerCost(2, 1), 5)  # a constant price, that of player 1
    with pytest.raises(ValueError, match=r"is not the only best one"):
        path_equilibrium([[0, 0], [5, 5]], linear([2, 3]), PowerCost(3, 0.5), 5)
    with pytest.raises(ValueError, match="no path"):
        continuous_demands(RULES["equal"], LinearValue(), PowerCost(1, 2), np.ones(2), 5, {})


@pytest.mark.parametrize("name", ["serial", "incremental", "proportional"])
def test_many_profiles_are_solved_as_each_alone(name):
    types = np.random.default_rng(3).integers(0, 40, (30, 3)) / 4
    arguments = {"order": (2, 0, 1)} if name == "incremental" else {}
    together = continuous_demands(RULES[name], QuadraticValue(0.7), PowerCost(0.5, 2), types, 9.0, arguments)
    for profile, found in zip(types, together, strict=True):
        alone = continuous_demands(RULES[name], QuadraticValue(0.7), PowerCost(0.5, 2), profile, 9.0, arguments)
        assert found.tolist() == alone.tolist()


def test_the_first_profile_without_a_single_best_demand_is_named():
    types = np.array([[3.0, 4.0], [1.0, 4.0], [1.0, 1.0]])  # a constant price of 2, that of nobody; then of player 2
    with pytest.raises(NotOnlyBestError, match="of player 2") as refused:
        continuous_demands(RULES["serial"], LinearValue(), PowerCost(2, 1), np.vstack([types, [[3, 2]]]), 5, {})
    assert refused.value.row == 3
