"""Are scores of understanding where they were asked, and are they what the answers and the game give?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, MISMATCH, TOLERANCE, findings
from analysis.games import Part, treatment_of
from mechanisms.descriptions import incentives

MOMENTS = {"before": "understanding_before", "after": "understanding_after"}
KEYS = ["session_code", "participant_id", "part"]


def check(part: Part) -> list[pd.DataFrame]:
    """Scores of one part: only where the treatment asks, in the first or in the last row of a participant, 0 to 1."""
    asked, protocol, found = part.treatment.understanding, part.treatment.protocol, []
    at = {
        "before": 1 if part.practice == (protocol.practice_rounds > 0) else 0,
        "after": 0 if part.practice else part.rounds,
    }
    for moment, column in MOMENTS.items():
        if column not in part.rows:
            continue
        rows = part.rows[part.rows[column].notna()]
        if asked is None or not getattr(asked, moment):
            wrong, problem = rows, "nobody is asked then"
        else:
            wrong, problem = rows[rows["round"] != at[moment]], f"asked {moment} play only"
        if len(wrong):
            found.append(findings(IMPOSSIBLE, wrong, column, wrong[column], "(blank)", problem))
        outside = rows[~rows[column].between(0, 1)]
        if len(outside):
            found.append(findings(IMPOSSIBLE, outside, column, outside[column], "0 to 1", "no share"))
    return found


def check_answers(decisions: pd.DataFrame, quiz: pd.DataFrame) -> list[pd.DataFrame]:
    """Scores against the answers of the quiz's table, and those with yes and no against the game."""
    found = []
    for moment, column in MOMENTS.items():
        if column not in decisions:
            continue
        answers = quiz[quiz["question"].str.startswith(f"{moment}_")]
        answers = answers.assign(question=answers["question"].str.removeprefix(f"{moment}_"))
        scored = decisions[decisions[column].notna() & decisions["session_code"].isin(quiz["session_code"].unique())]
        shares = answers.groupby(KEYS)["correct"].mean()
        expected = shares.reindex(pd.MultiIndex.from_frame(scored[KEYS])).to_numpy(dtype=float)
        exported = scored[column].to_numpy(dtype=float)
        wrong = ~(np.abs(exported - expected) <= TOLERANCE)
        if wrong.any():
            problem = "share of the answers in the table of the quiz"
            found.append(findings(MISMATCH, scored[wrong], column, exported[wrong], expected[wrong], problem))
        found += _judged(scored, answers, moment)
    return found


def _judged(scored: pd.DataFrame, answers: pd.DataFrame, moment: str) -> list[pd.DataFrame]:
    """Answers whose column `correct` is not what the game makes of them."""
    columns = [*KEYS, "practice", "round", "position", "type", "identity", "definition"]
    rows = scored[columns].merge(answers[[*KEYS, "question", "answer", "correct"]], on=KEYS)
    questions, answers_given, judged = (rows[name].to_numpy() for name in ("question", "answer", "correct"))
    wrong = []
    for (_, position, own_type), at in rows.groupby(["identity", "position", "type"]).indices.items():
        right = incentives(treatment_of(str(rows["definition"].iloc[at[0]])), int(position) - 1, float(own_type))
        for k in at:
            expected = "yes" if right.get(questions[k]) else "no"
            if questions[k] in right and bool(judged[k]) != (answers_given[k] == expected):
                wrong.append(k)
    found, problem = [], "whether the answer is right in this game"
    for question, one in rows.iloc[sorted(wrong)].groupby("question", sort=True):
        correct = one["correct"].to_numpy(dtype=bool)
        found.append(findings(MISMATCH, one, f"{moment}_{question}", correct, ~correct, problem))
    return found
