"""A finding of the audit: which decision, which column, what stands there and what should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

MISMATCH = "mismatch"
"""A recomputed value differs from the exported one."""

IMPOSSIBLE = "impossible"
"""No session of this treatment can hold such a row."""

COLUMNS = [
    "kind", "session_code", "part", "practice", "round", "participant_id", "column", "exported", "expected", "problem",
]  # fmt: skip

DECISION = ["session_code", "part", "practice", "round", "participant_id"]
"""What a finding says of where it is: checks take these columns and their own out of a hundred."""

TOLERANCE = 1e-9
"""Floating-point numbers are the same if they differ by less than this part of the largest amount in the same part and
session (sums can be taken in another order); points, and all that is counted, must agree exactly."""


def findings(
    kind: str,
    rows: pd.DataFrame,
    column: str,
    exported: object,
    expected: object,
    problem: str = "",
    round_number: bool = True,
) -> pd.DataFrame:
    """Findings about `rows`; exported and expected are one value for all or a sequence with one each."""
    table = pd.DataFrame(
        {
            "kind": kind,
            "session_code": rows["session_code"].to_numpy(),
            "part": rows["part"].to_numpy(),
            "practice": rows["practice"].to_numpy(),
            "round": rows["round"].to_numpy() if round_number else 0,
            "participant_id": rows["participant_id"].to_numpy(),
            "column": column,
            "exported": _texts(exported, len(rows)),
            "expected": _texts(expected, len(rows)),
            "problem": problem,
        }
    )
    return table[COLUMNS]


def about_part(
    session_code: str, part: int, column: str, exported: object, expected: object, problem: str
) -> pd.DataFrame:
    """An impossible thing that concerns a whole part of a session, not one decision (round and participant are 0)."""
    return pd.DataFrame(
        [[IMPOSSIBLE, session_code, part, False, 0, 0, column, _text(exported), _text(expected), problem]],
        columns=COLUMNS,
    )


def differs(exported: np.ndarray, expected: np.ndarray, scale: float | np.ndarray) -> np.ndarray:
    """Whether numbers differ by more than TOLERANCE * scale; a blank (NaN) differs from every number."""
    both_blank = np.isnan(exported) & np.isnan(expected)
    return ~both_blank & ~(np.abs(exported - expected) <= TOLERANCE * scale)


def compared(
    part_rows: pd.DataFrame, column: str, expected: np.ndarray, scale: float | np.ndarray = 1.0
) -> list[pd.DataFrame]:
    """Mismatches of a numeric column; expected has one number for each of the rows."""
    exported = part_rows[column].astype("float64").to_numpy()
    wrong = differs(exported, np.asarray(expected, dtype=np.float64), scale)
    return [findings(MISMATCH, part_rows[wrong], column, exported[wrong], expected[wrong])] if wrong.any() else []


def compared_texts(
    part_rows: pd.DataFrame, column: str, expected: np.ndarray, kind: str = MISMATCH
) -> list[pd.DataFrame]:
    """The same for texts and truth values."""
    exported, expected = part_rows[column].to_numpy(dtype=object), np.asarray(expected, dtype=object)
    wrong = exported != expected
    return [findings(kind, part_rows[wrong], column, exported[wrong], expected[wrong])] if wrong.any() else []


def _texts(values: object, n: int) -> list[str]:
    if isinstance(values, (np.ndarray, pd.Series)) or (isinstance(values, Sequence) and not isinstance(values, str)):
        return [_text(value) for value in values]
    return [_text(values)] * n


def _text(value: Any) -> str:
    """A value as it would stand in the export; blanks are named."""
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, str):
        return value or "(blank)"
    if pd.isna(value):  # None, NA, NaT, NaN
        return "(blank)"
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() and abs(float(value)) < 1e15 else repr(float(value))
    return str(value)
