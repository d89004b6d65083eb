"""Scores of understanding that were not asked for, that no answers give, or answers that the game judges otherwise."""

import pandas as pd
import pytest

import examples.rows
from analysis.audit import audit, listed
from analysis.checks.findings import IMPOSSIBLE, MISMATCH
from mechanisms.descriptions import incentives
from mechanisms.treatments import Treatment
from tests.analysis import simulate
from tests.analysis.planted import found

BEFORE, AFTER = "understanding_before", "understanding_after"
ANSWERS = {"gain": "no", "own_report": "no", "others_reports": "unknown", "price": "yes"}
"""Everybody's in these tests; the first two are right under VCG."""


@pytest.fixture
def asked(load, monkeypatch):
    """A session in which everybody was asked after play, half of the answers right, and its answers."""
    base = simulate.treatment("park_vcg", rounds=3, practice_rounds=0)
    t = Treatment.from_definition({**base.definition, "understanding": {"before": False}})
    rows = simulate.session(t)
    for row in rows:
        row |= {BEFORE: "", AFTER: "0.5" if row["round"] == "3" else ""}
    monkeypatch.setattr(examples.rows, "HEADER", [*examples.rows.HEADER, BEFORE, AFTER])
    right = incentives(t, 0, 8)
    assert set(right) == set(ANSWERS)
    quiz = pd.DataFrame([
        {
            "session_code": rows[0]["session_code"], "participant_id": person, "part": 1, "question": f"after_{name}",
            "answer": answer, "correct": answer == ("yes" if right[name] else "no"),
        }
        for person in sorted({int(row["participant_id"]) for row in rows})
        for name, answer in ANSWERS.items()
    ])  # fmt: skip
    return rows, quiz, lambda: audit(load(rows), quiz=quiz)


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


def test_a_wrong_answer_that_counts_as_right(asked):
    """Both are seen: the answer that the game calls wrong, and the share that it changes."""
    _, quiz, audited = asked
    quiz.loc[(quiz["participant_id"] == 4) & (quiz["question"] == "after_price"), "correct"] = True
    assert found(audited()) == {(MISMATCH, "after_price", 3, 4), (MISMATCH, AFTER, 3, 4)}
