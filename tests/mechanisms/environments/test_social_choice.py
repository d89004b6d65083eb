"""Efficient outcomes against enumeration, ties, bad input."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given

import mechanisms.environments.social_choice as social_choice
from mechanisms.environments.social_choice import SocialChoiceProblem
from tests.strategies import problems


@given(problems())
def test_efficient_outcome_is_the_first_maximiser(problem):
    for profile in product(*map(range, problem.shape)):
        sums = [sum(problem.values[i][t, s] for i, t in enumerate(profile)) for s in range(problem.n_outcomes)]
        assert problem.efficient_outcome[profile] == sums.index(max(sums))
        payoffs = [problem.values[i][t, problem.efficient_outcome[profile]] for i, t in enumerate(profile)]
        assert problem.efficient_payoffs[(slice(None), *profile)].tolist() == payoffs


@given(problems(min_agents=2))
def test_chunks_do_not_matter(problem):
    whole = problem.efficient_outcome
    again = SocialChoiceProblem(problem.values, problem.priors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(social_choice, "CHUNK_ENTRIES", 1)
        np.testing.assert_array_equal(again.efficient_outcome, whole)


def test_floating_point_noise_does_not_break_a_tie():
    # 0.1 + 0.2 > 0.3 in floating point; the two outcomes tie, and the first one is chosen.
    problem = SocialChoiceProblem([[[0.3, 0.1]], [[0.0, 0.2]]], [[1], [1]])
    assert problem.efficient_outcome.item() == 0


@pytest.mark.parametrize(
    ("values", "priors", "named"),
    [
        ([], [], r"values is \[\]; it must be a list"),
        ([[[1, 2]]], [[0.5, 0.5]], r"values\[0\] has shape \(1, 2\)"),
        ([[[1, 2], [3, 4]]], [[0.5, 0.6]], r"priors\[0\] is \[0.5, 0.6\]"),
        ([[[1, 2], [3, 4]]], [[1.5, -0.5]], r"priors\[0\]"),
        ([[[1, np.nan]]], [[1]], r"values\[0\] contains nan"),
        ([[["a", "b"]]], [[1]], r"values\[0\] is .*; it must be"),
        ([[[0, 1]] * 1000] * 3, [[0.001] * 1000] * 3, "too large"),
    ],
)
def test_bad_input_is_named(values, priors, named):
    with pytest.raises(ValueError, match=named):
        SocialChoiceProblem(values, priors)
