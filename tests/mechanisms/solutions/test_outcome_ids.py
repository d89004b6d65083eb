"""Outcomes as integers: what is told apart and what is not."""

from dataclasses import replace

import numpy as np

from mechanisms.solutions.outcome_ids import classes_of, ids_of_rows, outcome_ids
from mechanisms.treatments import load_treatment
from tests.rules import outcomes_of


def test_outcome_ids_see_quantities_and_payments_and_forgive_noise():
    treatment = load_treatment("treatments/chen_serial.toml")
    ids = outcomes_of(treatment)
    assert len(np.unique(ids)) == ids.size  # every pair of demands is another allocation
    assert ids_of_rows(classes_of([[0.3, 1], [0.1 + 0.2, 1], [0.3, 2]], 1)).tolist() == [0, 0, 1]
    assert classes_of([[10**17, 10**17 + 1]], 1e17).tolist() == [[0, 1]]
    shared = load_treatment("treatments/cason_pivotal.toml")
    reports = [[-20, 5], [-6, 8], [-6, 20], [-7, 20], [-20, 6]]
    assert len(set(outcome_ids(shared.play([-6, 8], reports)).tolist())) == 5 - 1  # tax 6 both at (-6, 8) and (-6, 20)


def test_payments_are_net():
    play = load_treatment("treatments/production_vcg.toml").play([13, 13, 13], [[13, 16, 19]] * 4)
    more = np.array([0, 1, 0, 1])[:, None] * [1, 0, 0]
    charged = replace(play, cost_shares=play.cost_shares + more)
    assert outcome_ids(charged).tolist() == [1, 0, 1, 0]
    refunded = replace(charged, transfers=play.transfers + more * [[1]] * np.array([0, 1, 1, 0])[:, None])
    assert outcome_ids(refunded).tolist() == [1, 1, 1, 0]
