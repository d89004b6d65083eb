"""A recruiting platform's people on a real server: who they are, where they end, what they are paid, what is left."""

import csv
import json
import re
import sqlite3
import sys
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tests.apps.guests import DEVICE, Person, exports_of, link_of, to_the_end
from tests.apps.people import checked
from tests.lab import Lab, create_session

STUDY = """
setting = "online"
[consent]
contact = "lab@example.org"
[platform]
name = "prolific"
reward = 2
[platform.codes]
complete = "CDONE"
no_consent = "CNO"
second_time = "CTWICE"
overbooked = "CFULL"
other = "COTHER"
[payments]
show_up_fee = 2
[payments.fixed]
no_consent = 0.5
overbooked = 0.3
[[arms]]
treatment = "chen_serial"
participants = 4
"""
PLAIN = {"quiz": False, "practice_rounds": 0, "rounds": 1, "seconds": 600}
IDS = [f"5f8a{k}c0ffee0{k}" for k in range(9)]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Four seats; six people come, the first twice, one without a name; one declines; then a second session."""
    lab = Lab(tmp_path_factory.mktemp("entrance"))
    for name, text in (("pilot", STUDY), ("turk", STUDY.replace('"prolific"', '"mturk"'))):
        (lab.folder / "studies" / f"{name}.toml").write_text(text, "utf-8")
    with lab.server() as address:
        code, _ = create_session(address, "pilot", 4, **PLAIN)
        link = link_of(address, code)
        people = [Person() for _ in range(6)]
        pages = {"nobody": Person().go(link)}
        for person, own in zip(people[:4], IDS, strict=False):
            person.go(f"{link}?PROLIFIC_PID={own}&STUDY_ID=s1&SESSION_ID=x{own}&assignmentId=x%20y")
        again = Person()
        again.go(f"{link}?PROLIFIC_PID={IDS[0]}")
        pages["full"] = people[4].go(f"{link}?PROLIFIC_PID={IDS[4]}")
        people[4].go(f"{link}?PROLIFIC_PID={IDS[4]}")
        pages["odd"] = people[5].go(f"{link}?PROLIFIC_PID=%3Cb%3E")
        pages["long"] = Person().go(f"{link}?PROLIFIC_PID={'x' * 65}")
        pages["label"] = Person().go(f"{link}?participant_label=a%20b&PROLIFIC_PID=abc")
        people[3].go(people[3].at, consent="False")
        pages["declined"] = people[3].html
        people[3].go(people[3].at, go="on")
        people[2].go(people[2].at, consent="True")
        people[2].go(people[2].at, leave="1")
        for person in people[:2]:
            person.go(person.at, consent="True")
        people[0].go(people[0].at)
        to_the_end(people[:3])
        pages["done"], pages["left"] = people[0].html, people[3].html
        pages["sent again"] = people[0].go(people[0].at, go="on")
        saved = Person().go(f"{address}/SaveDB", nothing="")
        again.go(f"{link}?PROLIFIC_PID={IDS[0]}")
        tables = exports_of(address, code)
        wide = Person().go(f"{address}/api/export_wide")
        exports = {name: tables.table("demand", name) for name in ("", "record", "quiz", "what_if")}
        result = checked(tables, "demand", tmp_path_factory.mktemp("audit"))
        pages["report"] = Person().go(f"{address}/AdminReport/{code}")
        second, _ = create_session(address, "pilot", 4, **PLAIN)
        other = link_of(address, second)
        pages["twice"] = Person().go(f"{other}?PROLIFIC_PID={IDS[1]}")
        pages["new"] = Person().go(f"{other}?PROLIFIC_PID={IDS[4]}")
        small = link_of(address, create_session(address, "pilot", 2, **PLAIN)[0])
        no, waits = (Person() for _ in range(2))
        for person, own in ((no, IDS[6]), (waits, IDS[7])):
            person.go(f"{small}?PROLIFIC_PID={own}")
        waits.go(waits.at, consent="True")
        pages["waits"] = waits.html
        no.go(no.at, consent="False")
        no.go(no.at, go="on")
        pages["for nobody"] = waits.go(waits.at)
        turk = link_of(address, create_session(address, "turk", 4, **PLAIN)[0])
        assignments = ("ASSIGNMENT_ID_NOT_AVAILABLE", "A1", "A2")  # looks at the task, accepts, gives back, accepts
        names = ("$%7BworkerId%7D", "A%20B", "%3Cb%3E")
        pages["names"] = [Person().go(f"{turk}?workerId={name}&assignmentId=$%7BassignmentId%7D") for name in names]
        pages["turk"] = [Person().go(f"{turk}?workerId=W1&assignmentId={given}&hitId=H1") for given in assignments]
    return SimpleNamespace(
        lab=lab, code=code, people=people, again=again, pages=pages, exports=[*exports.values(), wide], result=result,
        saved=saved,
        rows=list(csv.DictReader(exports[""].splitlines())),
    )  # fmt: skip


def test_who_waits_for_a_group_that_cannot_be_formed_any_more_is_free_at_once(played):
    assert "Waiting for your group" in played.pages["waits"]
    assert "No group could be formed in time" in played.pages["for nobody"]
    assert "cc=COTHER" in played.pages["for nobody"]


def test_the_identifier_leads_to_one_seat_from_any_browser(played):
    assert played.again.code() == played.people[0].code()
    assert len({person.code() for person in played.people[:4]}) == 4


def test_everybody_gets_a_clear_page_and_the_code_of_the_outcome(played):
    pages = played.pages
    assert "PROLIFIC_PID is missing" in pages["nobody"]
    for page in (pages["odd"], pages["long"]):
        assert "PROLIFIC_PID has other signs" in page
    for page in pages["names"]:
        assert "workerId has other signs" in page
    for page in (*pages["names"], pages["odd"], pages["label"]):
        assert "raise your hand" not in page
    assert "cc=CDONE" in pages["sent again"]
    assert not played.saved.strip().isdigit()
    assert "cc=CDONE" in pages["done"]
    assert "cc=CNO" in pages["left"]
    assert "cc=CFULL" in pages["full"]
    assert "The study is full" in pages["full"]
    assert "You receive 0.30" in re.sub("<[^>]*>", "", pages["full"])
    assert "You receive" not in pages["twice"]
    assert "cc=CTWICE" in pages["twice"]
    assert "cc=CDONE" not in pages["declined"]
    assert "Do you want to take part?" in pages["new"]  # who found no seat can come to another session
    assert all("raise your hand" not in html for html in pages.values())


def test_who_has_not_accepted_a_task_gets_no_seat_and_the_last_assignment_is_paid(played):
    assert "assignmentId is missing" in played.pages["turk"][0]
    assert all("Do you want to take part?" in html for html in played.pages["turk"][1:])
    with sqlite3.connect(played.lab.folder / "db.sqlite3") as base:
        rows = base.execute("select more from engine_identity where identifier = 'W1'").fetchall()
    assert [json.loads(row) for [row] in rows] == [{"assignmentId": "A2", "hitId": "H1"}]


def test_who_ended_how_is_in_the_data_and_explains_the_payment(played):
    assert played.result.ok, played.result.findings.to_string()
    ended = {row["participant_id"]: (row["ending"], Decimal(row["fee_paid"])) for row in played.rows}
    assert ended == {
        "1": ("complete", 2),
        "2": ("complete", 2),
        "3": ("withdrew", 2),
        "4": ("no_consent", Decimal("0.5")),
    }
    assert {row["total_payment"] for row in played.rows if row["participant_id"] == "4"} == {"0.50"}


def test_the_experimenter_sees_who_came_and_how_it_ended(played):
    report = played.pages["report"]
    table = re.search(r'<table[^>]*id="arrivals".*?</table>', report, re.S).group()
    cells = [re.sub(r"\s+", " ", cell).strip() for cell in re.findall("<t[dh][^>]*>([^<]*)</t[dh]>", table)][8:]
    assert cells == ["chen_serial", "4 of 4", "0 of 2", "1 of 2", "0", "0", "0", "2 complete, 1 no consent, 1 withdrew"]
    assert "Got no place: 1 overbooked." in report
    assert f'href="/PaymentFiles/{played.code}"' in report
    assert "the platform's file of bonuses, and the key" in report
    assert "Signature" not in report
    assert "Seating plan" not in report
    assert not any(own in report for own in IDS)


def test_no_export_knows_who_they_are(played):
    for text in played.exports:
        assert len(text) > 50
        for private in (*IDS, DEVICE, "127.0.0.1", "PROLIFIC"):
            assert private not in text


def test_the_files_of_payment_add_up_to_the_receipts(played):
    done = played.lab.run(sys.executable, "-m", "engine.payouts", played.code, PYTHONPATH="apps:.")
    assert done.returncode == 0, done.stderr
    folder = played.lab.folder / "payments" / played.code
    key = list(csv.DictReader((folder / "key.csv").read_text("utf-8").splitlines()))
    assert [row["identifier"] for row in key] == IDS[:5]
    assert [row["outcome"] for row in key] == ["complete", "complete", "withdrew", "no_consent", "overbooked"]
    assert [row["code"] for row in key] == ["CDONE", "CDONE", "COTHER", "CNO", "CFULL"]
    bonuses = dict(csv.reader((folder / "bonuses_prolific.csv").read_text("utf-8").splitlines()))
    receipts = {row["participant_id"]: Decimal(row["total_payment"]) for row in played.rows}
    for row in key[:4]:
        paid = Decimal(bonuses.get(row["identifier"], "0")) + (2 if row["outcome"] == "complete" else 0)
        assert paid == receipts[row["participant_id"]], row
    assert Decimal(bonuses[IDS[4]]) == Decimal("0.3")  # came when all seats were taken
    assert f"Receipts {sum(receipts.values()) + Decimal('0.3')} = 4" in done.stdout
    again = played.lab.run(sys.executable, "-m", "engine.payouts", played.code, PYTHONPATH="apps:.")
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_who_is_deleted_leaves_nothing(played):
    number = next(int(row["participant_id"]) for row in played.rows if row["message"])
    person, own = played.people[number - 1].code(), IDS[number - 1]
    file = played.lab.folder / "db.sqlite3"

    def stored():
        return b"".join(path.read_bytes() for path in file.parent.glob("db.sqlite3*"))

    before = stored()
    assert person.encode() in before
    assert own.encode() in before
    decided = sqlite3.connect(file).execute("select count(*) from demand_player where message is not null").fetchone()
    done = played.lab.run(sys.executable, "-m", "engine.forgetting", person, PYTHONPATH="apps:.")
    assert done.returncode == 0, done.stderr
    after = stored()
    assert person.encode() not in after
    assert own.encode() not in after
    base = sqlite3.connect(file)
    assert base.execute("select count(*) from demand_player where message is not null").fetchone()[0] < decided[0]
    rows = base.execute(
        "select count(*) from engine_event where session_id = 1 and participant = ?", [number]
    ).fetchone()
    assert rows == (1,)  # that somebody was deleted
    assert base.execute("select count(*) from demand_player where session_id = 1").fetchone() == (4,)
    assert played.people[number % 3].code().encode() in after
    again = played.lab.run(sys.executable, "-m", "engine.forgetting", person, PYTHONPATH="apps:.")
    assert again.returncode == 1
    assert "is no participant" in again.stderr
