"""The record against the decisions, and the sentences of what others than the participants did."""

import pandas as pd
import pytest

from analysis.audit import audit
from analysis.checks.findings import IMPOSSIBLE, MISMATCH
from analysis.checks.record import acts
from tests.analysis import simulate
from tests.analysis.planted import found
from tests.shared import mostly_thorough

NAMES = "session_code participant_code participant_id at event cause app page round_number value".split()


def told(rows):
    """The events of made-up rows, as they are read."""
    later = pd.Timedelta("3ms")
    events = [(row["session_code"], row["participant_code"], int(row["participant_id"]),
               pd.Timestamp(row["decided_at"]) + later, "decision", row["decided_by"], row["app"], "Decide",
               int(row["round_number"]), row["message"]) for row in rows]  # fmt: skip
    return pd.DataFrame(events, columns=NAMES).astype({"participant_id": "Int64", "round_number": "Int64"})


def test_a_sound_record_finds_nothing(load, pairwise):
    decisions = load(pairwise)
    result = audit(decisions, told(pairwise))
    assert result.ok, result.findings.to_string()
    assert result.notes == audit(decisions).notes


@pytest.mark.parametrize("k", mostly_thorough([0, 30, -1], 30))
def test_what_differs(load, pairwise, k):
    decisions = load(pairwise)
    row = pairwise[k]
    place = int(row["round"]), int(row["participant_id"])
    events = told(pairwise)
    i = events.index[k]
    for name, value, finding in (
        ("value", "7777", (MISMATCH, "message", *place)), ("cause", "clock", (MISMATCH, "decided_by", *place)),
        ("event", "refused", (IMPOSSIBLE, "message", *place)),
    ):  # fmt: skip
        changed = events.copy()
        changed.loc[i, name] = value
        assert found(audit(decisions, changed)) == {finding}, name


def test_a_decision_that_was_acknowledged_and_is_gone(load, pairwise):
    events = told(pairwise)
    row = pairwise[30]
    row |= dict.fromkeys(("message", "decided_at", "seconds_taken", "decided_by"), "")
    found_now = found(audit(load(pairwise), events))
    assert (MISMATCH, "message", int(row["round"]), int(row["participant_id"])) in found_now


@pytest.mark.parametrize(
    ("answer", "by", "fee", "fits"),
    [("1", "participant", 2, True), ("1", "participant", 0, False), ("0", "", 0, False), ("0", "", 2, True),
     ("", "", 0, True), ("", "absent", 0, True), ("", "absent", 2, False), ("", "moved_on", 0, False)],
)  # fmt: skip
def test_the_fee_follows_from_the_consent(load, answer, by, fee, fits):
    """That of participant 1, whose decisions were all made by somebody; the others have agreed and have the fee."""
    rows = simulate.session(simulate.treatment("park_vcg", rounds=1, participants=3, show_up_fee="2"))
    for row in rows:
        row |= {"fee_paid": "2"}
    own = rows[0] | {"fee_paid": str(fee), "decided_by": by}
    decisions = load([own, *rows[1:]])
    asked = told(rows).assign(event="consent", value="1", round_number=1)
    asked.loc[asked["participant_id"] == int(own["participant_id"]), "value"] = answer
    columns = {column for _kind, column, *_place in found(audit(decisions, asked))}
    assert ("fee_paid" not in columns) == fits


def test_a_request_that_is_not_served_yet(load):
    rows = simulate.session(simulate.treatment("production_staged"))
    row = next(row for row in rows if row["stage"] == "3")
    row["requests"] = row["requests"].rpartition(";")[0]
    row["message"] = row["requests"].split(";")[-1]
    events = told(rows)
    row |= dict.fromkeys(("message", "decided_at", "decided_by", "stage"), "")
    place = int(row["round"]), int(row["participant_id"])
    assert (MISMATCH, "message", *place) not in found(audit(load(rows), events))
    row["requests"] = ""
    assert (MISMATCH, "message", *place) in found(audit(load(rows), events))


def test_exports_that_were_made_one_after_the_other(load, pairwise):
    events = told(pairwise)
    first = events["at"].min() + pd.Timedelta("1s")
    assert audit(load(pairwise), events[events["at"] <= first]).ok  # the record was exported early in the session


def event(minute, name, cause="participant", participant=None, value="", page="", number=None):
    at = pd.Timestamp(f"2026-11-29T10:{minute:02d}:00Z")
    return ("s1", "", participant, at, name, cause, "demand", page, number, value)


def test_what_others_did_is_said():
    events = [
        event(0, "server", "server", value="a"),
        event(1, "passed", "moved_on", 2, page="Decide", number=3),
        event(2, "absent", "clock", 4, "absent"),
        event(3, "decision", "absent", 4, "5.0", number=4),
        event(4, "returned", "participant", 4, "absent"),
        event(5, "absent", "clock", 1, "idle"),
        event(6, "seat_taken", "experimenter", 3, "computer", "Feedback", 4),
        event(7, "edited", "experimenter", value="label: None -> Tuesday"),
        event(8, "server", "server", value="b"),
        event(9, "excluded", "moved_on", 5, page="Declined", number=1),
        event(10, "decision", "participant", 2, "5.0", "Decide", 4),
        event(11, "excluded", "participant", 6, page="Declined", number=1),
        event(11, "outcome", "participant", 6, "no_consent", "Declined", 1),
        event(12, "excluded", "server", 7, page="Consent", number=1),
        event(12, "outcome", "server", 7, "overbooked", "Consent", 1),
        event(13, "excluded", "participant", 8, page="Quiz", number=1),  # a treatment alone notes no outcome
    ]
    record = pd.DataFrame(events, columns=NAMES).astype({"participant_id": "Int64", "round_number": "Int64"})
    day, gave = "2026-11-29 10", "the experimenter gave the seat to the computer"
    assert acts(record) == (
        f"session s1: participant 2 was moved on by the experimenter at Decide, round 3 ({day}:01:00 UTC)",
        f"session s1: participant 4 was absent until {day}:04:00 UTC; 1 decision was computed ({day}:02:00 UTC)",
        f"session s1: participant 1 was absent and did not come back; 0 decisions were computed ({day}:05:00 UTC)",
        f"session s1: participant 3: {gave} at Feedback, round 4 ({day}:06:00 UTC)",
        f"session s1: the experimenter changed label: None -> Tuesday ({day}:07:00 UTC)",
        f"session s1: the server was started again ({day}:08:00 UTC)",
        f"session s1: participant 5 was excluded by the experimenter at Declined, round 1 ({day}:09:00 UTC)",
        f"session s1: participant 6 was excluded, did not agree to take part at Declined, round 1 ({day}:11:00 UTC)",
        f"session s1: participant 7 was excluded, all groups were complete at Consent, round 1 ({day}:12:00 UTC)",
        f"session s1: participant 8 was excluded, failed the quiz at Quiz, round 1 ({day}:13:00 UTC)",
    )
