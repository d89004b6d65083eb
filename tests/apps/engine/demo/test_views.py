"""Play alone now, on a real server: every shipped treatment from one click to the end, and nothing for strangers."""

import re
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from analysis.audit import audit
from analysis.loading.exports import read_exports
from mechanisms.treatments import load_session_designs
from tests.lab import PATIENCE, ROOT, Lab, visit
from tests.shared import first_of_each, kind_of_play, mostly_thorough

DESIGNS = {design.name: design for design in load_session_designs(ROOT / "treatments")}
OF_EACH_KIND = first_of_each(DESIGNS, lambda name: kind_of_play(DESIGNS[name]))
LARGE = "twelve"
STUDY = """
setting = "online"
consent = { contact = "lab@example.org" }
platform = { name = "prolific", codes = { complete = "CDONE", other = "COTHER" } }
arrival = { silo = 6 }
[[arms]]
treatment = "once"
participants = 6
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("alone"))
    text = (lab.folder / "treatments/production_serial.toml").read_text("utf-8")
    (lab.folder / "treatments/once.toml").write_text(re.sub(r"(?m)^rounds = 10", "rounds = 1", text), "utf-8")
    (lab.folder / "studies/home.toml").write_text(STUDY, "utf-8")
    text = re.sub(r"(?m)^size = 3", "size = 12", text)
    (lab.folder / f"treatments/{LARGE}.toml").write_text(
        re.sub(r"(?m)^participants = 6", "participants = 12", text), "utf-8"
    )
    return lab


@pytest.fixture(scope="module")
def address(lab):
    with lab.server() as address:
        yield address


def clicked(address, name, kind="short"):
    """The browser, and the page to which the click leads."""
    browser = build_opener(HTTPCookieProcessor())
    page = browser.open(f"{address}/demo", timeout=PATIENCE).read().decode()
    token = re.search(r'name="csrftoken" value="(\d+)"', page)[1]
    sent = urlencode({"csrftoken": token, "kind": kind}).encode()
    return browser, browser.open(f"{address}/demo/{name}/alone", sent, timeout=PATIENCE)


def page_of(answer):
    return answer.geturl().rstrip("/").split("/")[-2]


@pytest.mark.parametrize("name", mostly_thorough([*DESIGNS, LARGE], LARGE, *OF_EACH_KIND[1:4]))
def test_one_click_leads_to_a_decision_and_to_the_end(address, name):
    browser, answer = clicked(address, name)
    assert page_of(answer) == "Decide"
    rounds = sum(t.protocol.rounds for t in DESIGNS[name].treatments) if name in DESIGNS else 10
    treatments = DESIGNS[name].treatments if name in DESIGNS else DESIGNS["production_serial"].treatments
    to_the_end = len(treatments) > 1
    seen = []
    while (page := page_of(answer)) != "Receipt" and (to_the_end or seen.count("Feedback") < 3):
        seen.append(page)
        html = answer.read().decode()
        if page == "Decide":
            assert len(seen) > 1 or "you play alone" in html
            number = seen.count("Decide") - 1
            part = treatments[min(number * len(treatments) // rounds, len(treatments) - 1)]
            fields = {"message": f"{part.positions[0].messages[0]:g}"}
        elif page.startswith("StageDecide"):  # as much as can be, which is never less than what was served before
            fields = {"message": f"{part.positions[0].messages[-1]:g}"}
        else:
            fields = {"go": "on"}
        answer = browser.open(answer.geturl(), urlencode(fields).encode(), timeout=PATIENCE)
        assert len(seen) <= 4 * rounds, seen
    assert [page for page in seen if not page.startswith("StageDecide")] == ["Decide", "Feedback"] * (
        rounds if to_the_end else 3
    )


def test_a_study_played_alone_needs_no_silo_and_gives_no_code(address):
    browser, answer = clicked(address, "home")
    pages = {}
    for fields in ({"message": "4"}, {"go": "on"}):
        answer = browser.open(answer.geturl(), urlencode(fields).encode(), timeout=PATIENCE)
        pages[page_of(answer)] = answer.read().decode()
    assert "drawn at random by the computer" in pages["Feedback"]
    assert "you play alone" in pages["Receipt"]
    assert "CDONE" not in pages["Receipt"]
    assert "Back to Prolific" not in pages["Receipt"]


def test_the_audit_accepts_what_was_played_and_says_that_it_was_the_computer(address, tmp_path):
    _, answer = clicked(address, "park_vcg")
    for name in ("", "_export_record"):
        kind = f"&function_name=custom{name}" if name else ""
        text = visit(f"{address}/api/export_app_custom?app=direct{kind}")[1].lstrip("\ufeff")
        (tmp_path / f"direct_custom{name}.csv").write_text(text, "utf-8")
    assert page_of(answer) == "Decide"
    exports = read_exports(tmp_path)
    result = audit(exports.decisions, exports.companions["record"])
    assert result.ok, result.findings.to_string()
    assert set(exports.decisions["decided_by"]) >= {"computer"}
    assert any("gave the seat to the computer" in note for note in result.notes)


def test_the_whole_version_begins_with_consent(address):
    _, answer = clicked(address, "park_vcg", "whole")
    assert page_of(answer) == "Consent"


def test_forms_of_other_sites_make_no_session(address):
    browser = build_opener(HTTPCookieProcessor())
    answer = browser.open(f"{address}/demo/park_vcg/alone", b"kind=short", timeout=PATIENCE)
    assert answer.geturl() == f"{address}/demo"


def test_an_open_laboratory_asks_for_the_login(tmp_path):
    open_to_all = {"OTREE_AUTH_LEVEL": "STUDY", "OTREE_ADMIN_PASSWORD": "plum-and-kiwi"}
    with Lab(tmp_path / "open").server(**open_to_all) as address:
        browser = build_opener(HTTPCookieProcessor())
        answer = browser.open(f"{address}/demo/park_vcg/alone", b"kind=short", timeout=PATIENCE)
        assert "/login" in answer.geturl()


def test_what_is_no_treatment_is_said(address):
    with pytest.raises(HTTPError, match="404"):
        clicked(address, "unknown")
