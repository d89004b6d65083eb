"""Levels by hand, with ties, and levels that cannot be told apart."""

import numpy as np
import pytest

from analysis.behaviour import LevelK, empty_sessions
from mechanisms.games.private_types import BayesianGame
from mechanisms.subjects.models.level_k import level_payoffs
from tests.analysis import simulate
from tests.analysis.behaviour.oracle import choice, mixture
from tests.analysis.behaviour.small import coarse_serial
from tests.mechanisms.subjects.models.against_oracle import even


def test_ties_are_played_with_equal_probability():
    """Against uniform play the column player's first two messages tie, so the row player expects each half the time."""
    row = np.array([[[4.0, 0.0, 9.0], [1.0, 5.0, 9.0]]])
    column = np.array([[[2.0, 2.0, 0.0], [3.0, 3.0, 1.0]]])
    levels = level_payoffs(BayesianGame([row, column], [[1], [1]], None), 2)
    assert levels[0][0].tolist() == [[13 / 3, 5]]
    assert levels[0][1].tolist() == [[2.5, 2.5, 0.5]]
    assert levels[1][0].tolist() == [[2, 3]]
    assert levels[1][1].tolist() == [[3, 3, 1]]


def test_types_are_expected_by_the_prior():
    """The column player has type 0 (plays 0) with probability 1/4 and type 1 (plays 1) with 3/4 at level 1."""
    row = np.array([[[8.0, 0.0], [0.0, 4.0]]])
    column = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]])
    levels = level_payoffs(BayesianGame([row, column], [[1], [0.25, 0.75]], None), 2)
    assert levels[1][0].tolist() == [[2, 3]]


def test_levels_that_reply_alike_are_one_class():
    model = LevelK(empty_sessions(coarse_serial(), 1))
    assert model.classes == ("level 0", "level 1", "level 2 = level 3")
    assert model.notes == ("level 2 = level 3: they reply alike everywhere, one class",)


def test_dominant_truth_leaves_levels_that_err_differently():
    """Under VCG best replies are true at all levels, but what errors cost depends on what the others are expected to
    do: level 1 expects uniform reports, all higher levels the truth."""
    assert LevelK(empty_sessions(simulate.treatment("park_vcg"), 1)).classes == (
        "level 0",
        "level 1 = level 2 = level 3",
    )


def test_level_k(game):
    _, choices, oracle = game
    rate = 5 / choices.game.range
    model = LevelK(choices)
    uniform = even(oracle)
    believed, classes = uniform, [oracle.by_type({key: np.log(p) for key, p in uniform.items()})]
    for _ in range(3):
        payoffs = oracle.expected(believed)
        classes.append(oracle.by_type({key: choice(rate * own) for key, own in payoffs.items()}))
        best = {key: np.isclose(own, own.max(), rtol=0, atol=1e-7) for key, own in payoffs.items()}
        believed = {key: own / own.sum() for key, own in best.items()}
    shares = np.array([0.1, 0.4, 0.3, 0.2])
    levels = [[int(part.removeprefix("level ")) for part in name.split(" = ")] for name in model.classes]
    values = [*(shares[own].sum() for own in levels), rate]
    total = model.log_probabilities(np.array(values)).sum()
    assert total == pytest.approx(mixture(shares, classes), abs=1e-8)
