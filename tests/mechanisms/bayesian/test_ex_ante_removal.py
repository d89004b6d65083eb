"""Ex-ante removal of externalities: brute force, S Theorem 1 on random problems, the park, rounding."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanisms.bayesian import ex_ante_payoffs, ex_ante_removal
from mechanisms.games.private_types import BayesianGame
from mechanisms.transfers import pairwise_compensation, symmetric_pairwise_compensation
from mechanisms.transfers.pairwise_compensation import ex_ante_payoffs as efficient_payoffs
from tests.mechanisms.bayesian.random_games import (
    chances_of,
    direct_game,
    expected,
    fractions_of,
    games,
    park,
    profiles,
    truth,
)
from tests.shared import examples
from tests.strategies import problems


def differences(game):
    """What each profile of the others' messages adds to the expected payoff of the truth."""
    found = {}
    for i in range(game.n):
        chances, types = fractions_of(game.priors[i]), range(game.n_types[i])
        guaranteed = sum(chances[t] * expected(game, i, t, truth(game)) for t in types)
        for others in product(*(range(a) if j != i else [None] for j, a in enumerate(game.n_messages))):
            said = [[m if j != i else own for j, m in enumerate(others)] for own in game.truthful[i]]
            payoff = sum((chances[t] * int(game.payoffs[i][(t, *said[t])]) for t in types), start=Fraction(0))
            found[i, others] = payoff - guaranteed
    return found


@settings(deadline=None)
@given(games(correlated=False), st.sampled_from([0, 1, None, 0.5]))
def test_is_brute_force(game, slack):
    found = differences(game)
    largest = max(map(abs, found.values()))
    verdict = ex_ante_removal(game, slack)
    assert verdict.status == ("fails" if largest > (1 if slack is None else slack) else "holds")
    assert (verdict.witness is None) == (largest == 0)
    if witness := verdict.witness:
        assert abs(witness.difference) == pytest.approx(float(largest))
        assert witness.difference == pytest.approx(float(found[witness.player, witness.others]))


def payoffs_of_strategies(game, i):
    """What the truth brings player i in expectation for every joint strategy of the others: their types to messages."""
    chances, others = chances_of(game), [j for j in range(game.n) if j != i]
    their_types = profiles([game.n_types[j] for j in others])
    messages = profiles([game.n_messages[j] for j in others])
    for said in product(messages, repeat=len(their_types)):
        strategy = dict(zip(their_types, said, strict=True))
        total = Fraction(0)
        for types, chance in chances.items():
            sent = list(strategy[tuple(types[j] for j in others)])
            sent.insert(i, int(game.truthful[i][types[i]]))
            total += chance * int(game.payoffs[i][(types[i], *sent)])
        yield strategy, total


@examples(60)
@given(games(max_types=2, max_messages=2, correlated=True), st.sampled_from([0, 1, None, 0.5]))
def test_correlated_types_are_brute_force_over_all_joint_strategies(game, slack):
    largest, chances = 0.0, chances_of(game)
    verdict = ex_ante_removal(game, slack)
    for i in range(game.n):
        told = sum(
            p * int(game.payoffs[i][(t[i], *(game.truthful[j][t[j]] for j in range(game.n)))])
            for t, p in chances.items()
        )
        payoffs = list(payoffs_of_strategies(game, i))
        largest = max(largest, *(abs(payoff - told) for _, payoff in payoffs))
        witness = verdict.witness
        if witness and witness.player == i:
            assert witness.guaranteed == pytest.approx(float(told))
            known = {without(types): without(said) for types, said in witness.strategy}
            same = [
                payoff
                for strategy, payoff in payoffs
                if all(known.get(t, without(witness.others)) == m for t, m in strategy.items())
            ]
            assert witness.payoff == pytest.approx(float(same[0]))
    assert verdict.tolerance == 0
    assert verdict.status == ("fails" if largest > (1 if slack is None else slack) else "holds")
    assert (verdict.witness is None) == (largest == 0)
    if verdict.witness:
        assert abs(verdict.witness.difference) == pytest.approx(float(largest))


def without(profile):
    return tuple(x for x in profile if x is not None)


@settings(deadline=None)
@given(problems(min_agents=2), st.randoms(use_true_random=False))
def test_theorem_1(problem, random):
    order = random.sample(range(problem.n), problem.n)
    for transfers in (pairwise_compensation(problem, order), symmetric_pairwise_compensation(problem)):
        game = direct_game(problem, transfers)
        assert ex_ante_removal(game).status == "holds"
        assert np.allclose(ex_ante_payoffs(game), efficient_payoffs(problem, problem.efficient_payoffs).ravel())


@settings(deadline=None)
@given(problems(min_agents=2), st.sampled_from([1, 10, 3.7]))
def test_rounding_alone_stays_within_the_default(problem, scale):
    game = direct_game(problem, pairwise_compensation(problem))
    rounded = [np.floor(scale * tensor + 0.5).astype(int) for tensor in game.payoffs]
    assert ex_ante_removal(BayesianGame(rounded, game.priors, game.truthful)).status == "holds"


@pytest.mark.parametrize(("name", "status"), [("vcg", "fails"), ("agv", "fails"), ("pairwise", "holds")])
def test_the_park_in_points(name, status):
    assert ex_ante_removal(park(name)).status == status
    assert ex_ante_removal(park(name), slack=0).status == status


def test_one_unit_too_much_is_seen():
    game = park("pairwise")
    damaged = [tensor.copy() for tensor in game.payoffs]
    damaged[1][0, 0, 0, 0] += 1
    verdict = ex_ante_removal(BayesianGame(damaged, game.priors, game.truthful), slack=0)
    assert verdict.witness.player == 1
    assert verdict.witness.others == (0, None, 0)
    assert verdict.witness.difference == 0.5 - 0.125


def test_bad_slack_and_no_reports():
    with pytest.raises(ValueError, match="slack is -1"):
        ex_ante_removal(park("vcg"), slack=-1)
    assert ex_ante_removal(BayesianGame([[[1]]], [[1]], None)).status == "not applicable"
