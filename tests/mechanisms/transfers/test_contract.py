"""What the balanced mechanisms of Safronov (2018) share: budgets, truth as a best reply to the truth."""

import numpy as np
import pytest
from hypothesis import given

from mechanisms.transfers import agv, cremer_riordan, pairwise_compensation, symmetric_pairwise_compensation
from tests.mechanisms.transfers.cases import expected_over, utilities
from tests.strategies import problems

BALANCED = [agv, cremer_riordan, pairwise_compensation, symmetric_pairwise_compensation]


@pytest.mark.parametrize("rule", BALANCED)
@given(problem=problems(min_agents=2))
def test_budget_balance(rule, problem):
    np.testing.assert_allclose(rule(problem).sum(axis=0), 0, atol=1e-9)


@pytest.mark.parametrize("rule", BALANCED)
@given(problem=problems(min_agents=2))
def test_truth_is_a_best_reply_to_the_truth(rule, problem):
    transfers = rule(problem)
    for i in range(problem.n):
        others = [j for j in range(problem.n) if j != i]
        for own in range(problem.shape[i]):
            interim = expected_over(problem, utilities(problem, transfers, i, own), others).ravel()
            assert interim[own] >= interim.max() - 1e-9
