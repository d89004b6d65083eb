"""Paths that users give."""

import numpy as np
import pytest

from mechanisms.cost_sharing import fixed_path, friedman_moulin, incremental, serial
from mechanisms.costs import PowerCost, QuadraticFormCost


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


def along_the_edges(t):
    """The path of EDGES as a function, which has its corner where nobody says it has one."""
    return 1e7 * np.stack([np.minimum(2 * t, 1), np.maximum(2 * t - 1, 0)], axis=-1)


EDGES = [[0, 0], [1e7, 0], [1e7, 1e7]]
DEMANDS = np.array([[1, 2], [0, 2.03], [1, 0], [1, 1], [1, 1e-9], [1e-9, 1], [3, 3.0000001]])


@pytest.mark.parametrize("exponent", [1.5, 2, 3])
@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e-6, 1e-4, 1, 1e6])
def test_shares_are_exact_relative_to_themselves_however_small_the_demands_are(scale, exponent):
    """Also where they are small beside the path, beside those of others, and beside those of other profiles."""
    cost = PowerCost(0.5, exponent)
    q = np.concatenate([scale * DEMANDS, [[0, 0], [1e6, 2e6]]])
    first = cost.cost(q[:, :1])
    second = cost.cost(np.where(q[:, :1] > 0, 0, q)) + np.where(q[:, 0] > 0, _added(q[:, 0], q[:, 1], exponent), 0)
    np.testing.assert_allclose(fixed_path(q, cost, EDGES), np.stack([first, second], axis=-1), rtol=4e-12)
    np.testing.assert_allclose(fixed_path(q, cost, [[0, 0], [9e6, 9e6]]), serial(q, cost), rtol=1e-9)
    if scale >= 1e-6:  # times tell less than that of a path of this length
        assert fixed_path(q, cost, along_the_edges).sum(axis=-1) == pytest.approx(cost.cost(q), rel=1e-7)


def _added(before, more, exponent):
    """What `more` units add to the cost after others, without the difference of two numbers that are nearly equal."""
    return 0.5 * before**exponent * np.expm1(exponent * np.log1p(more / np.where(before > 0, before, 1)))


def test_a_path_given_as_a_function_is_asked_for_times_of_any_shape():
    with pytest.raises(ValueError, match=r"path returned shape \(\d+, 2\) for times of shape \(1, 17\); it must"):
        fixed_path([1, 1], PowerCost(1, 2), lambda t: np.outer(t, [9, 9]))
