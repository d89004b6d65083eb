"""Public project: the surplus is that of the best outcome."""

import numpy as np

from mechanisms.environments import PublicProject


def test_public_project_surplus_is_the_best_outcome():
    grid = np.array([-6.0, 8.0])
    road = PublicProject(("built", "not built"), (grid, grid), (np.outer(grid, [1, 0]),) * 2)
    assert road.efficient_surplus([[-6, 8], [-6, -6], [8, 8]]).tolist() == [2, 0, 16]
