"""The audit finds nothing in sound exports; notes and lists are as said. Planted errors: checks/."""

from dataclasses import FrozenInstanceError

import pytest

from analysis import ExportError
from analysis.audit import audit, changed_treatments, listed
from analysis.games import batches
from tests.analysis import simulate
from tests.analysis.planted import UNDECIDED
from tests.shared import thorough

NAMES = sorted(p.stem for p in simulate.TREATMENTS.glob("*.toml") if "parts =" not in p.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", simulate.one_of_each(NAMES))
def test_sound_sessions_of_every_treatment(load, name):
    t = simulate.treatment(name, seconds=30, pay="one")
    rows = simulate.session(t, timeouts=0.2)
    result = audit(load(rows))
    assert result.ok, listed(result)
    assert (result.sessions, result.decisions, result.groups) == (1, len(rows), len(rows) // t.group_size)
    late = result.timed_out
    assert late == sum(result.not_own.values()) == sum(row["timed_out"] == "1" for row in rows)
    assert late > 0 or t.stages is not None  # in stages each request is drawn: see checks/test_stages.py
    assert result.incomplete == result.unpaid == 0
    assert result.verdict.startswith(f"0 mismatches, 0 impossible entries; {len(rows)} decisions, ")
    with pytest.raises(FrozenInstanceError):
        result.sessions = 2


@pytest.mark.parametrize("name", ["cason_pivotal", "park_pairwise_sequential", "production_staged"])
def test_who_was_deleted_is_told_once_and_nobody_is_accused(load, name):
    t = simulate.treatment(name, seconds=30)
    rows = simulate.forgotten(simulate.session(t, timeouts=0.2), "2", "3")
    result = audit(load(rows))
    assert result.ok, listed(result)
    assert result.decisions == len(rows) * (t.protocol.participants - 2) // t.protocol.participants
    assert result.incomplete == result.unpaid == 0
    assert result.groups < len(rows) // t.group_size
    [note] = result.notes
    assert note.startswith("session abcd1234: 2 participants deleted at request (2, 3); ")
    for row in rows:
        row["ending"] = ""
    with pytest.raises(ExportError, match="column type: ''"):
        load(rows)


@pytest.mark.parametrize(
    "protocol",
    [
        {"matching": "partner"},
        {"matching": "stranger", "fixed_roles": False, "pay": "one"},
        {"rounds": 1, "participants": 3},
    ],
    ids=str,
)
def test_sound_sessions_of_other_protocols(load, protocol):
    assert audit(load(simulate.session(simulate.treatment("production_serial", **protocol)))).ok


@pytest.mark.parametrize("name", [pytest.param("production_serial", marks=thorough), "park_pairwise_sequential"])
def test_sessions_that_differ_in_their_seeds_are_looked_at_together_each_with_its_own(load, name):
    """Whoever is out of time gets what the own seed draws, and so are the groups, the types and the paid round."""
    treatments = [simulate.treatment(name, seed=seed, pay="one", seconds=60) for seed in (5, 6, 7)]
    sessions = [simulate.session(t, f"code{k}", timeouts=0.2) for k, t in enumerate(treatments)]
    together = load(*sessions)
    [part] = batches(together)
    assert {code: t.protocol.seed for code, t in part.of_session.items()} == {"code0": 5, "code1": 6, "code2": 7}
    assert audit(together).ok
    for row in sessions[1]:
        row |= {"definition": sessions[2][0]["definition"], "seed": sessions[2][0]["seed"]}  # not those that were drawn
    found = audit(load(*sessions)).findings
    assert set(found["session_code"]) == {"code1"}
    assert {"group", "type", "is_paid_round", "message"} <= set(found["column"])
    sessions[1][0]["definition"] = sessions[0][0]["definition"]  # a session has one definition: that of its first row
    found = audit(load(*sessions)).findings
    assert set(found.loc[found["problem"] == "definition differs", "session_code"]) == {"code1"}


def test_a_running_session_is_no_mismatch(load, pairwise):
    for row in pairwise:
        row |= dict.fromkeys(("is_paid_round", "part_earnings", "total_payment"), "")
    for row in pairwise[-3:]:
        row |= dict.fromkeys(UNDECIDED, "")
    result = audit(load(pairwise))
    assert result.ok, listed(result)
    assert (result.decisions, result.incomplete, result.groups, result.unpaid) == (57, 3, 19, 6)


def test_a_treatment_file_that_has_changed_since_is_a_note(load, pairwise, tmp_path):
    decisions = load(pairwise)
    assert changed_treatments(decisions, simulate.TREATMENTS) == ()
    assert changed_treatments(decisions, tmp_path) == ()
    text = (simulate.TREATMENTS / "production_pairwise.toml").read_text(encoding="utf-8")
    changed = tmp_path / "production_pairwise.toml"
    changed.write_text(text.replace("seed = 2013", "seed = 1"), encoding="utf-8")
    assert changed_treatments(decisions, tmp_path) == ()  # another session of the same game
    changed.write_text(text.replace("scale = 10", "scale = 20"), encoding="utf-8")
    assert "production_pairwise.toml now defines another game" in changed_treatments(decisions, tmp_path)[0]
    changed.write_text("nonsense", encoding="utf-8")
    assert "cannot be read today" in changed_treatments(decisions, tmp_path)[0]


def test_long_lists_are_cut(load, pairwise):
    for row in pairwise:
        row["transfer"] = "99.0"
    result = audit(load(pairwise))
    assert result.mismatches == 60
    assert len(listed(result).splitlines()) == 51
    assert "and 10 more" in listed(result)
    assert len(listed(result, None).splitlines()) == 60
