"""Public reports one after another: every history against brute force in fractions, and Safronov's park by hand."""

import numpy as np
import pytest
from hypothesis import given

import mechanisms.bayesian.backward_induction as module
from mechanisms.bayesian import sequential_equilibrium, sequential_truth
from mechanisms.games.private_types import BayesianGame
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.bayesian import sequential_brute_force as brute
from tests.mechanisms.bayesian.random_games import park
from tests.mechanisms.bayesian.sequential_brute_force import ordered_games
from tests.shared import examples


def as_dict(game, order, strategies):
    return {(i, history, t): int(strategies[i][(*history, t)]) for i, history, t in brute.places(game, order)}


@examples(80)
@given(ordered_games())
def test_what_is_found_is_an_equilibrium_and_all_best_messages_and_losses_are_right(ordered):
    game, order = ordered
    found = sequential_equilibrium(game, order)
    strategy = as_dict(game, order, found.strategies)
    assert brute.is_equilibrium(game, order, strategy)
    for i, history, t in brute.places(game, order):
        reached = [brute.expected(game, order, strategy, i, t, (*history, m)) for m in range(game.n_messages[i])]
        here = (*history, t)
        assert found.best[i][here].tolist() == [value == max(reached) for value in reached]
        losses = [float(max(reached) - value) for value in reached]
        np.testing.assert_allclose(found.losses[i][here], losses, atol=1e-12)
        truth = int(game.truthful[i][t])
        if found.best[i][here][truth]:
            assert strategy[i, history, t] == truth
    assert all(found.path(types) == said for types, said in brute.plan(game, order, strategy).items())


@examples(80)
@given(ordered_games())
def test_truth_is_an_equilibrium_exactly_if_brute_force_says_so(ordered):
    game, order = ordered
    strategy = {(i, history, t): int(game.truthful[i][t]) for i, history, t in brute.places(game, order)}
    verdict = sequential_truth(game, order)
    assert verdict.holds == brute.is_equilibrium(game, order, strategy)
    if not verdict.holds:
        lie = verdict.witness
        honest, lied = (
            brute.expected(game, order, strategy, lie.player, lie.type, (*lie.history, message))
            for message in (int(game.truthful[lie.player][lie.type]), lie.lie)
        )
        assert float(lied - honest) == pytest.approx(lie.gain)
        assert lied > honest


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_vcg_is_truthful_after_every_history_and_agv_is_not(order):
    assert sequential_truth(park("vcg"), order).holds
    assert not sequential_truth(park("agv"), order).holds


def test_pairwise_compensation_is_truthful_in_its_own_order_and_an_order_of_another_kind_is_not_asked():
    game = park("pairwise")
    assert sequential_truth(game, (0, 1, 2)).holds
    assert sequential_equilibrium(game).path((1, 0, 1)) == (1, 0, 1)
    with pytest.raises(ValueError, match="order"):
        sequential_equilibrium(game, (0, 1, 1))


def test_demands_have_no_truth_but_an_equilibrium():
    game = load_treatment("treatments/chen_serial.toml").bayesian_game()
    assert sequential_truth(game).status == "not applicable"
    found = sequential_equilibrium(game)
    leader, follower = found.path((0, 0))
    alone = [game.payoffs[0][0][m, game.payoffs[1][0][m].argmax()] for m in range(12)]
    assert leader == int(np.argmax(alone))
    assert follower == int(game.payoffs[1][0][leader].argmax())


def test_correlated_types_and_large_games_are_refused_at_once(monkeypatch):
    joint = BayesianGame([[[[1]], [[2]]]] * 2, [[0.4, 0.1], [0, 0.5]], None)
    with pytest.raises(ValueError, match="independent"):
        sequential_equilibrium(joint)
    monkeypatch.setattr(module, "MAX_STRATEGIES", 10)
    with pytest.raises(TooLargeError, match="28 messages of types at histories"):
        sequential_truth(park("vcg"))
