"""Places that nobody took are no participants, no units, not missing; who was left alone has not left: by hand."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import independent_units, read_exports
from analysis.audit import audit
from analysis.flow import flow
from analysis.inference.units import add_units
from analysis.loading.places import came, seated, taken
from analysis.registration.exclusions import counted
from analysis.report.comparisons import ARM
from analysis.report.further.attrition import LEFT, LOST, planned_rows
from tests.analysis import simulate

DECIDED = ("message", "decided_at", "seconds_taken", "points_units", "points", "decided_by", "total_payment")
ENDED = {1: "complete", 2: "complete", 3: "dropped_out", 4: "complete", 5: "waited_too_long", 6: "dropped_out"}
"""By participant; 1 and 2, 3 and 4, … are pairs, each a silo. 3 leaves after the first round, which leaves 4 without
rounds that count; 5 and 6 never got a group, 7 and 8 never came."""


@pytest.fixture
def exports(tmp_path):
    rows = simulate.session(simulate.treatment("chen_serial", participants=8, rounds=3, matching="partner"))
    pairs = {row["participant_id"]: min(row["participant_id"], row["partners"]) for row in rows}
    numbers = {pair: k for k, pair in enumerate(sorted(set(pairs.values())), 1)}
    for row in rows:
        first = pairs[row["participant_id"]]
        silo = numbers[first]
        person = 2 * silo - (row["participant_id"] == first)
        row |= {"silo": str(silo), "place": str(person), "study": "online", "ending": ENDED.get(person, "")}
        if person > 4 or (person > 2 and row["round"] != "1"):
            row |= dict.fromkeys(DECIDED, "")
    found = read_exports(simulate.write(tmp_path / "demand_custom.csv", rows))
    return found, found.decisions["place"].astype(int)


def test_by_hand(exports):
    found, person = exports
    rows = found.decisions
    assert set(person[rows["seated"]]) == {1, 2, 3, 4}
    assert set(person[rows["in_analysis"]]) == {1, 2, 3, 4}
    assert set(person[rows["dropout"] & rows["seated"]]) == {3}
    assert set(person[came(rows)]) == {1, 2, 3, 4, 5, 6}
    assert independent_units(rows).table["participants"].tolist() == [2, 2]
    assert len(add_units(rows)) == len(taken(rows)) == 12
    steps = flow(found).steps.set_index("step")[["participants", "decisions"]]
    assert steps.loc["recruited"].tolist() == [6, 18]
    assert steps.loc["waited too long for a group"].tolist() == [1, 3]
    assert steps.loc["left without a word"].tolist() == [1, 5]
    assert steps.loc["not decided"].tolist() == [0, 2]
    assert steps.loc["analysed"].tolist() == [4, 8]


def test_who_waits_in_a_silo_that_is_formed_has_a_place(exports):
    """The table of people knows it before anybody has decided."""
    found, person = exports
    rows = found.decisions
    people = rows[person == 7].assign(silo=4)[["session_code", "participant_code", "silo"]].drop_duplicates()
    assert set(person[seated(rows, people)]) == {1, 2, 3, 4, 7, 8}


def test_what_is_missing_and_who_left(exports):
    found, _ = exports
    rows = found.decisions
    named = rows.loc[rows["in_analysis"], ["session_code", "treatment", "identity"]].assign(**{ARM: "one"})
    planned = planned_rows(SimpleNamespace(exports=found, predicted=named, units=independent_units(rows)))
    assert (len(planned), planned[LOST].sum()) == (12, 4)
    assert planned.groupby("participant_id")[LEFT].max().sum() == 1
    rule = pd.Series({name: counted(found, name).astype(bool).sum() for name in ("left", "affected_group")})
    assert rule.tolist() == [1, 2]
    verdict = audit(rows).verdict
    assert "4 not decided" in verdict


@pytest.mark.parametrize(
    ("ending", "message", "known", "taken_by_both"),
    [
        ("", None, False, False),
        ("waited_too_long", None, False, False),
        ("dropped_out", None, False, False),
        ("", 3.0, False, True),
        ("complete", None, False, True),
        ("partner_left", None, False, True),
        ("", None, True, True),
    ],
)
def test_one_sign_of_one_member_is_enough_for_a_silo(ending, message, known, taken_by_both):
    """Of the silo alone: the other one has left no trace, and the next silo was not formed."""
    rows = pd.DataFrame(
        {"session_code": "s1", "order": "1", "silo": [1, 1, 2], "participant_code": ["a", "b", "c"],
         "message": [message, None, None], "ending": [ending, "", ""]}
    )  # fmt: skip
    people = rows[rows["participant_code"] == ("a" if known else "nobody")]
    for own in (people,) if known else (people, None):
        assert seated(rows, own).tolist() == [taken_by_both, taken_by_both, False]
