"""Correlated types, a premise of S that fails: what then fails with it, and what a product prior leaves as it is."""

from dataclasses import fields
from fractions import Fraction
from importlib import import_module
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import example, given, settings

from mechanisms.bayesian import (
    best_joint_lie,
    coalition_proofness,
    dominant_strategy_incentive_compatibility,
    ex_ante_payoffs,
    ex_ante_removal,
    full_efficient_implementation,
    incentive_compatibility,
    interim_correlated_rationalizability,
    interim_payoffs,
    order_independence,
    pure_bayesian_equilibria,
    unique_rationalizable_truth,
)
from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.games.private_types import BayesianGame
from mechanisms.transfers import agv, pairwise_compensation, symmetric_pairwise_compensation, vcg
from tests.mechanisms.bayesian.random_games import direct_game, expected, games, is_equilibrium, surplus_of, truth
from tests.shared import examples
from tests.strategies import problems

CHECKS = (
    incentive_compatibility,
    dominant_strategy_incentive_compatibility,
    coalition_proofness,
    unique_rationalizable_truth,
)


def product_of(priors):
    joint = np.ones(())
    for prior in priors:
        joint = np.multiply.outer(joint, prior)
    return joint


def with_prior(game, joint):
    return BayesianGame(game.payoffs, joint, game.truthful)


def assert_near(ours, theirs):
    """Witnesses say the same; products of priors are rounded, so numbers may differ in their last digit."""
    assert type(ours) is type(theirs)
    for field in fields(theirs) if theirs is not None else ():
        mine, other = getattr(ours, field.name), getattr(theirs, field.name)
        assert mine == (pytest.approx(other, rel=1e-12) if isinstance(other, float) else other), field.name


TWO_THIRDS = BayesianGame(
    [np.zeros((2, 3, 1), dtype=int), np.reshape([0, 0, 0, 0, 2, 1, 2, 2, 2], (3, 3, 1))],
    [[0, 1], [0, 2 / 3, 1 / 3]],
    [[0, 2], [0, 0, 0]],
)
"""What a report costs player 1 is 0.6666666666666667 by the priors and 0.6666666666666666 by their product."""


@settings(deadline=None)
@example(TWO_THIRDS)
@given(games(correlated=False))
def test_a_product_prior_gives_the_answers_of_independent_types(game):
    joint = with_prior(game, product_of(game.priors))
    assert joint.joint is not None
    for check in CHECKS:
        ours, theirs = check(joint), check(game)
        assert (ours.status, ours.size, ours.tolerance) == (theirs.status, theirs.size, theirs.tolerance)
        assert_near(ours.witness, theirs.witness)
    ours, theirs = ex_ante_removal(joint, slack=0), ex_ante_removal(game, slack=0)
    assert (ours.status, ours.tolerance) == (theirs.status, theirs.tolerance)
    if theirs.witness:
        assert abs(ours.witness.difference) == pytest.approx(abs(theirs.witness.difference), abs=1e-12)
    for i in range(game.n):
        np.testing.assert_allclose(interim_payoffs(joint, i), interim_payoffs(game, i), rtol=0, atol=1e-12)
    np.testing.assert_allclose(ex_ante_payoffs(joint), ex_ante_payoffs(game), rtol=0, atol=1e-12)
    left = interim_correlated_rationalizability(joint), interim_correlated_rationalizability(game)
    assert left[0].rounds == left[1].rounds
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(left[0].surviving, left[1].surviving, strict=True))


@settings(deadline=None)
@given(games(correlated=False, max_types=2))
def test_a_product_prior_has_the_equilibria_of_independent_types(game):
    joint = with_prior(game, product_of(game.priors))
    found, known = pure_bayesian_equilibria(joint), pure_bayesian_equilibria(game)
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(found, known, strict=True))
    surplus = np.random.default_rng(0).integers(0, 3, (*game.n_types, *game.n_messages))
    verdict, known = full_efficient_implementation(joint, surplus), full_efficient_implementation(game, surplus)
    assert verdict.status == known.status
    if known.witness:
        assert verdict.witness.expected_loss == pytest.approx(known.witness.expected_loss)


def public_good(seed):
    """Quadratic payoffs of a public good (S Assumption 1 holds), four types each, like types being likely."""
    rng = np.random.default_rng(seed)
    n = 2 + seed % 2
    types = [np.cumsum(rng.integers(2, 4, 4)) for _ in range(n)]
    outcomes = np.unique(sum(np.ix_(*types))) / n
    weights = rng.integers(1, 4, (4,) * n)
    np.einsum("ii->i" if n == 2 else "iii->i", weights)[:] += 30 * (n - 1)
    joint = weights / weights.sum()
    marginal = [joint.sum(axis=tuple(j for j in range(n) if j != i)) for i in range(n)]
    return SocialChoiceProblem([-((t[:, None] - outcomes) ** 2) for t in types], marginal), joint


RULES = {"pairwise": pairwise_compensation, "symmetric": symmetric_pairwise_compensation, "agv": agv}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", RULES)
def test_transfers_for_the_marginals_are_not_incentive_compatible(name, seed):
    """S Proposition 1 and AGV need independence: like types expect to be compensated for what they do not cause."""
    problem, joint = public_good(seed)
    independent = direct_game(problem, RULES[name](problem))
    assert incentive_compatibility(independent).status == "holds"
    game = with_prior(independent, joint)
    verdict = incentive_compatibility(game)
    assert verdict.status == "fails"
    lie = verdict.witness
    given_type = np.moveaxis(joint, lie.player, 0)[lie.type]
    own = np.moveaxis(game.payoffs[lie.player][lie.type], lie.player, 0)
    gain = (given_type * (own[lie.lie] - own[lie.type])).sum() / given_type.sum()
    assert gain == pytest.approx(lie.gain)
    assert gain > 0
    assert coalition_proofness(game).status == "fails"  # single players are coalitions


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", ["pairwise", "symmetric"])
def test_theorem_1_fails(name, seed):
    """Others who know something of a player's type can use it to move what the truth brings the player."""
    problem, joint = public_good(seed)
    independent = direct_game(problem, RULES[name](problem))
    assert ex_ante_removal(independent).status == "holds"
    game = with_prior(independent, joint)
    verdict = ex_ante_removal(game)
    assert verdict.status == "fails"
    found = verdict.witness
    told = lied = 0.0
    for types in np.ndindex(problem.shape):
        theirs = tuple(t if j != found.player else None for j, t in enumerate(types))
        said = dict(found.strategy).get(theirs, found.others)
        sent = tuple(types[j] if m is None else m for j, m in enumerate(said))
        told += joint[types] * game.payoffs[found.player][(types[found.player], *types)]
        lied += joint[types] * game.payoffs[found.player][(types[found.player], *sent)]
    assert (found.payoff, found.guaranteed) == pytest.approx((lied, told))
    assert abs(lied - told) > 0.01


@pytest.mark.parametrize("seed", range(6))
def test_proposition_2_and_proposition_3_fail(seed):
    problem, joint = public_good(seed)
    independent = direct_game(problem, pairwise_compensation(problem))
    assert unique_rationalizable_truth(independent).status == "holds"
    assert unique_rationalizable_truth(with_prior(independent, joint)).status == "fails"
    assert order_independence(problem).status == "holds"
    assert order_independence(problem, joint=joint).status == "fails"
    assert order_independence(problem, joint=product_of(problem.priors)).status == "holds"


@pytest.mark.parametrize("seed", range(6))
def test_theorem_3_fails(seed):
    """Without ex-ante removal an equilibrium may be inefficient: here the truth is none, and no lie is efficient."""
    problem, joint = public_good(2 * seed)
    independent = direct_game(problem, pairwise_compensation(problem))
    surplus, best = surplus_of(problem), problem.efficient_payoffs.sum(axis=0)
    assert full_efficient_implementation(independent, surplus, best).status == "holds"
    assert full_efficient_implementation(with_prior(independent, joint), surplus, best).status == "fails"


@pytest.mark.parametrize("seed", range(6))
def test_vcg_needs_no_prior(seed):
    problem, joint = public_good(seed)
    game = with_prior(direct_game(problem, vcg(problem)), joint)
    assert incentive_compatibility(game).status == "holds"
    assert dominant_strategy_incentive_compatibility(game).status == "holds"
    assert ex_ante_removal(game).status == "fails"
    assert coalition_proofness(game).status == "fails"


@examples(40)
@given(problems(min_agents=2), games(correlated=True))
def test_order_independence_of_correlated_types_is_brute_force(problem, other):
    rng = np.random.default_rng(other.payoffs[0].sum())
    weights = rng.integers(0, 3, problem.shape)
    weights.flat[0] += 1
    joint = weights / weights.sum()
    spread = 0.0
    everybody = [
        with_prior(direct_game(problem, pairwise_compensation(problem, order)), joint)
        for order in permutations(range(problem.n))
    ]
    for i in range(problem.n):
        tables = np.stack([np.diagonal(interim_payoffs(game, i)) for game in everybody])
        spread = max(spread, np.ptp(tables, axis=0).max())
    verdict = order_independence(problem, joint=joint)
    assert verdict.status == ("fails" if spread > 1e-7 else "holds")
    if witness := verdict.witness:
        assert witness.highest - witness.lowest == pytest.approx(spread)


def test_a_tie_in_conditional_thirds_is_a_tie_at_any_scale():
    """Given the first type the other's types have chances 2/3 and 1/3: a loss of 1 and a gain of 2 are even."""
    big, still = 10**15, [[[0, 0], [0, 0]]] * 2
    own = [[[big, big], [big - 1, big + 2]], [[big, big], [big - 1, big + 2]]]
    joint = [[2 / 9, 1 / 9], [1 / 3, 1 / 3]]
    for second, status in ((big + 2, "fails"), (big + 1, "holds")):
        own[1][1][1] = second
        game = BayesianGame([own, still], joint, [[0, 0], [0, 1]])
        verdict = incentive_compatibility(game)
        assert (verdict.status, verdict.tolerance) == (status, 0)
    own[0][1][1] = big + 3
    lie = incentive_compatibility(BayesianGame([own, still], joint, [[0, 0], [0, 1]])).witness
    assert (lie.player, lie.type, lie.lie) == (0, 0, 1)
    assert lie.gain == pytest.approx(1 / 3)


def test_types_that_cannot_occur_together_make_no_coalition():
    """Only the types 0 and 1 gain, and only by both saying what the other is."""
    payoffs = [np.zeros((2, 2, 2), dtype=int), np.zeros((2, 2, 2), dtype=int)]
    payoffs[0][0, 0, 0] = payoffs[1][1, 1, 1] = 5  # the truth when the other is alike
    payoffs[0][0, 1, 0] = payoffs[1][1, 1, 0] = 5  # the joint lie
    alike, truthful = [[0.5, 0], [0, 0.5]], [[0, 1], [0, 1]]
    assert coalition_proofness(BayesianGame(payoffs, alike, truthful)).status == "holds"
    possible = BayesianGame(payoffs, [[0.5, 0.25], [0, 0.25]], truthful)
    lie = best_joint_lie(possible, (0, 1))
    assert (lie.types, lie.lies, lie.gain) == ((0, 1), (1, 0), 10)


def test_beliefs_decide_what_is_rationalizable():
    """Matching pays; the second player's types say what they are, and the first player's types know which it is."""
    match = [[[3, 0], [0, 2]]] * 2
    honest = [[[1, 0]] * 2, [[0, 1]] * 2]
    known = BayesianGame([match, honest], [[0.5, 0], [0, 0.5]], [[0, 1], [0, 1]])
    assert unique_rationalizable_truth(known).status == "holds"
    assert [table.tolist() for table in pure_bayesian_equilibria(known)] == [[[0, 1]], [[0, 1]]]
    unknown = BayesianGame([match, honest], [[0.25, 0.25], [0.25, 0.25]], [[0, 1], [0, 1]])
    assert [table.tolist() for table in pure_bayesian_equilibria(unknown)] == [[[0, 0]], [[0, 1]]]


@pytest.mark.parametrize("seed", range(12))
def test_equilibria_of_coordination_among_correlated_types(seed):
    """Where coordination pays all types can do anything, so that beliefs alone decide what is an equilibrium."""
    rng = np.random.default_rng(seed)
    payoffs = [[np.diag(rng.integers(1, 4, 2)) for _ in range(2)] for _ in range(2)]
    weights = rng.integers(1, 9, (2, 2))
    game = BayesianGame(payoffs, weights / weights.sum(), None)
    assert all(left.all() for left in interim_correlated_rationalizability(game).surviving)
    strategies = list(product(product(range(2), repeat=2), repeat=2))
    brute = [both for both in strategies if is_equilibrium(game, both)]
    found = pure_bayesian_equilibria(game)
    assert [tuple(map(tuple, rows)) for rows in zip(*(table.tolist() for table in found), strict=True)] == brute


def test_priors_that_are_no_fractions_have_a_tolerance():
    p = 0.5**0.5 / 2
    joint = np.array([[p, 0.5 - p], [0.5 - p, p]])
    game = BayesianGame([[[[1, 3], [2, 2]]] * 2, [[[0, 1], [0, 1]]] * 2], joint, [[0, 1]] * 2)
    assert interim_payoffs(game, 0)[0, 0] == pytest.approx(2 * (p + 3 * (0.5 - p)))
    assert incentive_compatibility(game).tolerance == 1e-9
    assert incentive_compatibility(game).witness.gain == pytest.approx(1)


def test_whole_numbers_beyond_int64_are_added_exactly():
    big = 2**62
    own = [[[big, big], [big, big]], [[big, big], [big, big - 1]]]
    game = BayesianGame([own, [[[0, 0], [0, 0]]] * 2], [[1 / 3, 1 / 7], [11 / 21 - 0.25, 0.25]], [[1, 1], [0, 1]])
    verdict = incentive_compatibility(game)
    assert (verdict.status, verdict.tolerance, verdict.witness.type) == ("fails", 0, 1)
    assert verdict.witness.gain == pytest.approx(float(Fraction(1, 4) / Fraction(11, 21)))
    assert expected(game, 0, 1, truth(game)) < big
    assert ex_ante_removal(game, slack=0).status == "fails"
    assert ex_ante_removal(game, slack=1).status == "holds"


def test_too_large_is_said_before_it_starts(monkeypatch):
    problem, joint = public_good(0)
    game = with_prior(direct_game(problem, vcg(problem)), joint)
    for module in ("ex_ante_removal", "coalition_proofness"):
        monkeypatch.setattr(import_module(f"mechanisms.bayesian.{module}"), "MAX_WORK", 10)
    for check in (ex_ante_removal, coalition_proofness):
        verdict = check(game)
        assert verdict.status == "too large"
        assert "would fit" in verdict.reason
        assert verdict.witness is None
    with pytest.raises(ValueError, match="everybody's messages are 64"):
        best_joint_lie(game, [0])


def test_a_bad_joint_prior_of_a_problem_is_named():
    problem, joint = public_good(0)
    for bad in (joint[:2], joint * 2, -joint):
        with pytest.raises(ValueError, match="joint has shape"):
            order_independence(problem, joint=bad)
