"""Tables of earlier sessions, for advice by experience: read once, into the definition of the treatment.

A session keeps its definition, so that what the table says later changes nothing of it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from mechanisms.treatments.errors import parse
from mechanisms.treatments.schema import TreatmentError
from mechanisms.treatments.schema_described import MOST_ROWS, EarlierSpec
from mechanisms.treatments.texts import UnreadableTextError, read_text

COLUMNS = ("identity", "role", "type", "message", "times", "points")
"""Of the table: the game that was played, who with which type sent what, how often, and the mean of the points."""


def with_earlier(data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The keys of a treatment file, with the lines of the table that `advice.file` names, if it names one.

    Raises
    ------
    TreatmentError
        If the table cannot be read, or is none.
    """
    advice = data.get("advice")
    if not isinstance(advice, Mapping) or not isinstance(advice.get("file"), str) or "earlier" in advice:
        return dict(data)
    table = path.parent / advice["file"]
    where = f"{path}: advice.file = {advice['file']!r}"
    try:
        text = read_text(table).rstrip().splitlines()
    except OSError as error:
        raise TreatmentError(f"{where}: {table} cannot be read ({error.strerror})") from None
    except UnreadableTextError as error:
        raise TreatmentError(f"{where}: {error}") from None
    lines = list(csv.DictReader(text))
    if not lines or set(lines[0]) != set(COLUMNS):
        raise TreatmentError(f"{where}: must be a table (CSV) with the columns {', '.join(COLUMNS)} and a line or more")
    if len(lines) > MOST_ROWS:
        raise TreatmentError(f"{where}: has {len(lines)} lines: give {MOST_ROWS} at most")
    if len(lines) + 1 < len(text):  # or lines would not be those of the file
        empty = 1 + next(number for number, line in enumerate(text) if not line.strip())
        raise TreatmentError(f"{where}, line {empty} is empty: take it away")
    games = sorted({str(line["identity"]) for line in lines})
    if len(games) > 1:
        raise TreatmentError(f"{where}: its lines are of several games ({', '.join(games)}): give those of one")
    earlier = [_line(line, f"{where}, line {number}") for number, line in enumerate(lines, 2)]
    return {**data, "advice": {**advice, "identity": games[0], "earlier": earlier}}


def _line(line: Mapping[str, str], where: str) -> dict[str, object]:
    row: dict[str, object] = {"role": line["role"]}
    for name in ("type", "message", "times", "points"):
        try:
            number = Decimal(line[name].strip())
            row[name] = int(number) if name == "times" and number % 1 == 0 else number
        except (InvalidOperation, ValueError, AttributeError):
            raise TreatmentError(f"{where}: {name} = {line[name]!r}: must be a number, as in 12.5") from None
    parse(EarlierSpec, row, where)
    return row
