"""Groves: a constant that is none is refused."""

import numpy as np
import pytest

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import groves


def test_groves_rejects_h_that_depends_on_the_own_report():
    problem = SocialChoiceProblem([[[1, 0], [0, 1]], [[1, 0]]], [[0.5, 0.5], [1]])
    with pytest.raises(ValueError, match=r"h\[0\] varies along axis 0"):
        groves(problem, [np.array([[0], [1]]), 0])
    with pytest.raises(ValueError, match="h has 1 entries"):
        groves(problem, [0])
    with pytest.raises(ValueError, match=r"h\[1\] has shape \(3,\)"):
        groves(problem, [0, np.zeros(3)])
