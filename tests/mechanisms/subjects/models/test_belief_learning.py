"""Belief learning against a second computation with loops."""

from analysis.behaviour import BeliefLearning
from tests.mechanisms.subjects.models.against_oracle import same


def test_belief_learning(game):
    _, choices, oracle = game
    same(choices, BeliefLearning, [0.02, 0.7], oracle.ewa(0.02, 0.7, 1.0, 0.0))
