"""Crémer–Riordan: dominant for all but the first; not coalition-proof (S section 3.1)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import cremer_riordan
from tests.mechanisms.transfers.cases import utilities
from tests.strategies import problems


@given(problems(min_agents=2), st.data())
def test_cremer_riordan_truth_is_dominant_for_all_but_the_first(problem, data):
    first = data.draw(st.integers(0, problem.n - 1))
    transfers = cremer_riordan(problem, first)
    for i in range(problem.n):
        if i != first:
            for own in range(problem.shape[i]):
                utility = np.moveaxis(utilities(problem, transfers, i, own), i, 0)
                assert (utility[own] >= utility.max(axis=0) - 1e-9).all()


def test_section_3_1_cremer_riordan_is_not_coalition_proof():
    """Agent 1 reports L; agents 2 and 3 of types H and L gain together by both reporting H, and the outcome changes."""
    near, far = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
    park = SocialChoiceProblem([near, far, near], [[0.5, 0.5]] * 3)
    transfers = cremer_riordan(park)
    together = sum(utilities(park, transfers, i, own) for i, own in ((1, 1), (2, 0)))
    assert together[0, 1, 1] > together[0, 1, 0]
    assert park.efficient_outcome[0, 1, 1] != park.efficient_outcome[0, 1, 0]
    with pytest.raises(ValueError, match="first is 3"):
        cremer_riordan(park, 3)
