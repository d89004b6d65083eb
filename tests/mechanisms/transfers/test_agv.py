"""AGV by hand."""

from itertools import product

import pytest

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import agv


def test_agv_needs_two_agents():
    with pytest.raises(ValueError, match="1 agent"):
        agv(SocialChoiceProblem([[[1]]], [[1]]))


def test_expected_externality_by_hand():
    """Agents 1 and 2 get outcome 1 if the sum of values is positive; xi_i is the expected value of the other one."""
    problem = SocialChoiceProblem([[[0, -3], [0, 5]], [[0, -1], [0, 4]]], [[0.25, 0.75], [0.5, 0.5]])
    # Built at (-3, 4), (5, -1) and (5, 4).
    # xi_1(-3) = 4/2, xi_1(5) = (-1 + 4)/2; xi_2(-1) = 0.75*5, xi_2(4) = 0.25*-3 + 0.75*5.
    for (a, b), (xi_1, xi_2) in zip(
        product(range(2), repeat=2), [(2, 3.75), (2, 3), (1.5, 3.75), (1.5, 3)], strict=True
    ):
        assert agv(problem)[:, a, b].tolist() == pytest.approx([xi_1 - xi_2, xi_2 - xi_1])
