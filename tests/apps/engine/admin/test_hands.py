"""Several seats at once, messages and screens, on a real server: what happens at the seats, and in the record."""

import json
import re
import sqlite3
import urllib.error
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.apps.people import ANSWERS, APP, People, checked, go_to_the_end
from tests.lab import PATIENCE, Lab, visit


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    return Lab(tmp_path_factory.mktemp("hands"))


@pytest.fixture(scope="module")
def address(lab):
    with lab.server() as address:
        yield address


def code_of(people, k):
    return people.links[k - 1].split("/")[-1]


def press(people, act, *seats, **fields):
    """A button for some seats: what the server answers."""
    browser = build_opener(HTTPCookieProcessor())
    report = browser.open(f"{people.address}/AdminReport/{people.code}", timeout=PATIENCE).read().decode()
    token = re.search(r'name="csrftoken" value="(\d+)"', report)[1]
    sent = [("csrftoken", token), ("act", act), *fields.items(), *(("seat", code_of(people, k)) for k in seats)]
    with browser.open(f"{people.address}/SessionSeats/{people.code}", urlencode(sent).encode(), PATIENCE) as answer:
        return json.load(answer)


def answer_note(people, k, number, reply=""):
    body = urlencode({"number": number, "reply": reply}).encode()
    request = Request(f"{people.address}/p/{code_of(people, k)}/note", body, {"X-Requested-By": "script"})
    with build_opener().open(request, timeout=PATIENCE) as answer:
        return answer.status


def events(people, *names):
    columns, rows = ("participant_id", "event", "cause", "value"), people.rows(APP, "record")
    return [tuple(row[column] for column in columns) for row in rows if row["event"] in names]


def test_several_seats_are_moved_on_taken_and_given_back(address):
    people = People(address, "chen_serial", 4, rounds=2, matching="partner")
    people.start(1, 2, 3, 4)
    assert people.page(1) == "Decide"
    people.send(1, message="4")
    partner = next(k for k in (2, 3, 4) if same_group(people, 1, k))
    others = sorted({2, 3, 4} - {partner})
    assert people.page(1) == "WaitForGroup"
    assert press(people, "move", 1, partner) == {"done": 1, "not": [["P1", "waits for others"]]}
    assert people.page(1) == people.page(partner) == "Feedback"
    assert press(people, "computer", *others) == {"done": 2, "not": []}
    assert [people.page(k) for k in others] == ["Receipt", "Receipt"]
    assert events(people, "seat_taken") == [(str(k), "seat_taken", "experimenter", "computer") for k in others]
    assert press(people, "person", 1) == {"done": 0, "not": [["P1", "the computer does not have it"]]}


def test_a_seat_is_taken_out_before_the_start_and_in_the_middle(address, tmp_path):
    """The others go on, are compensated for what they cannot play, and the audit has nothing against it: by others in
    the same place, and once nobody is left who plays, by the own rounds; also who was away when the round ended."""
    people = People(address, "chen_serial", 4, rounds=3, matching="partner")
    people.start(1, 2, 3, 4)
    for k in (1, 2, 3, 4):
        assert people.page(k) == "Decide"
        people.send(k, message="4")
    for k in (1, 2, 3, 4):
        people.page(k)
        people.send(k, go="on")
    partner = next(k for k in (2, 3, 4) if same_group(people, 1, k))
    people.send(1, message="5")
    assert people.page(1) == "WaitForGroup"
    assert press(people, "out", partner) == {"done": 1, "not": []}
    assert people.page(partner) == "Receipt"
    assert people.page(1) != "WaitForGroup", "nobody waits for who is out"
    assert press(people, "out", partner)["not"] == [[f"P{partner}", "has finished, or is out already"]]
    back, out = sorted({2, 3, 4} - {partner})
    for k, message in ((back, "4"), (out, "5")):
        people.send(k, message=message)
    for k in (back, out):
        people.page(k)
        people.send(k, go="on")
    assert press(people, "computer", back) == press(people, "person", back) == {"done": 1, "not": []}
    assert press(people, "out", out) == {"done": 1, "not": []}
    assert people.page(out) == "Receipt"
    assert "The experimenter has ended your part" in people.html[out]
    assert "You have not played round 3, and it brings no points." in people.html[out]
    go_to_the_end(people, {1, back})
    assert "your own points" in people.html[back]
    assert "decided in your place" not in people.html[back], "the round was not played"
    assert people_report(people).count("taken out by the experimenter") == 2
    assert [row[0] for row in events(people, "excluded")] == [str(partner), str(out)]
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()
    rows = [row for row in people.rows(APP) if row["participant_id"] == str(partner)]
    assert [bool(row["points"]) for row in rows] == [True, False, False]
    mine, own = ([row for row in people.rows(APP) if row["participant_id"] == str(k)] for k in (1, back))
    assert [bool(row["compensation"]) for row in mine] == [False, True, True]
    assert mine[2]["compensation"] == mine[0]["points"]
    assert own[2]["compensation"] == str((int(own[0]["points"]) + int(own[1]["points"]) + 1) // 2)


def test_who_is_taken_out_is_paid_for_what_was_sent_in_the_round(address, tmp_path):
    """In stages: one has been served, the other one waits to be; the round goes on without both."""
    people = People(address, "production_staged", 3, rounds=1, matching="partner", partner_left="computer")
    people.start(1, 2, 3)
    first, second, stays = 1, 2, 3
    for k, message in ((second, "8"), (stays, "8"), (first, "2")):
        people.send(k, message=message)
    assert [people.page(k) for k in (first, second, stays)] == ["WaitForGroup", "StageDecide2", "StageDecide2"]
    press(people, "out", first)
    people.send(second, message="4")
    assert people.page(second) == "WaitForStage3"
    press(people, "out", second)
    for k in (first, second):
        assert people.page(k) == "Receipt"
        assert "Round 1 is not over" in people.html[k]
    go_to_the_end(people, {stays}, ANSWERS | {"StageDecide2": {"message": "8"}, "StageDecide3": {"message": "8"}})
    result = checked(people, "staged", tmp_path)
    assert result.ok, result.findings.to_string()
    rows = people.rows("staged")
    assert [row["message"] for row in rows] == ["2.0", "4.0", "8.0"]
    assert {row["decided_by"] for row in rows} == {"participant"}
    assert all(float(row["part_earnings"]) for row in rows)


def same_group(people, a, b):
    rows = {row["participant_id"]: row["group"] for row in people.rows(APP) if row["round_number"] == "1"}
    return rows[str(a)] == rows[str(b)]


def test_who_has_not_come_is_taken_out_and_the_others_start(address):
    people = People(address, "chen_serial", 4, rounds=1, matching="stranger")
    people.open(1, 2, 3)
    for k in (1, 2, 3):
        people.send(k, consent="True")
    assert people.page(1) == "WaitForAll"
    assert press(people, "out", 4) == {"done": 1, "not": []}
    assert {people.page(k) for k in (1, 2, 3)} == {"Instructions"}
    shown = re.search(r"<tr data-payment=.4..*?</tr>", people_report(people), re.S)[0]
    assert "0.00" in shown, shown


def people_report(people):
    return visit(f"{people.address}/AdminReport/{people.code}")[1]


def test_a_message_is_shown_answered_and_recorded(address):
    people = People(address, "chen_serial", 2, rounds=1, language="de")
    people.start(1, 2)
    text = "Is <b>all</b> well?"
    assert press(people, "message", 1, text=text, answer="1") == {"done": 1, "not": []}
    people.page(1)
    assert "Is &lt;b&gt;all" in people.html[1]
    assert "Nachricht der Versuchsleitung" in people.html[1]
    people.page(2)
    assert 'id="note"' not in people.html[2]
    for number, reply in ((7, "yes"), (1, " ")):
        with pytest.raises(urllib.error.HTTPError, match="409") as refused:
            answer_note(people, 1, number, reply)
        refused.value.close()
    assert answer_note(people, 1, 1, "yes,\n thanks") == 204
    people.page(1)
    assert 'id="note"' not in people.html[1]
    assert "answered: “yes, thanks”" in people_report(people)
    press(people, "message", 1, 2, text="Go on")
    people.page(2)
    assert 'name="reply"' not in people.html[2]
    assert answer_note(people, 2, 1) == 204
    assert events(people, "message", "answer", "message_read") == [
        ("1", "message", "experimenter", text), ("1", "answer", "participant", "yes, thanks"),
        ("1", "message", "experimenter", "Go on"), ("2", "message", "experimenter", "Go on"),
        ("2", "message_read", "participant", ""),
    ]  # fmt: skip


WRONG = [("nothing", {}), ("message", {"text": " "}), ("message", {"text": "x" * 501})]


@pytest.mark.parametrize(("act", "fields"), WRONG)
def test_what_is_not_understood_is_refused(address, act, fields):
    people = People(address, "chen_serial", 2)
    with pytest.raises(urllib.error.HTTPError, match="400") as refused:
        press(people, act, 1, **fields)
    refused.value.close()


def stored(lab, code):
    """Everything in the database about the people of a session."""
    with sqlite3.connect(f"file:{lab.folder / 'db.sqlite3'}?mode=ro", uri=True) as database:
        people = database.execute("select * from otree_participant where _session_code = ? order by id", [code])
        players = database.execute("select * from demand_player order by id")
        return people.fetchall(), players.fetchall()


def test_looking_at_screens_changes_nothing(lab, address):
    """Nobody has opened the page of the second seat yet: its clock does not begin, nor is it noted as shown."""
    people = People(address, "chen_serial", 4, rounds=1, seconds=300, matching="partner")
    people.start(1, 2, 3, 4)
    assert people.page(1) == "Decide"
    people.send(1, message="4")
    before = stored(lab, people.code)
    codes = "-".join(code_of(people, k) for k in (1, 2, 3, 4))
    with build_opener().open(f"{address}/SeatScreensNow/{people.code}/{codes}", timeout=PATIENCE) as answer:
        screens = json.load(answer)
    assert len(screens) == 4
    assert all("<script" not in html for html in screens.values())
    assert "data-wait" in screens[code_of(people, 1)]
    assert 'id="form"' in screens[code_of(people, 3)]
    assert stored(lab, people.code) == before
    assert events(people, "watched") == []
    visit(f"{address}/SeatScreens/{people.code}/{code_of(people, 2)}")
    assert events(people, "watched") == [("", "watched", "experimenter", "P2")]
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        visit(f"{address}/SeatScreens/{people.code}/nosuch")
    refused.value.close()


def test_who_is_not_logged_in_sees_no_screen_and_moves_nobody(own_lab):
    closed = {"OTREE_AUTH_LEVEL": "STUDY", "OTREE_ADMIN_PASSWORD": "a long password of its own", "OTREE_REST_KEY": "k"}
    with own_lab.server(**closed) as address:
        for path, body in (("/SeatScreens/a/b", None), ("/SeatScreensNow/a/b", None), ("/SessionSeats/a", b"act=out")):
            with build_opener(HTTPCookieProcessor()).open(f"{address}{path}", body, PATIENCE) as answer:
                assert "/login" in answer.url, path
