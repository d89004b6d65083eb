"""All pure equilibria of public reports, with their numbers, against brute force over all strategies."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given

import mechanisms.bayesian.reports_in_turn as module
from mechanisms.bayesian import sequential_equilibria, sequential_equilibrium
from mechanisms.games.private_types import BayesianGame
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.bayesian import sequential_brute_force as brute
from tests.mechanisms.bayesian.random_games import park
from tests.mechanisms.bayesian.sequential_brute_force import ordered_games
from tests.shared import examples


@examples(60)
@given(ordered_games(max_types=2))
def test_is_brute_force(ordered):
    game, order = ordered
    assume(brute.number_of_strategies(game, order) <= 2000)
    wanted = Counter()
    for strategy in brute.all_strategies(game, order):
        if brute.is_equilibrium(game, order, strategy):
            wanted[tuple(sorted(brute.plan(game, order, strategy).items()))] += 1
    found = sequential_equilibria(game, order)
    plans = {
        tuple((types, tuple(map(int, plan[types]))) for types in np.ndindex(*game.n_types)): count
        for plan, count in zip(found.plans, found.counts, strict=True)
    }
    assert plans == dict(wanted)


def test_there_is_always_one_and_it_has_the_plan_of_backward_induction():
    game = park("agv")
    for order in ((0, 1, 2), (1, 2, 0)):
        found, one = sequential_equilibria(game, order), sequential_equilibrium(game, order)
        path = np.array([one.path(types) for types in np.ndindex(*game.n_types)]).reshape(found.plans.shape[1:])
        assert any(np.array_equal(plan, path) for plan in found.plans)


def test_every_equilibrium_of_the_park_under_pairwise_compensation_builds_where_it_is_worth_most():
    """A report that cannot change the park any more is arbitrary, so that there are many plans."""
    treatment = load_treatment("treatments/park_pairwise.toml")
    found = sequential_equilibria(treatment.bayesian_game())
    outcome = treatment.played.problem.efficient_outcome
    assert len(found.plans) > 1
    assert found.tolerance == 0
    for plan in found.plans:
        chosen = [outcome[tuple(plan[types])] for types in np.ndindex(2, 2, 2)]
        assert chosen == [outcome[types] for types in np.ndindex(2, 2, 2)]


def test_too_large_is_said(monkeypatch):
    ties = BayesianGame([np.zeros((4, 5, 5), dtype=int)] * 2, [[0.25] * 4] * 2, None)
    monkeypatch.setattr(module, "MAX_STEPS", 1000)
    with pytest.raises(TooLargeError, match=r"1e\+03 steps.*would fit"):
        sequential_equilibria(ties)
    monkeypatch.setattr(module, "MAX_HISTORIES", 4)
    with pytest.raises(TooLargeError, match="5 histories before the last report"):
        sequential_equilibria(ties)


def test_ways_that_are_compared_take_steps(monkeypatch):
    """Not only choices: with thousands of ways after each the search went on for hours within its steps."""
    ties = BayesianGame([np.zeros((1, 10, 10))] * 2, [[1], [1]], None)
    monkeypatch.setattr(module, "MAX_STEPS", 1500)
    assert sequential_equilibria(ties).count == 10**11
    monkeypatch.setattr(module, "AT_ONCE", 1)
    with pytest.raises(TooLargeError, match="steps"):
        sequential_equilibria(ties)
