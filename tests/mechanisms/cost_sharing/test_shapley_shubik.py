"""Shapley–Shubik against its definition."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from engine.bots import oracle, shares
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.cost_sharing import incremental, shapley_shubik
from mechanisms.cost_sharing.shapley_shubik import FEW, place_by_place
from mechanisms.costs import PowerCost, QuadraticFormCost
from mechanisms.treatments import Treatment, TreatmentError
from mechanisms.verdicts import TooLargeError
from tests.crowd_games import COSTS, definition
from tests.mechanisms.cost_sharing.cases import profiles
from tests.shared import examples
from tests.strategies import costs, demands, heterogeneous_costs


@examples(15)
@given(q=profiles, cost=heterogeneous_costs())
def test_shapley_shubik_is_the_average_of_incremental(q, cost):
    average = np.mean([incremental(q, cost, order) for order in permutations(range(3))], axis=0)
    np.testing.assert_allclose(shapley_shubik(q, cost), average, atol=1e-9)


@examples(15)
@given(q=demands(2, 5), cost=costs(), more=st.integers(0, 7))
def test_many_are_served_by_size_and_total_of_coalitions_as_few_are_one_by_one(q, cost, more):
    """With agents who demand nothing, and so change no cost, few are many."""
    one_by_one, nobody = place_by_place(np.append(q, np.zeros(more)), cost), np.zeros(FEW + 1 - len(q))
    np.testing.assert_allclose(shapley_shubik(q, cost), one_by_one.cost_shares[: len(q)], atol=1e-9)
    by_totals = shapley_shubik([[*q, *nobody], [*nobody, *q]], cost)
    np.testing.assert_allclose(by_totals[0, : len(q)], one_by_one.cost_shares[: len(q)], rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(by_totals[1, len(nobody) :], by_totals[0, : len(q)], rtol=1e-12, atol=1e-9)


def test_a_hundred_pay_what_the_judge_says():
    rng = np.random.default_rng(3)
    for n, step in ((13, 0.1), (40, 2.5), (100, 1)):
        q = step * rng.integers(0, 3, n)
        exact = [Fraction(str(round(x, 6))) for x in q.tolist()]
        judged = shares.shapley_shubik(exact[:18], shares.Cost(lambda total: total**3, {}))
        found = shapley_shubik(q[:18], PowerCost(1, 3))
        np.testing.assert_allclose(found, [float(x) for x in judged], rtol=1e-12)
        assert shapley_shubik(q, PowerCost(1, 0.7)).sum() == pytest.approx(q.sum() ** 0.7, rel=1e-12)
        np.testing.assert_allclose(shapley_shubik(q, PowerCost(1, 2)), q * q.sum(), rtol=1e-12)  # that of c = Q²


@pytest.mark.parametrize("cost", COSTS[1:4], ids=lambda cost: cost["kind"])
def test_a_large_group_is_played_as_the_judge_plays_it(cost):
    treatment = Treatment.from_definition(definition("shapley_shubik", 21, 3, (4,), cost))
    messages = [0, 1, 2] * 7
    judged = oracle.expected(treatment.definition, [4] * 21, messages)
    assert treatment.play([4] * 21, messages).points.tolist() == judged["points"]


def test_what_is_too_large_says_why():
    with pytest.raises(TooLargeError, match=r"demands has 21 agents; .* at most 20"):
        shapley_shubik(np.ones(21), QuadraticFormCost(np.eye(21), 0.0))
    with pytest.raises(TooLargeError, match="at most 20"):
        shapley_shubik(np.sqrt(np.arange(21)), PowerCost(1, 2))
    with pytest.raises(TreatmentError, match=r"x: group\.size = 100: too large: demands has 100 agents"):
        Treatment.from_definition(definition("shapley_shubik", 100, 200), "x")
    assert Treatment.from_definition(definition("shapley_shubik", 100, 11)).group_size == 100
