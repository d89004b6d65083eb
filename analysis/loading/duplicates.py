"""Overlapping downloads of one session: each decision is kept once, and contradictions are errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import Problem, raise_if_any, shown
from analysis.loading.reading import joined
from analysis.words import listed

KEY = ["session_code", "part", "practice", "participant_code", "round"]
"""What makes a decision one decision."""

ORDER = [
    "session_code", "part", "practice", "round", "group", "position", "participant_id", "participant_code",
]  # fmt: skip

PROGRESS = [
    "study", "arm", "silo", "place", "rematched", "sequence", "stage", "requests", "requests_by", "requests_at",
    "requests_seconds", "message", "computer_messages", "decided_by",
    "after_return", "void", "timed_out",
    "decided_at", "seconds_taken", "outcome",
    "quantity", "value", "cost_share", "transfer", "payments_received", "points_units", "points", "compensation",
    "belief", "belief_points", "quiz_attempts", "quiz_failed", "is_paid_round", "own_draw",
    "part_earnings", "total_payment",
    "understanding_before", "understanding_after",
    "fee_paid", "ending",
]  # fmt: skip
"""What is filled in while a session runs: an earlier download may hold blanks here where a later one has values."""

UNSAID = ["is_demo"]
"""What our own exports of before 0.3.0 do not say, but oTree's tables of the same session do."""

BLANK = -1

DIGITS = 1e-14
"""Numbers that differ by less, relatively, are the same: a workbook keeps 15 or 16 digits."""


@dataclass(frozen=True)
class Merged:
    """decisions, each once and in order; counts of dropped rows (same as another; less complete than another)."""

    decisions: pd.DataFrame
    duplicates: int
    superseded: int


def merge_downloads(tables: list[pd.DataFrame], names: list[str]) -> Merged:
    """One table out of those of several files (index: line in the file), sorted by ORDER. The list is emptied, so that
    whoever holds the tables nowhere else does not hold them twice.

    Raises ExportError, with file and line, where two rows of the same decision contradict each other.
    """
    lines = np.concatenate([table.index.to_numpy() for table in tables])
    files = np.repeat(np.array(names, dtype=object), [len(table) for table in tables])
    everything = joined(tables).reset_index(drop=True)
    tables.clear()
    columns = list(everything.columns)
    again = everything.duplicated(KEY, keep=False).to_numpy()
    kept, duplicates, superseded = everything.index.to_numpy(), 0, 0
    if again.any():
        several = everything[again].assign(_file=files[again], _line=lines[again])
        distinct = several[~several.duplicated(columns)]
        duplicates = len(several) - len(distinct)
        fullest = _fullest(distinct, columns)
        superseded = len(distinct) - len(fullest)
        kept = np.concatenate([kept[~again], fullest.index])
    order = everything.loc[kept, ORDER].sort_values(ORDER, kind="stable").index.to_numpy()
    decisions = taken(everything, order)
    for name in decisions.select_dtypes("category"):
        decisions[name] = decisions[name].cat.remove_unused_categories()
    return Merged(decisions, duplicates, superseded)


def same_files(files: Iterable[tuple[str, str]]) -> list[str]:
    """One sentence on each download that is there several times, of names and hashes.

    >>> same_files([("a.csv", "1f"), ("a (1).csv", "1f"), ("b.csv", "2e")])
    ['a.csv and a (1).csv are the same, byte for byte: taken once']
    """
    names: dict[str, list[str]] = {}
    for name, sha256 in files:
        names.setdefault(sha256, []).append(name)
    return [f"{listed(same)} are the same, byte for byte: taken once" for same in names.values() if len(same) > 1]


def taken(table: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """These rows of a table, which is emptied: a column at a time, so that no two copies of it are held."""
    if np.array_equal(rows, np.arange(len(table))):
        return table
    columns = {}
    for name in list(table.columns):
        columns[name] = table.pop(name).array.take(rows)
    return pd.DataFrame(columns, copy=False)


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
    differs = (codes != codes[best]) & ~((codes == BLANK) & (in_progress | np.isin(columns, UNSAID)))
    for k, column in enumerate(columns):
        if differs[:, k].any() and rows[column].dtype == "float64":
            numbers = rows[column].to_numpy()
            differs[:, k] &= ~(np.abs(numbers - numbers[best]) <= DIGITS * np.abs(numbers))
    if differs.any():
        raise_if_any(_contradictions(rows, best, differs, columns))
    return rows.iloc[np.sort(first)]


def _codes(column: pd.Series) -> np.ndarray:
    """Equal entries have equal codes; BLANK where there is none."""
    codes, _ = pd.factorize(column)
    return np.where(column == "", BLANK, codes) if column.dtype in ("str", "category") else codes


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
