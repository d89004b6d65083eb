"""Paths that users give."""

import numpy as np
import pytest

from mechanisms.cost_sharing import fixed_path, friedman_moulin, incremental
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
        ([[0, 0, 0], [1, 9, 9]], "path stops short: agent 0 demands up to 2 and the path ends at 1"),
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
