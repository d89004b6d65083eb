"""The sequential version pays the transfers of the direct one (S section 6)."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import pairwise_compensation, sequential_pairwise
from tests.strategies import problems


@given(problems(), st.randoms(use_true_random=False))
def test_sequential_reports_pay_the_direct_transfers(problem, random):
    order = list(range(problem.n))
    random.shuffle(order)
    transfers = pairwise_compensation(problem, order)
    for profile in product(*map(range, problem.shape)):
        stages = sequential_pairwise(problem, [profile[agent] for agent in order], order)
        paid = np.zeros(problem.n)
        for stage in stages:
            paid -= stage.payments
            paid[stage.agent] += stage.payments.sum()
        np.testing.assert_allclose(paid, transfers[:, *profile], atol=1e-9)
        np.testing.assert_allclose(stages[-1].expected_payoffs, problem.efficient_payoffs[:, *profile], atol=1e-9)


def test_sequential_bad_reports_are_named():
    problem = SocialChoiceProblem([[[1, 0]], [[1, 0]]], [[1], [1]])
    with pytest.raises(ValueError, match="reports has 3 entries"):
        sequential_pairwise(problem, [0, 0, 0])
    with pytest.raises(ValueError, match="reports has 1 for agent 0, whose types are 0…0"):
        sequential_pairwise(problem, [1])
