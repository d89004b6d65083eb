"""Overlapping downloads of one session: each decision is kept once, and contradictions are errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import Problem, raise_if_any, shown
from analysis.loading.reading import joined

KEY = ["session_code", "part", "practice", "participant_code", "round"]
"""What makes a decision one decision."""

ORDER = [
    "session_code", "part", "practice", "round", "group", "position", "participant_id", "participant_code",
]  # fmt: skip

PROGRESS = [
    "rematched", "message", "computer_messages", "decided_by", "timed_out", "decided_at", "seconds_taken", "outcome",
    "quantity", "value", "cost_share", "transfer", "payments_received", "points_units", "points", "compensation",
    "belief", "belief_points", "quiz_attempts", "quiz_failed", "is_paid_round", "part_earnings", "total_payment",
]  # fmt: skip
"""What is filled in while a session runs: an earlier download may hold blanks here where a later one has values."""

BLANK = -1


@dataclass(frozen=True)
class Merged:
    """decisions, each once and in order; counts of dropped rows (same as another; less complete than another)."""

    decisions: pd.DataFrame
    duplicates: int
    superseded: int


def merge_downloads(tables: list[pd.DataFrame], names: list[str]) -> Merged:
    """One table out of those of several files (index: line in the file), sorted by ORDER.

    Raises ExportError, with file and line, where two rows of the same decision contradict each other.
    """
    everything = joined(
        [table.assign(_file=name, _line=table.index) for table, name in zip(tables, names, strict=True)]
    ).reset_index(drop=True)
    columns = [column for column in everything.columns if not column.startswith("_")]
    again = everything.duplicated(KEY, keep=False)
    kept, duplicates, superseded = everything, 0, 0
    if again.any():
        several = everything[again]
        distinct = several[~several.duplicated(columns)]
        duplicates = len(several) - len(distinct)
        fullest = _fullest(distinct, columns)
        superseded = len(distinct) - len(fullest)
        kept = pd.concat([everything[~again], fullest])
    kept = kept.sort_values(ORDER, kind="stable")[columns].reset_index(drop=True)
    kept["definition"] = kept["definition"].cat.remove_unused_categories()
    return Merged(kept, duplicates, superseded)


def _fullest(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Of several different rows of the same decision the one with the most entries, if the others only lack some."""
    codes = np.column_stack([_codes(rows[column]) for column in columns])
    in_progress = np.isin(columns, PROGRESS)
    undecided = rows["message"].isna().to_numpy()
    codes[np.ix_(undecided, in_progress)] = BLANK  # timed_out and the like say nothing before there is a message
    number = rows.groupby(KEY, sort=False).ngroup().to_numpy()
    order = np.lexsort((-(codes != BLANK).sum(axis=1), number))
    first = order[np.unique(number[order], return_index=True)[1]]
    best = first[number]
    differs = (codes != codes[best]) & ~((codes == BLANK) & in_progress)
    if differs.any():
        raise_if_any(_contradictions(rows, best, differs, columns))
    return rows.iloc[np.sort(first)]


def _codes(column: pd.Series) -> np.ndarray:
    """Equal entries have equal codes; BLANK where there is none."""
    codes, _ = pd.factorize(column)
    return np.where(column == "", BLANK, codes) if column.dtype == "str" else codes


def _contradictions(rows: pd.DataFrame, best: np.ndarray, differs: np.ndarray, columns: list[str]) -> list[Problem]:
    """What contradicts another row of the same decision: one problem a row, at the first column that differs."""
    found = []
    for i in np.flatnonzero(differs.any(axis=1)):
        here, there = rows.iloc[i], rows.iloc[best[i]]
        column = columns[int(differs[i].argmax())]
        what = (
            f"{shown(here[column])}, but {shown(there[column])} in {there['_file']}, line {there['_line']} (session "
            f"{here['session_code']}, part {here['part']}, participant {here['participant_code']}, round "
            f"{here['round']}): two rows for the same decision that contradict each other; expected the decision once, "
            "or the same twice"
        )
        found.append(Problem(str(here["_file"]), what, int(here["_line"]), column))
    return found
