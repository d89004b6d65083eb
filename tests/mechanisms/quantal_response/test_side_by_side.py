"""Branches that are followed side by side are those that are followed alone."""

from itertools import product

import numpy as np
import pytest

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.quantal_response import continuation, side_by_side
from mechanisms.quantal_response.continuation import BranchError, Curves
from mechanisms.quantal_response.equilibria import logit_equilibria
from mechanisms.quantal_response.side_by_side import logit_strategies
from mechanisms.treatments import load_treatment
from tests.shared import in_turn

RATES = [5.0, 50.0, 500.0]


def alone(game, rates=RATES):
    unit = max(float(np.ptp(own)) for own in game.payoffs) or 1.0
    return logit_equilibria(game, np.array(rates) / unit).profiles


def shipped(name):
    game = load_treatment(f"treatments/{name}.toml").bayesian_game()
    return [game.at(types) for types in product(*map(range, game.n_types))]


@pytest.mark.parametrize("name", ["park_vcg", "park_pairwise", "production_serial", "chen_proportional"])
def test_shipped_games_of_all_type_profiles(name):
    """Some are symmetric and have fewer unknowns than others beside them."""
    games = shipped(name)
    for game, strategies in zip(games, logit_strategies(games, RATES), strict=True):
        for own, expected in zip(strategies, alone(game), strict=True):
            np.testing.assert_allclose(own, expected, atol=1e-9)


SHAPES = [(1,), (4,), (2, 3), (3, 3, 3), (2, 1, 2, 2)]


@pytest.mark.parametrize(("shape", "together"), in_turn(SHAPES, [1, 200, side_by_side.TOGETHER]))
def test_random_games(shape, together, monkeypatch):
    monkeypatch.setattr(side_by_side, "TOGETHER", together)
    rng = np.random.default_rng(3)
    games = [NormalFormGame(rng.integers(0, 6, (len(shape), *shape))) for _ in range(12)]
    for game, strategies in zip(games, logit_strategies(games, [2.0, 20.0]), strict=True):
        for own, expected in zip(strategies, alone(game, [2.0, 20.0]), strict=True):
            np.testing.assert_allclose(own, expected, atol=1e-8)


def test_large_payoffs_that_are_not_copied_give_the_same(monkeypatch):
    games = shipped("park_vcg")[:3]
    expected = list(logit_strategies(games, RATES))
    monkeypatch.setattr("mechanisms.quantal_response.equations.MAX_COPIED", 0)
    for strategies, other in zip(logit_strategies(games, RATES), expected, strict=True):
        np.testing.assert_allclose(np.concatenate(strategies, axis=1), np.concatenate(other, axis=1), atol=1e-12)


def test_one_curve_that_is_lost_does_not_stop_the_others(monkeypatch):
    def equations(which, points):
        """A circle, which never comes to lambda = 2, and a line."""
        values, derivatives = (points**2).sum(axis=1)[:, None] - 1, 2 * points[:, None, :]
        line = which == 1
        values[line], derivatives[line] = points[line, :1] - points[line, 1:], [[1.0, -1.0]]
        return values, derivatives

    monkeypatch.setattr(continuation, "MAX_STEPS", 100)
    curves = Curves(equations, np.array([[1.0, 0.0], [0.0, 0.0]]))
    assert curves.reach(np.array([2.0, 2.0])).tolist() == [False, True]
    np.testing.assert_allclose(curves.points[1], [2, 2])


def test_a_singular_system_is_no_solution_and_the_others_have_theirs():
    solved = continuation._solved(np.array([np.zeros((2, 2)), 2 * np.eye(2)]), np.array([[1.0, 1.0], [2.0, 4.0]]))
    assert np.isnan(solved[0]).all()
    assert solved[1].tolist() == [1, 2]


def test_a_lost_branch_is_said(monkeypatch):
    game = NormalFormGame([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
    monkeypatch.setattr(continuation, "MAX_STEPS", 3)
    with pytest.raises(BranchError, match=r"the branch was lost at lambda = 0\.\d+, before 0\.555556"):
        list(logit_strategies([game, game], RATES))
