"""Single-peaked public decision: the mean of the peaks is chosen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.environments import SinglePeaked


@given(st.lists(st.integers(-10, 10), min_size=2, max_size=4))
def test_single_peaked_chooses_the_mean(types):
    grids = tuple(np.arange(-10.0, 11.0, 5.0) for _ in types)
    types = [5 * round(t / 5) for t in types]
    decision = SinglePeaked(grids)
    problem = decision.problem(grids, ([0.2] * 5,) * len(types))
    index = tuple(int(t / 5) + 2 for t in types)
    assert decision.outcome(problem.efficient_outcome[index]) == pytest.approx(np.mean(types))
    assert decision.efficient_surplus(types) == pytest.approx(-len(types) * np.var(types))


def test_single_peaked_on_a_fine_grid_still_chooses_the_mean():
    grids = (np.arange(0, 24.01, 0.1).round(1), np.array([0.0, 0.1, 23.9]), np.array([11.7]))
    decision = SinglePeaked(grids)
    levels = decision.outcome(decision.problem(grids, [np.eye(len(g))[0] for g in grids]).efficient_outcome)
    means = sum(np.ix_(*grids)) / 3
    np.testing.assert_allclose(levels, means, atol=1e-9)
