"""Somebody declines: the others do not pay for it."""

from fractions import Fraction
from math import floor

import pytest

from tests.apps.people import APP, People, checked, go_to_the_end
from tests.lab import Lab


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("left")).server() as address:
        yield address


def declined(people, k):
    """Says no, and the experimenter lets the others start."""
    people.open(k)
    people.send(k, consent="False")
    people.admin(k)


ROUNDS = 2
MESSAGES = {1: 4, 2: 6, 3: 5, 4: 7}


def never_came(people, k):
    """As docs/running-a-session.md says: arrives, does not answer, is passed over."""
    for _ in range(3):
        people.admin(k)


def says_no_later(people, k):
    """On a page of consent that is still open, when the seat waits for the others already."""
    people.open(k)
    consent = people.at[k]
    people.send(k, consent="True")
    assert people.page(k) == "WaitForAll"
    people.at[k] = consent
    people.send(k, consent="False")
    assert people.page(k) == "Receipt"


def session(address, rule, leaves=declined):
    people = People(address, "chen_serial", 4, rounds=ROUNDS, matching="partner", partner_left=rule, seed=3)
    leaves(people, 4)
    others = [1, 2, 3]
    people.start(*others)
    waiting, turns = set(others), 0
    while waiting and turns < 100:
        turns += 1
        for k in sorted(waiting):
            page = people.page(k)
            if page == "Receipt":
                waiting.discard(k)
            elif not page.startswith("Wait"):
                people.send(k, **({"message": str(MESSAGES[k])} if page == "Decide" else {"go": "on"}))
    assert not waiting, f"{waiting} did not come to the end"
    return people, {(row["round"], int(row["participant_id"])): row for row in people.rows(APP)}


def partner_of(rows):
    [number] = [int(row["partners"]) for (k, person), row in rows.items() if (k, person) == ("1", 4)]
    return number


def test_compensated_by_the_mean_points_of_those_in_the_same_place(address, tmp_path):
    people, rows = session(address, "compensate")
    alone = partner_of(rows)
    for number in ("1", "2"):
        row = rows[number, alone]
        assert row["points"] == ""
        same = [Fraction(r["points"]) for (k, _p), r in rows.items()
                if k == number and r["position"] == row["position"] and r["points"]]  # fmt: skip
        mean = sum(same) / len(same)
        assert Fraction(row["compensation"]) == floor(mean + Fraction(1, 2))
        assert rows[number, 4]["compensation"] == ""
    paid = Fraction(rows["1", alone]["exchange_rate"]) * sum(
        Fraction(rows[k, alone]["compensation"]) for k in ("1", "2")
    )
    assert float(rows["1", alone]["part_earnings"]) == pytest.approx(float(paid))
    assert "average points of the others" in people.html[alone]
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()


def test_a_seat_that_the_computer_holds_is_not_compensated(address, tmp_path):
    """As what the computer earns where it plays is nobody's."""
    people = People(address, "chen_serial", 4, rounds=ROUNDS, matching="partner", partner_left="compensate", seed=3)
    declined(people, 4)
    for k in (1, 2, 3):
        people.admin(k, seat="computer")
    rows = {(row["round"], int(row["participant_id"])): row for row in people.rows(APP)}
    alone = partner_of(rows)
    assert {person for (_k, person), row in rows.items() if row["points"]} == {1, 2, 3} - {alone}
    assert {row["compensation"] for row in rows.values()} == {""}
    assert {float(row["total_payment"]) for (_k, person), row in rows.items() if person != 4} == {0}
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()


@pytest.mark.parametrize(("leaves", "paid"), [(never_came, 0), (declined, 5)])
def test_the_computer_takes_the_place(address, tmp_path, leaves, paid):
    """It earns nothing for somebody who never came, neither points nor a fee."""
    people, rows = session(address, "computer", leaves)
    own = [row for (_k, person), row in rows.items() if person == 4]
    assert {row["decided_by"] for row in own} == {"computer"}
    assert {float(row["total_payment"]) for row in own} == {paid}
    assert all(row["points"] for row in rows.values())
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()


def test_void(address, tmp_path):
    people, rows = session(address, "void", says_no_later)
    alone = partner_of(rows)
    assert rows["1", alone]["points"] == rows["1", alone]["compensation"] == ""
    assert float(rows["1", alone]["part_earnings"]) == 0
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()


def test_groups_are_drawn_anew_without_those_who_do_not_take_part(address, tmp_path):
    """Two of six decline, of different groups: the four others play, in pairs, and nobody is without points."""
    people = People(address, "chen_serial", 6, rounds=ROUNDS, matching="stranger", seed=3)
    for k in (2, 5):
        declined(people, k)
    others = [1, 3, 4, 6]
    people.start(*others)
    go_to_the_end(people, others, {"Decide": {"message": "5"}})
    rows = people.rows(APP)
    assert {row["rematched"] for row in rows} == {"2;5"}
    for row in rows:
        out = row["participant_id"] in ("2", "5")
        assert (row["points"] == "") == out
        assert (row["partners"] in ("2", "5")) == out
        assert row["compensation"] == ""
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()
