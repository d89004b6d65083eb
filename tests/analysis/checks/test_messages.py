"""Messages that cannot have been sent."""

import numpy as np
import pytest

from analysis.audit import audit
from analysis.checks.findings import IMPOSSIBLE
from tests.analysis import simulate
from tests.analysis.planted import assert_found, found, place

ENTRIES = [("message", "7.0"), ("message", "99.0"), ("seconds_taken", "-0.5"), ("timed_out", "1"), ("decided_at", "")]


@pytest.mark.parametrize(("column", "value"), ENTRIES)
def test_entries_that_cannot_be(load, pairwise, column, value):
    assert_found(load, pairwise, IMPOSSIBLE, column, value)


def test_times_out_of_order(load, pairwise):
    rows = [row for row in pairwise if row["participant_id"] == "3"]
    rows[4]["decided_at"], rows[5]["decided_at"] = rows[5]["decided_at"], rows[4]["decided_at"]
    assert (IMPOSSIBLE, "decided_at", 6, 3) in found(audit(load(pairwise)))


def test_the_computer_in_a_seat_that_was_left_may_decide_before_the_round_before_is_over(load, pairwise):
    """Among strangers the next group can be ready first."""
    rows = [row for row in pairwise if row["participant_id"] == "3"]
    for row in rows[4:6]:
        row["decided_by"] = "computer"
    rows[4]["decided_at"], rows[5]["decided_at"] = rows[5]["decided_at"], rows[4]["decided_at"]
    assert not {(kind, column) for kind, column, *_ in found(audit(load(pairwise)))} & {(IMPOSSIBLE, "decided_at")}


def test_a_model_in_a_seat_that_was_left_did_not_know_what_was_decided_later(load, monkeypatch):
    seen = {}

    def model_message(treatment, code, number, person, positions, types, messages):
        seen[number] = messages
        return 1.0

    monkeypatch.setattr("mechanisms.subjects.absent.model_message", model_message)
    model = {"computer": "model", "computer_model": "reply(lambda=5)"}
    rows = simulate.session(simulate.treatment("chen_serial", **model))
    one = [row for row in rows if row["participant_id"] == "1" and row["practice"] == "0"]
    other = next(row for row in rows if row["group"] == one[1]["group"] and row["round"] == "2"
                 and row["practice"] == "0" and row["participant_id"] != "1")  # fmt: skip
    one[2]["decided_by"] = one[3]["decided_by"] = "computer"
    other["decided_at"] = one[3]["decided_at"]  # after the third round, and not after the fourth
    audit(load(rows))
    third, fourth = (seen[int(row["round_number"])] for row in one[2:4])
    assert np.isnan(third[1]).sum() == 1
    assert not np.isnan(third[0]).any()
    assert not np.isnan(fourth[:3]).any()


def test_a_timeout_whose_message_was_not_drawn(load):
    rows = simulate.session(simulate.treatment("cason_groves", seconds=20), timeouts=0.1)
    row = next(row for row in rows if row["timed_out"] == "1")
    row["message"] = repr((float(row["message"]) + 1) % 25)
    assert (IMPOSSIBLE, "message", *place(row)) in found(audit(load(rows)))
