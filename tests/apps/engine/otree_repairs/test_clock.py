"""Time, on a real server: what a reload must not change, and what happens to somebody who goes away."""

import sqlite3
import time

import pytest
from engine.otree_repairs import clock
from otree.cli import prodserver1of2

from mechanisms.session.draws import timeout_message
from mechanisms.treatments import load_treatment
from tests.lab import ROOT, create_session, visit

SECONDS = 12  # oTree believes a browser that says so from two seconds before the end on
GRACE = 120  # the server itself submits the page of somebody who is gone about nine seconds after the end


def stored(lab):
    """By participant; read only, because a test must not lock the server's database."""
    database = sqlite3.connect(f"file:{lab.folder / 'db.sqlite3'}?mode=ro", uri=True)
    query = "select message, timed_out, seconds_taken, points_units from demand_player where round_number = 1"
    rows = database.execute(f"{query} order by participant_id").fetchall()
    database.close()
    return rows


def test_reload_keeps_the_clock_and_absence_is_flagged(own_lab):
    with own_lab.server() as address:
        at_once = {"quiz": False, "practice_rounds": 0, "rounds": 1, "seconds": SECONDS}
        code, links = create_session(address, "chen_serial", 2, **at_once)
        for link in links:
            url, _ = visit(link)
            visit(url, consent="True")
        instructions = [visit(link)[0] for link in links]
        stays, _ = visit(instructions[0], read="1")
        visit(instructions[1], read="1")  # sees the page of the decision and leaves for good
        time.sleep(1.2)
        stays, page = visit(stays)
        assert "Time left:" in page
        visit(stays, message="4.0", timeout_happened="1")  # a claim that the clock does not confirm
        deadline = time.monotonic() + SECONDS + GRACE
        while time.monotonic() < deadline and stored(own_lab)[1][3] is None:
            time.sleep(1)
        (message, timed_out, seconds, points), (drawn, late, _, other_points) = stored(own_lab)
    assert (message, timed_out) == (4.0, 0)
    assert 1.2 <= seconds <= SECONDS
    treatment = load_treatment(ROOT / "treatments" / "chen_serial.toml")
    treatment = treatment.with_protocol(rounds=1, participants=2, practice_rounds=0)
    assert late == 1
    assert drawn == timeout_message(treatment, code, 1, 2, 1)
    types = [place.types[0] for place in treatment.positions]
    assert [points, other_points] == treatment.play(types, [message, drawn]).points.tolist()


def test_a_deadline_that_passed_while_the_server_was_down_is_made_up_for_at_once(own_lab):
    """oTree throws away what is older than 60 seconds when it starts: here the deadline is an hour old.

    No process for deadlines runs: one that could die at its start, at a cut of the database or by a kill, and nobody
    would notice.
    """
    one_round = {"quiz": False, "practice_rounds": 0, "rounds": 1, "seconds": 5}
    with own_lab.server() as address:
        _, links = create_session(address, "chen_serial", 2, **one_round)
        pages = [visit(link)[0] for link in links]
        for page in pages:
            visit(page, consent="True")
        pages = [visit(visit(link)[0], read="1")[0] for link in links]
        assert all("/Decide/" in page for page in pages)
        own_lab.process.kill()
    database = sqlite3.connect(own_lab.folder / "db.sqlite3")
    database.execute("update otree_taskqueuemessage set epoch_time = epoch_time - 3600")
    database.execute("update otree_participant set _timeout_expiration_time = _timeout_expiration_time - 3600")
    database.commit()
    database.close()
    with own_lab.server(warm=False):  # by its command
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and any(row[3] is None for row in stored(own_lab)):
            time.sleep(0.5)
        rows = stored(own_lab)
        processes = own_lab.run("ps", "-o", "args", "-g", str(own_lab.process.pid)).stdout.splitlines()[1:]
    assert [row[1] for row in rows] == [1, 1]
    assert all(row[3] is not None for row in rows)
    running = [process for process in processes if "<defunct>" not in process]
    assert running
    assert all("prodserver" in process for process in running), running  # the server and its copy for jobs


def test_deadlines_of_pages_that_were_left_are_deleted_together(probes):
    found = probes["deadlines"]
    assert found["due"] == [["submit_expired_url", 0], ["ensure_pages_visited", 0]]
    assert found["left"] == 1, "what is due later stays"


def test_deadlines_are_met_in_one_turn_of_the_lock_that_does_not_last(probes):
    """One by one each would wait in the queue several times, and on a busy server people for minutes behind it; first
    come those whose time is over, then pages that are only to be looked at, in turns that end after a while."""
    found = probes["deadlines"]
    assert found["asked"][0] == "timeout_happened=True"
    assert found["asked"][1:] == [None] * (len(found["asked"]) - 1)
    assert found["turns"][0] == 1
    assert found["turns"][1] > 1


MANY, FROZEN = 30, 20
"""People whose time is over at once, and so many seconds without an answer are a freeze."""


def test_the_time_of_many_is_over_at_once_and_nothing_freezes(own_lab):
    """Plain oTree on SQLite: its second process held the write lock while it asked the server for these pages."""
    with own_lab.server() as address:
        short = {"quiz": False, "practice_rounds": 0, "rounds": 2, "seconds": 10, "matching": "stranger"}
        code, links = create_session(address, "chen_serial", MANY, **short)
        _, others = create_session(address, "park_vcg", 3)
        for link in links:
            visit(visit(link)[0], consent="True")
        for link in links:
            assert "/Decide/" in visit(visit(link)[0], read="1")[0]  # and leaves for good
        slowest, began, end = 0.0, time.monotonic(), time.monotonic() + 180
        while any(points is None for *_, points in stored(own_lab)):
            assert time.monotonic() < end, stored(own_lab)
            asked = time.monotonic()
            visit(others[0])
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.5)
        assert slowest < FROZEN, (slowest, time.monotonic() - began)
        assert {late for _, late, *_ in stored(own_lab)} == {1}
        assert "Deadlines are watched" in visit(f"{address}/AdminReport/{code}")[1]


GOOD = {"OTREE_AUTH_LEVEL": "STUDY", "OTREE_ADMIN_PASSWORD": "plum-and-kiwi", "OTREE_SECRET_KEY": "0123456789abcdef"}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", [None, "", "DEMO", "otree"])
@pytest.mark.parametrize("address", [[], ["8000"], ["0.0.0.0:8000"]])
def test_without_run_py_it_does_not_open_to_strangers(monkeypatch, name, value, address):
    """`otree prodserver`, as a Procfile has it: refused before a port is taken, in one line that names the variable."""
    served = []
    monkeypatch.setattr(prodserver1of2, "run_asgi_server", lambda *place, **_quiet: served.append(place))
    monkeypatch.setattr(clock.aside, "prepare", lambda: None)
    monkeypatch.setattr(clock.database, "begin", lambda: None)
    for known, good in GOOD.items():
        monkeypatch.setenv(known, good)
    clock.serve(None, addrport=next(iter(address), None))
    assert len(served) == 1
    monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as refused:
        clock.serve(None, addrport=next(iter(address), None))
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(served) == 1
    clock.serve(None, addrport="127.0.0.1:8000")  # for this computer alone nothing is asked
    assert len(served) == 2


def test_the_procfile_starts_that_server():
    assert (ROOT / "Procfile").read_text() == "web: otree prodserver\n"
    assert 'CMD ["otree", "prodserver", "0.0.0.0:8000"]' in (ROOT / "Dockerfile").read_text()
