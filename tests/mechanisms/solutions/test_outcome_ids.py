"""Outcomes as integers: what is told apart and what is not."""

import numpy as np
import pytest

from mechanisms.certificate.theory import Theory
from mechanisms.solutions.outcome_ids import classes_of, ids_of_rows, outcome_ids
from mechanisms.treatments import Treatment, load_treatment
from tests.rules import outcomes_of


def test_outcome_ids_see_quantities_and_points():
    treatment = load_treatment("treatments/chen_serial.toml")
    ids = outcomes_of(treatment)
    assert len(np.unique(ids)) == ids.size  # every pair of demands is another allocation
    shared = load_treatment("treatments/cason_pivotal.toml")
    play = shared.play([-6, 8], [[-20, 5], [-6, 8], [-6, 20], [-7, 20], [-20, 6]])
    ids = outcome_ids(play.outcome, play.points.T[:, None])
    assert len(set(ids.tolist())) == 5 - 1  # tax 6 both at (-6, 8) and (-6, 20)


@pytest.mark.parametrize("far", [1, 50, 2**52])
def test_one_smallest_unit_tells_outcomes_apart_whatever_the_scale(far):
    points = [np.array([[far, far, far, far + 1]]), np.array([[0, 0, 7, 7]])]
    assert outcome_ids([0, 1, 0, 0], points).tolist() == [0, 3, 1, 2]


@pytest.mark.parametrize(("dtype", "far"), [(np.int64, 2**62 - 1), (np.int64, 2**63 - 1), (np.int32, 2**31 - 1)])
def test_points_may_be_as_far_apart_as_their_numbers_go(dtype, far):
    points = [np.array([[-far - 1, far, 0, far]], dtype=dtype)]
    assert outcome_ids([0, 0, 0, 0], points).tolist() == [0, 2, 1, 2]
    assert outcome_ids([1, 0, 1, 1], points).tolist() == [1, 0, 2, 3]


def test_ids_are_brute_force():
    rng = np.random.default_rng(3)
    for _ in range(50):
        outcome = rng.integers(0, 2, (3, 4, 2)) / 3
        points = [rng.integers(0, 2, (2, 3, 4)) for _ in range(2)]
        ids = outcome_ids(outcome, points).ravel()
        rows = [(*outcome.reshape(12, 2)[k], *(own.ravel()[k] for part in points for own in part)) for k in range(12)]
        assert [[a == b for b in rows] for a in rows] == np.equal.outer(ids, ids).tolist()


def test_types_that_rounding_pays_differently_tell_outcomes_apart():
    assert outcome_ids([0, 0], [np.array([[3, 3], [4, 5]])]).tolist() == [0, 1]


def test_equal_outcomes_of_a_treatment_give_equal_points_and_fine_units_are_not_merged():
    definition = load_treatment("treatments/cason_groves.toml").definition
    coarse = Treatment.from_definition(definition)
    fine = Treatment.from_definition(definition | {"points": definition["points"] | {"rounding": 6}})
    counts = []
    for treatment in (coarse, fine):
        theory = Theory(treatment)
        ids = theory.outcomes.ravel()
        first = np.unique(ids, return_index=True)[1][ids]
        for own in theory.game.payoffs:
            flat = own.reshape(len(own), -1)
            assert (flat == flat[:, first]).all()
        counts.append(len(np.unique(ids)))
    assert counts[0] <= counts[1]


def test_classes_of_numbers():
    assert ids_of_rows(classes_of([[0.3, 1], [0.1 + 0.2, 1], [0.3, 2]], 1)).tolist() == [0, 0, 1]
    assert classes_of([[10**17, 10**17 + 1]], 1e17).tolist() == [[0, 1]]
