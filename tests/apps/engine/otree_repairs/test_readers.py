"""Exports, reports and the data page read beside play: they stop nobody, destroy nothing, and strangers see nothing."""

import contextlib
import os
import signal
import sqlite3
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.lab import Lab, create_session, visit
from tests.shared import thorough

PATHS = ("/api/export_wide", "/api/export_app?app=demand", "/api/export_app_custom?app=demand", "/ExportPageTimes")
OF_A_SESSION = ("/session_data/", "/SessionData/", "/AdminReport/", "/SessionPayments/")


def look(address, path):
    try:
        with urllib.request.urlopen(address + path, timeout=300) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def to_first_decision(links):
    pages = [visit(link)[0] for link in links]
    for page in pages:
        visit(page, consent="True")
    return [visit(visit(link)[0], read="1")[0] for link in links]


def test_twelve_people_decide_while_everything_is_exported(own_lab):
    """oTree: an acknowledged decision lost, rows without points, 12 of 12 stuck."""
    with own_lab.server() as address:
        short = {"quiz": False, "practice_rounds": 0, "rounds": 3, "matching": "partner"}
        code, links = create_session(address, "chen_serial", 12, **short)
        pages = to_first_decision(links)
        playing, seen = True, set()

        def export(paths):
            while playing:
                seen.update((path.split("?")[0], look(address, path)[0]) for path in paths)

        paths = [*PATHS, *(path + code for path in OF_A_SESSION), "/session_data/anything"]
        readers = [threading.Thread(target=export, args=(paths[k::3],)) for k in range(3)]
        for reader in readers:
            reader.start()
        acknowledged = 0
        for _ in range(3):
            assert all("/Decide/" in page for page in pages)
            for page in pages:
                visit(page, message="4")
                acknowledged += 1
            results = [visit(page)[0] for page in pages]
            assert all("/Feedback/" in page for page in results)
            pages = [visit(page, seen="1")[0] for page in results]
        playing = False
        for reader in readers:
            reader.join()
    assert {status for path, status in seen if path != "/session_data/anything"} == {200}, seen
    database = sqlite3.connect(own_lab.folder / "db.sqlite3")
    stored = database.execute("select message, points_units from demand_player where part is not null").fetchall()
    assert len(stored) == acknowledged == 36
    assert all(message == 4 and points is not None for message, points in stored)


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A server as for a real session, with a password and a key."""
    lab = Lab(tmp_path_factory.mktemp("closed"))
    secrets = {"OTREE_AUTH_LEVEL": "STUDY", "OTREE_ADMIN_PASSWORD": "p", "OTREE_SECRET_KEY": "s", "OTREE_REST_KEY": "k"}
    with lab.server(**secrets) as address:
        yield lab, address


@pytest.mark.parametrize("path", OF_A_SESSION)
def test_a_stranger_is_sent_to_the_login_without_being_told_whether_a_session_exists(closed, path):
    _, address = closed
    status, page = look(address, path + "anything")
    assert status == 200
    assert 'name="password"' in page


@pytest.mark.parametrize("path", PATHS[:3])
def test_a_stranger_gets_no_data(closed, path):
    _, address = closed
    assert look(address, path)[0] == 403


def test_an_app_that_does_not_exist_is_said_and_one_of_earlier_versions_is_known(lab):
    with lab.server() as address:
        create_session(address, "chen_serial", 2)
        status, text = look(address, "/api/export_app?app=nothing")
        assert (status, "demand" in text) == (404, True)
        status, text = look(address, "/api/export_app_custom?app=demand&function_name=custom_export_nothing")
        assert (status, "custom_export_quiz" in text) == (404, True)
        assert look(address, "/api/export_app?app=serial") == look(address, "/api/export_app?app=demand")


@thorough
def test_should_the_loaded_copy_be_killed_exports_go_on(own_lab):
    with own_lab.server() as address:
        create_session(address, "park_vcg", 3)
        status, before = look(address, "/api/export_wide")
        assert status == 200
        [copy] = children(own_lab.process.pid)
        os.kill(copy, signal.SIGKILL)
        assert look(address, "/api/export_wide") == (200, before)


def test_one_process_makes_all_reports_and_another_one_goes_on(own_lab):
    """What it has computed of rounds that are over it knows; oTree's monitor asks again every few seconds."""
    with own_lab.server() as address:
        code, _ = create_session(address, "park_vcg", 3)
        [copy] = children(own_lab.process.pid)
        made = []
        for _ in range(3):
            assert "Deadlines are watched" in look(address, f"/AdminReport/{code}")[1]
            made.append(children(copy))
        kept = set(made[0]) & set(made[1]) & set(made[2])  # what makes certificates may be kept beside it
        assert kept
        other, _ = create_session(address, "park_vcg", 3)
        assert other in look(address, f"/AdminReport/{other}")[1]  # it sees what came later
        for process in kept:
            with contextlib.suppress(ProcessLookupError):  # one may end with another
                os.kill(process, signal.SIGKILL)
        assert "Deadlines are watched" in look(address, f"/AdminReport/{code}")[1]
        assert not kept & set(children(copy))


def children(pid):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # some other process has ended in this moment
            words = stat.read_text().rsplit(")", 1)[1].split()
            if int(words[1]) == pid and words[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def test_what_reads_cannot_write(own_lab):
    script = """
import sys
sys.argv = ["otree", "x"]
from otree.main import setup
setup()
from engine.otree_repairs.readers import read_only
from otree import database
read_only()
database.db._db.execute("select * from otree_session").fetchall()
try:
    database.db._db.execute("delete from otree_session")
except Exception as error:
    print(error)
"""
    assert "readonly" in own_lab.python("-c", script).stdout
