"""Requests in stages that were not allowed, not served as the rule says, or not drawn as the seed says."""

import pytest

from analysis.audit import audit
from analysis.checks.findings import IMPOSSIBLE, MISMATCH
from analysis.checks.stages import numbers
from mechanisms.session.draws import request_for_absent
from tests.analysis import simulate
from tests.analysis.planted import found, place


@pytest.fixture
def staged():
    return simulate.session(simulate.treatment("production_staged"))


def test_numbers_of_a_text():
    assert numbers("3.0;4.5") == [3.0, 4.5]
    assert numbers("") == []


def test_a_sound_session(load, staged):
    assert audit(load(staged)).ok


def last_of_group(rows):
    """A row of somebody who was served last."""
    return next(row for row in rows if row["stage"] == row["group_size"])


@pytest.mark.parametrize(("column", "value"), [("stage", "2"), ("message", "8.0")])
def test_what_the_rule_does_not_serve(load, staged, column, value):
    row = next(row for row in staged if row["stage"] == "1" and row["message"] != "8.0")
    row[column] = value
    assert (MISMATCH, column, *place(row)) in found(audit(load(staged)))


def test_a_request_that_was_not_allowed(load, staged):
    row = last_of_group(staged)
    row["requests"] = ";".join([*row["requests"].split(";")[:-1], "8.5"])
    assert (IMPOSSIBLE, "requests", *place(row)) in found(audit(load(staged)))


def test_causes_must_be_as_many_as_requests_and_end_with_that_of_the_row(load, staged):
    row = last_of_group(staged)
    row["requests_by"] = "participant"
    assert (IMPOSSIBLE, "requests", *place(row)) in found(audit(load(staged)))
    row["requests_by"] = "participant;participant;moved_on"
    assert (MISMATCH, "decided_by", *place(row)) in found(audit(load(staged)))


def test_what_was_drawn_must_be_what_the_seed_gives(load, staged):
    treatment = simulate.treatment("production_staged")
    row = last_of_group(staged)
    who = row["session_code"], int(row["round_number"]), int(row["participant_id"]), int(row["position"]) - 1
    drawn = request_for_absent(treatment, *who, 1, 0.0, None)
    row["requests_by"] = "absent;participant;participant"
    problems = found(audit(load(staged)))
    assert ((IMPOSSIBLE, "requests", *place(row)) in problems) == (drawn != float(row["requests"].split(";")[0]))


def test_requests_where_there_are_no_stages(load):
    rows = simulate.session(simulate.treatment("production_serial"))
    for row in rows:
        row["requests"] = ""
    rows[0]["requests"] = "3.0"
    assert (IMPOSSIBLE, "requests", *place(rows[0])) in found(audit(load(rows)))
