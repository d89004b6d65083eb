"""Constants of S Prop. 4: everybody takes part whenever any constants can bring that about."""

from itertools import product

import numpy as np
import pytest
from engine.bots.oracle import expected
from hypothesis import given

from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.explanations import ConstantPayments, explain
from mechanisms.transfers import (
    agv,
    constants_from,
    equal_gains_constants,
    individually_rational,
    pairwise_compensation,
)
from mechanisms.transfers.individually_rational import constants_in_force, interim_utilities, joined_by_all
from mechanisms.treatments import Treatment, TreatmentError, load_treatment
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


def test_amounts_that_cancel_to_0_need_no_constants():
    """Everybody expects as much: what is left of the constants is rounding."""
    values = [[[-6, 0], [2, 0], [7, 0]]] * 3
    problem = SocialChoiceProblem(values, [[1 / 3] * 3] * 3)
    order, outside = [1, 2, 0], [-3] * 3
    constants = constants_in_force(problem, None, outside, order)
    assert np.abs(constants).max() < 1e-9
    transfers = joined_by_all(problem, None, outside, order)
    np.testing.assert_allclose(transfers, pairwise_compensation(problem, order), atol=1e-9)
    least = min(float(u.min()) for u in interim_utilities(problem, transfers))
    assert joined_by_all(problem, [0, 0, 0], [least] * 3, order).shape == transfers.shape
    level = SocialChoiceProblem([[[0.1]], [[0.2]], [[-0.3]]], [[1]] * 3)
    assert joined_by_all(level, constants=[0.1, 0.2, -0.3]).shape == (3, 1, 1, 1)


PARK = load_treatment("treatments/park_individually_rational.toml")


def test_the_shipped_park_is_that_of_pairwise_compensation_plus_constants_that_all_join():
    plain = load_treatment("treatments/park_pairwise.toml")
    for reports in product([8, 20], repeat=3):
        both = [t.play([8, 20, 8], reports).transfers for t in (PARK, plain)]
        assert (both[0] - both[1]).tolist() == [-1, 2, -1]
    problem = PARK.played.problem
    interim = interim_utilities(problem, PARK.played.all_transfers)
    assert [u.min() for u in interim] == [6.5, 4, 6.5]
    own = {"name", "title", "source", "mechanism", "description"}
    assert {k: v for k, v in PARK.definition.items() if k not in own} == {
        k: v for k, v in plain.definition.items() if k not in own
    }


def with_(**options):
    return {**PARK.definition, "mechanism": {"name": "individually_rational_pairwise", **options}}


def test_without_constants_the_judge_finds_the_same():
    for options in ({}, {"outside": ["7", "1", "7.5"]}, {"order": [3, 1, 2]}, {"outside": ["2", "5", "2"]}):
        definition = with_(**options)
        treatment = Treatment.from_definition(definition)
        for reports in product([8, 20], repeat=3):
            judged = expected(definition, [8, 20, 8], reports)
            play = treatment.play([8, 20, 8], reports)
            assert play.transfers == pytest.approx([float(t) for t in judged["transfers"]], abs=1e-9)
            assert play.transfers.sum() == pytest.approx(0, abs=1e-9)
            assert play.points.tolist() == judged["points"]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"constants": ["-1", "2"]}, r"mechanism.constants = \[-1, 2\] has 2 entries: give one for each of the 3"),
        ({"constants": ["-1", "2", "0"]}, r"mechanism.constants = .* must sum to 0, .*; they sum to 1"),
        ({"outside": ["20", "0", "0"]}, r"mechanism.outside is .*so that no constants with sum 0 make everybody take"),
        (
            {"constants": ["1", "-2", "1"], "outside": ["0", "1", "0"]},
            r"mechanism.constants is .* player 2 expects 0 at the worst type, less than the 1 of not taking part",
        ),
    ],
)
def test_what_does_not_fit_is_refused(options, line):
    with pytest.raises(TreatmentError, match=line):
        Treatment.from_definition(with_(**options))


def test_the_steps_end_with_the_constant():
    steps = explain(PARK, [8, 8, 8], [8, 20, 8])
    assert isinstance(steps, ConstantPayments)
    assert steps.constants.tolist() == [-1, 2, -1]
    assert steps.transfers == pytest.approx(PARK.play([8, 8, 8], [8, 20, 8]).transfers)
