"""Reports one after another on a real server: whose turn it is, what each page tells, and who holds up nobody."""

import asyncio
import re
from types import SimpleNamespace

import pytest
from engine.session import turns
from engine.session.turns import sequence_of

from mechanisms.session.draws import draw_session
from mechanisms.treatments import load_treatment
from tests.apps.people import People, assert_sound, go_to_the_end, rows_without
from tests.lab import Lab, visit
from tests.shared import mostly_thorough

NAME, APP = "park_pairwise_sequential", "sequential"
ANSWERS = {"Consent": {"consent": "True"}, "Decide": {"message": "20"}}
SECONDS = 8


def test_the_order_of_a_group_is_read_from_its_text():
    assert sequence_of("2;1;3") == (1, 0, 2)
    assert sequence_of("") is None
    assert sequence_of(None) is None


@pytest.mark.parametrize(
    ("name", "answers"),
    [("park_pairwise", 0), ("production_serial", 0), ("park_pairwise_sequential", 1), ("production_staged", 1)],
)
def test_how_many_have_decided_is_answered_only_where_it_is_public(monkeypatch, name, answers):
    """Whatever number somebody writes by hand into the address of the own websocket."""
    sent = []

    async def send_json(data):
        sent.append(data)

    person = SimpleNamespace(_index_in_pages=3, _max_page_index=5, _session_code="abc")
    members = [SimpleNamespace(field_maybe_none=lambda _field, said=said: said) for said in (20.0, None, None)]
    player = SimpleNamespace(
        treatment=load_treatment(f"treatments/{name}.toml"), group=SimpleNamespace(get_players=lambda: members)
    )
    found = SimpleNamespace(first=lambda: person)
    monkeypatch.setattr(turns, "dbq", lambda _model: SimpleNamespace(filter_by=lambda **_: found))
    monkeypatch.setattr(turns, "get_page_lookup", lambda *_: SimpleNamespace(page_class=turns.TellsReports))
    monkeypatch.setattr(turns, "player_at", lambda *_: player)
    for said in ("0", "1"):
        consumer = SimpleNamespace(websocket=SimpleNamespace(query_params={"said": said}, send_json=send_json))
        asyncio.run(turns.look_for_reports(consumer, 3, 1))
    assert len(sent) == answers


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("turns")).server() as address:
        yield address


def in_turn(rounds, matching="partner"):
    """For each round the participants, from 1, in the order in which their group reports; and their positions."""
    changes = {"participants": 3, "rounds": rounds, "matching": matching, "practice_rounds": 0}
    draws = draw_session(load_treatment(f"treatments/{NAME}.toml").with_protocol(**changes), 3)
    found = []
    for groups, sequences in zip(draws.groups, draws.sequences, strict=True):
        [group], [sequence] = groups.tolist(), sequences.tolist()
        found.append([(group[i] + 1, i + 1) for i in sequence])
    return found


def said(html):
    return {int(k): float(v) for k, v in re.findall(r'data-name="said-(\d)" data-value="([^"]*)"', html)}


def test_each_page_shows_what_is_public_and_nothing_else(address, tmp_path):
    people = People(address, NAME, 3, rounds=2, matching="partner")
    people.start(1, 2, 3)
    for turn in in_turn(2):
        (first, a), (second, b), (third, c) = turn
        assert [people.page(k) for k in (first, second, third)] == ["Decide", "WaitForTurn", "WaitForTurn"]
        assert [said(people.html[k]) for k in (first, second, third)] == [{}, {}, {}]
        people.send(first, message="20")
        assert [people.page(k) for k in (first, second, third)] == ["WaitForGroup", "Decide", "WaitForTurn"]
        assert [said(people.html[k]) for k in (first, second, third)] == [{a: 20.0}] * 3
        people.send(second, message="8")
        assert [people.page(k) for k in (first, second, third)] == ["WaitForGroup", "WaitForGroup", "Decide"]
        assert [said(people.html[k]) for k in (first, second, third)] == [{a: 20.0, b: 8.0}] * 3
        effects = [set(re.findall(r'data-name="effect-(\d)"', people.html[k])) for k in (first, second, third)]
        assert effects == [{str(a), str(b)}] * 3
        people.send(third, message="20")
        assert {people.page(k) for k in (first, second, third)} == {"Feedback"}
        for k in (1, 2, 3):
            people.send(k, go="on")
        assert {c} == {1, 2, 3} - {a, b}
    go_to_the_end(people, (1, 2, 3), ANSWERS)
    rows = people.rows(APP)
    assert [int(row["move"]) for row in rows] == [
        row["sequence"].split(";").index(row["position"]) + 1 for row in rows
    ]  # fmt: skip
    assert_sound(people, APP, tmp_path)


def test_a_report_cannot_be_sent_before_the_turn(address):
    people = People(address, NAME, 3, rounds=1, matching="partner")
    people.start(1, 2, 3)
    [[(first, _), (second, _), _]] = in_turn(1)
    people.send(second, message="20")
    assert people.page(second) == "WaitForTurn"
    assert people.page(first) == "Decide"
    assert said(people.html[first]) == {}


@pytest.mark.parametrize("move", mostly_thorough([0, 1, 2], 1))
def test_who_leaves_before_or_after_the_own_turn_holds_up_nobody(address, tmp_path, move):
    people = People(address, NAME, 3, rounds=3, matching="partner", seconds=SECONDS, seconds_result=SECONDS)
    people.start(1, 2, 3)
    leaver, _ = in_turn(3)[0][move]
    if move == 0:
        people.send(leaver, message="8")  # and then closes the browser
    go_to_the_end(people, {1, 2, 3} - {leaver}, ANSWERS)
    causes = [row["decided_by"] for row in people.rows(APP) if int(row["participant_id"]) == leaver]
    assert set(causes) <= {"participant", "clock", "absent"}
    assert causes[-1] == "absent"
    people.open(leaver)
    go_to_the_end(people, (leaver,), ANSWERS)
    assert_sound(people, APP, tmp_path)


@pytest.mark.parametrize("move", mostly_thorough([0, 2], 2))
def test_without_clocks_the_computer_takes_the_seat_and_reports_in_its_turn(address, tmp_path, move):
    people = People(address, NAME, 3, rounds=2, matching="partner")
    people.start(1, 2, 3)
    taken, _ = in_turn(2)[0][move]
    people.admin(taken, seat="computer")
    go_to_the_end(people, {1, 2, 3} - {taken}, ANSWERS)
    rows = [row for row in people.rows(APP) if int(row["participant_id"]) == taken]
    assert {row["decided_by"] for row in rows} == {"computer"}
    assert all(row["points"] for row in people.rows(APP))
    assert_sound(people, APP, tmp_path)


@pytest.mark.parametrize("rule", mostly_thorough(["computer", "void"], "void"))
def test_somebody_who_declines_is_waited_for_by_nobody(address, tmp_path, rule):
    people = People(address, NAME, 3, rounds=2, matching="partner", partner_left=rule, seconds_consent=SECONDS)
    declines, _ = in_turn(2)[0][0]
    rows = rows_without(people, declines, APP, ANSWERS, tmp_path)
    assert {bool(row["points"]) for row in rows} == {rule == "computer"}


def test_the_monitor_says_for_whom_one_waits(address):
    people = People(address, NAME, 3, rounds=1, matching="partner")
    people.start(1, 2, 3)
    [[(first, _), (second, _), (third, _)]] = in_turn(1)
    report = visit(f"{address}/AdminReport/{people.code}")[1]
    rows = re.findall(r'<tr data-person="(\d)".*?<td data-awaits>(.*?)</td>', report, re.S)
    awaits = {int(number): names.split(", ") if names else [] for number, names in rows}
    assert awaits == {first: [], second: [f"P{first}"], third: [f"P{first}", f"P{second}"]}
    people.send(first, message="8")
    report = visit(f"{address}/AdminReport/{people.code}")[1]
    awaits = dict(re.findall(r'<tr data-person="(\d)".*?<td data-awaits>(.*?)</td>', report, re.S))
    assert awaits[str(third)] == f"P{second}"
