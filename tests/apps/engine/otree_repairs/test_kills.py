"""kill -9 and cuts at random moments, while people decide, sessions are made and data exported; nothing is lost.

The client's own log is the witness: what the server had acknowledged must be stored, once and as it was sent.
"""

import os
import random
import signal
import socket
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from http.client import HTTPException

import pytest

from tests.lab import create_session, visit
from tests.postgres import postgres
from tests.shared import thorough

KILLS, SEED = int(os.environ.get("KILLS", "3")), int(os.environ.get("KILL_SEED", "1"))
ROUNDS, PEOPLE = 4, 4
PATIENCE = 240


class Person(threading.Thread):
    """Plays to the end of the rounds, again and again where the server does not answer."""

    def __init__(self, link, number):
        super().__init__(daemon=True)
        self.link, self.number, self.acknowledged, self.finished = link, number, {}, False

    def run(self):
        deadline = time.monotonic() + PATIENCE
        while not self.finished and time.monotonic() < deadline:
            with suppress(OSError, ValueError, HTTPException):
                self.step()
            time.sleep(0.1)

    def step(self):
        url = visit(self.link)[0]
        kind = url.split("/")[-2]
        if kind == "Decide":
            sent = str(1 + (self.number + int(url.split("/")[-1])) % 12)
            after, _ = visit(url, message=sent)
            if after != url:
                self.acknowledged[int(url.split("/")[-1])] = float(sent)
        elif kind == "Consent":
            visit(url, consent="True")
        elif kind in ("Instructions", "Feedback"):
            visit(url, seen="1")
        elif "closing" in url:
            self.finished = True


@contextmanager
def database_of(kind, lab):
    """Variables for the server, and a function that asks the database."""
    if kind == "SQLite":

        def rows(query):
            connection = sqlite3.connect(lab.folder / "db.sqlite3")
            found = [tuple("" if value is None else str(value) for value in row) for row in connection.execute(query)]
            connection.close()
            return found

        yield {}, rows, None
    else:
        with postgres() as server:
            yield {"DATABASE_URL": server.url}, server.rows, server


@pytest.mark.parametrize("kind", ["SQLite", pytest.param("PostgreSQL", marks=thorough)])
def test_killed_at_random_moments(own_lab, kind):
    draw = random.Random(SEED)
    with database_of(kind, own_lab) as (variables, rows, cut), socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        people, stop, others = [], threading.Event(), None
        for kill in range(KILLS + 1):
            with own_lab.server(port, **variables) as address:
                if not people:
                    short = {"quiz": False, "practice_rounds": 0, "rounds": ROUNDS, "seconds": 0}
                    _, links = create_session(address, "chen_serial", PEOPLE, **short)
                    people = [Person(link, k) for k, link in enumerate(links)]
                    others = threading.Thread(target=exports_and_sessions, args=(address, stop), daemon=True)
                    for thread in (*people, others):
                        thread.start()
                if kill < KILLS:
                    time.sleep(draw.uniform(0.5, 4))
                    if cut is not None and kill == 1:
                        cut.control("restart", "-m", "immediate")
                        time.sleep(draw.uniform(0.5, 3))
                    os.kill(own_lab.process.pid, signal.SIGKILL)
                    own_lab.process.wait()
                else:
                    for person in people:
                        person.join(PATIENCE)
                    stop.set()
                    others.join(60)
        assert all(person.finished for person in people)
        joined = "demand_player p join otree_participant q on q.id = p.participant_id where p.session_id = 1"
        wanted = "q.id, p.round_number, p.message, p.points_units"
        stored = rows(f"select {wanted} from {joined} order by q.id, p.round_number")
        assert len(stored) == PEOPLE * ROUNDS
        assert all(points for *_, points in stored)
        for person in people:
            mine = [float(message) for number, _, message, _ in stored if int(number) == person.number + 1]
            sent = [person.acknowledged[page] for page in sorted(person.acknowledged)]
            assert is_within(sent, mine), (sent, mine)
        people_of = "(select count(*) from otree_participant q where q.session_id = s.id)"
        assert rows(f"select s.id from otree_session s where {people_of} != s.num_participants") == []
    log = (own_lab.folder / "server.log").read_text()
    assert "OutsideLockError" not in log


def exports_and_sessions(address, stop):
    while not stop.is_set():
        with suppress(OSError, ValueError, HTTPException):
            urllib.request.urlopen(f"{address}/api/export_wide", timeout=20).read()
        with suppress(OSError, ValueError, HTTPException):
            create_session(address, "park_vcg", 3)
        time.sleep(0.2)


def is_within(part, whole):
    """All of `part`, in this order, is in `whole`: an answer that was lost on its way is not in the client's log."""
    rest = iter(whole)
    return all(value in rest for value in part)


@thorough
def test_a_second_server_on_the_same_postgres_does_not_start(own_lab):
    with postgres() as database, own_lab.server(DATABASE_URL=database.url):
        done = own_lab.run("otree", "prodserver", "127.0.0.1:1", DATABASE_URL=database.url)
    assert done.returncode == 1
    assert "Another server runs on the database of DATABASE_URL" in done.stderr
