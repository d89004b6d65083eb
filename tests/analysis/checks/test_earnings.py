"""Paid rounds and money that do not follow from the points."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from analysis.audit import audit
from analysis.checks.findings import IMPOSSIBLE, MISMATCH
from mechanisms.session.draws import paid_round
from mechanisms.session.record import GONE
from tests.analysis import simulate
from tests.analysis.planted import UNDECIDED, assert_found, found
from tests.shared import mostly_thorough

ENTRIES = [("total_payment", "1.5"), ("part_earnings", "-0.01"), ("is_paid_round", "0")]


@pytest.mark.parametrize(("column", "value"), ENTRIES)
def test_entries_that_do_not_follow(load, pairwise, column, value):
    assert_found(load, pairwise, MISMATCH, column, value)


TWO_PARTS = ["production_serial", "production_vcg"]


def test_several_parts_are_paid_together(load):
    parts = simulate.several_parts([simulate.treatment(name, show_up_fee=3) for name in TWO_PARTS])
    assert audit(load(*parts)).ok
    for row in parts[0] + parts[1]:
        row["total_payment"] = str(Decimal(row["total_payment"]) + 1)
    assert set(audit(load(*parts)).findings["column"]) == {"total_payment"}


def test_a_missing_part_is_noted_and_its_payments_are_not_guessed(load):
    serial, _ = simulate.several_parts([simulate.treatment(name) for name in TWO_PARTS])
    result = audit(load(serial))
    assert result.ok
    [note] = result.notes
    assert note == "session abcd1234: total payments not recomputed, because part 2 (production_vcg) is not here"


def test_parts_with_different_fees(load):
    parts = simulate.several_parts([simulate.treatment(name, show_up_fee=3) for name in TWO_PARTS])
    for row in parts[1]:
        row["show_up_fee"] = "4"
        row["definition"] = row["definition"].replace('"show_up_fee":"3"', '"show_up_fee":"4"')
    assert (IMPOSSIBLE, "show_up_fee", 0, 0) in found(audit(load(*parts)))


def test_the_wrong_round_is_paid(load):
    t = simulate.treatment("production_vcg", pay="one")
    rows = simulate.session(t)
    paid = paid_round(t, "abcd1234")
    for row in rows:
        row["is_paid_round"] = str(int(int(row["round"]) == paid % 10 + 1))
    result = audit(load(rows))
    assert {(column, number) for _, column, number, _ in found(result)} == {
        ("is_paid_round", paid),
        ("is_paid_round", paid % 10 + 1),
    }


def test_the_payment_is_never_negative(load):
    t = simulate.treatment("chen_serial", show_up_fee="0")
    rows = simulate.session(t, rule=lambda rng, type_value, grid: grid[-1])  # both demand the most and lose
    assert {row["total_payment"] for row in rows} == {"0.00"}
    assert audit(load(rows)).ok
    for row in rows:
        row["total_payment"] = row["part_earnings"]
    assert set(audit(load(rows)).findings["column"]) == {"total_payment"}


@pytest.mark.parametrize(
    ("decimals", "payment"), mostly_thorough([(2, "5.01"), (0, "5"), (1, "5.0")], (0, "5"), (2, "5.01"))
)
def test_the_payment_is_rounded_once_halves_up_to_the_currency(load, decimals, payment):
    t = simulate.treatment("park_vcg", rounds=1, participants=3, exchange_rate="0.001", show_up_fee="5.005")
    rows = simulate.session(t, rule=lambda rng, type_value, grid: 8)
    for row in rows:
        row["currency_decimals"] = str(decimals)
        exact = Decimal(row["part_earnings"]) + Decimal("5.005")
        row["total_payment"] = str(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    assert audit(load(rows)).ok
    nothing_earned = next(row for row in rows if Decimal(row["part_earnings"]) == 0)
    assert nothing_earned["total_payment"] == payment
    nothing_earned["total_payment"] = "5.005"
    assert set(audit(load(rows)).findings["column"]) == {"total_payment"}


def test_half_paid(load, pairwise):
    pairwise[0]["part_earnings"] = ""
    assert "half paid" in set(audit(load(pairwise)).findings["problem"])


CUT = "people were paid, but nobody has played these rounds"
PAYMENT = ("is_paid_round", "part_earnings", "total_payment", "fee_paid", "ending")


def unplayed(rows):
    for row in rows:
        row |= dict.fromkeys((name for name in [*UNDECIDED, "decided_by"] if name in row and name not in PAYMENT), "")


def test_a_session_that_was_cut(load, pairwise):
    last = [row for row in pairwise if row["round"] == "10"]
    unplayed(last)
    assert CUT in audit(load(pairwise)).findings["problem"].tolist()
    for row in pairwise:
        row["void"] = "1" if row["round"] == "10" else ""  # somebody was missing in each group
    assert CUT not in audit(load(pairwise)).findings["problem"].tolist()


def test_who_declines_is_paid_while_the_others_play(load, pairwise):
    unplayed(row for row in pairwise if row["round"] == "10" or row["participant_id"] == "1")
    for row in pairwise:
        if row["participant_id"] != "1":
            row |= dict.fromkeys((name for name in PAYMENT if name in row), "")
    assert CUT not in audit(load(pairwise)).findings["problem"].tolist()


@pytest.mark.parametrize("cause", GONE)
def test_who_never_came_is_owed_no_fee_whatever_the_computer_decided_in_the_seat(load, cause):
    rows = simulate.session(simulate.treatment("production_vcg", partner_left="computer", seconds=60), timeouts=1.0)
    own = [row for row in rows if row["participant_id"] == "4"]
    for row in own:
        row |= {"decided_by": cause, "timed_out": "0", "part_earnings": "0", "total_payment": "0.00"}
    assert audit(load(rows)).ok
    own[0]["decided_by"] = "moved_on"  # somebody was there
    assert set(audit(load(rows)).findings["column"]) >= {"total_payment"}


def test_a_compensation_is_recomputed_unless_points_behind_it_were_deleted(load):
    """In round 1 a group does not play; with one of the others deleted, the mean of all cannot be known any more."""
    rows = simulate.session(simulate.treatment("production_vcg", partner_left="compensate"))
    unplayed = [row for row in rows if (row["round"], row["group"]) == ("1", "1")]
    for row in unplayed:
        row |= dict.fromkeys(UNDECIDED, "") | {"timed_out": "0", "decided_by": "", "compensation": "1.5"}
    assert "compensation" in set(audit(load(rows)).findings["column"])
    deleted = next(row["participant_id"] for row in rows if row not in unplayed)
    assert "compensation" not in set(audit(load(simulate.forgotten(rows, deleted))).findings["column"])
