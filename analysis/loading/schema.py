"""The decision export: its columns, how each is written, and what may stand in it.

docs/codebook.md says what each means.

Reading goes in two steps. `convert` turns the text of one column into typed values and says which entries are not
written as expected; a pandera schema then checks ranges (`ranges_of`). `DECISIONS` says of the whole table what it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from analysis.loading.encoded import Encoded
from mechanisms.session.record import CAUSES, RECORD


@dataclass(frozen=True)
class Column:
    """One column of the export: how it is written (a key of KINDS), whether it may be blank, what range it has."""

    name: str
    kind: str
    blank: bool = False
    check: pa.Check | None = None
    since: str = ""
    """The version of the platform that wrote it first; exports of earlier ones are read without it (blank)."""


def at_least(lowest: float) -> pa.Check:
    return pa.Check.ge(lowest, error=f"{lowest:g} or more")


def one_of(*allowed: str) -> pa.Check:
    return pa.Check.isin(allowed, error=" or ".join(allowed))


FILLED = pa.Check.str_length(1, None, error="some text")
CODE = pa.Check.str_matches(r"^[a-z0-9_-]+$", error="a code of oTree: lower-case letters and digits")

_NUMBERS = pa.Check.str_matches(r"^[-+0-9.eE;]*$", error="numbers with ; between them, without spaces")

CHECKS = {
    "session_code": CODE,
    "app": FILLED,
    "parts": FILLED,
    "order": pa.Check.str_matches(r"^\d+(;\d+)*$", error="numbers of parts"),
    "part": at_least(1),
    "treatment": FILLED,
    "identity": pa.Check.str_matches(r"^[0-9a-f]{12}$", error="12 hexadecimal digits"),
    "mechanism": FILLED,
    "environment": FILLED,
    "participant_code": CODE,
    "participant_id": at_least(1),
    "round_number": at_least(1),
    "round": at_least(1),
    "group": at_least(1),
    "position": at_least(1),
    "partners": _NUMBERS,
    "rematched": _NUMBERS,
    "sequence": _NUMBERS,
    "stage": at_least(1),
    "requests": _NUMBERS,
    "requests_by": pa.Check.str_matches(
        rf"^(({'|'.join(CAUSES)})(;({'|'.join(CAUSES)}))*)?$", error=f"{' or '.join(CAUSES)}, with ; between them"
    ),
    "requests_at": pa.Check.str_matches(r"^[-+0-9T:.;]*$", error="times with ; between them"),
    "requests_seconds": _NUMBERS,
    "computer_messages": _NUMBERS,
    "decided_by": pa.Check.str_matches(rf"^({'|'.join(CAUSES)})?$", error=" or ".join(CAUSES)),
    "payments_received": _NUMBERS,
    "currency_decimals": at_least(0),
    "group_size": at_least(1),
    "information": one_of("complete", "private", "own"),
    "participants": at_least(1),
    "rounds": at_least(1),
    "matching": FILLED,
    "feedback": FILLED,
    "seconds": at_least(0),
    "pay": one_of("all", "one"),
    "practice_rounds": at_least(0),
    "practice_against": one_of("others", "computer"),
    "language": FILLED,
    "pay_parts": one_of("all", "one"),
}
"""What may stand in a column beside what its kind says."""

HELD_ONCE = frozenset(
    [
        *("app", "parts", "order", "mechanism", "environment", "requests", "requests_by", "requests_at"),
        *("requests_seconds", "computer_messages", "decided_by", "payments_received", "ending", "currency"),
        *("information", "matching", "feedback", "pay", "practice_against", "language", "pay_parts"),
        *("platform_version", "otree_version"),
    ]
)
"""Texts with few different entries: a category, in which each is held once, not once a row. What tables are joined,
grouped and named by stays text."""

COLUMNS = tuple(
    Column(
        entry.name, "name" if entry.name in HELD_ONCE else entry.kind, entry.blank, CHECKS.get(entry.name), entry.since
    )
    for entry in RECORD
)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|\+00:00)")
_FLAGS = {"0": False, "1": True, "False": False, "True": True}


def _number(text: str) -> float:
    """float() rounds correctly, so what repr() wrote comes back exactly; but it also takes nan and 1_000."""
    value = float(text) if _NUMBER.fullmatch(text) else np.nan
    if not np.isfinite(value):
        raise ValueError
    return value


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _times(texts: Sequence[str]) -> tuple[list[Any], np.ndarray]:
    """All at once: nearly every time is another one."""
    written = np.array([_TIME.fullmatch(text) is not None for text in texts], dtype=bool)
    right = pd.Series([text if ok else None for text, ok in zip(texts, written, strict=True)], dtype="str")
    times = pd.to_datetime(right, format="ISO8601", utc=True, errors="coerce")
    wrong = times.isna().to_numpy() & np.array([text != "" for text in texts], dtype=bool)
    return times.astype("datetime64[ms, UTC]"), wrong


def _definition(text: str) -> str:
    if not isinstance(json.loads(text), dict):
        raise ValueError
    return text


def _one_by_one(read: Callable[[str], Any], texts: Sequence[str], blank: bool) -> tuple[list[Any], np.ndarray]:
    values: list[Any] = []
    wrong = np.zeros(len(texts), dtype=bool)
    for i, text in enumerate(texts):
        try:
            values.append(None if text == "" and blank else read(text))
        except (ValueError, KeyError):
            values.append(None)
            wrong[i] = True
    return values, wrong


@dataclass(frozen=True)
class Kind:
    """How a column is written: reader of one entry (ValueError, KeyError if wrong; None: `_times`), what is
    expected, dtypes."""

    read: Callable[[str], Any] | None
    expected: str
    dtype: str
    dtype_if_blank: str

    def read_all(self, texts: Sequence[str]) -> tuple[Any, np.ndarray]:
        """Values, None for a blank or a wrong entry, and which are wrong."""
        if self.read is None:
            return _times(texts)
        return _one_by_one(self.read, texts, not self.is_text)

    @property
    def is_text(self) -> bool:
        """Whether a blank is an entry like others, ""."""
        return self.read is str


KINDS = {
    "text": Kind(str, "text", "str", "str"),
    "name": Kind(str, "text", "category", "category"),
    "whole": Kind(_whole, "a whole number such as 12", "int64", "Int64"),
    "number": Kind(_number, "a number with a decimal point such as 12.5", "float64", "float64"),
    "flag": Kind(_FLAGS.__getitem__, "0 or 1", "bool", "boolean"),
    "time": Kind(
        None,
        "an ISO 8601 time in UTC such as 2026-01-31T14:05:09.120+00:00",
        "datetime64[ms, UTC]",
        "datetime64[ms, UTC]",
    ),
    "definition": Kind(_definition, "a treatment definition in JSON", "category", "category"),
}


def _pandera_column(column: Column) -> pa.Column:
    kind = KINDS[column.kind]
    dtype: Any = kind.dtype_if_blank if column.blank else kind.dtype
    if dtype.startswith("datetime64"):
        dtype = pd.DatetimeTZDtype("ms", "UTC")
    return pa.Column(dtype, checks=column.check, nullable=column.blank and not kind.is_text)


def schema_of(columns: Sequence[Column], name: str) -> pa.DataFrameSchema:
    """The pandera schema of a table with exactly these columns, in this order."""
    checked = {column.name: _pandera_column(column) for column in columns}
    return pa.DataFrameSchema(checked, strict=True, ordered=True, name=name)


@cache
def ranges_of(columns: tuple[Column, ...]) -> pa.DataFrameSchema:
    """What is left to check in a table that `typed` has made without a wrong entry: what may stand in its columns."""
    return pa.DataFrameSchema(
        {column.name: pa.Column(checks=column.check, nullable=True) for column in columns if column.check is not None}
    )


DECISIONS = schema_of(COLUMNS, "decisions")
"""The tidy table that `load_decisions` returns: one row a decision, columns in this order."""


def convert(column: Column, texts: Encoded, decimal_comma: bool = False) -> tuple[pd.Series, np.ndarray]:
    """The entries of one column as typed values, each distinct text read once.

    Parameters
    ----------
    column : Column
    texts : the entries, n of them
    decimal_comma : whether numbers may be written 12,5

    Returns
    -------
    values : Series, shape (n,); a blank is NaN, NA or NaT (text: "")
    wrong : bool array, shape (n,): entries that are not written as the column wants; they are blank in `values`
    """
    kind = KINDS[column.kind]
    distinct = list(texts.texts)
    if decimal_comma and column.kind == "number":
        distinct = [text.replace(",", ".", 1) for text in distinct]
    values, wrong = kind.read_all(distinct)
    if not column.blank and not kind.is_text:
        wrong |= np.array([text == "" for text in distinct], dtype=bool)
    if kind.dtype == "category":
        names = sorted({value for value in values if value is not None})  # so that a category is in order like a text
        places = {name: k for k, name in enumerate(names)}
        place = np.array([places.get(value, -1) for value in values], dtype=np.min_scalar_type(-len(names) - 1))
        codes = place[texts.codes] if len(place) else np.zeros(0, dtype=np.int8)
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index(names, dtype="str"))), wrong[texts.codes]
    dtype = kind.dtype_if_blank if column.blank or wrong.any() else kind.dtype
    return pd.Series(pd.Series(values, dtype=dtype).array.take(texts.codes.astype(np.intp))), wrong[texts.codes]


def typed(
    columns: Sequence[Column], entries: dict[str, Encoded], lines: np.ndarray, decimal_comma: bool = False
) -> tuple[pd.DataFrame, list]:
    """A typed table out of texts, which are let go column by column: large files are held once, not twice.

    Parameters
    ----------
    columns : what the table has; entries of a column that is missing are blank
    entries : by column, n entries each; emptied
    lines : int array, shape (n,): the index of the table
    decimal_comma : whether numbers may be written 12,5

    Returns
    -------
    table : DataFrame, index `line`
    wrong : list of (line, column, text, what is expected), one for each entry that is not written as the column wants
    """
    blank = Encoded.constant("", len(lines))
    read: dict[str, tuple[Any, list]] = {}
    for column in sorted(columns, key=lambda column: -len(entries.get(column.name, blank).texts)):  # the largest first
        texts = entries.pop(column.name, blank)
        values, bad = convert(column, texts, decimal_comma)
        expected = KINDS[column.kind].expected
        read[column.name] = (
            values.array,
            [(int(lines[i]), column.name, texts.texts[texts.codes[i]], expected) for i in np.flatnonzero(bad)],
        )
    found = {column.name: read[column.name][0] for column in columns}
    wrong = [entry for column in columns for entry in read[column.name][1]]
    return pd.DataFrame(found, index=pd.Index(lines, name="line"), copy=False), wrong
