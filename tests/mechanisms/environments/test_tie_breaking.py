"""Which of several efficient outcomes is chosen."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.environments.tie_breaking import TieBreaking
from tests.strategies import problems


@given(problems(), st.data())
def test_ties_are_broken_as_said(problem, data):
    order = data.draw(st.permutations(range(problem.n_outcomes)))
    for rule, preferred in [
        ("first", range(problem.n_outcomes)),
        ("last", range(problem.n_outcomes)[::-1]),
        (tuple(order), order),
    ]:
        again = SocialChoiceProblem(problem.values, problem.priors, TieBreaking(rule))
        for profile in product(*map(range, problem.shape)):
            sums = [sum(problem.values[i][t, s] for i, t in enumerate(profile)) for s in range(problem.n_outcomes)]
            best = next(s for s in preferred if sums[s] == max(sums))
            assert again.efficient_outcome[profile] == best
            assert again.efficient_payoffs[0][profile] == problem.values[0][profile[0], best]


def test_bad_tie_breaking_is_named():
    with pytest.raises(ValueError, match="rule is 'random'"):
        TieBreaking("random")
    with pytest.raises(ValueError, match=r"rule is \[0, 0\]; it must name each outcome 0…1"):
        SocialChoiceProblem([[[1, 2]]], [[1]], TieBreaking((0, 0))).efficient_outcome  # noqa: B018
