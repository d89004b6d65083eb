"""Order independence: S Proposition 3 on random problems, and transfers for which it fails."""

import numpy as np
import pytest
from hypothesis import given, settings

from mechanisms.bayesian import interim_payoffs, order_independence
from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import cremer_riordan, pairwise_compensation
from tests.mechanisms.bayesian.random_games import direct_game
from tests.strategies import problems

NEAR, FAR = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
PARK = SocialChoiceProblem([NEAR, FAR, NEAR], [[0.5, 0.5], [0.25, 0.75], [1, 0]])


def unpaid_first(problem, order):
    """Pairwise compensation, but who is treated first gives half a unit to who is last."""
    transfers = pairwise_compensation(problem, order)
    transfers[order[0]] -= 0.5
    transfers[order[-1]] += 0.5
    return transfers


@settings(deadline=None)
@given(problems())
def test_proposition_3(problem):
    assert order_independence(problem).status == "holds"


def test_failure_and_its_witness():
    verdict = order_independence(PARK, unpaid_first)
    assert verdict.status == "fails"
    witness = verdict.witness
    assert witness.highest - witness.lowest == pytest.approx(1)
    for order, utility in ((witness.lower_order, witness.lowest), (witness.higher_order, witness.highest)):
        game = direct_game(PARK, unpaid_first(PARK, order))
        assert interim_payoffs(game, witness.player)[witness.type, witness.type] == pytest.approx(utility)


def test_cremer_riordan_depends_on_who_is_first():
    assert order_independence(PARK, lambda problem, order: cremer_riordan(problem, order[0])).status == "fails"


def test_each_agent_is_compared_on_the_own_scale():
    """A difference that is one hundredth of what an agent can get counts, however rich another one is."""
    rich = SocialChoiceProblem([NEAR, np.multiply(FAR, 1e12), NEAR], [[0.5, 0.5]] * 3)

    def first_is_paid(problem, order):
        transfers = np.zeros((problem.n, *problem.shape))
        transfers[0] = 0.2 * (order[0] == 0)
        return transfers

    witness = order_independence(rich, first_is_paid).witness
    assert (witness.player, witness.highest - witness.lowest) == (0, pytest.approx(0.2))


def test_every_order_is_looked_at():
    seen = []

    def transfers(problem, order):
        seen.append(tuple(order))
        return np.zeros((problem.n, *problem.shape))

    assert order_independence(PARK, transfers).size == "6 orders, 8 type profiles"
    assert len(set(seen)) == 6


def test_too_large_is_said_before_it_starts():
    problem = SocialChoiceProblem([[[0, 1]] * 2] * 11, [[0.5, 0.5]] * 11)
    verdict = order_independence(problem)
    assert verdict.status == "too large"
    assert "agents with that many types would fit" in verdict.reason
