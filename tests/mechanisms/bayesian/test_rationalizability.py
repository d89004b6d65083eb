"""ICR: one linear program over all conjectures for each report as brute force, S Proposition 2, the park, near-ties."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import mechanisms.bayesian.rationalizability as module
from mechanisms.bayesian import interim_correlated_rationalizability, unique_rationalizable_truth
from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.games.private_types import BayesianGame
from mechanisms.transfers import pairwise_compensation, symmetric_pairwise_compensation, vcg
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.bayesian.random_games import chances_given, direct_game, games, park, prior_of, surplus_of
from tests.shared import examples
from tests.strategies import problems


def is_justified(game, i, t, report, left):
    """Definition 5 as it stands: sigma(theta_-i)[m_-i] for all types of the others, the smallest gain maximised."""
    others = [j for j in range(game.n) if j != i]
    columns = []  # one for each sigma(theta_-i)[m_-i]: the gains over all reports, times the chance of theta_-i
    owner = []
    types = {s: float(chance) for s, chance in chances_given(game, [i], [t]).items() if chance > 0}
    for number, (theirs, chance) in enumerate(types.items()):
        for said in product(*(np.flatnonzero(left[j][theirs[j]]) for j in others)):
            own = np.moveaxis(game.payoffs[i][t], i, 0)[(slice(None), *said)]
            columns.append(chance * (own[report] - own))
            owner.append(number)
    gains = np.delete(np.array(columns, dtype=float).T, report, axis=0)
    if not len(gains):
        return True
    result = linprog(
        np.append(np.zeros(len(columns)), -1),
        A_ub=np.column_stack([-gains, np.ones(len(gains))]),
        b_ub=np.zeros(len(gains)),
        A_eq=np.column_stack([np.array(owner) == np.arange(len(types))[:, None], np.zeros(len(types))]),
        b_eq=np.ones(len(types)),
        bounds=[(0, None)] * len(columns) + [(None, None)],
    )
    return -result.fun >= -1e-8


def brute_force(game):
    left = [np.ones((t, a), dtype=bool) for t, a in zip(game.n_types, game.n_messages, strict=True)]
    for rounds in range(100):
        after = [
            np.array(
                [[row[m] and is_justified(game, i, t, m, left) for m in range(len(row))] for t, row in enumerate(own)]
            )
            for i, own in enumerate(left)
        ]
        if all(np.array_equal(a, b) for a, b in zip(after, left, strict=True)):
            return left, rounds
        left = after
    raise AssertionError


@examples(60)
@given(games(), st.sampled_from([1, 1.0]))
def test_is_brute_force(game, unit):
    expected, rounds = brute_force(game)
    found = interim_correlated_rationalizability(BayesianGame([unit * u for u in game.payoffs], prior_of(game), None))
    assert found.rounds == rounds
    for mine, theirs in zip(found.surviving, expected, strict=True):
        assert np.array_equal(mine, theirs)
    if unit == 1 and isinstance(unit, int):
        assert found.uncertain == 0
        assert found.tolerance == 0


@examples(40)
@given(games(max_players=2, max_types=2, max_messages=5), st.sampled_from([1, 10**15]))
def test_many_messages_are_brute_force(game, scale):
    expected, rounds = brute_force(game)
    found = interim_correlated_rationalizability(BayesianGame([scale * u for u in game.payoffs], prior_of(game), None))
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(found.surviving, expected, strict=True))
    assert (found.rounds, found.uncertain) == (rounds, 0)


@settings(deadline=None)
@given(games())
def test_verdict_is_the_surviving_sets(game):
    found = interim_correlated_rationalizability(game)
    left = {(i, t): found.messages(i, t).tolist() for i, row in enumerate(game.truthful) for t in range(len(row))}
    unique = all(messages == [game.truthful[i][t]] for (i, t), messages in left.items())
    verdict = unique_rationalizable_truth(game)
    assert verdict.status == ("holds" if unique else "fails")
    if witness := verdict.witness:
        assert list(witness.surviving) == left[witness.player, witness.type]
        assert witness.lie in witness.surviving
        assert witness.lie != game.truthful[witness.player][witness.type]


def strict_problem(rng, n, size):
    """Assumption 1 holds: quadratic payoffs of a public good, all means of the types among the outcomes."""
    types = [np.sort(rng.choice(20, size, replace=False)).astype(float) for _ in range(n)]
    outcomes = np.unique(np.add.outer(types[0], types[1]) if n == 2 else sum(np.ix_(*types))) / n
    priors = rng.integers(0, 4, (n, size)) + np.eye(size, dtype=int)[0]
    return SocialChoiceProblem([-((t[:, None] - outcomes) ** 2) for t in types], [row / row.sum() for row in priors])


def assumption_1(problem):
    surplus, n = surplus_of(problem), problem.n
    for types in np.ndindex(problem.shape):
        for i in range(n):
            for lie in set(range(problem.shape[i])) - {types[i]}:
                said = (*types[:i], lie, *types[i + 1 :])
                if surplus[types + said] >= surplus[types + types] - 1e-9:
                    return False
    return True


@pytest.mark.parametrize("seed", range(12))
def test_proposition_2_on_public_goods(seed):
    rng = np.random.default_rng(seed)
    problem = strict_problem(rng, 2 + seed % 2, 3)
    assert assumption_1(problem)
    game = direct_game(problem, pairwise_compensation(problem, rng.permutation(problem.n)))
    assert unique_rationalizable_truth(game).status == "holds"


@examples(30)
@given(problems(min_agents=2))
def test_proposition_2_wherever_its_premise_holds(problem):
    assume(assumption_1(problem))
    assert unique_rationalizable_truth(direct_game(problem, pairwise_compensation(problem))).status == "holds"


def test_without_assumption_1_lies_survive():
    problem = SocialChoiceProblem([[[1, 0], [2, 0]]] * 2, [[0.5, 0.5]] * 2)
    assert not assumption_1(problem)
    for rule in (pairwise_compensation, symmetric_pairwise_compensation, vcg):
        assert unique_rationalizable_truth(direct_game(problem, rule(problem))).status == "fails"


@pytest.mark.parametrize(("name", "status"), [("vcg", "fails"), ("agv", "fails"), ("pairwise", "holds")])
def test_the_park_in_points(name, status):
    assert unique_rationalizable_truth(park(name)).status == status


def mixture_game(middle, top):
    """The middle message earns `middle` whatever happens; an even mixture of the others earns half of `top`."""
    return BayesianGame([[[[top, 0], [middle, middle], [0, top]]], [[[0, 0]] * 3]], [[1], [1]], None)


@pytest.mark.parametrize(("excess", "survives"), [(0, True), (-2, False), (2, True), (-1, False), (1, True)])
@pytest.mark.parametrize("middle", [10, 10**12, 10**17])
def test_near_ties_with_a_mixture_are_decided_exactly(middle, excess, survives):
    found = interim_correlated_rationalizability(mixture_game(middle, 2 * middle - excess))
    assert found.surviving[0][0, 1] == survives
    assert found.uncertain == 0
    assert found.tolerance == 0


def test_a_message_that_another_dominates_only_weakly():
    """Message 0 ties with 1 except at the first report, and both are best replies to a mixture of the others."""
    own = [[[0, 2, 2], [9, 2, 2], [-20, 3, 0], [-20, 0, 3]]]
    found = interim_correlated_rationalizability(BayesianGame([own, [np.zeros((4, 3), dtype=int)]], [[1], [1]], None))
    assert found.surviving[0].all()
    assert found.uncertain == 0


def test_a_message_that_is_only_just_as_good_as_a_mixture():
    """The first message is a best reply to no pure belief, and to a mixed one only where it ties with a mixture."""
    own = [[[3, 5, 9, 4, 2, 10], [0, 12, 14, 8, 0, 12], [8, 0, 6, 0, 4, 8], [7, 7, 2, 2, 4, 5]]]
    game = BayesianGame([own, [np.zeros((4, 6), dtype=int)]], [[1], [1]], None)
    expected, _ = brute_force(game)
    found = interim_correlated_rationalizability(game)
    assert found.surviving[0].tolist() == expected[0].tolist() == [[True] * 4]
    assert found.uncertain == 0


def test_a_mixture_that_is_better_by_one_part_in_a_thousand_million():
    base = np.array([[5, 5, 10, 0], [4, 7, 5, 5], [8, 8, 8, 0], [5, 3, 6, 2], [4, 2, 4, 7], [4, 2, 12, 0]])
    own = base * 10**14 + base**3 * 10**5
    whole, parts = own.astype(object), 10**12
    mixture = (whole[2] + whole[5]) * (parts - 1) + 2 * whole[1]
    assert (mixture > 2 * parts * whole[0]).all()
    found = interim_correlated_rationalizability(
        BayesianGame([own[None], [np.zeros((6, 4), dtype=int)]], [[1], [1]], None)
    )
    assert found.surviving[0].tolist() == [[False, True, True, False, True, True]]
    assert found.uncertain == 0


def test_conjectures_condition_on_types():
    """Player 2's types say what they are, so player 1 cannot believe more in message 1 than in that type."""
    honest = [[[1, 0]] * 2, [[0, 1]] * 2]
    game = BayesianGame([[[[0, 3], [1, 1]]], honest], [[1], [0.75, 0.25]], None)
    found = interim_correlated_rationalizability(game)
    assert found.surviving[0].tolist() == [[False, True]]
    assert found.rounds == 2
    likelier = BayesianGame(game.payoffs, [[1], [0.25, 0.75]], None)
    assert interim_correlated_rationalizability(likelier).surviving[0].tolist() == [[True, False]]


def test_correlated_conjectures_count():
    """The first message is best only if the others are believed to match, both ways: no independent belief does."""
    own = np.array([[[[2, -10], [-10, 2]], [[3, 0], [0, 0]], [[0, 0], [0, 3]]]])
    flat = np.zeros((1, 3, 2, 2), dtype=int)
    found = interim_correlated_rationalizability(BayesianGame([own, flat, flat], [[1]] * 3, None))
    assert found.surviving[0].all()
    assert (found.rounds, found.uncertain) == (0, 0)
    own[0, 0] -= 1  # a half of 1 is now less than the 3 / 2 of the others
    found = interim_correlated_rationalizability(BayesianGame([own, flat, flat], [[1]] * 3, None))
    assert found.surviving[0].tolist() == [[False, True, True]]
    assert (found.rounds, found.uncertain) == (1, 0)


def test_too_large_is_said_before_it_starts(monkeypatch):
    monkeypatch.setattr(module, "MAX_WORK", 10)
    with pytest.raises(TooLargeError, match="would fit"):
        interim_correlated_rationalizability(park("vcg"))
    assert unique_rationalizable_truth(park("vcg")).status == "too large"
    assert unique_rationalizable_truth(BayesianGame([[[1]]], [[1]], None)).status == "not applicable"
