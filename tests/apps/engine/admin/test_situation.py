"""Who waits for whom while people play; nothing is lost when something breaks."""

import os
import re
import signal
from collections import defaultdict
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.apps.engine.admin.seats import PLAIN, ROUNDS, Seats, fraction, shown_round
from tests.lab import call, seat_link, visit
from tests.shared import thorough


def text(html):
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def person(report, k):
    """State and the texts of the cells of one participant in the monitor."""
    state, row = re.search(rf'<tr data-person="{k}" data-state="([^"]*)">(.*?)</tr>', report, re.S).groups()
    return state, [text(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.S)]


def awaited(report, k):
    return set(filter(None, person(report, k)[1][5].split(", ")))


def test_who_waits_for_whom(address):
    seats = Seats(address, "production_serial", 6, rounds=ROUNDS)
    seats.open(1, 2, 3, 4)
    seats.send(1, consent="True")
    report = seats.report()
    assert [person(report, k)[0] for k in (2, 5)] == ["awaited", "not arrived"]
    assert awaited(report, 1) == {"lab02", "lab03", "lab04", "P5", "P6"}
    seats.start()
    groups = defaultdict(list)
    for row in seats.export("demand"):
        if row["round_number"] == "1":
            groups[row["group"]].append(int(row["participant_id"]))
    slow, done = groups.values()
    for k in [*slow[:2], *done]:
        seats.play(k, 3 + k % 3)
    report = seats.report()
    late = slow[2]
    assert [person(report, k)[0] for k in slow] == ["waiting", "waiting", "awaited"]
    assert awaited(report, slow[0]) == awaited(report, slow[1]) == {f"lab{late:02d}"}
    assert "holds up 2" in person(report, late)[1][6]
    assert awaited(report, late) == set()
    assert person(report, late)[1][2:4] == ["decision", "round 1"]
    assert [seats.page(k) for k in done] == ["Feedback"] * 3
    assert fraction(shown_round(report, "part-1-round-1")["decided"]) == (5, 6)
    assert fraction(shown_round(report, "part-1-round-1")["nash"])[1] == 1
    neighbours = re.search(rf'data-seat="lab{late:02d}".*?</td>', report, re.S).group()
    assert all(f"lab{k:02d}" in neighbours for k in slow)


def let_move(address, code, participant):
    """Other computer, as the monitor sends it."""
    with urlopen(f"{address}/AdminReport/{code}") as answer:
        cookie, page = answer.headers["set-cookie"].split(";")[0], answer.read().decode()
    sent = {"selected_participant": participant, "seat": "move"}
    sent["csrftoken"] = re.search(r'name="csrftoken" value="(\d+)"', page)[1]
    request = Request(f"{address}/AdvanceSession/{code}", urlencode(sent).encode(), {"Cookie": cookie})
    with urlopen(request) as answer:
        assert answer.read() == b"ok"


def test_a_seat_goes_on_at_another_computer(address):
    order = {"session_config_name": "chen_serial", "num_participants": 2, "room_name": "lab"}
    order["modified_session_config_fields"] = {**PLAIN, "rounds": 1}
    code = call(f"{address}/api/sessions", order)["code"]
    urls = {label: visit(seat_link(address, label))[0] for label in ("lab07", "lab31")}
    for label, url in urls.items():
        urls[label] = visit(url, consent="True")[0]
    urls = {label: visit(url)[0] for label, url in urls.items()}
    with pytest.raises(HTTPError):  # another browser
        visit(seat_link(address, "lab07"))
    let_move(address, code, urls["lab07"].split("/p/")[1][:8])
    assert visit(seat_link(address, "lab07"))[0] == urls["lab07"] != urls["lab31"]
    report = visit(f"{address}/AdminReport/{code}")[1]
    assert {person(report, k)[0] for k in (1, 2)} == {"active"}
    assert re.search(r'data-state="active" data-seat="lab31"', report)


@thorough
def test_a_server_that_is_killed_forgets_nothing(own_lab):
    """kill -9, as when the plug is pulled: everybody is where they were, and the round goes on."""
    with own_lab.server() as address:
        seats = Seats(address, "chen_serial", 2, rounds=ROUNDS)
        seats.start()
        for k, message in ((1, 4), (2, 7)):
            seats.play(k, message)
        for k in (1, 2):
            assert seats.page(k) == "Feedback"
            seats.send(k, read="1")
        seats.play(1, 5)
        before = seats.export("demand"), {k: seats.page(k) for k in (1, 2)}
        numbers = shown_round(seats.report(), "part-1-round-1")
        os.killpg(own_lab.process.pid, signal.SIGKILL)
        own_lab.process.wait()
    with own_lab.server() as again:
        seats.urls = {k: url.replace(address, again) for k, url in seats.urls.items()}
        seats.address = again
        assert (seats.export("demand"), {k: seats.page(k) for k in (1, 2)}) == before
        assert before[1] == {1: "WaitForGroup", 2: "Decide"}
        report = seats.report()
        assert shown_round(report, "part-1-round-1") == numbers
        assert awaited(report, 1) == {"lab02"}
        seats.play(2, 6)
        assert {seats.page(k) for k in (1, 2)} == {"Feedback"}
        assert all(row["points"] for row in seats.export("demand"))
