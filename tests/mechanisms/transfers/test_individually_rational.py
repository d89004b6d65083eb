"""Constants of S Prop. 4: everybody takes part whenever any constants can bring that about."""

import numpy as np
import pytest
from hypothesis import given

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.transfers import (
    agv,
    constants_from,
    equal_gains_constants,
    individually_rational,
    pairwise_compensation,
)
from mechanisms.transfers.individually_rational import interim_utilities
from tests.mechanisms.transfers.cases import expected_over
from tests.strategies import problems


@given(problems(min_agents=2))
def test_constants_make_everybody_take_part_whenever_any_can(problem):
    interim = interim_utilities(problem, pairwise_compensation(problem))
    worst = np.array([u[p > 0].min() for u, p in zip(interim, problem.priors, strict=True)])
    if worst.sum() < -1e-6:
        with pytest.raises(ValueError, match="too little"):
            equal_gains_constants(problem)
    else:
        transfers = individually_rational(problem, equal_gains_constants(problem))
        np.testing.assert_allclose(transfers.sum(axis=0), 0, atol=1e-9)
        for utility, prior in zip(interim_utilities(problem, transfers), problem.priors, strict=True):
            assert utility[prior > 0].min() >= -1e-6


@given(problems(min_agents=2))
def test_proposition_4_constants_give_the_expected_transfers_of_the_other_mechanism(problem):
    constants = constants_from(problem, agv(problem))
    assert constants.sum() == pytest.approx(0, abs=1e-9)
    ours = individually_rational(problem, constants)
    for i in range(problem.n):
        mean = expected_over(problem, ours[i], range(problem.n)).item()
        assert mean == pytest.approx(expected_over(problem, agv(problem)[i], range(problem.n)).item(), abs=1e-9)


@pytest.mark.parametrize(("constants", "named"), [([1, 1], "with sum 2"), ([0], r"shape \(1,\)")])
def test_bad_constants_are_named(constants, named):
    with pytest.raises(ValueError, match=named):
        individually_rational(SocialChoiceProblem([[[1]], [[1]]], [[1], [1]]), constants)
