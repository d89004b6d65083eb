"""Paths that users give."""

import numpy as np
import pytest

from mechanisms.cost_sharing import aumann_shapley, axial, fixed_path, friedman_moulin, incremental, moulin_shenker
from mechanisms.costs import Cost, PiecewiseLinearCost, PowerCost, QuadraticFormCost
from tests.shared import thorough


def test_user_paths():
    cost, q = (
        QuadraticFormCost([[1, 2, 0], [0, 1, 1], [1, 0, 2]], [1, 0, 2]),
        np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 0.0]]),
    )
    edges = [[0, 0, 0], [0, 5, 0], [0, 5, 5], [5, 5, 5]]
    np.testing.assert_allclose(fixed_path(q, cost, edges), incremental(q, cost, [1, 2, 0]), atol=1e-9)
    np.testing.assert_allclose(fixed_path(q, cost, [[0, 0, 0], [4, 4, 4]]), friedman_moulin(q, cost), atol=1e-9)
    curved = fixed_path(q, cost, lambda t: np.stack([4 * t, 4 * t**2, 4 * np.sqrt(t)], axis=-1))
    fine = np.linspace(0, 1, 4001)[:, None]
    polyline = fixed_path(q, cost, 4 * np.hstack([fine, fine**2, np.sqrt(fine)]))
    np.testing.assert_allclose(curved, polyline, atol=1e-4)
    np.testing.assert_allclose(curved.sum(axis=-1), cost.cost(q), atol=1e-8)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ([[0, 0, 0], [1, 9, 9]], "path stops short: agent 0 demands up to 2, the path ends at 1"),
        ([[0, 0, 0], [9, 9, 9], [9, 8, 9]], "path decreases for agent 1, from 9 to 8"),
        ([[0, 0, 1], [9, 9, 9]], r"path starts at \[0.0, 0.0, 1.0\]"),
        ([[0, 0], [9, 9]], "path has 2 coordinates"),
        ([0, 1], r"path has shape \(2,\)"),
        ([[0, 0, 0], [9, np.nan, 9]], "path contains nan"),
    ],
)
def test_bad_paths_are_named(path, named):
    with pytest.raises(ValueError, match=named):
        fixed_path([2, 2, 2], PowerCost(1, 2), path)


class Given(Cost):
    """A cost that somebody wrote, with whatever gradient."""

    def __init__(self, gradient, cost=lambda q: q.sum(axis=-1) ** 2):
        self._cost, self._gradient = cost, gradient

    def cost(self, demands):
        return self._cost(np.asarray(demands, dtype=np.float64))

    def gradient(self, demands):
        return self._gradient(np.asarray(demands, dtype=np.float64))


def noise(q):
    return 0.1 + np.random.default_rng().random(q.shape)


@pytest.mark.parametrize("rule", [friedman_moulin, aumann_shapley])
@pytest.mark.parametrize(
    ("cost", "named"),
    [
        (Given(lambda q: np.where(q > 0.5, np.nan, 1.0)), r"nan.* (at|are) |at .*nan"),
        (Given(lambda q: np.where(q > 0.5, np.inf, 1.0)), r"inf.* (at|are) |at .*inf"),
        (Given(noise), r"gradient of Given.* near \["),
        (Given(lambda q: 1 + q), r"gradient of Given.* is not that of its cost: on the way to demands \[1.0, 2.0\]"),
        (Given(lambda q: 1 + q, lambda q: np.nan * q[..., 0]), r"the cost is nan at demands \[1.0, 2.0\]"),
    ],
    ids=["nan", "infinite", "noise", "wrong", "nan cost"],
)
def test_wrong_gradients_end_at_once_with_the_point(rule, cost, named):
    with pytest.raises(ValueError, match=named):
        rule([1, 2], cost)


def test_the_path_of_a_noisy_gradient_ends_at_once():
    with pytest.raises(ValueError, match=r"gradient of Given.* near \[.*\]: the path cannot be followed"):
        moulin_shenker([1, 2], Given(noise))
    with pytest.raises(
        ValueError, match=r"marginal costs at \[.*\] are \[nan, nan\]; they must be positive and finite"
    ):
        moulin_shenker([1, 2], Given(lambda q: np.where(q > 0.5, np.nan, 1.0)))


def test_shares_are_as_exact_in_small_units():
    tiny = friedman_moulin([1, 2], QuadraticFormCost(1e-11 * np.array([[1, 0.3], [0.2, 2]])))
    np.testing.assert_allclose(
        tiny, 1e-11 * friedman_moulin([1, 2], QuadraticFormCost([[1, 0.3], [0.2, 2]])), rtol=1e-10
    )


@thorough
def test_a_kink_near_the_end_of_a_piece_is_seen():
    """Its jump of the gradient is nearer to the end than any node at which the gradient is asked for."""
    cost = PiecewiseLinearCost([1.5, 4], [0.5, 3, 2])
    for demands in ([1, 1, 3], [1, 0.5004], [0.7498, 0.7503, 2], [4, 0.0003]):
        total = float(cost.cost(np.array(demands)))
        for rule in (axial, friedman_moulin, aumann_shapley):
            assert rule(demands, cost).sum() == pytest.approx(total, rel=1e-9), (rule, demands)
