"""Safronov (2018): what the propositions say beyond the examples, and where a claim needs more than finite types."""

from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest
from scipy.optimize import linprog

from mechanisms import SocialChoiceProblem, pairwise_compensation, vcg
from mechanisms.transfers.individually_rational import (
    constants_from,
    equal_gains_constants,
    individually_rational,
    interim_utilities,
)


def a_problem(seed, n=3, types=(2, 3, 2), outcomes=3):
    rng = np.random.default_rng(seed)
    values = [rng.integers(-10, 20, (t, outcomes)) for t in types[:n]]
    return SocialChoiceProblem(values, [rng.dirichlet(np.ones(t)) for t in types[:n]])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_proposition_1_truth_is_a_best_reply_whatever_was_reported_before(seed, order):
    """If those after i tell the truth, i's expected utility is highest with the truth, for ANY reports before i."""
    problem = a_problem(seed)
    transfers = pairwise_compensation(problem, order)
    outcome = problem.efficient_outcome
    for place, i in enumerate(order):
        for own in range(problem.shape[i]):
            gets = problem.values[i][own][outcome] + transfers[i]
            for j in order[place + 1 :]:
                gets = problem.expectation(j, gets)
            by_report = np.moveaxis(gets, i, 0).reshape(problem.shape[i], -1)  # columns: the earlier reports
            assert (by_report[own] >= by_report.max(axis=0) - 1e-9).all()


def test_proposition_4_participation_needs_more_than_finite_types():
    """A mechanism that everybody joins exists; the constants of the proof leave a type below its outside option.

    The proof equates interim utilities by revenue equivalence, which needs connected types: with finite ones efficient,
    incentive compatible mechanisms with equal expected transfers can give a type different interim utilities.
    """
    problem = SocialChoiceProblem([[[16, 5], [2, 5]], [[8, 16], [9, 1]]], [[0.5, 0.5]] * 2)
    transfers = _cheapest_for_agent_1(problem)
    joined = interim_utilities(problem, transfers)
    assert min(map(np.min, joined)) >= -1e-9
    for i, gain in enumerate(_gains_of_lies(problem, transfers)):
        assert gain <= 1e-9, i
    moved = individually_rational(problem, constants_from(problem, transfers))
    worst = min(map(np.min, interim_utilities(problem, moved)))
    assert worst == pytest.approx(-0.75)
    constants = equal_gains_constants(problem)  # here other constants exist
    assert min(map(np.min, interim_utilities(problem, individually_rational(problem, constants)))) > 0


def test_proposition_4_what_a_type_is_left_with_depends_on_the_other_mechanism():
    """Over all mechanisms of the premise, in fractions: the mean m of agent 1's transfer runs from -25/4 to 21/2, and
    the constants of the proof leave agent 1's second type 11/2 + m, and agent 2's second type 33/4 - m. So -3/4 is
    the least of agent 1, at m = -25/4, -27/40 = -0.675 that of a mechanism with m = -6.175, and -9/4 the least of all.
    """
    problem = SocialChoiceProblem([[[16, 5], [2, 5]], [[8, 16], [9, 1]]], [[0.5, 0.5]] * 2)
    means = [sum(t) / 4 for t in _vertices(*_premises(problem))]
    low, high = min(means), max(means)
    ours = pairwise_compensation(problem)
    interim = [[Fraction(u) for u in own] for own in interim_utilities(problem, ours)]  # halves of whole numbers: exact
    expected = Fraction(ours[0].mean())

    def worst(mean):
        moved = mean - expected
        return min(min(interim[0]) + moved, min(interim[1]) - moved)

    assert (low, high, expected) == (Fraction(-25, 4), Fraction(21, 2), 0)
    assert interim == [[14, Fraction(11, 2)], [Fraction(51, 4), Fraction(33, 4)]]
    assert (worst(low), worst(Fraction(-247, 40)), worst(high)) == (Fraction(-3, 4), Fraction(-27, 40), Fraction(-9, 4))
    assert min(worst(low + (high - low) * k / 50) for k in range(51)) == worst(high)


def _premises(problem):
    """Agent 1's transfers at (0, 0), (0, 1), (1, 0), (1, 1), agent 2's being their negatives: A t >= b, exactly."""
    rows, bounds = [], []
    for i, sign in ((0, 1), (1, -1)):
        for own in range(2):
            for said in (None, 1 - own):
                row, bound = [Fraction(0)] * 4, Fraction(0)
                for other in range(2):
                    for report, weight in ((own, 1), (said, -1)):
                        if report is None:
                            continue
                        at = (report, other) if i == 0 else (other, report)
                        row[2 * at[0] + at[1]] += Fraction(sign * weight, 2)
                        bound -= Fraction(weight * int(problem.values[i][own, problem.efficient_outcome[at]]), 2)
                rows.append(row)
                bounds.append(bound)
    return rows, bounds


def _vertices(rows, bounds):
    """The corners of {t : A t >= b, t_00 = 0}, from every three of the inequalities.

    Only means over one report matter; adding (1, -1, -1, 1) to the transfers changes none, so that t_00 may be 0.
    """
    first = [Fraction(k == 0) for k in range(4)] + [Fraction(0)]
    for chosen in combinations(range(len(rows)), 3):
        t = _solved([first, *([*rows[k], bounds[k]] for k in chosen)])
        if t and all(sum(a * x for a, x in zip(r, t, strict=True)) >= b for r, b in zip(rows, bounds, strict=True)):
            yield t


def _solved(table):
    """The solution of four equations in fractions; None if there is not exactly one."""
    for k in range(4):
        pivot = next((r for r in range(k, 4) if table[r][k]), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [x / table[k][k] for x in table[k]]
        table = [
            row if r == k else [x - row[k] * y for x, y in zip(row, table[k], strict=True)]
            for r, row in enumerate(table)
        ]
    return [row[4] for row in table]


def _cheapest_for_agent_1(problem):
    """Transfers, efficient, incentive compatible, balanced and joined by all types, that give agent 1 least."""
    u, limits, bounds = problem.efficient_payoffs, [], []
    flat = np.arange(4).reshape(2, 2)
    for i, sign in ((0, 1), (1, -1)):
        for own in (0, 1):
            here = np.zeros(4)
            here[np.moveaxis(flat, i, 0)[own]] = sign / 2
            limits.append(-here)
            bounds.append(np.moveaxis(u[i], i, 0)[own].mean())
            lie = np.zeros(4)
            lie[np.moveaxis(flat, i, 0)[1 - own]] = sign / 2
            limits.append(lie - here)
            outcomes = np.moveaxis(problem.efficient_outcome, i, 0)
            bounds.append((problem.values[i][own][outcomes[own]] - problem.values[i][own][outcomes[1 - own]]).mean())
    found = linprog(np.ones(4), np.array(limits), bounds, bounds=(None, None))
    assert found.success
    return np.stack([found.x, -found.x]).reshape(2, 2, 2)


def _gains_of_lies(problem, transfers):
    """What each type of each of two agents gains from the other report, in expectation."""
    for i in range(2):
        outcomes, paid = np.moveaxis(problem.efficient_outcome, i, 0), np.moveaxis(transfers[i], i, 0)
        for own in range(2):
            gets = [(problem.values[i][own][outcomes[said]] + paid[said]).mean() for said in range(2)]
            yield gets[1 - own] - gets[own]


@pytest.mark.parametrize("seed", range(5))
def test_proposition_4_constants_keep_every_expected_transfer(seed):
    problem = a_problem(seed)
    budget_balanced = vcg(problem) - vcg(problem).mean(axis=0)
    constants = constants_from(problem, budget_balanced)
    moved = individually_rational(problem, constants)
    chances = np.ones(())
    for prior in problem.priors:
        chances = np.multiply.outer(chances, prior)
    for i in range(problem.n):
        assert (moved[i] * chances).sum() == pytest.approx((budget_balanced[i] * chances).sum())
    for reports in product(*map(range, problem.shape)):
        assert moved[(slice(None), *reports)].sum() == pytest.approx(0)
