"""Paid rounds and money that do not follow from the points."""

from decimal import Decimal

import pytest

from analysis.audit import audit, listed
from analysis.checks.earnings import rounded
from analysis.checks.findings import IMPOSSIBLE, MISMATCH
from mechanisms.draws import paid_round
from tests.analysis import simulate
from tests.analysis.planted import assert_found, found

ENTRIES = [("total_payment", "1.5"), ("part_earnings", "-0.01"), ("is_paid_round", "0")]


@pytest.mark.parametrize(("column", "value"), ENTRIES)
def test_entries_that_do_not_follow(load, pairwise, column, value):
    assert_found(load, pairwise, MISMATCH, column, value)


def test_two_parts_are_paid_together(load):
    parts = [simulate.treatment(f"production_{name}", show_up_fee=3) for name in ("serial", "vcg")]
    sessions = [simulate.session(part) for part in parts]
    money = [simulate.part_money(part, "abcd1234", rows) for part, rows in zip(parts, sessions, strict=True)]
    for rows in sessions:
        for row in rows:
            row["total_payment"] = simulate.total(3 + sum(part[row["participant_id"]] for part in money))
    assert audit(load(*sessions)).ok
    alone = audit(load(sessions[0]))
    assert {column for _, column, _, _ in found(alone)} == {"total_payment"}
    assert "a session with other parts needs their files too" in listed(alone)
    for row in sessions[1]:
        row["show_up_fee"] = "4"
        row["definition"] = row["definition"].replace('"show_up_fee":"3"', '"show_up_fee":"4"')
    assert (IMPOSSIBLE, "show_up_fee", 0, 0) in found(audit(load(*sessions)))


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


def test_the_payment_is_rounded_once_halves_up():
    assert [str(rounded(Decimal(money))) for money in ("1.005", "1.0049", "2.675", "0")] == [
        "1.01",
        "1.00",
        "2.68",
        "0.00",
    ]


def test_half_paid(load, pairwise):
    pairwise[0]["part_earnings"] = ""
    assert "half paid" in set(audit(load(pairwise)).findings["problem"])
