"""Who has another device, or does not read the questions, on a real server."""

import csv
import time
from types import SimpleNamespace

import pytest
from engine.session.participation import screening
from engine.words.language import use

from tests.apps.guests import Person, exports_of, link_of, to_the_end
from tests.apps.people import checked
from tests.lab import PATIENCE, Lab, create_session

STUDY = """
setting = "online"
[consent]
contact = "lab@example.org"
[platform]
name = "prolific"
[platform.codes]
complete = "CDONE"
screened_out = "CSCREEN"
[checks]
devices = ["computer", "tablet"]
min_width = 900
attention = 2
attention_failure = "{failure}"
[payments]
show_up_fee = 2
[payments.fixed]
screened_out = 0.25
[[arms]]
treatment = "chen_serial"
participants = 6
"""
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
PLAIN = {"quiz": False, "practice_rounds": 0, "rounds": 1, "seconds": 600}
GOOD = {"attention_1": "sometimes", "attention_2": "seven"}


def out_of_time(address):
    """Two whose time at the questions is over: one has answered wrongly and sends that, one has closed the browser."""
    code, _ = create_session(address, "leave", 6, **PLAIN, seconds_consent=5)
    silent, gone = people = Person(), Person()
    for person, name in zip(people, ("s1", "g2"), strict=True):
        person.go(f"{link_of(address, code)}?PROLIFIC_PID={name}")
        person.go(person.at, width="900")
        person.go(person.at, consent="True")
    time.sleep(5)
    silent.go(silent.at, attention_1="never", attention_2="", timeout_happened="1")
    end = time.monotonic() + PATIENCE
    while not (rows := [row for row in people_of(address, code) if row["outcome"] == "dropped_out"]):
        assert time.monotonic() < end
        time.sleep(1)
    gone.go(gone.at)
    return {"silent": (silent.page, silent.html), "gone": (gone.page, gone.html), "gone rows": rows}


def people_of(address, code):
    return list(csv.DictReader(exports_of(address, code).table("closing", "people").splitlines()))


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """One with a phone leaves, one does not read, one goes on at another device with a window that grows, one reads."""
    lab = Lab(tmp_path_factory.mktemp("screening"))
    for failure in ("leave", "continue"):
        (lab.folder / "studies" / f"{failure}.toml").write_text(STUDY.format(failure=failure), "utf-8")
    seen = {}
    with lab.server() as address:
        code, _ = create_session(address, "leave", 6, **PLAIN)
        link = link_of(address, code)
        phone, other_phone = Person(PHONE), Person(PHONE)
        phone.go(f"{link}?PROLIFIC_PID=a1")
        phone.go(phone.at, width="1000")
        seen["phone"] = phone.page, phone.html
        phone.go(phone.at, leave="1", width="1000")
        hasty, moved, reads = Person(), Person(), Person()
        for name, person in (("b2", hasty), ("c3", other_phone), ("d4", reads)):
            person.go(f"{link}?PROLIFIC_PID={name}")
        moved.go(f"{link}?PROLIFIC_PID=c3")
        seen["same seat"] = moved.code() == other_phone.code()
        for width in ("", "899", "wide"):
            moved.go(moved.at, width=width)
            seen[f"width {width}"] = moved.page
        for person in (hasty, moved, reads):
            person.go(person.at, width="900")
            person.go(person.at, consent="True")
        seen["asked"] = hasty.page, hasty.html
        hasty.go(hasty.at, attention_1="often", attention_2="seven")
        for person in (moved, reads):
            person.go(person.at, **GOOD)
        to_the_end([moved, reads])
        tables = exports_of(address, code)
        people = people_of(address, code)
        result = checked(tables, "demand", tmp_path_factory.mktemp("audit"))
        second, _ = create_session(address, "continue", 6, **PLAIN)
        lazy = Person()
        lazy.go(f"{link_of(address, second)}?PROLIFIC_PID=z9")
        lazy.go(lazy.at, width="1300")
        lazy.go(lazy.at, consent="True")
        lazy.go(lazy.at, go="on")
        seen |= out_of_time(address)
        marked = people_of(address, second)
    return SimpleNamespace(seen=seen, phone=phone, hasty=hasty, reads=reads, lazy=lazy, people=people, marked=marked,
                           result=result)  # fmt: skip


def test_another_device_is_told_what_is_needed_and_can_leave(played):
    page, html = played.seen["phone"]
    assert page == "Device"
    assert "This study cannot be done on this device." in html
    assert "a computer; a tablet." in html
    assert 'id="confirm"' not in html
    assert played.phone.page == "Receipt"
    assert "CSCREEN" in played.phone.html
    assert "0.25" in played.phone.html


def test_the_same_link_goes_on_at_another_device(played):
    assert played.seen["same seat"]


def test_a_narrow_window_or_none_does_not_pass(played):
    assert [played.seen[f"width {width}"] for width in ("", "899", "wide")] == ["Device"] * 3


def test_who_does_not_read_leaves_where_the_study_says_so(played):
    page, html = played.seen["asked"]
    assert page == "Attention"
    assert "attention_3" not in html
    assert played.hasty.page == "Receipt"
    assert "CSCREEN" in played.hasty.html
    assert "CDONE" in played.reads.html


def test_who_lets_the_time_pass_has_not_read_or_is_gone(played):
    page, html = played.seen["silent"]
    assert page == "Receipt"
    assert "CSCREEN" in html
    page, html = played.seen["gone"]
    assert page == "Receipt"
    assert "You were away for too long" in html
    assert len(played.seen["gone rows"]) == 1


def test_else_the_data_say_it(played):
    assert played.lazy.page == "Arrival"
    assert [(row["device"], row["attention_wrong"], row["outcome"]) for row in played.marked] == [("computer", "2", "")]


def test_the_people_of_the_study_show_it(played):
    assert [(row["device"], row["attention_wrong"], row["outcome"]) for row in played.people] == [
        ("", "", "screened_out"), ("computer", "1", "screened_out"), ("computer", "0", "complete"),
        ("computer", "0", "complete"),
    ]  # fmt: skip
    assert played.result.ok, played.result.findings.to_string()


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_the_right_answer_is_among_the_choices_and_in_the_question(language):
    with use(language):
        for item in screening.items(3):
            right = dict(item.choices)[screening.RIGHT[item.name]]
            assert item.name == "attention_3" or item.name == "attention_2" or str(right) in item.text
            assert len(dict(item.choices)) == len(item.choices) >= 4
