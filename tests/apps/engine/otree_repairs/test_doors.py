"""Rooms, links, labels and the policy, as browsers with cookies of their own meet them."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.request
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest
from engine.otree_repairs import doors

from tests.lab import call, create_session, seat_link

ATTACK = "<img src=x onerror=\"document.title='XSS'\">"


class Browser:
    def __init__(self, address):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener, self.address = urllib.request.build_opener(cookies), address

    def open(self, path, data=None):
        """Status, address without the server's name, text and headers."""
        url = path if path.startswith("http") else self.address + path
        try:
            with self.opener.open(url, data, timeout=120) as answer:
                return answer.status, answer.url[len(self.address) :], answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, path, error.read().decode(), error.headers


class Seats(list):
    """What the doors ask of a session's participants in the database."""

    def filter_by(self, **criteria):
        return Seats(seat for seat in self if all(getattr(seat, name) == value for name, value in criteria.items()))

    def order_by(self, _):
        return self

    def first(self):
        return self[0] if self else None


def seats_in(session_id):
    of = {"session_id": session_id, "visited": False}
    return Seats(SimpleNamespace(code=f"p{k}", label=f"lab0{k}", id_in_session=k, vars={}, **of) for k in (1, 2, 3))


def test_when_another_computer_has_the_seat_the_one_before_is_no_longer_known(monkeypatch):
    seats = seats_in(7)
    session = SimpleNamespace(id=7, code="s1", pp_set=seats)
    monkeypatch.setattr(doors, "Participant", SimpleNamespace(objects_filter=seats.filter_by))
    before, after = {}, {}
    assert doors.seat_of(session, "lab01", before) is doors.held_by(session, before) is seats[0]
    with pytest.raises(doors.NoSeatError, match="taken"):
        doors.seat_of(session, "lab01", after)
    doors.let_another_computer(seats[0])
    assert doors.held_by(session, before) is None  # at once, not when the other one comes
    assert doors.seat_of(session, "lab01", after) is doors.held_by(session, after) is seats[0]
    assert doors.held_by(session, before) is None
    with pytest.raises(doors.NoSeatError, match="taken"):
        doors.seat_of(session, "lab01", before)
    assert doors.seat_of(session, "lab02", before) is seats[1]  # an empty seat is for whoever has none


@pytest.mark.parametrize("kept", [None, "p1", ["p1"], ["p1", "", "x"], ["p9", "x"], ["p1", ""], ["p1", "another"]])
def test_a_cookie_that_no_seat_has_given_holds_none(monkeypatch, kept):
    seats, others = seats_in(7), seats_in(8)
    monkeypatch.setattr(doors, "Participant", SimpleNamespace(objects_filter=Seats(others + seats).filter_by))
    own = {}
    session = SimpleNamespace(id=7, code="s1", pp_set=seats)
    doors.seat_of(session, "lab01", own)
    assert doors.held_by(session, own) is seats[0]
    assert doors.held_by(session, own | {"seat_s1": kept}) is None
    assert doors.held_by(SimpleNamespace(id=8, code="s1", pp_set=others), own) is None  # p1 of another session


def test_who_has_a_seat_gets_no_other_and_closed_ones_go_to_nobody(monkeypatch):
    seats = seats_in(7)
    session = SimpleNamespace(id=7, code="s1", pp_set=seats)
    monkeypatch.setattr(doors, "Participant", SimpleNamespace(objects_filter=seats.filter_by))
    monkeypatch.setattr(doors, "CLOSED", [lambda _: {1}, lambda _: {2}])
    own = {}
    assert doors.seat_of(session, "", own) is seats[2]
    seats[2].visited = True
    assert doors.seat_of(session, "", own) is doors.seat_of(session, "nobody's", own) is seats[2]
    with pytest.raises(doors.NoSeatError, match="full"):
        doors.seat_of(session, "", {})
    doors.seat_of(session, "lab01", {})
    assert doors.seat_of(session, "lab01", own) is seats[2]  # a seat that somebody else has


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    from tests.lab import Lab

    lab = Lab(tmp_path_factory.mktemp("doors"))
    with lab.server(OTREE_ONLINE_IDENTIFIER="PROLIFIC_PID") as found:
        yield found


def session_in(address, room, **changes):
    order = {"session_config_name": "park_vcg", "num_participants": 3, "modified_session_config_fields": changes}
    order |= {"room_name": room} if room else {}
    code = call(f"{address}/api/sessions", order)["code"]
    return code, call(f"{address}/api/sessions/{code}")


def test_a_label_that_is_html_comes_in_nowhere(address):
    code, session = session_in(address, "online")
    own = session["participants"][0]["code"]
    wide = session["session_wide_url"].rpartition("/join/")[2]
    for path in (f"/InitializeParticipant/{own}", f"/join/{wide}", "/room/online", "/room/lab"):
        status, _, text, _ = Browser(address).open(f"{path}?welcome_page_ok=1&participant_label={quote(ATTACK)}")
        assert status == 404, path
        assert ("raise your hand" in text) == (path == "/room/lab"), path
        assert "onerror" not in text
    for path in ("/join/mistyped", "/room/nowhere", "/SessionMonitor/nothing"):
        status, _, text, _ = Browser(address).open(path)
        assert (status, "If you are in a laboratory" in text) == (404, True), path
    for path in ("/room/online", "/room/lab", "/api/participant_vars"):
        order = {"room_name": "online", "participant_label": ATTACK, "vars": {}}
        assert Browser(address).open(path, json.dumps(order).encode())[0] == 404, path
    assert {person["label"] for person in call(f"{address}/api/sessions/{code}")["participants"]} == {None}


def test_one_browser_one_seat_and_one_seat_one_browser(address):
    session_in(address, "lab")
    first, second = Browser(address), Browser(address)
    own = first.open(seat_link(address, "lab01"))[1]
    assert own.startswith("/p/")
    assert first.open(seat_link(address, "lab01"))[1] == own
    assert first.open(seat_link(address, "lab02"))[1] == own
    status, _, text, _ = second.open(seat_link(address, "lab01"))
    assert (status, "already has this seat" in text) == (404, True)
    assert second.open(seat_link(address, "lab02"))[1] != own


@pytest.mark.parametrize("query", [{}, {"hash": ""}, {"hash": "00000000"}], ids=str)
def test_a_seat_without_its_link_is_none(address, query):
    session_in(address, "lab")
    for more in ({}, {"welcome_page_ok": 1}):
        asked = urlencode({"participant_label": "lab01", **query, **more})
        status, _, text, _ = Browser(address).open(f"/room/lab?{asked}")
        assert (status, "This address has no seat" in text) == (404, True)


def test_online_labels_are_ignored_and_the_platforms_identifier_is_not(address):
    code, _ = session_in(address, "online")
    door = "/room/online?welcome_page_ok=1&"
    one = Browser(address)
    assert len({one.open(f"{door}participant_label=p{k}")[1] for k in range(4)}) == 1
    assert Browser(address).open(f"{door}PROLIFIC_PID=5f8a")[0] == 200
    assert Browser(address).open(f"{door}PROLIFIC_PID=5f8a")[0] == 404  # another browser
    labels = [person["label"] for person in call(f"{address}/api/sessions/{code}")["participants"]]
    assert labels == [None, "5f8a", None]


@pytest.mark.parametrize("room", [None, "lab"])
def test_a_clock_that_runs_for_who_has_not_come_takes_no_seat(address, room):
    """Somebody agrees and waits: time runs for the others, and each of them still gets a seat, and the whole time."""
    code, session = session_in(address, room, seconds=600, seconds_consent=600)
    wide = "/join/" + session["session_wide_url"].rpartition("/join/")[2]
    doors = [seat_link(address, f"lab0{k}") if room else wide for k in (1, 2, 3)]
    first, *others = (Browser(address) for _ in range(3))
    page = first.open(doors[0])[1]
    assert "/WaitForAll/" in first.open(page, urlencode({"consent": "True"}).encode())[1]
    report = first.open(f"/AdminReport/{code}")[2]
    assert len(re.findall(r'<tr data-person="\d" data-state="not arrived">', report)) == 2
    assert report.count("<td>not arrived</td>") == 2, "of the two, no page is named"
    assert "<b>1</b> of 3 have joined" in first.open(f"/Projector/{code}")[2]
    pages = [other.open(door) for other, door in zip(others, doors[1:], strict=True)]
    assert [status for status, *_ in pages] == [200, 200]
    assert len({page, *(own for _, own, *_ in pages)}) == 3
    assert "<b>3</b> of 3 have joined" in first.open(f"/Projector/{code}")[2]
    record = first.open(f"/api/export_app_custom?app=direct&session_code={code}&function_name=custom_export_record")[2]
    assert record.count(",opened,participant") == 3


def test_every_page_has_a_policy_and_ours_no_script_within(address):
    code, links = create_session(address, "park_vcg", 3)
    page = Browser(address).open(links[0])
    assert "script-src 'self';" in page[3]["content-security-policy"]
    monitor = Browser(address).open(f"/SessionMonitor/{code}")
    again = Browser(address).open(f"/SessionMonitor/{code}")
    nonces = [found[3]["content-security-policy"].split("'nonce-")[1].split("'")[0] for found in (monitor, again)]
    assert nonces[0] != nonces[1]  # drawn anew for each answer
    assert monitor[2].count("<script") == monitor[2].count(f'<script nonce="{nonces[0]}"') > 3
