"""PostgreSQL is stopped during a deadline and during play, and comes back: nothing is stuck, nothing lost."""

import time
import urllib.error
from contextlib import suppress

import pytest

from tests.apps.people import APP, People, act, checked
from tests.lab import visit
from tests.postgres import postgres
from tests.shared import thorough

SECONDS, DOWN = 6, 12
"""The time of a decision, and how long the database is away: the deadline passes meanwhile."""


def tried(people, k, **fields):
    """As a person who tries again: the status of the answer, and whether it is our page."""
    try:
        people.send(k, **fields) if fields else people.page(k)
    except urllib.error.HTTPError as error:
        return error.code, "raise your hand" in error.read().decode()
    return 200, True


def test_postgres_is_stopped_during_a_deadline_and_during_play(own_lab, tmp_path):
    with postgres() as database, own_lab.server(DATABASE_URL=database.url) as address:
        people = People(address, "chen_serial", 4, rounds=3, seconds=SECONDS, matching="stranger")
        people.start(1, 2, 3, 4)
        for k in (1, 2, 3, 4):
            assert people.page(k) == "Decide"
        people.send(1, message="4")
        database.control("stop", "-m", "immediate")
        assert tried(people, 2, message="6") == tried(people, 1) == (503, True)
        time.sleep(DOWN)
        database.control("start")
        end = time.monotonic() + 90
        waiting = {1, 2, 3}
        while waiting:  # 4 has left for good
            assert time.monotonic() < end, people.at
            for k in sorted(waiting):
                with suppress(urllib.error.HTTPError):
                    page = people.page(k)
                    if page == "Receipt":
                        waiting.discard(k)
                    elif not page.startswith("Wait"):
                        act(people, k, page)
            time.sleep(0.3)
        rows = people.rows(APP)
        first = {row["participant_id"]: row for row in rows if row["round"] == "1"}
        assert (first["1"]["decided_by"], first["1"]["message"]) == ("participant", "4.0")  # it was acknowledged
        assert first["4"]["decided_by"] == "clock"
        result = checked(people, APP, tmp_path)
        assert result.ok, result.findings.to_string()
        assert "Deadlines are watched" in visit(f"{address}/AdminReport/{people.code}")[1]
        done = own_lab.run("otree", "prodserver", "127.0.0.1:1", DATABASE_URL=database.url)
        assert "Another server runs on the database of DATABASE_URL" in done.stderr  # the lock was taken again
    log = (own_lab.folder / "server.log").read_text()
    assert "PostgreSQL was stopped; start it" in log or "PostgreSQL does not answer; start it" in log


@thorough
@pytest.mark.parametrize("times", [3])
def test_postgres_is_restarted_again_and_again_during_play(own_lab, tmp_path, times):
    with postgres() as database, own_lab.server(DATABASE_URL=database.url) as address:
        people = People(address, "chen_serial", 2, rounds=times + 1, matching="partner")
        people.start(1, 2)
        for k in range(times):
            people.send(1, message="4")
            database.control("restart", "-m", "fast" if k % 2 else "immediate")
            end = time.monotonic() + 60
            while people_at(people) != {"Feedback"}:
                assert time.monotonic() < end, people.at
                if people.at[2].split("/")[-2] == "Decide":
                    tried(people, 2, message="6")
            for person in (1, 2):
                people.send(person, go="on")
        result = checked(people, APP, tmp_path)
        assert result.ok, result.findings.to_string()
        assert result.decisions == 2 * times


def people_at(people):
    found = set()
    for k in (1, 2):
        tried(people, k)
        found.add(people.at[k].rstrip("/").split("/")[-2])
    return found
