"""Which participants the monitor calls the experimenter to."""

from dataclasses import replace

import pytest
from engine.admin.monitor import LATE_SECONDS, is_finished, notes, problems, state
from engine.admin.situation import Person, Situation

DECIDES = Person(
    key=11, number=1, code="abcd", label="lab01", visited=True, app="demand", page="Decide", round=2, index=9,
    last_index=30, waits=False, for_all=False, connected=False, since=40, seat="", part=1, part_round=2, practice=False,
    group=(1, 2, 3), declined=False, earnings=None, order=(1,),
)  # fmt: skip
WAITS = replace(DECIDES, key=12, number=2, label="", page="WaitForGroup", index=10, waits=True, connected=True)
QUIZ = {"attempts": 0, "failed": False}


def looked_at(person, awaits=(), others=(), attempts=0, awaited=0, at_home=False):
    alarms = problems(person, list(awaits), list(others), {**QUIZ, "attempts": attempts}, at_home)
    return state(person, alarms, awaited), " ".join(words for words, _ in alarms)


@pytest.mark.parametrize(
    ("person", "circumstances", "expected", "words"),
    [
        (DECIDES, {}, "active", ""),
        (DECIDES, {"awaited": 2}, "awaited", ""),
        (DECIDES, {"awaited": 2, "others": [10, 15, 20]}, "slow", "slow: 40 s, the others needed 15 s"),
        (DECIDES, {"others": [10, 15]}, "active", ""),
        (DECIDES, {"others": [10, 25, 30]}, "active", ""),
        (replace(DECIDES, since=300), {}, "slow", "5 min"),
        (WAITS, {"awaits": [DECIDES]}, "waiting", ""),
        (WAITS, {}, "needs help", "reload"),
        (replace(WAITS, since=LATE_SECONDS - 1), {}, "waiting", ""),
        (replace(WAITS, connected=False), {"awaits": [DECIDES]}, "needs help", "no connection"),
        (replace(WAITS, connected=False, since=LATE_SECONDS - 1), {"awaits": [DECIDES]}, "waiting", ""),
        (replace(DECIDES, page="Declined"), {}, "needs help", "declined"),
        (replace(DECIDES, page="QuizLeft"), {}, "needs help", "must leave"),
        (replace(DECIDES, page="Declined"), {"at_home": True}, "active", ""),
        (replace(DECIDES, page="QuizLeft"), {"at_home": True}, "active", ""),
        (replace(DECIDES, page="Arrival", since=900), {"at_home": True}, "waiting", ""),
        (replace(DECIDES, since=300), {"at_home": True}, "slow", "5 min"),
        (replace(DECIDES, page="Quiz"), {"attempts": 2}, "needs help", "2 attempts"),
        (replace(DECIDES, page="Quiz"), {"attempts": 1}, "active", ""),
        (replace(DECIDES, visited=False, page=""), {"awaited": 3}, "not arrived", ""),
        (replace(DECIDES, page="Receipt", since=900), {}, "finished", ""),
        (replace(DECIDES, page="Receipt", declined=True), {}, "left", ""),
    ],
)
def test_whom_the_monitor_calls_the_experimenter_to(person, circumstances, expected, words):
    found, said = looked_at(person, **circumstances)
    assert found == expected
    assert words in said
    assert bool(words) == bool(said)


def test_notes_call_nobody():
    assert notes(DECIDES, QUIZ, 0) == []
    assert notes(DECIDES, {"attempts": 3, "failed": True}, 2) == [
        "failed the quiz",
        "3 quiz attempts",
        "2 × not decided by the person",
    ]
    assert notes(replace(DECIDES, returned=True), QUIZ, 0) == ["was away, and came back"]
    assert notes(replace(DECIDES, returned=True, seat="absent"), QUIZ, 0) == ["gone: passed over"]
    assert notes(replace(DECIDES, declined=True, taken_out=True), QUIZ, 0) == ["taken out by the experimenter"]
    assert not is_finished(DECIDES)


def test_those_who_are_awaited_are_behind_and_take_part():
    third = replace(DECIDES, key=13, number=3, label="lab03")
    other = replace(DECIDES, key=14, number=4, label="lab04", group=(4, 5, 6))
    people = (DECIDES, WAITS, third, other)
    situation = Situation(None, "demand", people)
    assert [person.name for person in situation.awaited_by(WAITS)] == ["lab01", "lab03"]
    assert [person.name for person in situation.awaited_by(replace(WAITS, for_all=True))] == ["lab01", "lab03", "lab04"]
    assert situation.awaited_by(DECIDES) == []
    gone = Situation(None, "demand", (DECIDES, WAITS, replace(third, declined=True), other))
    assert [person.name for person in gone.awaited_by(WAITS)] == ["lab01"]
