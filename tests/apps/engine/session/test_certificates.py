"""A session is there at once; its certificates follow, computed beside play, once a treatment."""

import json
import sqlite3
import time
import urllib.request

from engine.session.certificates import given_up, size_of

from mechanisms.certificate import QUESTIONS
from mechanisms.treatments import load_treatment
from tests.lab import PATIENCE, ROOT, create_session, visit


def report(address, code):
    with urllib.request.urlopen(f"{address}/AdminReport/{code}", timeout=PATIENCE) as answer:
        return answer.read().decode()


def report_with(words, address, code, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while words not in (page := report(address, code)) and time.monotonic() < deadline:
        time.sleep(0.5)
    return page


def kept(lab):
    database = sqlite3.connect(f"file:{lab.folder / 'db.sqlite3'}?mode=ro", uri=True)
    rows = database.execute("select identity, plain from engine_keptcertificate").fetchall()
    database.close()
    return rows


def test_the_report_shows_the_certificate_and_the_same_treatment_is_computed_once(own_lab):
    with own_lab.server(certificates=True) as address:
        code, _ = create_session(address, "cason_pivotal", 4, rounds=2)
        page = report_with("327 of 625 message profiles", address, code)
        for concept in QUESTIONS:
            assert f"<td>{concept}<br>" in page
        assert "327 of 625 message profiles" in page
        again, _ = create_session(address, "cason_pivotal", 4, rounds=2)
        assert "327 of 625 message profiles" in report_with("327 of 625 message profiles", address, again)
    [(identity, plain)] = kept(own_lab)
    assert json.loads(plain)["identity"] == identity


def test_a_large_game_delays_neither_its_session_nor_the_pages_of_others(own_lab):
    """Four players with 21 messages and three types: ten seconds and more on a free machine."""
    text = (ROOT / "treatments" / "production_serial.toml").read_text("utf-8")
    text = text.replace("size = 3", "size = 4").replace("highest = 8", "highest = 20")
    file = own_lab.folder / "treatments" / "large.toml"
    file.write_text(text.replace("participants = 6", "participants = 8"), "utf-8")
    with own_lab.server(certificates=True) as address:
        _, links = create_session(address, "park_vcg", 3)
        page, _ = visit(links[0])
        code, _ = create_session(address, "large", 8)
        visit(page)
        shown = report(address, code)
    treatment = load_treatment(file)
    assert size_of(treatment) in shown
    assert "Being computed beside play" in shown


def test_a_certificate_that_was_given_up_says_so():
    treatment = load_treatment(ROOT / "treatments" / "park_vcg.toml")
    [row] = given_up(treatment).plain()["rows"]
    assert row["status"] == "too large"
    assert size_of(treatment) in row["reason"]
