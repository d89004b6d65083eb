"""Results that do not follow from types and messages."""

import pytest

from analysis.audit import audit, listed
from analysis.checks.findings import MISMATCH
from tests.analysis import simulate
from tests.analysis.planted import UNDECIDED, another, assert_found, found, place
from tests.shared import mostly_thorough

ENTRIES = [
    ("outcome", "1; 1; 1"),
    ("payments_received", "0.0;1.0;2.0"),
    ("payments_received", "1;2"),
    ("payments_received", ""),
    ("points_units", "1"),
    ("quantity", ""),
]


@pytest.mark.parametrize(("column", "value"), ENTRIES)
def test_entries_that_do_not_follow(load, pairwise, column, value):
    assert_found(load, pairwise, MISMATCH, column, value)


@pytest.mark.parametrize(
    "column",
    mostly_thorough(["value", "cost_share", "transfer", "quantity", "points"], "transfer", "quantity", "points"),
)
def test_amounts_that_are_off_by_a_little(load, pairwise, column):
    pairwise[7][column] = repr(float(pairwise[7][column]) + 0.001)
    where = place(pairwise[7])
    assert found(audit(load(pairwise))) == {(MISMATCH, column, *where)}


def test_another_message_changes_what_the_group_gets(load, pairwise):
    row = pairwise[0]
    row["message"] = another(simulate.treatment("production_pairwise").positions[0].messages, row["message"])
    result = audit(load(pairwise))
    assert result.mismatches > 0
    assert set(result.findings["round"]) == {int(row["round"])}


def test_a_result_before_the_group_has_decided(load, pairwise):
    pairwise[7] |= dict.fromkeys(UNDECIDED, "")
    assert "result before the group has decided" in set(audit(load(pairwise)).findings["problem"])


def test_a_decided_group_without_result(load, pairwise):
    for row in pairwise[6:9]:
        row |= dict.fromkeys(UNDECIDED[3:], "")
    result = audit(load(pairwise))
    assert {"points_units", "outcome", "transfer"} <= set(result.findings["column"])
    assert "recomputed" in listed(result)
