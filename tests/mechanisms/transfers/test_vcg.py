"""VCG (S Def. 1): nobody receives, truth is dominant, the pivotal constants of Groves."""

import numpy as np
from hypothesis import given

from mechanisms.transfers import groves, vcg
from tests.mechanisms.transfers.cases import utilities
from tests.strategies import problems


@given(problems())
def test_vcg_never_pays_and_makes_truth_dominant(problem):
    transfers = vcg(problem)
    assert transfers.max() <= 0
    for i in range(problem.n):
        for own in range(problem.shape[i]):
            utility = np.moveaxis(utilities(problem, transfers, i, own), i, 0)
            assert (utility[own] >= utility.max(axis=0) - 1e-9).all()


@given(problems(min_agents=2))
def test_vcg_is_groves_with_the_pivotal_constant(problem):
    h = [-problem.best_payoff_of_others(i) for i in range(problem.n)]
    np.testing.assert_allclose(groves(problem, h), vcg(problem), atol=1e-9)
