"""Which equilibria are payoff-dominant, and the list that gives each its number."""

from types import SimpleNamespace

import numpy as np
import pytest

from analysis.predictions.equilibrium_play import equilibrium_table, payoff_dominant
from analysis.predictions.solutions import Solutions
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.efficiency import payoff_dominant as payoff_dominant_of_the_game
from tests.analysis import brute_force, simulate


@pytest.mark.parametrize("name", ["cason_pivotal", "park_vcg", "park_agv", "production_serial", "chen_serial"])
def test_payoff_dominance_is_that_of_the_whole_game(name):
    solutions = Solutions(simulate.treatment(name))
    seen = set()
    for types in solutions.type_profiles():
        equilibria = solutions.nash(types)
        grids = [position.messages for position in solutions.treatment.positions]
        index = [np.searchsorted(grid, column) for grid, column in zip(grids, equilibria.T, strict=True)]
        found = payoff_dominant(solutions, types, equilibria)
        game = solutions.treatment.game(types)
        assert np.flatnonzero(found).tolist() == payoff_dominant_of_the_game(game, np.stack(index, axis=-1)).tolist()
        seen |= set(found.tolist())
    assert bool(seen) == (name != "park_agv")  # which has no equilibrium at any type profile


def test_the_table_lists_every_equilibrium_with_its_number():
    t = simulate.treatment("park_vcg")
    solutions = Solutions(t)
    profiles = solutions.type_profiles()
    table = equilibrium_table(solutions, profiles)
    assert set(table["identity"]) == {t.identity}
    for types in profiles:
        nash, best = brute_force.equilibria_of(t, types)
        rows = table[table["types"] == brute_force.text(types)]
        assert rows["messages"].tolist() == [brute_force.text(m) for m in nash]
        assert rows["nash_index"].tolist() == list(range(1, len(nash) + 1))
        assert rows["payoff_dominant"].tolist() == [m in best for m in nash]
        points = brute_force.points_of(t, types)
        assert rows["points"].tolist() == [brute_force.text(points[m]) for m in nash]


def test_without_equilibria_the_table_is_empty():
    t = simulate.treatment("park_vcg")
    assert equilibrium_table(Solutions(t), []).empty


@pytest.mark.parametrize("seed", range(20))
def test_payoff_dominance_among_several_equilibria(seed):
    """Equilibria on the diagonal of a game with few different payoffs, so that some are good for one player only."""
    points = np.random.default_rng(seed).integers(1, 4, (4, 2))
    payoffs = np.zeros((2, 4, 4), dtype=np.int64)
    payoffs[:, np.arange(4), np.arange(4)] = points.T
    game = NormalFormGame(payoffs)
    play = SimpleNamespace(points=points)
    solutions = SimpleNamespace(treatment=SimpleNamespace(play=lambda types, messages: play))
    diagonal = np.repeat(np.arange(4.0)[:, None], 2, axis=1)
    found = np.flatnonzero(payoff_dominant(solutions, (0.0, 0.0), diagonal))
    assert found.tolist() == payoff_dominant_of_the_game(game, diagonal.astype(int)).tolist()
