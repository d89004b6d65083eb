"""Direct mechanisms: what the definitions and theorems of Safronov (2018) say, on random problems."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import (
    agv,
    constants_from,
    cremer_riordan,
    equal_gains_constants,
    groves,
    individually_rational,
    pairwise_compensation,
    pairwise_payments,
    sequential_pairwise,
    symmetric_pairwise_compensation,
    vcg,
)
from mechanisms.transfers.individually_rational import interim_utilities
from tests.strategies import problems

BALANCED = [agv, cremer_riordan, pairwise_compensation, symmetric_pairwise_compensation]


def utilities(problem, transfers, i, own_type):
    """Utility of agent i with a type at every profile of reports, shape (T_1, …, T_n)."""
    return problem.values[i][own_type][problem.efficient_outcome] + transfers[i]


def expected_over(problem, array, agents):
    """Mean of an array (T_1, …, T_n) over the true types of some agents."""
    for agent in agents:
        array = np.expand_dims(np.tensordot(array, problem.priors[agent], axes=(agent, 0)), agent)
    return array


@given(problems())
def test_vcg_never_pays_and_makes_truth_dominant(problem):
    transfers = vcg(problem)
    assert transfers.max() <= 0
    for i in range(problem.n):
        for own in range(problem.shape[i]):
            utility = np.moveaxis(utilities(problem, transfers, i, own), i, 0)
            assert (utility[own] >= utility.max(axis=0) - 1e-9).all()


@given(problems(min_agents=2))
def test_vcg_is_groves_with_the_pivotal_constant(problem):
    h = [-problem.best_payoff_of_others(i) for i in range(problem.n)]
    np.testing.assert_allclose(groves(problem, h), vcg(problem), atol=1e-9)


def test_groves_rejects_h_that_depends_on_the_own_report():
    problem = SocialChoiceProblem([[[1, 0], [0, 1]], [[1, 0]]], [[0.5, 0.5], [1]])
    with pytest.raises(ValueError, match=r"h\[0\] varies along axis 0"):
        groves(problem, [np.array([[0], [1]]), 0])
    with pytest.raises(ValueError, match="h has 1 entries"):
        groves(problem, [0])
    with pytest.raises(ValueError, match=r"h\[1\] has shape \(3,\)"):
        groves(problem, [0, np.zeros(3)])


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


def test_agv_needs_two_agents():
    with pytest.raises(ValueError, match="1 agent"):
        agv(SocialChoiceProblem([[[1]]], [[1]]))


def test_expected_externality_by_hand():
    """Agents 1 and 2 get outcome 1 if the sum of values is positive; xi_i is the expected value of the other one."""
    problem = SocialChoiceProblem([[[0, -3], [0, 5]], [[0, -1], [0, 4]]], [[0.25, 0.75], [0.5, 0.5]])
    # Built at (-3, 4), (5, -1) and (5, 4).
    # xi_1(-3) = 4/2, xi_1(5) = (-1 + 4)/2; xi_2(-1) = 0.75*5, xi_2(4) = 0.25*-3 + 0.75*5.
    for (a, b), (xi_1, xi_2) in zip(
        product(range(2), repeat=2), [(2, 3.75), (2, 3), (1.5, 3.75), (1.5, 3)], strict=True
    ):
        assert agv(problem)[:, a, b].tolist() == pytest.approx([xi_1 - xi_2, xi_2 - xi_1])


@given(problems())
def test_symmetric_is_the_average_over_all_orders(problem):
    orders = list(permutations(range(problem.n)))
    average = sum(pairwise_compensation(problem, order) for order in orders) / len(orders)
    np.testing.assert_allclose(symmetric_pairwise_compensation(problem), average, atol=1e-9)


@given(problems(min_agents=2), st.data())
def test_cremer_riordan_truth_is_dominant_for_all_but_the_first(problem, data):
    first = data.draw(st.integers(0, problem.n - 1))
    transfers = cremer_riordan(problem, first)
    for i in range(problem.n):
        if i != first:
            for own in range(problem.shape[i]):
                utility = np.moveaxis(utilities(problem, transfers, i, own), i, 0)
                assert (utility[own] >= utility.max(axis=0) - 1e-9).all()


def test_section_3_1_cremer_riordan_is_not_coalition_proof():
    """Agent 1 reports L; agents 2 and 3 of types H and L gain together by both reporting H, and the outcome changes."""
    near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    transfers = cremer_riordan(park)
    together = sum(utilities(park, transfers, i, own) for i, own in ((1, 1), (2, 0)))
    assert together[0, 1, 1] > together[0, 1, 0]
    assert park.efficient_outcome[0, 1, 1] != park.efficient_outcome[0, 1, 0]
    with pytest.raises(ValueError, match="first is 3"):
        cremer_riordan(park, 3)


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


@given(problems(min_agents=2))
def test_constants_make_everybody_take_part_whenever_any_can(problem):
    interim = interim_utilities(problem, pairwise_compensation(problem))
    worst = np.array([u[p > 0].min() for u, p in zip(interim, problem.priors, strict=True)])
    if worst.sum() < -1e-6:
        with pytest.raises(ValueError, match="too little"):
            equal_gains_constants(problem)
    else:
        transfers = individually_rational(problem, equal_gains_constants(problem))
        np.testing.assert_allclose(transfers.sum(axis=0), 0, atol=1e-9)
        for utility, prior in zip(interim_utilities(problem, transfers), problem.priors, strict=True):
            assert utility[prior > 0].min() >= -1e-6


@given(problems(min_agents=2))
def test_proposition_4_constants_give_the_expected_transfers_of_the_other_mechanism(problem):
    constants = constants_from(problem, agv(problem))
    assert constants.sum() == pytest.approx(0, abs=1e-9)
    ours = individually_rational(problem, constants)
    for i in range(problem.n):
        mean = expected_over(problem, ours[i], range(problem.n)).item()
        assert mean == pytest.approx(expected_over(problem, agv(problem)[i], range(problem.n)).item(), abs=1e-9)


@pytest.mark.parametrize(("constants", "named"), [([1, 1], "with sum 2"), ([0], r"shape \(1,\)")])
def test_bad_constants_are_named(constants, named):
    with pytest.raises(ValueError, match=named):
        individually_rational(SocialChoiceProblem([[[1]], [[1]]], [[1], [1]]), constants)
