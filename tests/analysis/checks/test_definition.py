"""Rows that do not fit the definition that is stored with them."""

import json

import pytest

from analysis.audit import audit
from analysis.checks.findings import IMPOSSIBLE
from tests.analysis.planted import assert_found, found, place

ENTRIES = [
    ("seed", "1"),
    ("rounds", "11"),
    ("identity", "0123456789ab"),
    ("mechanism", "vcg"),
    ("app", "pairwise"),
    ("role", "King"),
    ("exchange_rate", "1"),
    ("rounding", "3"),
    ("matching", "partner"),
    ("fixed_roles", "0"),
]


@pytest.mark.parametrize(("column", "value"), ENTRIES)
def test_entries_that_do_not_fit(load, pairwise, column, value):
    assert_found(load, pairwise, IMPOSSIBLE, column, value)


def test_a_definition_that_differs_within_a_session(load, pairwise):
    definition = json.loads(pairwise[5]["definition"])
    definition["points"]["scale"] = "11"
    pairwise[5]["definition"] = json.dumps(definition)
    where = place(pairwise[5])
    assert (IMPOSSIBLE, "definition", *where) in found(audit(load(pairwise)))


def test_one_number_for_two_people(load, pairwise):
    row = next(row for row in pairwise if row["participant_id"] == "2")
    row["participant_code"] = "stranger"
    assert (IMPOSSIBLE, "participant_id", 0, 0) in found(audit(load(pairwise)))
