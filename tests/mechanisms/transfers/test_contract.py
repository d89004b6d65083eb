"""What the balanced mechanisms of Safronov (2018) share: budgets, truth as a best reply to the truth."""

import numpy as np
import pytest
from hypothesis import given

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import (
    agv,
    cremer_riordan,
    groves,
    pairwise_compensation,
    pairwise_payments,
    symmetric_pairwise_compensation,
    vcg,
)
from mechanisms.transfers.agv import expected_externalities
from tests.mechanisms.transfers.cases import expected_over, utilities
from tests.strategies import problems

BALANCED = [agv, cremer_riordan, pairwise_compensation, symmetric_pairwise_compensation]


@pytest.mark.parametrize("rule", BALANCED)
@given(problem=problems(min_agents=2))
def test_budget_balance(rule, problem):
    np.testing.assert_allclose(rule(problem).sum(axis=0), 0, atol=1e-9)


@pytest.mark.parametrize("scale", [1e-4, 1e-11])
def test_who_has_little_is_not_lost_beside_who_has_much(scale):
    """The second has 1e15 to 1e22 times as much, and decides; for both together that is all there is."""
    problem = SocialChoiceProblem(
        [np.array([[3, 0], [0, 2]]) * scale, np.array([[1, 0], [0, 4]]) * 1e11], [[0.5, 0.5]] * 2
    )
    paid = np.array([[1.5, -1.5], [-1.0, 1.0]]) * scale  # by the first, for the second one's report
    transfers = np.stack([-paid, paid])
    np.testing.assert_allclose(pairwise_payments(problem)[1, 0], paid, rtol=1e-12)
    np.testing.assert_allclose(pairwise_compensation(problem), transfers, rtol=1e-12)
    assert not symmetric_pairwise_compensation(problem).sum(axis=0).any()
    second = np.array([[3, 0], [0, 2]]) * scale
    np.testing.assert_allclose(groves(problem)[1], second, rtol=1e-12)
    np.testing.assert_array_equal(vcg(problem), [np.zeros((2, 2)), second - second.max(axis=1, keepdims=True)])
    expected = np.array([1.5, 1.0]) * scale  # by the first, from each report of the second
    assert expected_externalities(problem)[1].ravel() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("rule", BALANCED)
@given(problem=problems(min_agents=2))
def test_truth_is_a_best_reply_to_the_truth(rule, problem):
    transfers = rule(problem)
    for i in range(problem.n):
        others = [j for j in range(problem.n) if j != i]
        for own in range(problem.shape[i]):
            interim = expected_over(problem, utilities(problem, transfers, i, own), others).ravel()
            assert interim[own] >= interim.max() - 1e-9
