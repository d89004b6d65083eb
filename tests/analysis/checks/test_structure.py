"""Rows that are missing, double, or in groups and rounds that cannot be."""

import pytest

from analysis import ExportError
from analysis.audit import audit, listed
from analysis.checks.findings import IMPOSSIBLE
from tests.analysis.planted import found, place


def test_a_round_beyond_the_protocol(load, pairwise):
    row = next(row for row in pairwise if row["round"] == "10")
    row["round"] = "11"
    assert (IMPOSSIBLE, "round", *place(row)) in found(audit(load(pairwise)))


def test_a_missing_member(load, pairwise):
    gone = pairwise.pop(7)
    result = audit(load(pairwise))
    where = place(gone)
    assert (IMPOSSIBLE, "participant_id", *where) in found(result)
    assert "group without all its members" in listed(result)
    assert result.groups == 19


def test_a_file_that_ends_too_early(load, pairwise):
    with pytest.raises(ExportError, match="the file is cut off"):
        load(pairwise[:30])
    result = audit(load(pairwise).iloc[:30])
    assert (result.findings["problem"] == "row missing").sum() == 30


def test_somebody_twice_in_a_round(load, pairwise):
    pairwise[0]["participant_id"] = pairwise[4]["participant_id"]
    result = audit(load(pairwise))
    assert "participant twice in a round" in set(result.findings["problem"])
    assert "row missing" in set(result.findings["problem"])


def test_more_participants_than_the_session_has(load, pairwise):
    for row in pairwise:
        row["participant_id"] = {"6": "7"}.get(row["participant_id"], row["participant_id"])
    assert "number skipped" in set(audit(load(pairwise)).findings["problem"])


def test_fewer_participants_than_the_session_has(load, pairwise):
    there = [row for row in pairwise if row["participant_id"] not in ("4", "5", "6")]
    assert "participants missing or beyond the session" in set(audit(load(there)).findings["problem"])


def test_a_group_that_is_too_large(load, pairwise):
    for row in pairwise[:6]:
        row["group"] = "1"
    result = audit(load(pairwise))
    assert "positions 1, 1, 2, 2, 3, 3" in listed(result).replace("group 1 with ", "")


def test_points_of_a_round_that_nobody_of_the_group_plays(load, pairwise):
    for row in pairwise:
        row["void"] = "1" if row is pairwise[4] else ""
    [finding] = audit(load(pairwise)).findings.itertuples()
    assert (finding.column, finding.problem) == ("points_units", "nobody of the group plays it")


def test_a_round_that_is_neither_played_nor_void_nor_under_way(load, pairwise):
    first = [row for row in pairwise if (row["round"], row["group"]) == (pairwise[0]["round"], pairwise[0]["group"])]
    for row in pairwise:
        row["ending"] = "partner_left"
    for row in first:
        for name in ("points", "points_units", "outcome"):
            row[name] = ""
    unfinished = "nobody is left who plays it"
    assert listed(audit(load(pairwise))).count(unfinished) == len(first)
    for row in first:
        row["void"] = "1"
    assert unfinished not in listed(audit(load(pairwise)))
