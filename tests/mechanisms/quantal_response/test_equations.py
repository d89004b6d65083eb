"""The equations of several games at once."""

import numpy as np

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.equations import LogitEquations

SYMMETRIC = NormalFormGame([[[3, 0], [0, 1]], [[3, 0], [0, 1]]])


def test_a_game_with_fewer_classes_has_unknowns_that_stay_0():
    forms = [BayesianGame([own[None] for own in game.payoffs], [[1], [1]], None)
             for game in (SYMMETRIC, NormalFormGame([[[3, 0], [0, 1]], [[1, 5], [0, 2]]]))]  # fmt: skip
    equations = LogitEquations(forms)
    assert equations.starts[0].tolist()[2:] == [0, 0, 0]
    point = np.array([[-0.5, -1.0, 0.0, 0.0, 2.0]])
    values, derivatives = equations(np.array([0]), point)
    alone_values, alone_derivatives = LogitEquations(forms[:1])(np.array([0]), point[:, [0, 1, 4]])
    np.testing.assert_allclose(values[0, :2], alone_values[0])
    np.testing.assert_allclose(derivatives[0, :2][:, [0, 1, 4]], alone_derivatives[0])
    assert (values[0, 2:].tolist(), derivatives[0, 2:].tolist()) == ([0, 0], [[0, 0, 1, 0, 0], [0, 0, 0, 1, 0]])


def test_derivatives_are_those_of_differences():
    rng = np.random.default_rng(2)
    payoffs = [rng.random((2, 3, 2, 2)) for _ in range(3)]
    games = [BayesianGame([own + k for own in payoffs], [[0.25, 0.75]] * 3, None) for k in range(2)]
    equations, which = LogitEquations(games), np.array([1])
    point = equations.starts[1:] + rng.normal(0, 0.1, equations.starts[1:].shape)
    _, derivatives = equations(which, point)
    for k in range(point.shape[1]):
        step = np.zeros_like(point)
        step[0, k] = 1e-6
        change = (equations(which, point + step)[0] - equations(which, point - step)[0]) / 2e-6
        np.testing.assert_allclose(derivatives[0, :, k], change[0], atol=1e-7)
