"""Solutions of differential equations, against closed forms and scipy.integrate."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanisms.cost_sharing.trajectory import RestlessError, trajectory


def nowhere(point):
    return False


def test_closed_forms():
    """A circle, and growth by a factor of e^10 with a decay beside it."""
    t = np.linspace(0, 10, 101)
    circle = trajectory(lambda y: y[:, ::-1] * [1, -1], np.array([0.0, 1.0]), (0, 10), nowhere, 1e-13, 1)
    np.testing.assert_allclose(circle(t), np.stack([np.sin(t), np.cos(t)], axis=-1), atol=1e-10)
    growth = trajectory(lambda y: y * [1, -3], np.ones(2), (0, 10), nowhere, 1e-13, 1)
    np.testing.assert_allclose(growth(t[:, None]), np.exp(t[:, None, None] * [1, -3]), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("seed", range(5))
def test_like_scipy(seed):
    rng = np.random.default_rng(seed)
    matrix, start = rng.normal(size=(3, 3)), rng.random(3)
    ours = trajectory(lambda y: np.sin(y @ matrix), start, (0, 5), nowhere, 1e-12, 1)
    theirs = solve_ivp(lambda t, y: np.sin(y @ matrix), (0, 5), start, "DOP853", rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours(theirs.t), theirs.y.T, atol=1e-8)


def test_it_ends_where_it_has_arrived():
    ours = trajectory(lambda y: np.ones_like(y), np.zeros(1), (0, 1e18), lambda y: y[0] >= 7, 1e-12, 1)
    assert 7 <= ours.times[-1] < 20
    assert ours(np.array([7.0])) == pytest.approx(7)


def test_a_kink_is_found():
    """Speed 1 up to 1, and then 3."""
    ours = trajectory(lambda y: np.where(y < 1, 1.0, 3.0), np.zeros(1), (0, 3), nowhere, 1e-11, 1)
    t = np.linspace(0, 3, 301)
    np.testing.assert_allclose(ours(t)[:, 0], np.where(t < 1, t, 3 * t - 2), atol=1e-9)


def test_a_velocity_that_jumps_about():
    rng = np.random.default_rng(0)
    with pytest.raises(RestlessError) as error:
        trajectory(lambda y: 1 + rng.random(y.shape), np.zeros(1), (0, 1), nowhere, 1e-12, 1)
    assert 0 <= error.value.args[0] < 1


def test_where_there_is_no_velocity():
    """It is asked beyond its end in trying; only an end that the curve itself reaches is an error."""

    def velocity(y):
        if np.any(y >= 2):
            raise ValueError("none from 2 on")
        return np.ones_like(y)

    assert trajectory(velocity, np.zeros(1), (0, 9), lambda y: y[0] >= 1, 1e-12, 1).times[-1] < 2
    with pytest.raises(ValueError, match="none from 2 on"):
        trajectory(velocity, np.zeros(1), (0, 9), nowhere, 1e-12, 1)
