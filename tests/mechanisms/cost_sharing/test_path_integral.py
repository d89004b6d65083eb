"""Integrals along paths: gradients that are none, small units, kinks that no node sees."""

import numpy as np
import pytest

from mechanisms.cost_sharing import aumann_shapley, axial, friedman_moulin, moulin_shenker
from mechanisms.costs import Cost, PiecewiseLinearCost, QuadraticFormCost
from tests.shared import thorough


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


def test_places_are_named_in_whatever_unit():
    with pytest.raises(ValueError, match=r"jumps about near \[\d[.\d]*e-1?\d+, \d[.\d]*e-1?\d+\]"):
        friedman_moulin([1e-9, 2e-9], Given(noise))


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
