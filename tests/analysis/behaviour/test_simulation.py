"""Simulated messages follow the model's probabilities."""

import numpy as np
import pytest

from analysis.behaviour import EWA, BeliefLearning, LogitEquilibrium, Uniform, empty_sessions, simulate
from tests.analysis.behaviour.small import coarse_production, coarse_serial


def test_the_same_seed_gives_the_same_messages():
    empty = empty_sessions(coarse_serial(rounds=6), 2)
    values = [0.01, 0.8, 0.4, 0.2]
    first, again, other = (simulate(EWA, empty, values, seed=s).message for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_frequencies_are_the_probabilities():
    empty = empty_sessions(coarse_serial(rounds=40), 60, 8)
    played = simulate(LogitEquilibrium, empty, [0.01], seed=3)
    table = np.exp(LogitEquilibrium(played).log_table(np.array([0.01])).logs)
    for agent, probability in enumerate(table):
        own = played.message[played.agent == agent]
        error = np.bincount(own, minlength=5) / len(own) - probability
        assert (np.abs(error) < 4 * np.sqrt(probability * (1 - probability) / len(own))).all()
        assert len(own) == 9600


def test_learners_reply_to_what_was_simulated():
    """Nearly exact replies to the last round: play is that of best replies once something was seen."""
    empty = empty_sessions(coarse_serial(rounds=6), 2)
    played = simulate(BeliefLearning, empty, [20.0, 0.0002], seed=1)
    best = played.game.best_replies
    for row in np.flatnonzero(played.last_seen >= 0):
        assert best[played.position[row]][0, played.last_seen[row], played.message[row]]


def test_messages_are_on_the_own_grid():
    played = simulate(Uniform, empty_sessions(coarse_production(), 3), [])
    assert played.message.min() == 0
    assert played.message.max() == 4
    assert len(played.decisions) == 180


def test_wrong_number_of_values():
    with pytest.raises(ValueError, match="values has 1 entries; EWA has 4: lambda, phi, delta, kappa"):
        simulate(EWA, empty_sessions(coarse_serial(), 1), [0.1])
