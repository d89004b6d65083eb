"""Sheets of .xlsx workbooks as CSV text: what a spreadsheet shows and a CSV file would not hold is left out or named.

Rows and columns without an entry are no rows and columns, wherever they stand. What is written above the names of the
columns, one entry a row, is a title. A cell that shows an error, a formula whose value was not saved and cells that are
merged would be read as blank or as text: they are problems, named by the cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import numpy as np

from analysis.errors import shown
from analysis.words import listed

TAG = rb"<(?:\w+:)?"
CELL = re.compile(TAG + rb"c\b[^>]*\br=\"([A-Z]+)(\d+)\"")
SHOWS_ERROR = re.compile(TAG + rb"c\b[^>]*\bt=\"e\"[^>]*>")
NOT_CALCULATED = re.compile(
    TAG + rb"c\b(?![^>]*\bt=\"str\")[^>]*>" + TAG + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:" + TAG + rb"v\s*/>|" + TAG + rb"v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
MERGED = re.compile(TAG + rb"mergeCell\b[^>]*\bref=\"([A-Z]+\d+:[A-Z]+(\d+))\"")
HIDDEN_ROW = re.compile(TAG + rb"row\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*\br=\"(\d+)\"")
MOST_NAMED = 6


@dataclass(frozen=True)
class Sheet:
    """A sheet that has entries.

    title : its name
    several : whether the workbook has further sheets
    data : CSV text, the names of the columns first
    rows : ndarray, shape (n_lines,), the row in the sheet of each line
    problems, notes : what cannot be read as it is shown; what was passed over: one phrase each
    """

    title: str
    several: bool
    data: bytes
    rows: np.ndarray
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def sheets(stream: BinaryIO) -> Iterator[Sheet]:
    """Each sheet of a workbook that has entries."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    workbook = load_workbook(io.BytesIO(stream.read()), read_only=True, data_only=True)
    several = len(workbook.sheetnames) > 1
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()  # what programs write there is often wrong
        written = ([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
        numbered = [(number, row) for number, row in enumerate(written, 1) if any(row)]
        if not numbered:
            continue
        first = next((at for at, (_, row) in enumerate(numbered) if sum(map(bool, row)) > 1), 0)
        titles, table = numbered[:first], numbered[first:]
        notes = [
            f"row {number}, {shown(''.join(row))}, above the names of the columns is passed over"
            for number, row in titles
        ]
        with sheet._get_source() as xml:  # openpyxl reads none of this where it reads row by row
            problems, hidden = _seen(xml.read(), table[0][0])
        rows = np.array([number for number, _ in table])
        yield Sheet(sheet.title, several, _csv([row for _, row in table]), rows, problems, (*notes, *hidden))


def _csv(rows: list[list[str]]) -> bytes:
    """The rows, all as long as the longest, without columns that have no entry."""
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    used = [j for j in range(width) if rows[0][j] or any(row[j] for row in rows)]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([row[j] for j in used] for row in rows)
    return text.getvalue().encode()


def _seen(xml: bytes, header: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is wrong with the cells of a sheet from the row of the header on, and what is hidden in it."""
    errors, formulas = ([_place(at, header) for at in kind.finditer(xml)] for kind in (SHOWS_ERROR, NOT_CALCULATED))
    merged = [at[1].decode() for at in MERGED.finditer(xml) if int(at[2]) > header]
    found = (
        (errors, "shows an error; expected a value"),
        (formulas, "holds a formula whose value is not saved; open the workbook in a spreadsheet, and save it"),
        (merged, "is merged; expected an entry in each cell"),
    )
    named = ((list(filter(None, places)), what) for places, what in found)
    problems = tuple(f"cell {_first(places)} {what}" for places, what in named if places)
    rows = [match[1].decode() for match in HIDDEN_ROW.finditer(xml) if int(match[1]) > header]
    return problems, tuple([f"hidden rows ({_first(rows)}) are read like the others"] if rows else [])


def _place(match: re.Match[bytes], header: int) -> str:
    """The name of a cell, "" above the header."""
    cell = CELL.match(match[0])
    return f"{cell[1].decode()}{cell[2].decode()}" if cell and int(cell[2]) >= header else ""


def _first(places: list[str]) -> str:
    more = len(places) - MOST_NAMED
    return listed(places if more < 1 else [*places[:MOST_NAMED], f"{more} more"])


def _text(cell: Any) -> str:
    """An entry as an export would write it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="milliseconds") + ("" if cell.tzinfo else "+00:00")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
