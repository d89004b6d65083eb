"""How an online session goes, counted from its people; what the whole table says is in tests of the entrance."""

from dataclasses import replace

from engine.admin.arrivals import counts
from engine.admin.situation import Person

AGREES = Person(
    key=11, number=1, code="abcd", label="", visited=True, app="welcome", page="Arrival", round=1, index=5,
    last_index=30, waits=False, for_all=False, connected=False, since=4, seat="", part=None, part_round=None,
    practice=False, group=(), declined=False, earnings=None, order=(1,),
)  # fmt: skip
PLAYS = replace(AGREES, app="demand", page="Decide", part=1, part_round=1, silo=1)


def test_each_person_is_counted_where_she_is():
    people = [
        PLAYS,
        replace(PLAYS, seat="absent"),
        replace(PLAYS, returned=True),
        replace(PLAYS, page="Receipt", outcome="complete", returned=True),
        replace(PLAYS, page="Receipt", outcome="dropped_out", seat="idle"),  # is not away any more: it is over
        AGREES,
        replace(AGREES, visited=False, page=""),
    ]
    assert counts(people) == {
        "places": 7, "came": 6, "playing": 3, "away": 1, "back": 2, "ended": "1 complete, 1 dropped out",
    }  # fmt: skip
