"""The seating plan: a picture of the room, who sits where, with whom, and how it is going.

The room is drawn in _rooms/lab_seats.csv, one line a row of desks, one cell a seat with its label, empty cells for
aisles; the first line is the front. Without the file the seats are those of the session, eight in a row.
"""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

from mechanisms.treatments.texts import UnreadableTextError, read_text

FILE = Path(__file__).parents[3] / "_rooms" / "lab_seats.csv"
SEATS_IN_A_ROW = 8
SAYS_SEPARATOR = re.compile(r"\"?sep=.\"?\s*$", re.IGNORECASE)
"""What some spreadsheets read, and write, above the first line."""


def seating_plan(people: list[dict[str, Any]], file: Path = FILE) -> dict[str, object]:
    """The variables of seating.html: rows of cells, who has no seat in the picture, and what is wrong with it."""
    labelled = {person["label"]: person for person in people if person["label"]}
    grid, problem = drawn(file) if file.exists() else (default_grid(sorted(labelled)), "")
    seats = {label for row in grid for label in row if label}
    if not seats & set(labelled):
        grid = default_grid(sorted(labelled))
        seats = set(labelled)
    names = {person["number"]: person["name"] for person in people}
    rows = [
        [{"label": label, "person": with_group(labelled.get(label), names)} if label else None for label in row]
        for row in grid
    ]
    elsewhere = sorted((person for person in people if person["label"] not in seats), key=lambda p: p["number"])
    return {"rows": rows, "elsewhere": elsewhere, "problem": problem, "columns": max(map(len, grid), default=1)}


def drawn(file: Path) -> tuple[list[list[str]], str]:
    """The picture, and a sentence if a label is in it twice or the file cannot be read: the monitor goes on without."""
    try:
        text = read_text(file)
        lines = text.rstrip("\n ").split("\n")
        lines = lines[bool(SAYS_SEPARATOR.match(lines[0])) :]
        cells = csv.reader(lines, delimiter=separator("\n".join(lines)), strict=True)
        grid = [[cell.strip() for cell in row] for row in cells]
    except UnreadableTextError as error:
        return [], f"{file.name}, {error}"
    except (OSError, csv.Error):
        return [], f"{file.name} cannot be read: save it as CSV in UTF-8, one line a row of desks, one cell a seat"
    twice = sorted(
        label for label, count in Counter(label for row in grid for label in row).items() if label and count > 1
    )
    problem = f"{file.name} has {', '.join(twice)} more than once: each seat needs a label of its own" if twice else ""
    return grid, problem


def separator(text: str) -> str:
    """What stands between the cells: programs write semicolons where a comma is the decimal sign, or tabs.

    >>> separator("lab01;lab02"), separator("lab01,lab02")
    (';', ',')
    """
    return max(",;\t", key=text.count)


def default_grid(labels: list[str]) -> list[list[str]]:
    """Eight in a row.

    >>> [len(row) for row in default_grid([f"s{k}" for k in range(11)])]
    [8, 3]
    """
    return [labels[k : k + SEATS_IN_A_ROW] for k in range(0, len(labels), SEATS_IN_A_ROW)]


def with_group(person: dict[str, Any] | None, names: dict[int, str]) -> dict[str, object] | None:
    """The seats of the group, where the participant is in a round."""
    if person is None:
        return None
    return {**person, "with": [names[number] for number in person["group"] if number != person["number"]]}
