"""One export file: recognised by its header, read completely or not at all.

The first thing that is not as it should be ends in an ExportError that names file, line, column, value and what is
expected.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.errors

from analysis.errors import ExportError
from analysis.games import treatment_of
from analysis.schema import COLUMN_NAMES, COLUMNS, DECISIONS, KINDS, convert

CHUNK_ROWS = 20_000
"""Rows that are held as text at a time."""

Line = tuple[int, list[str]]
"""Number of a line in the file, and its entries."""


def why_not_an_export(path: Path) -> str:
    """Why a CSV file in a folder is not taken; "" if it is. An unreadable APP_custom.csv is taken, to fail later."""
    try:
        header = read_header(path)
    except ExportError:
        header = []
    if not header:
        return "" if path.stem.endswith("_custom") else "not a readable CSV file"
    if "dominant_count" in header:
        return "not an export but a table written by the report"
    return "" if _looks_like_export(header) else "not a decision export (other columns)"


def read_header(path: Path) -> list[str]:
    """The entries of the first line; none if the file is empty."""
    with _lines(path) as lines:
        return next(lines, (0, []))[1]


def check_header(name: str, header: list[str]) -> None:
    """ExportError unless the file `name` has exactly the columns of a decision export, in any order."""
    if not header:
        raise ExportError(f"{name}: the file is empty; expected the column names of a decision export")
    if not _looks_like_export(header):
        by_semicolon = len(header) == 1 and ";" in header[0]
        hint = "; the columns seem to be separated by semicolons, not commas" if by_semicolon else ""
        raise ExportError(
            f"{name}, line 1: not a decision export{hint}; expected the file APP_custom.csv with the columns "
            f"{', '.join(COLUMN_NAMES[:4])}, …, but it starts with {', '.join(header[:4])[:80]!r}"
        )
    missing = [column for column in COLUMN_NAMES if column not in header]
    unknown = [column for column in header if column not in COLUMN_NAMES]
    twice = sorted({column for column in header if header.count(column) > 1})
    for problem, columns in (("missing", missing), ("unknown", unknown), ("repeated", twice)):
        if columns:
            raise ExportError(
                f"{name}, line 1: {problem} column {', '.join(columns)}; expected exactly the columns of "
                "docs/codebook.md (is it the export of another version of the platform?)"
            )


def read_file(path: Path) -> pd.DataFrame:
    """The decisions of one file, index = line in the file."""
    chunks = [_typed(path.name, [*COLUMN_NAMES], [])]  # so that a file without rows has typed columns too
    with _lines(path) as lines:
        _, header = next(lines, (0, []))
        check_header(path.name, header)
        while rows := list(islice(lines, CHUNK_ROWS)):
            chunks.append(_typed(path.name, header, rows))
    table = pd.concat(chunks).astype({"definition": "category"})
    _check_schema(path.name, table)
    _check_definitions(path.name, table)
    return table


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[Line]]:
    """The lines of a CSV file; what makes it unreadable becomes an ExportError."""
    with path.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            yield ((reader.line_num, entries) for entries in reader)
        except UnicodeDecodeError as error:
            where = f"after line {reader.line_num}" if reader.line_num else "at its start"
            raise ExportError(
                f"{path.name}: not UTF-8 text {where} ({error.reason}); expected the CSV file as it was downloaded"
            ) from None
        except csv.Error as error:
            raise ExportError(f"{path.name}, line {reader.line_num}: {error}; the file is cut off or damaged") from None


def _looks_like_export(header: list[str]) -> bool:
    return 2 * len(set(header) & set(COLUMN_NAMES)) >= len(COLUMN_NAMES)


def _typed(name: str, header: list[str], rows: list[Line]) -> pd.DataFrame:
    """Some rows as typed table, index = line."""
    for line, row in rows:
        if len(row) != len(header):
            what = "the file is cut off or damaged" if len(row) < len(header) else "the row is damaged"
            raise ExportError(f"{name}, line {line}: {len(row)} entries, expected {len(header)}; {what}")
    lines = pd.Index([line for line, _ in rows], name="line")
    entries = dict(zip(header, zip(*(row for _, row in rows), strict=True), strict=True)) if rows else {}
    columns = {}
    for column in COLUMNS:
        texts = np.array(entries.get(column.name, ()), dtype=object)
        values, wrong = convert(column, texts)
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            raise _entry_error(name, lines[first], column.name, texts[first], KINDS[column.kind].expected)
        columns[column.name] = values
    table = pd.DataFrame(columns)
    table.index = lines
    return table


def _entry_error(name: str, line: int, column: str, value: object, expected: str) -> ExportError:
    shown = str(value) if len(str(value)) <= 60 else str(value)[:57] + "…"
    return ExportError(f"{name}, line {line}, column {column}: {shown!r}; expected {expected}")


def _check_schema(name: str, table: pd.DataFrame) -> None:
    """ExportError for the first entry that the schema does not allow."""
    try:
        DECISIONS.validate(table, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        case = errors.failure_cases.sort_values(["index", "column"], kind="stable").iloc[0]
        raise _entry_error(name, case["index"], case["column"], case["failure_case"], str(case["check"])) from None


def _check_definitions(name: str, table: pd.DataFrame) -> None:
    """ExportError for the first definition that is no treatment."""
    distinct = table["definition"].drop_duplicates()
    for line, definition in zip(distinct.index.tolist(), distinct.tolist(), strict=True):
        try:
            treatment_of(definition)
        except ExportError as error:
            raise ExportError(f"{name}, line {line}, {error}") from None
