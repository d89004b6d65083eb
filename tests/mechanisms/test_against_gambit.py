"""Gambit as outside judge, on a few hundred random games; an optional extra, see requirements-gambit.txt.

Dominance is judged by brute force (test_elimination.py): in one of 300 random games gambit 16.7.0 eliminated what is
not strictly dominated.
"""

import numpy as np
import pytest

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.quantal_response.equilibria import logit_equilibria
from mechanisms.solutions.nash import pure_nash_equilibria

gambit = pytest.importorskip("pygambit", reason="gambit is optional: see requirements-gambit.txt")

GAMES = range(300)


def random_game(seed):
    """Two or three players with 2 to 4 messages; few distinct payoffs in every third game, so that ties are common."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(2, 5, rng.integers(2, 4))
    payoffs = rng.integers(0, 4 if seed % 3 == 0 else 100, (len(shape), *shape))
    return NormalFormGame(payoffs), gambit.Game.from_arrays(*payoffs)


@pytest.mark.parametrize("seed", GAMES)
def test_pure_nash_equilibria(seed):
    ours, theirs = random_game(seed)
    found = []
    for equilibrium in gambit.nash.enumpure_solve(theirs).equilibria:
        found.append(tuple([int(weight) for weight in strategy].index(1) for strategy in _strategies(equilibrium)))
    assert sorted(found) == [tuple(profile) for profile in pure_nash_equilibria(ours).tolist()]


@pytest.mark.parametrize("seed", range(1, 60, 2))
def test_logit_equilibria(seed):
    ours, theirs = random_game(seed)
    rates = [0.01, 0.05, 0.2]
    branch = logit_equilibria(ours, rates)
    for k, solution in enumerate(gambit.qre.logit_solve_lambda(theirs, lam=rates)):
        for strategy, expected in zip(branch.profiles, _strategies(solution.profile), strict=True):
            np.testing.assert_allclose(strategy[k], [float(weight) for weight in expected], atol=1e-5)


def _strategies(profile):
    """The weights of each player's strategies."""
    return [[profile[strategy] for strategy in player.strategies] for player in profile.game.players]
