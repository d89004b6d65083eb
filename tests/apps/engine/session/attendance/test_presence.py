"""People who leave, on a real server: the others go on, everything is flagged, and who comes back plays again."""

from decimal import Decimal

import numpy as np
import pytest

from mechanisms.treatments import load_treatment
from tests.apps.people import APP, People, checked
from tests.lab import Lab, visit

SECONDS = 5


def best_reply(treatment, other):
    """Of the second of two players."""
    types = [place.types[0] for place in treatment.positions]
    grid = treatment.positions[1].messages
    return float(grid[np.argmax([treatment.play(types, [other, own]).points[1] for own in grid])])


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("leavers"))
    treatments = lab.folder / "treatments"
    guesses = (treatments / "chen_serial.toml").read_text("utf-8") + "\n[beliefs]\npoints = 10\n"
    (treatments / "guesses.toml").write_text(guesses, "utf-8")
    return lab


@pytest.fixture(scope="module")
def address(lab):
    with lab.server() as address:
        yield address


def earned(people, k):
    """Somebody has come back to the receipt: which rounds were the computer's; the others are paid, these are not."""
    people.open(k)
    people.go_on(k, "6")
    rows = [row for row in people.rows(APP) if row["participant_id"] == str(k)]
    gone = [int(row["round"]) for row in rows if row["decided_by"] in ("absent", "computer")]
    paid = sum(Decimal(row["points"]) for row in rows if int(row["round"]) not in gone)
    assert paid != sum(Decimal(row["points"]) for row in rows)
    assert {Decimal(row["part_earnings"]) for row in rows} == {paid * Decimal(rows[0]["exchange_rate"])}
    assert f"in your place: {', '.join(map(str, gone))}. What it earned there is paid to nobody" in people.html[k]
    return gone


def test_a_leaver_is_passed_over_in_all_later_rounds(address, tmp_path):
    """The case that was found: the partner waited for ever, because the result page of who was gone had no end."""
    people = People(address, "chen_serial", 2, rounds=4, seconds=SECONDS)
    people.start(1, 2)
    people.page(2)  # sees the decision and leaves for good
    people.send(1, message="4")
    seen = people.go_on(1, "4")
    assert seen.count("Decide") == 3
    rows = people.rows(APP)
    assert [row["decided_by"] for row in rows if row["participant_id"] == "1"] == ["participant"] * 4
    assert [row["decided_by"] for row in rows if row["participant_id"] == "2"] == ["clock", *["absent"] * 3]
    assert [row["timed_out"] for row in rows if row["participant_id"] == "2"] == ["1", "0", "0", "0"]
    found = checked(people, APP, tmp_path)
    assert found.ok, found.findings.to_string()
    assert earned(people, 2) == [2, 3, 4]
    record = people.rows(APP, "record")
    assert [(row["participant_id"], row["cause"]) for row in record if row["event"] == "absent"] == [("2", "clock")]


def test_moved_on_is_recorded_as_what_it_is_and_the_audit_accepts_it(address, tmp_path):
    people = People(address, "chen_serial", 2, rounds=2)
    people.start(1, 2)
    people.send(1, message="4")
    people.page(2)
    report = visit(f"{address}/AdminReport/{people.code}")[1]
    assert "Move P2 on? The decision of this round is drawn at random" in report
    people.admin(2)
    people.go_on(1, "4", until="Decide")
    assert people.page(2) == "Feedback"  # and plays the next round again
    people.send(2, go="on")
    people.send(2, message="6")
    people.go_on(1, "4")
    people.go_on(2, "6")
    rows = people.rows(APP)
    found = {(row["round"], row["participant_id"]): row for row in rows}
    assert {place: row["decided_by"] for place, row in found.items()} == {
        ("1", "1"): "participant", ("1", "2"): "moved_on", ("2", "1"): "participant", ("2", "2"): "participant",
    }  # fmt: skip
    assert found["1", "2"]["timed_out"] == "0"
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()
    assert {cause: number for cause, number in result.not_own.items() if number} == {"moved_on": 1}
    assert "; 1 moved on, 0 not decided" in result.verdict
    record = [row for row in people.rows(APP, "record") if row["cause"] == "moved_on"]
    assert [(row["participant_id"], row["event"], row["page"]) for row in record] == [
        ("2", "decision", "Decide"), ("2", "passed", "Decide"),
    ]  # fmt: skip


def test_the_computer_takes_a_seat_for_all_that_remains_and_gives_it_back(address, tmp_path):
    people = People(address, "chen_serial", 2, rounds=5, computer="last")
    people.start(1, 2)
    people.send(2, message="6")
    people.go_on(1, "4", until="Feedback")
    people.admin(2, seat="computer")
    people.go_on(1, "5", until="Decide")
    assert people.go_on(1, "5", until="Feedback").count("Decide") == 1  # nobody was waited for
    people.admin(2, seat="person")
    assert people.page(2) == "WaitForGroup"  # the computer is already there; the next decision is the person's
    people.go_on(1, "5", until="Decide")
    people.go_on(1, "5", until="Feedback")
    assert people.page(2) == "Feedback"
    people.send(2, go="on")
    people.send(2, message="8")
    people.go_on(1, "4", until="Decide")
    people.go_on(1, "4", until="Feedback")
    people.admin(2, seat="computer")
    people.go_on(1, "4")
    assert people.page(2) == "Receipt"
    rows = [row for row in people.rows(APP) if row["participant_id"] == "2"]
    assert [(row["decided_by"], float(row["message"])) for row in rows] == [
        ("participant", 6), ("computer", 6), ("computer", 6), ("participant", 8), ("computer", 8),
    ]  # fmt: skip
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()


def test_a_model_of_behaviour_takes_the_seat_and_replies_to_what_was_played(lab, address, tmp_path):
    """The best reply to the partner's last message; the audit finds each one again."""
    chen = load_treatment(lab.folder / "treatments" / "chen_proportional.toml")
    people = People(address, "chen_proportional", 2, rounds=5, computer="model", computer_model="reply(lambda=1000)")
    people.start(1, 2)
    people.send(2, message="6")
    people.go_on(1, "4", until="Feedback")
    people.admin(2, seat="computer")
    people.go_on(1, "9", until="Decide")
    people.go_on(1, "9", until="Feedback")
    people.go_on(1, "2", until="Decide")
    people.go_on(1, "2")
    rows = people.rows(APP)
    said = {(int(row["round"]), int(row["participant_id"])): float(row["message"]) for row in rows}
    expected = {r + 1: best_reply(chen, said[r, 1]) for r in range(1, 5)}
    assert {r: said[r, 2] for r in range(2, 6)} == expected
    assert len(set(expected.values())) > 1
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()
