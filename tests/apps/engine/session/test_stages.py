"""Requests in stages on a real server: who is served, what each page tells, and who holds up nobody."""

import re

import pytest
from engine.session.stages import requests_of

from mechanisms.session.draws import draw_session
from mechanisms.session.in_stages import standing
from mechanisms.treatments import load_treatment
from tests.apps.people import People, assert_sound, go_to_the_end, rows_without
from tests.lab import Lab, visit
from tests.shared import mostly_thorough

NAME, APP = "production_staged", "staged"
MOST = {"message": "8"}
ANSWERS = {"Consent": {"consent": "True"}, "Decide": {"message": "3"}, "StageDecide2": MOST, "StageDecide3": MOST}
SECONDS = 8
TOY = {"participants": 3, "matching": "partner", "practice_rounds": 0}


def test_requests_are_read_from_their_text():
    class Player:
        def field_maybe_none(self, name):
            return {"requests": "3.0;4.5"}[name]

    assert requests_of(Player()) == [3.0, 4.5]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("stages")).server() as address:
        yield address


def positions(rounds):
    """For each round the participant, from 1, by position."""
    draws = draw_session(load_treatment(f"treatments/{NAME}.toml").with_protocol(**TOY, rounds=rounds), 3)
    return [[person + 1 for person in groups[0].tolist()] for groups in draws.groups]


def tagged(html, name):
    return {int(k): float(v) for k, v in re.findall(rf'data-name="{name}-(\d)" data-value="([^"]*)"', html)}


def numbers(html):
    """All numbers in the text of a page and in its attributes, but for addresses."""
    return set(re.findall(r"(?<![\w.#/-])\d+(?:\.\d+)?(?![\w/-])", re.sub(r"https?://\S+", "", html)))


def test_each_page_shows_what_is_public_and_nothing_else(address, tmp_path):
    people = People(address, NAME, 3, rounds=1, matching="partner")
    people.start(1, 2, 3)
    [[a, b, c]] = positions(1)
    before = numbers(people.html[c])
    people.send(a, message="5")
    people.send(b, message="4")
    assert [people.page(k) for k in (a, b, c)] == ["WaitForStage2", "WaitForStage2", "Decide"]
    assert numbers(people.html[c]) == before  # the own page is as it was
    assert all(tagged(people.html[k], "served") == {} for k in (a, b, c))
    people.send(c, message="4")  # b and c tie, and b comes first
    assert [people.page(k) for k in (a, b, c)] == ["StageDecide2", "WaitForGroup", "StageDecide2"]
    assert all(tagged(people.html[k], "served") == {2: 4.0} for k in (a, b, c))
    assert 'data-name="asked' not in "".join(people.html.values())
    people.send(c, message="3")  # less than was served last
    assert people.page(c) == "StageDecide2"
    people.send(b, message="8")  # who was served can send nothing more
    people.send(a, message="6")
    assert [people.page(k) for k in (a, b, c)] == ["WaitForStage3", "WaitForGroup", "StageDecide2"]
    assert tagged(people.html[b], "served") == {2: 4.0}
    people.send(c, message="6")
    assert [people.page(k) for k in (a, b, c)] == ["WaitForGroup", "WaitForGroup", "StageDecide3"]
    assert all(tagged(people.html[k], "served") == {2: 4.0, 1: 6.0} for k in (a, b, c))
    people.send(c, message="7")
    assert {people.page(k) for k in (a, b, c)} == {"Feedback"}
    go_to_the_end(people, (1, 2, 3), ANSWERS)
    rows = {int(row["position"]): row for row in people.rows(APP)}
    assert [rows[i]["requests"] for i in (1, 2, 3)] == ["5.0;6.0", "4.0", "4.0;6.0;7.0"]
    assert [rows[i]["stage"] for i in (1, 2, 3)] == ["2", "1", "3"]
    assert [float(rows[i]["message"]) for i in (1, 2, 3)] == [6, 4, 7]
    served = standing([[5, 6], [4], [4, 6, 7]], (0, 1, 2), 0).served
    assert served == ((1, 4), (0, 6), (2, 7))
    treatment = load_treatment(f"treatments/{NAME}.toml")
    play = treatment.play([float(rows[i]["type"]) for i in (1, 2, 3)], [6, 4, 7])
    assert [int(rows[i]["points_units"]) for i in (1, 2, 3)] == play.points.tolist()
    assert_sound(people, APP, tmp_path)


@pytest.mark.parametrize("stage", mostly_thorough([1, 2], 2))
def test_who_leaves_before_or_after_being_served_holds_up_nobody(address, tmp_path, stage):
    people = People(address, NAME, 3, rounds=3, matching="partner", seconds=SECONDS, seconds_result=SECONDS)
    people.start(1, 2, 3)
    leaver = positions(3)[0][0]
    if stage == 2:
        people.send(leaver, message="0")  # served at once, and then closes the browser
    go_to_the_end(people, {1, 2, 3} - {leaver}, ANSWERS)
    rows = [row for row in people.rows(APP) if int(row["participant_id"]) == leaver]
    causes = {cause for row in rows for cause in row["requests_by"].split(";")}
    assert causes <= {"participant", "clock", "absent"}
    assert rows[-1]["requests_by"].endswith("absent")
    people.open(leaver)
    go_to_the_end(people, (leaver,), ANSWERS)
    assert_sound(people, APP, tmp_path)


@pytest.mark.parametrize("computer", mostly_thorough(["random", "last"], "last"))
def test_without_clocks_the_computer_takes_the_seat_and_requests_in_each_stage(address, tmp_path, computer):
    people = People(address, NAME, 3, rounds=3, matching="partner", computer=computer)
    people.start(1, 2, 3)
    taken = positions(3)[0][1]
    people.send(taken, message="3")
    people.admin(taken, seat="computer")
    go_to_the_end(people, {1, 2, 3} - {taken}, ANSWERS)
    rows = [row for row in people.rows(APP) if int(row["participant_id"]) == taken]
    assert {row["requests_by"].split(";")[-1] for row in rows[1:]} == {"computer"}
    assert all(row["points"] for row in people.rows(APP))
    assert_sound(people, APP, tmp_path)


@pytest.mark.parametrize("rule", mostly_thorough(["computer", "void"], "void"))
def test_somebody_who_declines_is_waited_for_by_nobody(address, tmp_path, rule):
    people = People(address, NAME, 3, rounds=2, matching="partner", partner_left=rule, seconds_consent=SECONDS)
    declines = positions(2)[0][0]
    rows = rows_without(people, declines, APP, ANSWERS, tmp_path)
    assert {bool(row["points"]) for row in rows} == {rule == "computer"}


def test_the_monitor_says_for_whom_one_waits(address):
    people = People(address, NAME, 3, rounds=1, matching="partner")
    people.start(1, 2, 3)
    [[a, b, c]] = positions(1)
    people.send(a, message="2")
    people.send(b, message="5")
    people.page(a), people.page(b)
    awaits = awaited(address, people)
    assert awaits == {a: {f"P{c}"}, b: {f"P{c}"}, c: set()}
    people.send(c, message="4")
    for k in (a, b, c):
        people.page(k)
    assert awaited(address, people) == {a: {f"P{b}", f"P{c}"}, b: set(), c: set()}


def awaited(address, people):
    report = visit(f"{address}/AdminReport/{people.code}")[1]
    rows = re.findall(r'<tr data-person="(\d)".*?<td data-awaits>(.*?)</td>', report, re.S)
    return {int(number): set(names.split(", ")) if names else set() for number, names in rows}
