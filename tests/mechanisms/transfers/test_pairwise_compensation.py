"""Pairwise compensation: S Def. 4, Theorem 1 and Prop. 3 on random problems."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import pairwise_compensation, pairwise_payments
from tests.mechanisms.transfers.cases import expected_over, utilities
from tests.strategies import problems


@given(problems(min_agents=2), st.randoms(use_true_random=False))
def test_pairwise_compensation_guarantees_the_efficient_payoff(problem, random):
    """Theorem 1: whatever the others report, in expectation over one's own type."""
    order = list(range(problem.n))
    random.shuffle(order)
    transfers = pairwise_compensation(problem, order)
    for i in range(problem.n):
        truthful = np.stack([np.take(utilities(problem, transfers, i, t), t, axis=i) for t in range(problem.shape[i])])
        guaranteed = np.tensordot(problem.priors[i], truthful, axes=1)
        efficient = expected_over(problem, problem.efficient_payoffs[i].astype(float), range(problem.n)).item()
        np.testing.assert_allclose(guaranteed, efficient, atol=1e-9)


@given(problems(min_agents=2))
def test_interim_utility_does_not_depend_on_the_order(problem):
    """Proposition 3, for types of positive probability."""
    interim = []
    for order in permutations(range(problem.n)):
        transfers = pairwise_compensation(problem, order)
        rows = []
        for i, own in [(i, t) for i, size in enumerate(problem.shape) for t in range(size)]:
            others = [j for j in range(problem.n) if j != i]
            rows.append(expected_over(problem, utilities(problem, transfers, i, own), others).ravel()[own])
        interim.append(rows)
    np.testing.assert_allclose(interim, np.broadcast_to(interim[0], np.shape(interim)), atol=1e-9)


@given(problems(min_agents=2), st.randoms(use_true_random=False))
def test_payments_are_definition_4(problem, random):
    order = list(range(problem.n))
    random.shuffle(order)
    payments = pairwise_payments(problem, order)
    np.testing.assert_allclose(
        pairwise_compensation(problem, order), payments.sum(axis=1) - payments.sum(axis=0), atol=1e-9
    )
    for stage, i in enumerate(order):
        for j in range(problem.n):
            u_j = problem.efficient_payoffs[j].astype(float)
            after = expected_over(problem, u_j, order[stage + 1 :])
            change = after - expected_over(problem, after, [i]) if i != j else np.zeros(())
            np.testing.assert_allclose(payments[i, j], np.broadcast_to(change, problem.shape), atol=1e-9)


def test_zero_probability_types_are_played_like_others():
    problem = SocialChoiceProblem([[[3, 0], [0, 9]], [[1, 2], [5, 0]]], [[1, 0], [0.5, 0.5]])
    assert pairwise_compensation(problem).shape == (2, 2, 2)
    assert np.abs(pairwise_compensation(problem)[:, 1]).max() > 0


def test_bad_orders_are_named():
    problem = SocialChoiceProblem([[[1, 0]], [[1, 0]]], [[1], [1]])
    for order in ([0, 0], [0], [1, 2]):
        with pytest.raises(ValueError, match=r"order is \[.*0…1"):
            pairwise_compensation(problem, order)
