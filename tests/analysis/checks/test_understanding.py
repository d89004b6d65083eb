"""Scores of understanding that were not asked for, that no answers give, or answers that the game judges otherwise."""

import pandas as pd
import pytest

import examples.rows
from analysis.audit import audit, listed
from analysis.checks.findings import IMPOSSIBLE, MISMATCH
from mechanisms.descriptions import right_answers
from mechanisms.treatments import Treatment
from tests.analysis import simulate
from tests.analysis.planted import found

BEFORE, AFTER = "understanding_before", "understanding_after"
UNKNOWN = ("others_reports", "price", "which_again")
"""Nobody knows these in these tests; half of all answers are right."""


@pytest.fixture
def asked(load, monkeypatch):
    """A session in which everybody was asked after play, half of the answers right, and its answers."""
    base = simulate.treatment("park_vcg", rounds=3, practice_rounds=0)
    t = Treatment.from_definition({**base.definition, "understanding": {"before": False}})
    rows = simulate.session(t)
    for row in rows:
        row |= {BEFORE: "", AFTER: "0.5" if row["round"] == "3" else "", "ending": ""}
    monkeypatch.setattr(examples.rows, "HEADER", [*examples.rows.HEADER, BEFORE, AFTER, "ending"])
    asked = {
        row["participant_id"]: right_answers(t, int(row["position"]) - 1, float(row["type"]))
        for row in rows
        if row[AFTER]
    }
    assert all(len(right) == 2 * len(UNKNOWN) for right in asked.values())
    quiz = pd.DataFrame([
        {
            "session_code": rows[0]["session_code"], "participant_id": int(person), "part": 1,
            "question": f"after_{name}", "answer": "unknown" if name in UNKNOWN else answer,
            "correct": name not in UNKNOWN,
        }
        for person, right in asked.items()
        for name, answer in right.items()
    ])  # fmt: skip
    return rows, quiz, lambda quiz=quiz: audit(load(rows), quiz=quiz)


def test_sound_scores(asked):
    result = asked[2]()
    assert result.ok, listed(result)


@pytest.mark.parametrize(
    ("column", "number", "value", "kind"),
    [
        (BEFORE, "1", "0.5", IMPOSSIBLE),  # not asked
        (AFTER, "2", "0.5", IMPOSSIBLE),  # not the last round
        (AFTER, "3", "1.5", IMPOSSIBLE),
        (AFTER, "3", "0.75", MISMATCH),
    ],
)
def test_scores_that_cannot_be(asked, column, number, value, kind):
    rows, _, audited = asked
    row = next(row for row in rows if row["round"] == number and row["participant_id"] == "2")
    row[column] = value
    assert (kind, column, int(number), 2) in found(audited())


def test_an_answer_that_is_judged_wrongly(asked):
    """It is seen by itself: the score is that of the answers."""
    _, quiz, audited = asked
    quiz.loc[of(quiz, "after_price"), "correct"] = True
    assert found(audited()) == {(MISMATCH, "after_price", 3, 4)}


@pytest.mark.parametrize("name", ["gain", "which", "which_again"])
def test_another_answer_than_was_given(asked, name):
    """Of every kind of question: the judgement of the answer and the score do not fit any more."""
    _, quiz, audited = asked
    here = of(quiz, f"after_{name}")
    [given] = quiz.loc[here, "answer"]
    others = {"gain": {"yes", "no"}, "which": {"first", "second"}, "which_again": {"same"}}[name] - {given}
    quiz.loc[here, "answer"] = others.pop()
    assert found(audited()) == {(MISMATCH, f"after_{name}", 3, 4), (MISMATCH, AFTER, 3, 4)}


def test_an_answer_that_cannot_be_chosen(asked):
    _, quiz, audited = asked
    quiz.loc[of(quiz, "after_which"), ["answer", "correct"]] = "yes", False
    assert (IMPOSSIBLE, "after_which", 3, 4) in found(audited())


def test_rows_that_are_missing_doubled_or_renamed(asked):
    rows, everything, audited = asked

    def found_in(changed):
        return found(audited(changed))

    two = of(everything, "after_gain") | of(everything, "after_price")
    assert found_in(everything[~two]) == {(IMPOSSIBLE, f"after_{name}", 3, 4) for name in ("gain", "price")}
    doubled = pd.concat([everything, everything[of(everything, "after_gain")]])
    assert found_in(doubled) == {(IMPOSSIBLE, "after_gain", 3, 4)}
    renamed = everything.assign(question=everything["question"].mask(of(everything, "after_gain"), "after_nonsense"))
    assert found_in(renamed) == {(IMPOSSIBLE, f"after_{name}", 3, 4) for name in ("gain", "nonsense")}
    before = everything.assign(question=everything["question"].mask(of(everything, "after_gain"), "before_gain"))
    assert found_in(before) == {(IMPOSSIBLE, "after_gain", 3, 4), (IMPOSSIBLE, "before_gain", 1, 4)}
    unknown = everything.assign(participant_id=everything["participant_id"].replace(4, 99))
    names = set(everything["question"].str.removeprefix("after_"))
    assert found_in(unknown) == {
        (IMPOSSIBLE, "participant_id", 0, 0),
        *((IMPOSSIBLE, f"after_{n}", 3, 4) for n in names),
    }
    for row in rows:  # no score either: whoever has reached the end was asked
        if row["participant_id"] == "4":
            row |= {AFTER: "", "ending": "complete"}
    assert {(IMPOSSIBLE, f"after_{n}", 3, 4) for n in names} <= found_in(everything[everything["participant_id"] != 4])


def test_a_blank_score_beside_answers_and_a_score_beside_none(asked):
    rows, quiz, audited = asked
    row = next(row for row in rows if row[AFTER] and row["participant_id"] == "4")
    row[AFTER] = ""
    assert found(audited()) == {(MISMATCH, AFTER, 3, 4)}
    quiz.loc[quiz["participant_id"] == 4, ["answer", "correct"]] = "", False  # time ran out
    assert audited().ok
    quiz["correct"] = quiz["correct"].astype("boolean")
    quiz.loc[quiz["participant_id"] == 4, "correct"] = pd.NA  # nobody was there: neither right nor wrong
    assert audited().ok
    quiz.loc[of(quiz, "after_gain"), "answer"] = "yes"
    assert (MISMATCH, "after_gain", 3, 4) in found(audited())
    quiz.loc[of(quiz, "after_gain"), "answer"] = ""
    row[AFTER] = "0"
    assert found(audited()) == {(MISMATCH, AFTER, 3, 4)}


def test_it_is_said_where_nothing_could_be_checked(asked, load):
    rows, quiz, audited = asked
    assert not any("not checked" in note for note in audited().notes)
    said = f"session {rows[0]['session_code']}: questions of understanding are not checked"
    for without in (None, quiz[:0]):
        assert any(note.startswith(said) for note in audit(load(rows), quiz=without).notes)


def of(quiz, question):
    """The answer of participant 4."""
    return (quiz["participant_id"] == 4) & (quiz["question"] == question)
