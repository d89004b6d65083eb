"""Each kind of event, played on a real server and read from the export: with time, cause, and what was there before."""

import json
import os
import re
import signal
import time
from datetime import datetime
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.apps.people import APP, People, checked
from tests.lab import Lab, call, seat_link, visit


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("record"))
    guesses = (lab.folder / "treatments/chen_serial.toml").read_text("utf-8") + "\n[beliefs]\npoints = 10\n"
    (lab.folder / "treatments/guesses.toml").write_text(guesses, "utf-8")
    return lab


@pytest.fixture(scope="module")
def address(lab):
    with lab.server() as address:
        yield address


def told(people, **wanted):
    """(participant, event, cause, page, value) of the events with these entries."""
    names = ("participant_id", "event", "cause", "page", "value")
    rows = people.rows(APP, "record")
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    return [tuple(row[name] for name in names) for row in rows if all(row[k] == v for k, v in wanted.items())]


def test_what_participants_do(address, tmp_path):
    people = People(address, "guesses", 2, rounds=1, quiz=True)
    people.open(1, 2)
    people.send(1, consent="abc")
    people.send(1, consent="True")
    people.send(2, consent="True")
    assert told(people, page="Consent") == [
        ("1", "refused", "participant", "Consent", "abc"), ("1", "consent", "participant", "Consent", "1"),
        ("2", "consent", "participant", "Consent", "1"),
    ]  # fmt: skip
    people.page(1)
    people.send(1, read="1")
    names = re.findall(r'name="(quiz_\w+)"', people.html[1])
    people.send(1, **{names[0]: "x"})
    chosen = dict(re.findall(r'type="radio"[^>]*name="(quiz_\w+)"[^>]*value="([^"]+)"', people.html[1]))
    people.send(1, **{**dict.fromkeys(names, "1"), **chosen})
    quiz = told(people, page="Quiz")
    assert [entry[1] for entry in quiz] == ["refused", "quiz"]
    assert json.loads(quiz[0][4]) == {names[0]: "x"}
    assert re.fullmatch(r"attempt 1: \d+ of \d+ right", quiz[1][4])
    for k in (1, 2):
        while people.page(k) != "Belief":
            people.admin(k)
    people.send(1, belief="viele")
    people.send(1, belief="5")
    people.send(1, message="4,7")
    people.send(1, message="4")
    assert told(people, participant_id="1", round_number="1")[-4:] == [
        ("1", "refused", "participant", "Belief", "viele"), ("1", "guess", "participant", "Belief", "5.0"),
        ("1", "refused", "participant", "Decide", "4,7"), ("1", "decision", "participant", "Decide", "4.0"),
    ]  # fmt: skip
    assert ("2", "passed", "moved_on", "Quiz", "") in told(people)
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()
    assert any("participant 2 was moved on by the experimenter at Quiz, round 1 (20" in note for note in result.notes)


def test_what_was_typed_when_time_was_over(address):
    people = People(address, "guesses", 2, rounds=1, seconds=1, seconds_guess=1)
    people.start(1, 2)
    for field, typed in (("belief", "7.55"), ("message", "1.37")):
        people.page(1)
        time.sleep(1.2)
        people.send(1, timeout_happened="1", **{field: typed})
    found = told(people, participant_id="1", event="not_sent")
    assert found == [("1", "not_sent", "clock", "Belief", "7.55"), ("1", "not_sent", "clock", "Decide", "1.37")]


def properties(people, **changed):
    """The form of oTree's page of the session's properties."""
    browser, url = build_opener(HTTPCookieProcessor()), f"{people.address}/SessionEditProperties/{people.code}"
    with browser.open(url, timeout=30) as answer:
        page = answer.read().decode()
    values = dict(re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', page))
    browser.open(url, urlencode({**values, **changed}).encode(), timeout=30).close()


def test_what_the_experimenter_does(address, tmp_path):
    people = People(address, "chen_serial", 2, rounds=2)
    people.start(1, 2)
    properties(people, label="Tuesday", participation_fee="7")
    call(f"{address}/api/session_vars/{people.code}", {"vars": {"weather": "rain"}})
    call(f"{address}/api/participant_vars/{people.links[1].split('/')[-1]}", {"vars": {"age": 30}})
    people.admin(2, seat="move")
    people.admin(2, seat="computer")
    people.admin(2, seat="person")
    assert told(people, cause="experimenter") == [
        ("", "edited", "experimenter", "", "participation_fee: €5.00 -> €7.00"),
        ("", "edited", "experimenter", "", "label:  -> Tuesday"),
        ("", "edited", "experimenter", "", "vars.weather: None -> rain"),
        ("2", "edited", "experimenter", "Decide", "vars.age: None -> 30"),
        ("2", "other_computer", "experimenter", "Decide", ""),
        ("2", "seat_taken", "experimenter", "Decide", "computer"),
        ("2", "returned", "experimenter", "WaitForGroup", "computer"),
    ]  # fmt: skip
    notes = " ".join(checked(people, APP, tmp_path).notes)
    for said in ("the experimenter changed vars.weather: None -> rain", "changed participant 2, vars.age: None -> 30",
                 "participant 2: the experimenter let another computer take the seat at Decide",
                 "participant 2: the experimenter gave the seat to the computer at Decide, round 1"):  # fmt: skip
        assert said in notes


def test_vars_that_come_before_the_person(address):
    order = {"session_config_name": "chen_serial", "num_participants": 2, "room_name": "lab"}
    code = call(f"{address}/api/sessions", order)["code"]
    call(f"{address}/api/participant_vars", {"room_name": "lab", "participant_label": "lab03", "vars": {"age": 41}})
    visit(seat_link(address, "lab03"))
    query = f"app={APP}&session_code={code}&function_name=custom_export_record"
    table = visit(f"{address}/api/export_app_custom?{query}")[1]
    assert re.search(r",edited,experimenter,[^\n]*vars.age: None -> 41", table)


def test_vars_that_are_no_object_change_nothing(address):
    people = People(address, "chen_serial", 2)
    for path in (f"session_vars/{people.code}", f"participant_vars/{people.links[0].split('/')[-1]}"):
        with pytest.raises(OSError, match="400"):
            call(f"{address}/api/{path}", {"vars": [1]})
    assert told(people, event="edited") == []


def test_who_does_not_take_part_and_the_groups_of_the_others(address):
    people = People(address, "chen_serial", 4, matching="stranger", rounds=1)
    people.open(4)
    people.send(4, consent="False")
    people.admin(4)
    people.open(3)
    people.send(3, consent="False")
    people.admin(3)
    people.start(1, 2)
    assert [entry[:3] for entry in told(people, event="excluded")] == [
        ("4", "excluded", "moved_on"), ("3", "excluded", "moved_on"),
    ]  # fmt: skip
    assert told(people, event="rematched") == [("", "rematched", "server", "", "without 3;4")]


def test_the_computer_in_the_place_of_who_left_is_noted(address, tmp_path):
    people = People(address, "chen_serial", 4, matching="partner", partner_left="computer", rounds=1)
    people.open(4)
    people.send(4, consent="False")
    people.admin(4)
    people.start(1, 2, 3)
    for k in (1, 2, 3):
        people.send(k, message="4")
    for k in (1, 2, 3):
        people.page(k)
    [decision] = told(people, participant_id="4", event="decision")
    assert decision[2] == "computer"
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()


def test_a_kill_a_restart_and_a_return(own_lab):
    with own_lab.server() as address:
        people = People(address, "chen_serial", 2, rounds=1)
        people.start(1, 2)
        people.send(1, message="4")
        os.killpg(own_lab.process.pid, signal.SIGKILL)
        own_lab.process.wait()
    with own_lab.server() as again:
        people.address = again
        people.links = [link.replace(address, again) for link in people.links]
        people.open(2)
        people.send(2, message="99")
        starts = [row for row in people.rows(APP, "record") if row["event"] == "server"]
        assert len({row["value"] for row in starts}) == len(starts) == 2
        assert all(datetime.fromisoformat(row["value"]) < datetime.fromisoformat(row["at"]) for row in starts)
        assert [entry[:3] for entry in told(people, participant_id="2")][-2:] == [
            ("2", "opened", "participant"), ("2", "refused", "participant"),
        ]  # fmt: skip
        assert ("1", "decision", "participant", "Decide", "4.0") in told(people)


def test_what_failed_is_not_told_and_the_start_of_the_server_is(lab):
    """The row that tells of the start is written again if the request that had written it came to nothing."""
    done = lab.python("-c", FAILED)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split()[-2:] == ["server", "kept"]


FAILED = """
import sys
sys.argv = ["otree", "x"]
from otree.main import setup
setup()
from otree.database import db
from otree.session import create_session
from engine.record import events_of, note
db.new_session()
session = create_session("chen_serial", num_participants=2)
db.commit()
note(session.id, "lost", "server")
db.rollback()
note(session.id, "kept", "server")
db.commit()
db.new_session()
note(session.id, "lost", "server")
db.rollback()
for row in events_of(session.id):
    print(row[4])
"""
