"""Data, audit and report on the experimenter's page, on a real server: bytes, sums, verdicts, who may see them."""

import csv
import hashlib
import io
import json
import re
import time
import urllib.error
import urllib.request
import zipfile
from decimal import Decimal
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest

from tests.apps.engine.admin.played import play
from tests.lab import PATIENCE, Lab, create_session, visit

STUDY = 'setting = "online"\n[consent]\ncontact = "a@b.org"\n[[arms]]\ntreatment = "chen_serial"\nparticipants = 2\n'


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("server"))
    (lab.folder / "studies" / "pilot.toml").write_text(STUDY, "utf-8")
    return lab


@pytest.fixture(scope="module")
def address(lab):
    with lab.server() as address:
        yield address


@pytest.fixture(scope="module")
def played(address):
    """Two sessions of one round that were played to the result, and a third that nobody has opened."""
    return [play(address) for _ in range(2)] + [create_session(address, "chen_serial", 2)[0]]


class Experimenter:
    """A browser without scripts."""

    def __init__(self, address):
        self.address = address
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        with self.browser.open(f"{self.address}{path}", timeout=PATIENCE) as answer:
            return answer.read()

    def page(self, path):
        return self.get(path).decode()

    def press(self, codes, **fields):
        page = self.page(f"/AdminReport/{codes.partition('-')[0]}")
        token = re.search(r'name="([^"]*csrf[^"]*)" value="(\d+)"', page)
        body = urlencode({token[1]: token[2], **fields}).encode()
        with self.browser.open(f"{self.address}/SessionRun/{codes}", body, timeout=PATIENCE) as answer:
            return answer.status

    def result(self, codes, kind, path=None):
        """The part of the page about a run that has come to its end."""
        path = path or f"/AdminReport/{codes}"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = re.search(rf'data-run="{kind}" data-state="(\w+)">(.*?)\n</div>', self.page(path), re.DOTALL)
            if found[1] not in ("waiting", "running", "none"):
                return found[1], found[2]
            time.sleep(0.5)
        raise AssertionError(f"the {kind} of {codes} did not end")


@pytest.fixture
def experimenter(address):
    return Experimenter(address)


def files_of(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return {name.partition("/")[2]: found.read(name) for name in found.namelist()}


def table(files, name):
    return list(csv.DictReader(io.StringIO(files[name].decode())))


def test_one_zip_has_all_data_of_a_session(experimenter, played):
    files = files_of(experimenter.get(f"/SessionFiles/{played[0]}"))
    rows = table(files, "decisions.csv")
    assert [(row["session_code"], row["message"]) for row in rows] == [(played[0], "4.0"), (played[0], "6.0")]
    assert {row["event"] for row in table(files, "record.csv")} >= {"opened", "consent", "decision"}
    assert {row["session_code"] for row in table(files, "page_times.csv")} == {played[0]}, "the latest are in memory"
    assert b"item" in files["questionnaires.csv"]
    assert b"question" in files["quiz.csv"]
    assert files["queries.csv"]
    [facts] = json.loads(files["session.json"])
    assert (facts["code"], facts["currency"], facts["config"]["rounds"]) == (played[0], "EUR", 1)
    assert facts["commit"]["session"]
    [definition] = [name for name in files if name.startswith("treatments/") and name.endswith(".json")]
    assert json.loads(files[definition])["session"]["rounds"] == 1
    assert b"Codebook" in files["codebook.md"]
    assert played[0] in files["README.txt"].decode()
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_of_a_study_the_zip_has_the_people_and_the_study_itself(address, experimenter, played):
    code, links = create_session(address, "pilot", 2)
    visit(links[0])
    files = files_of(experimenter.get(f"/SessionFiles/{code}"))
    assert [(row["participant_id"], row["study"], row["arm"]) for row in table(files, "people.csv")] == [
        ("1", "pilot", "chen_serial")
    ]
    assert files["studies/pilot.toml"].decode() == STUDY
    assert json.loads(files[f"studies/{code}-pilot.json"])["arms"][0]["participants"] == 2
    assert "people.csv: of studies" in files["README.txt"].decode()
    assert "people.csv" not in files_of(experimenter.get(f"/SessionFiles/{played[0]}"))


def test_payments_are_the_files_that_the_command_writes(lab, experimenter, played):
    assert f'href="/PaymentFiles/{played[0]}"' in experimenter.page(f"/AdminReport/{played[0]}")
    files = files_of(experimenter.get(f"/PaymentFiles/{played[0]}"))
    said = files.pop("README.txt").decode()
    people = table(files, "key.csv")
    assert [person["participant_id"] for person in people] == ["1", "2"]
    assert [row["amount"] for row in table(files, "bonuses_link.csv")] == [person["total"] for person in people]
    assert said.startswith(f"2 people. Receipts {sum(Decimal(person['total']) for person in people)} = 0 paid")


def test_several_sessions_have_one_table(experimenter, played):
    files = files_of(experimenter.get(f"/SessionFiles/{'-'.join(played)}"))
    assert {row["session_code"] for row in table(files, "decisions.csv")} == set(played)
    assert f"all_apps_wide_{played[1]}.csv" in files
    page = experimenter.page(f"/ChosenSessions?{played[0]}=on&{played[1]}=on")
    assert f'href="/SessionFiles/{played[0]}-{played[1]}"' in page


def test_the_audit_says_what_it_found(experimenter, played):
    assert experimenter.press(played[0], kind="audit", act="start") == 200
    state, text = experimenter.result(played[0], "audit")
    assert state == "done", text
    assert "No mismatch" in text
    assert "0 mismatches, 0 impossible entries; 2 decisions, 1 group recomputed" in text


def test_the_report_is_made_and_downloaded(experimenter, played):
    codes = "-".join(played[:2])
    assert experimenter.press(codes, kind="report", act="start") == 200
    state, text = experimenter.result(codes, "report", f"/ChosenSessions?{played[0]}=on&{played[1]}=on")
    assert state == "done", text
    page = experimenter.page(f"/SessionRunFile/{codes}/report/report/report.html")
    assert "<h1" in page
    with zipfile.ZipFile(io.BytesIO(experimenter.get(f"/SessionRunFile/{codes}/report/report.zip"))) as found:
        assert "report/decisions.csv" in found.namelist()


def test_a_run_can_be_stopped(experimenter, played):
    experimenter.press(played[2], kind="report", act="start")
    experimenter.press(played[2], kind="report", act="stop")
    state, text = experimenter.result(played[2], "report")
    assert (state, "stopped by the experimenter" in text) == ("stopped", True)


@pytest.mark.parametrize("path", ["/SessionFiles/nosuch", "/SessionFiles/-", "/PaymentFiles/-",
                                  "/ChosenSessions?nosuch=on",
                                  "/SessionRunFile/{code}/report/../../../db.sqlite3",
                                  "/SessionRunFile/{code}/report/%2e%2e/%2e%2e/%2e%2e/db.sqlite3"])  # fmt: skip
def test_what_is_not_there_is_not_found(experimenter, played, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        experimenter.get(path.format(code=played[0]))
    refused.value.close()
    assert refused.value.code == 404


def test_who_is_not_logged_in_sees_and_starts_nothing(tmp_path):
    lab = Lab(tmp_path / "closed")
    closed = {"OTREE_AUTH_LEVEL": "STUDY", "OTREE_ADMIN_PASSWORD": "a long password of its own", "OTREE_REST_KEY": "k"}
    with lab.server(**closed) as address:
        for path in (
            "/SessionFiles/a",
            "/PaymentFiles/a",
            "/ChosenSessions?a=on",
            "/SessionRunFile/a/report/result.json",
        ):
            with urllib.request.urlopen(f"{address}{path}", timeout=PATIENCE) as answer:
                assert "/login" in answer.url, path
        order = b"kind=audit&act=start"
        with urllib.request.urlopen(f"{address}/SessionRun/a", order, timeout=PATIENCE) as answer:
            assert "/login" in answer.url
