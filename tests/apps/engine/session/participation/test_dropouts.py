"""A page that is closed, and the button to leave, on a real server: what each rule of a study makes of them."""

import asyncio
import csv
import re
import time
from decimal import Decimal
from html import unescape
from types import SimpleNamespace

import pytest
import websockets
from engine import models
from engine.session.participation import dropouts

from tests.apps.guests import Person, at_their_first_decision, exports_of, link_of, to_the_end
from tests.apps.people import checked, of_quiz
from tests.lab import PATIENCE, Lab, create_session

STUDY = """
setting = "online"
[consent]
contact = "lab@example.org"
withdrawn_data = "deleted"
[dropouts]
policy = "{policy}"
grace_seconds = 5
[payments]
show_up_fee = 2
[payments.fixed]
partner_left = 3
no_consent = 0.4
[[arms]]
treatment = "chen_serial"
participants = 2
"""
LIMITS = {"quiz": False, "practice_rounds": 0, "rounds": 2, "seconds": 600}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("dropouts"))
    for policy in ("computer", "end", "void"):
        (lab.folder / "studies" / f"{policy}_study.toml").write_text(STUDY.format(policy=policy), "utf-8")
    silos = STUDY.format(policy="end").replace("= 2\n", "= 4\n") + "[arrival]\nsilo = 4\n"
    (lab.folder / "studies" / "silos_study.toml").write_text(silos.replace("fee = 4", "fee = 2"), "utf-8")
    three = STUDY.format(policy="void").replace("chen_serial", "production_serial").replace("= 2\n", "= 3\n")
    (lab.folder / "studies" / "three_study.toml").write_text(f"{three}[arrival]\nsilo = 3\n", "utf-8")
    asking = STUDY.format(policy="end") + "[checks]\nattention = 1\n[arrival]\nspare = 2\n"
    (lab.folder / "studies" / "asking_study.toml").write_text(asking, "utf-8")
    return lab


@pytest.fixture(scope="module")
def address(lab):
    with lab.server() as address:
        yield address


def pair(address, policy, **changes):
    """Two people who are at their first decision."""
    code, _ = create_session(address, f"{policy}_study", 2, **{**LIMITS, **changes})
    return code, at_their_first_decision(address, code, 2)


async def shown_and_closed(address, person):
    """As a browser: the page holds a websocket, and then it is closed."""
    path = unescape(re.search(r'data-page="([^"]+)"', person.html)[1])
    async with websockets.connect(address.replace("http", "ws") + path):
        await asyncio.sleep(1)


def wait_for(person, page):
    end = time.monotonic() + LIMITS["seconds"] / 5
    while person.page != page:
        assert time.monotonic() < end, person.at
        time.sleep(1)
        person.go(person.at)


def ended(address, code, folder):
    tables = exports_of(address, code)
    result = checked(tables, "demand", folder)
    assert result.ok, result.findings.to_string()
    return list(csv.DictReader(tables.table("demand").splitlines()))


def test_a_closed_page_ends_the_group_after_the_grace_period(address, tmp_path):
    code, (stays, goes) = pair(address, "end")
    stays.go(stays.at, message="4")
    assert stays.page == "WaitForGroup"
    begin = time.monotonic()
    asyncio.run(shown_and_closed(address, goes))
    wait_for(stays, "Receipt")
    assert time.monotonic() - begin < LIMITS["seconds"] / 4  # not by the clock
    assert "Somebody of your group has left" in stays.html
    rows = {row["participant_id"]: row for row in ended(address, code, tmp_path)}
    assert [rows[k]["ending"] for k in "12"] == ["partner_left", "dropped_out"]
    assert Decimal(rows["1"]["total_payment"]) == 3
    assert Decimal(rows["2"]["total_payment"]) == 2
    goes.go(goes.at)
    assert "You were away for too long" in goes.html


def test_a_page_that_is_opened_again_in_time_is_no_dropout(address):
    _, (stays, comes) = pair(address, "end", seconds=10)
    asyncio.run(shown_and_closed(address, comes))
    stays.go(stays.at, message="4")
    asyncio.run(asyncio.wait_for(held(address, comes, stays), PATIENCE))


async def held(address, person, other):
    """Open again before the grace period is over, for longer than it lasts; nothing is decided there in time."""
    path = unescape(re.search(r'data-page="([^"]+)"', person.html)[1])
    async with websockets.connect(address.replace("http", "ws") + path):
        while other.page == "WaitForGroup":
            await asyncio.sleep(1)
            other.go(other.at)
        await asyncio.sleep(6)
        other.go(other.at)
    assert other.page == "Feedback"


def test_a_round_is_void_for_all_of_the_group_or_for_nobody(address, tmp_path):
    code, _ = create_session(address, "three_study", 3, **{**LIMITS, "rounds": 3})
    quick, slow, goes = people = at_their_first_decision(address, code, 3)
    quick.go(quick.at, message="1")
    asyncio.run(shown_and_closed(address, goes))
    wait_for(quick, "WaitForGroup" if slow.page == "Decide" else "Feedback")
    wait_for(slow, "Feedback")
    quick.go(quick.at)
    assert all('id="not-played"' in person.html for person in (quick, slow))
    quick.go(quick.at, go="on")  # comes to the second round while one is away
    assert quick.page == "WaitForGroup"
    assert "one of its members is missing" in quick.html
    goes.go(goes.at)
    slow.go(slow.at, go="on")
    to_the_end(people, message="1")
    rows = {(row["participant_id"], row["round"]): row for row in ended(address, code, tmp_path)}
    assert [rows[k, "1"]["message"] for k in "123"] == ["1.0", "", ""]
    assert [rows[k, "2"]["message"] for k in "123"] == ["", "", ""]
    assert [rows[k, r]["points"] for r in "12" for k in "123"] == [""] * 6
    assert all(rows[k, "3"]["points"] for k in "123")
    assert [rows[k, "3"]["after_return"] for k in "123"] == ["0", "0", "1"]
    assert {rows[k, "3"]["ending"] for k in "123"} == {"complete"}
    record = csv.DictReader(exports_of(address, code).table("demand", "record").splitlines())
    void = [(row["round_number"], row["value"].rpartition(" ")[2]) for row in record if row["event"] == "void"]
    assert void == [("1", "3"), ("2", "3")]


def test_who_withdraws_is_paid_and_the_computer_decides(lab, address, tmp_path):
    code, (stays, goes) = pair(address, "computer")
    assert "Yes, leave the study" in goes.html
    assert "Your data are deleted as soon as you are paid" in goes.html
    stays.go(stays.at, message="4")
    goes.go(goes.at, withdraw="1")
    assert goes.page == "Receipt"
    assert "You have left the study" in goes.html
    assert "Yes, leave the study" not in goes.html
    to_the_end([stays])
    rows = {(row["participant_id"], row["round"]): row for row in ended(address, code, tmp_path)}
    assert {rows["2", k]["decided_by"] for k in "12"} == {"computer"}
    assert rows["1", "1"]["ending"] == "complete"
    assert rows["2", "1"]["ending"] == "withdrew"
    assert Decimal(rows["2", "1"]["total_payment"]) == 2


@pytest.mark.parametrize("policy", ["computer", "void", "end"])
def test_a_round_for_which_one_has_decided_is_paid_to_who_leaves_before_its_end(address, tmp_path, policy):
    """And to who stays, as the only one that is left where no computer plays on."""
    code, (stays, goes) = pair(address, policy)
    older = goes.at
    goes.go(goes.at, message="4")
    assert goes.page == "WaitForGroup"
    goes.go(older, withdraw="1")  # in another tab, or where time was over
    assert "You have left the study" in goes.html
    assert "Round 1 is not over" in goes.html
    assert "You did not play" not in goes.html
    assert "You have not played round 2, and it brings no points." in goes.html
    stays.go(stays.at)
    assert stays.page == "Decide"
    to_the_end([stays])
    goes.go(goes.at)
    assert "is not over" not in goes.html
    rows = {(row["participant_id"], row["round"]): row for row in ended(address, code, tmp_path)}
    alone = policy == "computer"
    assert [rows["2", k]["decided_by"] for k in "12"] == ["participant", "computer" if alone else ""]
    second = {(rows[k, "2"]["points"] != "", rows[k, "2"]["void"] == "1") for k in "12"}
    assert second == {(alone, policy == "void")}
    for number, person in (("1", stays), ("2", goes))[alone:]:
        row = rows[number, "1"]
        first = Decimal(row["points"]) * Decimal(row["exchange_rate"])
        fee = 3 if number == "1" and policy == "end" else 2
        assert Decimal(row["part_earnings"]) == first != 0
        assert Decimal(row["total_payment"]) == round(fee + first, 2)
        assert f'data-name="total" data-value="{row["total_payment"]}"' in person.html
    assert (rows["1", "1"]["ending"], rows["2", "1"]["ending"]) == (
        "partner_left" if policy == "end" else "complete", "withdrew",
    )  # fmt: skip


def test_no_round_is_under_way_once_nobody_is_left_to_play_it(address, tmp_path):
    """Where all of a silo end, a round that can be played is played first; where the computer decides for all who have
    left, it plays."""
    code, _ = create_session(address, "silos_study", 4, **LIMITS, pay="one", matching="partner")
    people = at_their_first_decision(address, code, 4)
    table = csv.DictReader(exports_of(address, code).table("demand").splitlines())
    firsts = {row["group"]: int(row["participant_id"]) - 1 for row in table if row["round"] == "1"}.values()
    for k in firsts:  # one of each group
        people[k].go(people[k].at, message="4")
    goes, stays = (person for k, person in enumerate(people) if k not in firsts)
    goes.go(goes.at, withdraw="1")
    to_the_end([stays], message="5")  # the own round, and no further one
    rows = [row for row in ended(address, code, tmp_path) if row["round"] == "1"]
    assert sorted((row["message"], row["points"] != "", row["void"]) for row in rows) == [
        ("", False, "1"), ("4.0", False, "1"), ("4.0", True, ""), ("5.0", True, ""),
    ]  # fmt: skip
    assert sorted(row["ending"] for row in rows) == [*["partner_left"] * 3, "withdrew"]
    code, both = pair(address, "computer")
    both[0].go(both[0].at, message="4")
    for person in both:
        person.go(person.at, withdraw="1")
    for person in (*both, *people):
        assert "is not over" not in person.go(person.at)
    rows = [row for row in ended(address, code, tmp_path) if row["round"] == "1"]
    assert [(row["decided_by"], row["points"] != "") for row in rows] == [("participant", True), ("computer", True)]


def test_whoever_is_needed_on_the_way_to_a_round_that_has_begun_plays_until_then(address, tmp_path):
    """Strangers, whose groups are a round apart: somebody has decided for round 2, whose partner is in round 1."""
    code, _ = create_session(address, "silos_study", 4, **LIMITS, pay="one", matching="stranger")
    people = at_their_first_decision(address, code, 4)
    partners = {}
    for row in csv.DictReader(exports_of(address, code).table("demand").splitlines()):
        partners.setdefault((row["round"], row["group"]), []).append(people[int(row["participant_id"]) - 1])

    def partner(turn, person):
        (group,) = (group for (number, _), group in partners.items() if number == turn and person in group)
        return next(other for other in group if other is not person)

    first = people[0]
    leaves, second = partner("1", first), partner("2", first)
    behind = partner("1", second)
    for person in (first, leaves):
        person.go(person.at, message="4")
    for person in (first, leaves):
        wait_for(person, "Feedback")
        person.go(person.at, go="on")
    first.go(first.at, message="4")
    leaves.go(leaves.at, withdraw="1")
    to_the_end([first, second, behind], message="5")
    rows = ended(address, code, tmp_path)
    assert [row["points"] != "" for row in rows if row["round"] == "1"] == [True] * 4
    assert sorted((row["points"] != "", row["void"]) for row in rows if row["round"] == "2") == [
        (False, ""), (False, ""), (True, ""), (True, ""),
    ]  # fmt: skip
    endings = [row["ending"] for row in rows if row["round"] == "1"]
    at = {id(person): number for number, person in enumerate(people)}
    assert [endings[at[id(person)]] for person in (leaves, behind)] == ["withdrew", "partner_left"]
    assert all("is not over" not in person.go(person.at) for person in people)


@pytest.mark.parametrize(
    ("last", "is_last", "ended"), [(1, False, [7]), (2, False, []), (1, True, []), (None, False, [])]
)
def test_who_goes_on_for_a_round_alone_ends_with_it_also_if_it_becomes_void(monkeypatch, last, is_last, ended):
    """As when who had decided there is deleted in the meantime."""
    found = []
    monkeypatch.setattr(dropouts, "finish", lambda person, outcome: found.append(person.id_in_session))
    monkeypatch.setattr(models, "note", lambda *event, **place: None)
    monkeypatch.setattr(models, "ends_early", lambda person: False)
    person = SimpleNamespace(id_in_session=7, _vars={} if last is None else {dropouts.LAST: last})
    player = SimpleNamespace(participant=person, round_number=1, ends_session=lambda: is_last)
    models.EngineGroup.stay_void(SimpleNamespace(
        field_maybe_none=lambda name: None, get_players=lambda: [player], session=SimpleNamespace(id=1),
        get_folder_name=lambda: "demand", round_number=1,
    ))  # fmt: skip
    assert found == ended


def test_a_round_that_all_have_decided_is_played_though_the_last_of_them_leaves_at_once(address, tmp_path):
    """Scripts, which do not load the page after the decision: nobody has ever waited for the result."""
    code, (first, last) = pair(address, "void", pay="one")
    pages = [person.send(person.at, message=message) for person, message in ((first, "4"), (last, "5"))]
    for person, page in zip((first, last), pages, strict=True):
        person.go(page, withdraw="1")
    rows = {(row["participant_id"], row["round"]): row for row in ended(address, code, tmp_path)}
    for number, person in (("1", first), ("2", last)):
        paid = rows[number, "1"]
        assert (paid["own_draw"], paid["is_paid_round"], rows[number, "2"]["is_paid_round"]) == ("1", "1", "0")
        earned = Decimal(paid["points"]) * Decimal(paid["exchange_rate"])
        assert Decimal(paid["total_payment"]) == round(2 + earned, 2) != 2
        assert f'data-name="total" data-value="{paid["total_payment"]}"' in person.html


def test_who_leaves_before_a_group_is_formed_ends_it_for_nobody(address):
    code, _ = create_session(address, "asking_study", 4, **LIMITS, seconds_consent=10)
    goes, silent, *others = (Person() for _ in range(4))
    for person in (goes, silent):
        person.go(link_of(address, code))
    goes.go(goes.at, consent="True")
    assert goes.page == "Attention"
    time.sleep(19)  # its clock, and the grace period
    for person in others:
        person.go(link_of(address, code))
        person.go(person.at, consent="True")
        person.go(person.at, attention_1="sometimes")
        assert person.page == "Arrival" or person is others[1]  # the first is in no group with who has left
    others[0].go(others[0].at)
    assert [person.page for person in others] == ["Instructions", "Instructions"]
    silent.go(silent.at)
    assert silent.page == "Receipt"
    assert 'data-value="0.4' in silent.html  # let the time of the consent pass: paid as stated


@pytest.mark.parametrize("how", ["withdraws", "fails"])
def test_who_has_ended_comes_to_no_further_page(address, how):
    leave = {"quiz": True, "quiz_attempts": 1, "quiz_failure": "continue" if how == "withdraws" else "leave"}
    code, _ = create_session(address, "end_study", 2, **{**LIMITS, **leave})
    stays, goes = Person(), Person()
    for person in (stays, goes):
        person.go(link_of(address, code))
        person.go(person.at, consent="True")
    stays.go(stays.at)
    goes.go(goes.at, go="on")
    assert (stays.page, goes.page) == ("Instructions", "Quiz")
    assert "Yes, leave the study" in goes.html
    goes.go(goes.at, **of_quiz(goes.html))  # wrong
    goes.go(goes.at, **({"withdraw": "1"} if how == "withdraws" else {"go": "on"}))
    stays.go(stays.at)
    assert (stays.page, goes.page) == ("Receipt", "Receipt" if how == "withdraws" else "QuizLeft")
    assert "Somebody of your group has left" in stays.html


@pytest.mark.parametrize("policy", ["end", "void"])
def test_what_is_sent_after_the_end_of_a_round_decides_nothing(address, tmp_path, policy):
    code, (stays, goes) = pair(address, policy)
    if policy == "void":
        goes.go(goes.at, withdraw="1")
    else:
        goes.go(f"{address}/p/{goes.code()}/welcome/Consent/2", consent="False")  # open in another tab all the time
    assert goes.page == "Receipt"
    stays.go(stays.at, message="4")  # of a page that was open when the other one left
    if policy == "void":
        to_the_end([stays])
    assert stays.page == "Receipt"
    rows = [row for row in ended(address, code, tmp_path) if row["participant_id"] == "1"]
    assert [row["message"] for row in rows] == ["", ""]
    record = csv.DictReader(exports_of(address, code).table("demand", "record").splitlines())
    assert [row["value"] for row in record if row["event"] == "refused"] == ["4.0"]


def test_who_has_seen_the_last_result_has_played_to_the_end(address, tmp_path):
    code, people = pair(address, "end")
    for _round in range(LIMITS["rounds"]):
        for fields in ({"message": "4"}, {"go": "on"}):
            for person in people:
                person.go(person.at)
            for person in people:
                person.go(person.at, **fields)
    assert {person.page for person in people} == {"Questionnaire1"}  # and both leave here
    rows = ended(address, code, tmp_path)
    assert {row["ending"] for row in rows} == {"complete"}
    assert all(row["total_payment"] for row in rows)
