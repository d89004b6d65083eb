"""Incentive compatibility: brute force in fractions, S Proposition 1, AGV and VCG on random problems, the park."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanisms.bayesian import dominant_strategy_incentive_compatibility, incentive_compatibility
from mechanisms.games.private_types import BayesianGame
from mechanisms.transfers import agv, cremer_riordan, pairwise_compensation, symmetric_pairwise_compensation, vcg
from tests.mechanisms.bayesian.random_games import direct_game, expected, games, park, truth
from tests.strategies import problems


def lies(game):
    return [(i, t, m) for i in range(game.n) for t in range(game.n_types[i]) for m in range(game.n_messages[i])]


@settings(deadline=None)
@given(games())
def test_bayesian_is_brute_force(game):
    gains = {}
    for i, t, message in lies(game):
        strategies = truth(game)
        strategies[i][t] = message
        gains[i, t, message] = expected(game, i, t, strategies) - expected(game, i, t, truth(game))
    verdict = incentive_compatibility(game)
    assert verdict.tolerance == 0
    assert verdict.status == ("fails" if max(gains.values()) > 0 else "holds")
    if witness := verdict.witness:
        assert witness.gain == pytest.approx(float(max(gains.values())))
        assert float(gains[witness.player, witness.type, witness.lie]) == pytest.approx(witness.gain)


@settings(deadline=None)
@given(games())
def test_dominant_is_brute_force(game):
    gains = {}
    for i, t, message in lies(game):
        for others in product(*(range(a) if j != i else [None] for j, a in enumerate(game.n_messages))):
            said, told = (
                [m if j != i else own for j, m in enumerate(others)] for own in (message, game.truthful[i][t])
            )
            gains[i, t, message, others] = game.payoffs[i][(t, *said)] - game.payoffs[i][(t, *told)]
    verdict = dominant_strategy_incentive_compatibility(game)
    assert verdict.status == ("fails" if max(gains.values()) > 0 else "holds")
    if witness := verdict.witness:
        assert witness.gain == max(gains.values())
        assert gains[witness.player, witness.type, witness.lie, witness.others] == witness.gain


@settings(deadline=None)
@given(problems(min_agents=2), st.randoms(use_true_random=False))
def test_proposition_1_and_its_relatives(problem, random):
    order = random.sample(range(problem.n), problem.n)
    for transfers in (
        pairwise_compensation(problem, order),
        symmetric_pairwise_compensation(problem),
        agv(problem),
        vcg(problem),
        cremer_riordan(problem),
    ):
        assert incentive_compatibility(direct_game(problem, transfers)).status == "holds"
    assert dominant_strategy_incentive_compatibility(direct_game(problem, vcg(problem))).status == "holds"


@pytest.mark.parametrize(("name", "dominant"), [("vcg", "holds"), ("agv", "fails"), ("pairwise", "fails")])
def test_the_park_in_points(name, dominant):
    assert incentive_compatibility(park(name)).status == "holds"
    assert dominant_strategy_incentive_compatibility(park(name)).status == dominant


def test_one_point_of_difference_breaks_it():
    game = park("agv")
    damaged = [tensor.copy() for tensor in game.payoffs]
    for tensor in damaged:
        tensor[0, 1] += 71  # one point more than the low type of the first player loses by the lie
    verdict = incentive_compatibility(BayesianGame(damaged, game.priors, game.truthful))
    assert verdict.status == "fails"


def test_a_gain_of_one_unit_is_seen_at_any_scale():
    big = 10**15
    game = BayesianGame([[[[big], [big + 1]]], [[[0], [0]]]], [[1], [1]], [[0], [0]])
    for check in (incentive_compatibility, dominant_strategy_incentive_compatibility):
        assert check(game).witness.gain == 1
    third = BayesianGame([[[[big, big], [big - 1, big + 2]]], [[[0, 0]] * 2] * 2], [[1], [2 / 3, 1 / 3]], [[0], [0, 1]])
    tie = incentive_compatibility(third)
    assert tie.status == "holds"
    assert tie.tolerance == 0


@pytest.mark.parametrize(("gain", "status"), [(1e-12, "holds"), (1e-7, "fails")])
def test_floats_have_the_stated_tolerance(gain, status):
    game = BayesianGame([[[[100.0], [100.0 * (1 + gain)]]], [[[0.0], [0.0]]]], [[1], [1]], [[0], [0]])
    for check in (incentive_compatibility, dominant_strategy_incentive_compatibility):
        assert check(game).status == status
        assert check(game).tolerance == 1e-9


def test_priors_that_are_no_fractions_leave_dominance_exact():
    big, p = 10**15, 0.5**0.5
    game = BayesianGame([[[[big], [big + 1]]] * 2, [[[0], [0]]]], [[p, 1 - p], [1]], [[0, 0], [0]])
    assert dominant_strategy_incentive_compatibility(game).tolerance == 0
    assert dominant_strategy_incentive_compatibility(game).status == "fails"
    assert incentive_compatibility(game).tolerance == 1e-9


def test_not_applicable_without_reports():
    game = BayesianGame([[[1]]], [[1]], None)
    for check in (incentive_compatibility, dominant_strategy_incentive_compatibility):
        assert check(game).status == "not applicable"
        assert "no reports" in check(game).reason
