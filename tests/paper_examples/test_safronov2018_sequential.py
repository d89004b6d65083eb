"""Safronov (2018): Lemma 2, and section 6, where reports are public and others condition theirs on them."""

from itertools import permutations, product

import numpy as np
import pytest

from mechanisms import SocialChoiceProblem, pairwise_compensation, pairwise_payments, sequential_pairwise
from mechanisms.transfers import agv

ORDERS = list(permutations(range(3)))


def a_problem(seed, types=(2, 2, 2), outcomes=3):
    rng = np.random.default_rng(seed)
    values = [rng.integers(-10, 20, (t, outcomes)) for t in types]
    return SocialChoiceProblem(values, [rng.dirichlet(np.ones(t)) for t in types])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("order", ORDERS)
def test_lemma_2_a_truthful_report_is_expected_to_cost_the_others_nothing(seed, order):
    problem = a_problem(seed, (2, 3, 2))
    payments = pairwise_payments(problem, order)  # [i, j] is what j pays i
    largest = 0.0
    for i in range(3):
        expected = problem.expectation(i, payments[i])
        np.testing.assert_allclose(expected, 0, atol=1e-9)  # for all earlier reports, and all others j
        largest = max(largest, float(np.abs(payments[i]).max()))
    assert largest > 1  # a single report does cost something
    assert any(np.abs(payments[i].mean(axis=1 + i)).max() > 0.1 for i in range(3))  # by other chances too


def strategies(n_types, position):
    """All ways to report at a position, by the history of earlier reports: {history: report}."""
    histories = list(product(*(range(t) for t in n_types[:position])))
    for reports in product(range(n_types[position]), repeat=len(histories)):
        yield dict(zip(histories, reports, strict=True))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("order", ORDERS)
def test_section_6_theorem_1_when_others_condition_on_what_was_reported(seed, order):
    """Whatever the others do, with each report answering all earlier ones, the truth gives the efficient payoff."""
    problem = a_problem(seed)
    gets = problem.efficient_payoffs[:, None] * 0  # utilities of i at true type t and reports: (3, 2, …)
    transfers = pairwise_compensation(problem, order)
    gets = [problem.values[i][:, problem.efficient_outcome] + transfers[i] for i in range(3)]
    promised = [expected(problem, problem.efficient_payoffs[i] + transfers[i] * 0) for i in range(3)]
    shape = [problem.shape[j] for j in order]
    for place, i in enumerate(order):
        others = [k for k in range(3) if k != place]
        for plans in product(*(strategies(shape, k) for k in others)):
            plan_of = dict(zip(others, plans, strict=True))
            mean = 0.0
            for own, chance in enumerate(problem.priors[i]):
                history: tuple[int, ...] = ()
                for k in range(3):
                    history += (own if k == place else plan_of[k][history],)
                reports = tuple(np.array(history)[np.argsort(order)])
                mean += chance * gets[i][(own, *reports)]
            assert mean == pytest.approx(promised[i], abs=1e-9)


def expected(problem, table):
    for i in range(problem.n):
        table = problem.expectation(i, table)
    return table.item()


@pytest.mark.parametrize("order", ORDERS)
def test_section_6_public_reports_pay_the_same_transfers_step_by_step(order):
    problem = a_problem(5, (2, 3, 2))
    transfers = pairwise_compensation(problem, order)
    for reports in np.ndindex(problem.shape):
        stages = sequential_pairwise(problem, [reports[i] for i in order], order)
        received = -sum(stage.payments for stage in stages)
        for stage in stages:
            received[stage.agent] += stage.payments.sum()
        np.testing.assert_allclose(received, transfers[(slice(None), *reports)], atol=1e-9)


def test_section_6_the_truth_is_not_rationalizable_alone_when_others_react():
    """It is a best reply if those after tell the truth, and not if they answer a report with lies."""
    gains = []
    for seed in range(20):
        problem = a_problem(seed)
        transfers = pairwise_compensation(problem)
        first = problem.values[0][:, problem.efficient_outcome] + transfers[0]
        for own, lie in ((0, 1), (1, 0)):
            said = [first[own][(report, *answer)] for report in (own, lie) for answer in product(range(2), repeat=2)]
            gains.append(max(said[4:]) - min(said[:4]))
    assert max(gains) > 1


def test_expected_externalities_are_not_removed_under_agv():
    """The contrast to Theorem 1: under AGV a truthful agent's expectation depends on what the others report."""
    problem = a_problem(1)
    transfers = agv(problem)
    gets = problem.values[0][:, problem.efficient_outcome] + transfers[0]
    means = [
        sum(chance * gets[(t, t, *others)] for t, chance in enumerate(problem.priors[0]))
        for others in product(range(2), repeat=2)
    ]
    assert max(means) - min(means) > 0.1
