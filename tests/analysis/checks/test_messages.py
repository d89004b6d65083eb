"""Messages that cannot have been sent."""

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


def test_a_timeout_whose_message_was_not_drawn(load):
    rows = simulate.session(simulate.treatment("cason_groves", seconds=20), timeouts=0.1)
    row = next(row for row in rows if row["timed_out"] == "1")
    row["message"] = repr((float(row["message"]) + 1) % 25)
    assert (IMPOSSIBLE, "message", *place(row)) in found(audit(load(rows)))
