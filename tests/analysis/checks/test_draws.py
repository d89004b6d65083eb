"""Groups, positions, partners and types that are not those of the seed, or cannot be."""

import pytest

from analysis.audit import audit
from analysis.checks.findings import IMPOSSIBLE, MISMATCH
from tests.analysis import simulate
from tests.analysis.planted import another, assert_found, found, place

ENTRIES = [("partners", "1;2"), ("type_label", "enormous"), ("group", "9")]


@pytest.mark.parametrize(("column", "value"), ENTRIES)
def test_entries_that_are_not_those_of_the_seed(load, pairwise, column, value):
    assert_found(load, pairwise, MISMATCH, column, value)


def test_another_type_is_not_that_of_the_seed(load, pairwise):
    row = pairwise[0]
    row["type"] = another(simulate.treatment("production_pairwise").positions[0].types, row["type"])
    where = place(row)
    assert {(MISMATCH, "type", *where), (MISMATCH, "value", *where)} <= found(audit(load(pairwise)))


def test_swapped_positions_are_not_those_of_the_seed(load, pairwise):
    one, two = pairwise[0], pairwise[1]
    one["position"], two["position"] = two["position"], one["position"]
    assert {(MISMATCH, "position", 1, int(row["participant_id"])) for row in (one, two)} <= found(audit(load(pairwise)))


def test_perfect_strangers_who_meet_again(load):
    rows = simulate.session(simulate.treatment("cason_pivotal"))
    people = {row["round"] + row["participant_id"]: row for row in rows}
    first = people["11"]
    partner = first["partners"]
    second = people["21"]  # in round 2, participant 1 meets the partner of round 1 again
    other = people["2" + second["partners"]]
    again = people["2" + partner]
    for one, two in ((other, again),):
        one["participant_id"], two["participant_id"] = two["participant_id"], one["participant_id"]
    result = audit(load(rows))
    meeting = result.findings[result.findings["problem"] == "perfect strangers meet again"]
    assert {(2, 1, f"meets {partner}"), (2, int(partner), "meets 1")} & {
        (row.round, row.participant_id, row.exported) for row in meeting.itertuples()
    }


def test_a_type_that_is_not_of_the_prior(load, pairwise):
    pairwise[0]["type"] = "7.0"
    assert (IMPOSSIBLE, "type", *place(pairwise[0])) in found(audit(load(pairwise)))
