"""Reinforcement against a second computation with loops."""

import numpy as np

from analysis.behaviour import Reinforcement
from tests.analysis.behaviour.small import only
from tests.mechanisms.subjects.models.against_oracle import same


def test_reinforcement(game):
    _, choices, oracle = game
    same(choices, Reinforcement, [2.0, 0.1, 0.2], oracle.reinforcement(2.0, 0.1, 0.2))


def test_reinforcement_needs_own_points_only(game):
    table, choices, _ = game
    own = only(table.assign(feedback="own"))
    values = np.array([2.0, 0.1, 0.2])
    assert np.array_equal(
        Reinforcement(own).log_probabilities(values), Reinforcement(choices).log_probabilities(values)
    )
