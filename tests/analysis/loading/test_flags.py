"""Who is in the analysis, on tables of a few rows; tests/analysis/test_flow.py counts the same in whole exports."""

import pandas as pd
import pytest

from analysis.loading.flags import DELETED_AT_REQUEST, also_excluded, analysed, dropouts, flagged


def rows(people="a", rounds=3, **columns):
    """A row a round for each person of one session, all in one group, who decided in time."""
    count = len(people) * rounds
    table = pd.DataFrame(
        {
            "session_code": "s1", "participant_code": [p for p in people for _ in range(rounds)], "part": 1,
            "practice": False, "round_number": list(range(1, rounds + 1)) * len(people), "group": 1, "message": 3.0,
            "timed_out": False, "decided_by": "participant", "ending": "", "silo": None, "is_demo": None,
            "quiz_failed": None, "order": "1",
        }
    )  # fmt: skip
    for name, values in columns.items():
        table[name] = values if isinstance(values, list) and len(values) == count else [values] * count
    return table


def blank_as_none(flags):
    return flags.astype(object).where(flags.notna(), None).tolist()


CLOCK, OWN = "clock", "participant"


@pytest.mark.parametrize(
    ("columns", "left"),
    [
        ({}, False),
        ({"ending": "withdrew"}, True),  # although everything was decided
        ({"ending": "dropped_out"}, True),
        ({"ending": "complete"}, False),
        ({"message": [3.0, 3.0, None]}, True),
        ({"message": [3.0, None, None], "ending": "partner_left"}, False),  # what somebody else left unplayed
        ({"message": [3.0, None, None], "ending": "complete"}, False),
        ({"message": [None, None, None], "ending": "deleted"}, False),
        ({"decided_by": [OWN, OWN, CLOCK], "timed_out": [False, False, True]}, False),
        ({"decided_by": [OWN, CLOCK, CLOCK], "timed_out": [False, True, True]}, True),
        ({"decided_by": [CLOCK, CLOCK, OWN], "timed_out": [True, True, False]}, False),  # came back
    ],
)
def test_who_has_left(columns, left):
    assert set(dropouts(rows(**columns))) == {left}


def test_the_order_of_the_rows_does_not_matter():
    table = rows("ab", decided_by=[OWN, CLOCK, CLOCK, CLOCK, CLOCK, OWN], timed_out=[False] + [True] * 4 + [False])
    mixed = table.sample(frac=1, random_state=3)
    found = dropouts(mixed)
    assert found.index.equals(mixed.index)
    assert found.groupby(mixed["participant_code"]).all().to_dict() == {"a": True, "b": False}


def test_of_a_participant_the_own_reason_holds_and_of_others_that_of_the_session():
    named = pd.DataFrame({"session_code": "s1", "participant_code": ["b", ""], "reason": ["asked", "power cut"]})
    for exclusions in (named, named[::-1]):
        found = flagged(rows("abc", ending=[""] * 6 + ["deleted"] * 3), exclusions=exclusions)
        reasons = found.groupby("participant_code")["excluded_because"].first().to_dict()
        assert reasons == {"a": "power cut", "b": "asked", "c": DELETED_AT_REQUEST}
        assert not found["in_analysis"].any()


@pytest.mark.parametrize(("keep_demo", "kept"), [(False, [False, True, True]), (True, [True, True, True])])
def test_demo_sessions_are_analysed_only_if_asked_for(keep_demo, kept):
    found = flagged(rows("abc", rounds=1, is_demo=[True, False, None]), keep_demo=keep_demo)
    assert found["in_analysis"].tolist() == kept
    assert found["demo_session"].astype(object).where(found["demo_session"].notna(), None).tolist() == [
        True,
        False,
        None,
    ]


def test_practice_is_not_analysed_and_a_failed_quiz_is_counted_only():
    found = flagged(rows(practice=[True, False, False], quiz_failed=[None, True, None]))
    assert found["in_analysis"].tolist() == [False, True, True]
    assert found["quiz_not_passed"].all()


def test_who_did_not_agree_is_known_from_the_table_of_participants():
    people = pd.DataFrame({"session_code": "s1", "participant_code": ["a", "b"], "consent": [True, False]})
    found = flagged(rows("abc", rounds=1), people.assign(demo_session=False))["declined"]
    assert blank_as_none(found) == [False, True, None]


def test_what_a_group_did_with_somebody_excluded_is_blank_and_the_others_stay():
    table = flagged(rows("abcd", rounds=1, group=[1, 1, 2, 2])).assign(nash_played=True, own=1)
    out = pd.MultiIndex.from_tuples([("s1", "b")])
    found = also_excluded(table, out, "pilot")
    assert found["in_analysis"].tolist() == [True, False, True, True]
    assert found["group_excluded"].tolist() == [True, True, False, False]
    assert found["excluded_because"].tolist() == ["", "pilot", "", ""]
    kept = analysed(found)
    assert kept["participant_code"].tolist() == ["a", "c", "d"]
    assert kept["nash_played"].isna().tolist() == [True, False, False]
    assert kept["own"].tolist() == [1, 1, 1]
    assert also_excluded(table, out[:0], "pilot") is table
