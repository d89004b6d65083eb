"""Are scores of understanding where they were asked, is every question answered once, and do judgement and score follow
from the game?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, MISMATCH, about_part, differs, findings
from analysis.games import PERSON, Part, cause_of
from mechanisms.descriptions import right_answers
from mechanisms.descriptions.incentives import CHOICES, UNKNOWN
from mechanisms.session.record import GONE
from mechanisms.treatments import Treatment

MOMENTS = {"before": "understanding_before", "after": "understanding_after"}
KEYS = ["session_code", "participant_id", "part"]
Given = tuple[str, str, bool | None]
"""A row of the table of answers: question, answer, whether it counts as right (None: blank)."""


class Fault(NamedTuple):
    """What is wrong with the answers of one participant."""

    kind: str
    column: str
    exported: object
    expected: object
    problem: str


def asks(treatment: Treatment, moment: str) -> bool:
    return treatment.understanding is not None and bool(getattr(treatment.understanding, moment))


def round_of(part: Part) -> dict[str, int]:
    """In which round the questions of each moment are; 0 if in none of these."""
    practises = part.treatment.protocol.practice_rounds > 0
    return {"before": int(part.practice == practises), "after": 0 if part.practice else part.rounds}


def check(part: Part) -> list[pd.DataFrame]:
    """Scores of one part: only where the treatment asks, in the first or in the last row of a participant, 0 to 1."""
    at, found = round_of(part), []
    for moment, column in MOMENTS.items():
        if column not in part.rows:
            continue
        rows = part.rows[part.rows[column].notna()]
        if not asks(part.treatment, moment):
            wrong, problem = rows, "nobody is asked then"
        else:
            wrong, problem = rows[rows["round"] != at[moment]], f"asked {moment} play only"
        if len(wrong):
            found.append(findings(IMPOSSIBLE, wrong, column, wrong[column], "(blank)", problem))
        outside = rows[~rows[column].between(0, 1)]
        if len(outside):
            found.append(findings(IMPOSSIBLE, outside, column, outside[column], "0 to 1", "no share"))
    return found


def last_decided(decisions: pd.DataFrame) -> dict[tuple[object, ...], int]:
    """The last round (round_number) in which each participant has decided, (session code, number): who was there then
    has passed all pages before it."""
    there = decisions["message"].notna() & ~cause_of(decisions).isin(GONE)
    return decisions.loc[there].groupby(PERSON)["round_number"].max().to_dict()


def check_answers(part: Part, quiz: pd.DataFrame, last: dict[tuple[object, ...], int]) -> list[pd.DataFrame]:
    """The answers of one part in the table of the quiz, and the scores, against the game; `last`: `last_decided`."""
    quiz = quiz[quiz["session_code"].isin(part.rows["session_code"].unique())]
    found: dict[tuple[str, ...], list[tuple[object, object, object]]] = defaultdict(list)
    for moment, number in round_of(part).items():
        given = _given(quiz, moment)
        for one in part.by_sequence() if number and len(quiz) else ():
            for at in np.flatnonzero(one.type_is_possible & (one.rows["round"] == number).to_numpy()):
                row = one.rows.iloc[at]
                answers = given.get(tuple(row[KEYS]), [])
                for kind, column, exported, expected, problem in _faults(one.treatment, row, moment, answers, last):
                    found[kind, column, problem].append((row.name, exported, expected))
    return [
        findings(kind, part.rows.loc[list(labels)], column, exported, expected, problem)
        for (kind, column, problem), faults in found.items()
        for labels, exported, expected in [zip(*faults, strict=True)]
    ]


def _given(quiz: pd.DataFrame, moment: str) -> dict[tuple[object, ...], list[Given]]:
    """The answers at a moment, by KEYS."""
    answers = quiz[quiz["question"].str.startswith(f"{moment}_")]
    found: dict[tuple[object, ...], list[Given]] = defaultdict(list)
    for *who, question, answer, correct in answers[[*KEYS, "question", "answer", "correct"]].itertuples(index=False):
        judged = None if pd.isna(correct) else bool(correct)
        found[tuple(who)].append((question.removeprefix(f"{moment}_"), answer, judged))
    return found


def _faults(
    treatment: Treatment, row: pd.Series, moment: str, given: list[Given], last: dict[tuple[object, ...], int]
) -> Iterator[Fault]:
    """What is wrong with what one participant has answered, and with the score."""
    if not asks(treatment, moment):  # a score is a finding of `check`
        for question, answer, _correct in given:
            yield Fault(IMPOSSIBLE, f"{moment}_{question}", answer, "(no answer)", "nobody is asked then")
        return
    right = _right(treatment, int(row["position"]) - 1, float(row["type"]))
    score, rows = float(row.get(MOMENTS[moment], np.nan)), Counter(question for question, _answer, _correct in given)
    must = bool(given) or score == score or _has_passed(row, moment, last)
    for question in dict.fromkeys([*right, *rows]):
        times, expected = rows[question], int(question in right and must)
        if times != expected:
            problem = "how many answers are in the table of the quiz" if expected else "no question of this game"
            yield Fault(IMPOSSIBLE, f"{moment}_{question}", times, expected, problem)
    nothing = not any(answer for _question, answer, _correct in given)
    for question, answer, correct in given:
        if question not in right or (correct is None and nothing):
            continue
        possible = next(choices for choices in CHOICES if right[question] in choices)
        if answer not in (*possible, UNKNOWN, ""):
            yield Fault(IMPOSSIBLE, f"{moment}_{question}", answer, "; ".join((*possible, UNKNOWN)), "no such choice")
        elif correct != (answer == right[question]):
            problem = f"whether {answer or 'no answer'} is right in this game"
            yield Fault(MISMATCH, f"{moment}_{question}", correct, answer == right[question], problem)
    if given and rows == Counter(dict.fromkeys(right, 1)):
        counted = [answer == right[question] for question, answer, _correct in given]
        expected_score = np.mean(counted) if any(answer for _question, answer, _correct in given) else np.nan
        if differs(np.array(score), np.array(expected_score), 1.0):
            yield Fault(MISMATCH, MOMENTS[moment], score, expected_score, "share of right answers")


def _has_passed(row: pd.Series, moment: str, last: dict[tuple[object, ...], int]) -> bool:
    """Whether somebody has certainly gone on from the page; nobody is asked in a demonstration that begins at once."""
    reached = last.get(tuple(row[PERSON]), 0)
    gone_on = reached >= row["round_number"] if moment == "before" else reached > row["round_number"]
    return (gone_on or row.get("ending") == "complete") and row.get("is_demo") is not True


_right = lru_cache(maxsize=512)(right_answers)  # of everybody in the same place with the same type


def check_people(decisions: pd.DataFrame, quiz: pd.DataFrame) -> list[pd.DataFrame]:
    """Answers of people who are not among the decisions of their session."""
    of_moments = quiz["question"].str.startswith(tuple(f"{moment}_" for moment in MOMENTS))
    answers = quiz.loc[of_moments & quiz["session_code"].isin(decisions["session_code"].unique()), KEYS]
    here = pd.MultiIndex.from_frame(decisions[KEYS].drop_duplicates())
    nobody = answers.drop_duplicates()[~pd.MultiIndex.from_frame(answers.drop_duplicates()).isin(here)]
    return [
        about_part(code, part, "participant_id", person, "(nobody)", "answered, but has no row among the decisions")
        for code, person, part in nobody.itertuples(index=False)
    ]


def not_checked(asked: Iterable[str], quiz: pd.DataFrame | None) -> tuple[str, ...]:
    """A note on each session in which people were asked, and of which no answers are here."""
    here = set() if quiz is None else set(quiz["session_code"].unique())
    return tuple(
        f"session {code}: questions of understanding are not checked, because their answers are not here "
        "(the table …_custom_export_quiz)"
        for code in sorted(set(asked) - here)
    )
