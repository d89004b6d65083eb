"""People come one by one on a real server: groups of those who are there, an end for those who wait too long."""

import csv
import json
import re
import time
from decimal import Decimal
from types import SimpleNamespace

import pytest
from engine.session.participation.arrival import closed_seats
from engine.words.rendering import render

from tests.apps.guests import Person, exports_of, link_of, to_the_end
from tests.apps.people import checked
from tests.house import ROOT
from tests.lab import Lab, create_session

STUDY = """
setting = "online"
[consent]
contact = "lab@example.org"
[platform]
name = "link"
[arrival]
spare = 4
wait_seconds = 30
still_there_seconds = 20
answer_seconds = 5
[payments]
show_up_fee = 2
[payments.fixed]
waited_too_long = 1.5
overbooked = 0.5
[[arms]]
treatment = "chen_serial"
participants = 4
"""
PLAIN = {"quiz": False, "practice_rounds": 0, "rounds": 2, "seconds": 60}


def come(link, *people):
    for person in people:
        person.go(link)
        person.go(person.at, consent="True")


def poll(seconds, *people):
    """As the script of the page does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for person in people:
            person.go(person.at)
        time.sleep(1)


def computer_takes(address, code, person):
    """What the button answers."""
    experimenter = Person()
    report = experimenter.go(f"{address}/AdminReport/{code}")
    token = re.search(r'name="csrftoken" value="(\d+)"', report)[1]
    seat = {"csrftoken": token, "act": "computer", "seat": person.code()}
    return experimenter.go(f"{address}/SessionSeats/{code}", **seat)


@pytest.fixture(scope="module")
def came(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("arrival"))
    (lab.folder / "studies" / "pilot.toml").write_text(STUDY, "utf-8")
    pages = {}
    with lab.server() as address:
        code, _ = create_session(address, "pilot", 8, **PLAIN)
        link = link_of(address, code)
        gone, asked, second, third, fourth, late = people = [Person() for _ in range(6)]
        come(link, gone)
        pages["first"] = gone.html
        time.sleep(18)  # the page of the first one is closed
        come(link, asked)
        pages["alone"] = asked.html
        pages["monitor"] = Person().go(f"{address}/AdminReport/{code}")
        pages["computer"] = computer_takes(address, code, asked)
        poll(21, asked)
        pages["asked"] = asked.html
        asked.go(asked.at, here="1")
        pages["answered"] = asked.html
        come(link, second)
        pages["together"] = second.page
        asked.go(asked.at)
        late.go(link)
        come(link, third, fourth)
        third.go(third.at)
        late.go(late.at, consent="True")  # all groups were completed in the meantime
        pages["full"] = late.html
        pages["entry"] = [Person().go(link), Person().go(f"{link}?participant=x1")]
        to_the_end([asked, second, third, fourth])
        gone.go(gone.at)
        if gone.page == "Arrival":
            gone.go(gone.at, timeout_happened="1")
        tables = exports_of(address, code)
        result = checked(tables, "demand", tmp_path_factory.mktemp("audit"))
        rows = list(csv.DictReader(tables.table("demand").splitlines()))
        record = list(csv.DictReader(tables.table("demand", "record").splitlines()))
        times = list(csv.DictReader(Person().go(f"{address}/ExportPageTimes").splitlines()))
        ends = [person.html for person in people]
    return {
        "pages": pages,
        "result": result,
        "rows": rows,
        "record": record,
        "people": people,
        "ends": ends,
        "times": times,
    }


def test_a_group_is_formed_of_those_who_are_there(came):
    pages = came["pages"]
    assert "1 of 2 people of a group is here" in pages["first"]
    assert "1 of 2 people of a group is here" in pages["alone"]  # whoever is gone does not count
    assert "<td>1 of 2</td>" in pages["monitor"]  # though it is read in another process
    assert pages["together"] != "Arrival"
    formed = [row["value"] for row in came["record"] if row["event"] == "formed"]
    assert formed == ["block 1, silo 1: 2;3", "block 1, silo 2: 5;6"] or [
        sorted(text.split(": ")[1].split(";")) for text in formed
    ] == [["2", "3"], ["5", "6"]]


def test_the_page_says_who_is_counted_and_how_long_it_lasts():
    """In silos more people are waited for than a group has; sentence and clock say the same time."""
    values = {"there": 1, "size": 3, "asks": False, "fee": "", "seconds": 4, "wait": 90, "most": "1:30"}
    page = str(render("welcome/arrival.html", needed=6, **values))
    assert "1 of 6 people is here, you included. As soon as all 6 are here, groups of 3 are formed" in page
    assert "at most 1:30 minutes" in page
    short = str(render("welcome/arrival.html", needed=3, **values | {"wait": 50}))
    assert "1 of 3 people of a group is here" in short
    assert "at most 50 seconds" in short


def test_who_does_nothing_is_asked(came):
    assert "Are you still there?" in came["pages"]["asked"]
    assert "Are you still there?" not in came["pages"]["answered"]


def test_without_a_group_there_is_no_seat_for_the_computer(came):
    assert json.loads(came["pages"]["computer"]) == {
        "done": 0,
        "not": [["P2", "is in no group yet: there is nothing to play"]],
    }


def test_each_end_has_its_page_and_its_payment(came):
    pages = came["pages"]
    assert "All groups were complete" in pages["full"]
    assert "All seats of this session are taken" in pages["entry"][0]
    assert "All places in this study are taken" in pages["entry"][1]
    ended = {row["participant_id"]: (row["ending"], Decimal(row["fee_paid"] or 0)) for row in came["rows"]}
    assert [ended[k][0] for k in "2356"] == ["complete"] * 4
    assert ended["4"] == ("overbooked", Decimal("0.5"))
    assert ended["1"] in (("waited_too_long", Decimal("1.5")), ("dropped_out", 2))
    assert ended["7"] == ended["8"] == ("", 0)  # never came


def test_the_data_say_who_had_which_place_and_the_audit_draws_them_again(came):
    assert came["result"].ok, came["result"].findings.to_string()
    silos = {row["participant_id"]: row["silo"] for row in came["rows"]}
    assert (silos["2"], silos["3"], silos["5"], silos["6"]) == ("1", "1", "2", "2")
    partners = {row["participant_id"]: row["partners"] for row in came["rows"]}
    assert partners["2"] == "3"
    assert sorted(row["place"] for row in came["rows"] if row["round"] == "1") == list("12345678")


def test_the_wait_for_a_group_is_time_on_its_own_page(came):
    """Of the second one, who waited for somebody else, and of whoever was turned away there."""
    seconds = {}
    for number in "24":
        own = [row for row in came["times"] if row["participant_id_in_session"] == number]
        ends = [int(row["epoch_time_completed"]) for row in own]
        at = [row["page_name"] for row in own].index("Arrival")
        seconds[number] = ends[at] - ends[at - 1]
    assert seconds["2"] >= 21
    assert seconds["4"] <= 5


def test_the_places_of_an_arm_whose_groups_are_complete_are_given_to_nobody():
    blocks = [0, 1] * 4
    people = [SimpleNamespace(id_in_session=k, _vars={"placed": 1} if k in (1, 3) else {}) for k in range(1, 9)]
    study = {"name": "pilot", "setting": "online", "arrival": {"spare": 2}}
    session = SimpleNamespace(
        blocks=blocks, config={}, get_participants=lambda: people,
        _vars={"study": study, "silos": [2, 2], "places": [k // 2 for k in range(8)]},
    )  # fmt: skip
    assert closed_seats(session) == {1, 3, 5, 7}
    session.config = {"alone": "whole"}
    assert closed_seats(session) == set()


def test_no_button_that_sends_a_page_says_something_by_its_name():
    """oTree's script disables these buttons while the form is sent: then their names are not in it."""
    named = re.compile(r"<button[^>]*otree-btn-next[^>]* name=")
    assert [path for path in (ROOT / "_templates").rglob("*.html") if named.search(path.read_text("utf-8"))] == []
