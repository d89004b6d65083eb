"""The file of a room's labels is read once, at the start, with a line for each error.

oTree reads it at every request, so that a save in mid-session locks everybody out, and stumbles over the mark that
Windows' Notepad writes at the beginning ("UTF-8 with BOM").
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mechanisms.treatments.texts import UnreadableTextError, read_text

LABEL = re.compile(r"[A-Za-z0-9_]{1,64}")
QUOTES = "\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
TAB = "\t"
HEADS = set("label labels seat seats participant_label participant name id no number room".split())
read: dict[str, list[str]] = {}


class RoomFileError(ValueError):
    """What is wrong with the file of a room, one line an error."""


def labels_of(file: str | Path) -> list[str]:
    """The labels of a file, one a line, or several with commas or semicolons between them.

    RoomFileError names each line that is wrong. A space within a label is an error: nobody knows whether two are meant.
    """
    try:
        text = read_text(Path(file))
    except UnreadableTextError as error:
        raise RoomFileError(f"{file}, {error}") from None
    except OSError as error:
        raise RoomFileError(f"{file} cannot be read ({error.strerror}): put it there, one label a line") from None
    found: dict[str, int] = {}
    seats: list[str] = []
    wrong = []
    for number, line in enumerate(text.splitlines(), start=1):
        labels = list(filter(None, re.split(r"\s*[,;]\s*", line.strip())))
        if not seats and is_heading(labels):
            wrong.append(f"{file}, line {number}: {line.strip()!r:.70} is a heading, no label: delete this line")
            continue
        for label in labels:
            if problem := problem_of(label) or taken(label, found):
                wrong.append(f"{file}, line {number}: {problem}")
            else:
                found[label.lower()] = number
                seats.append(label)
    if not seats and not wrong:
        wrong.append(f"{file} has no labels: write one a line, like lab01")
    if wrong:
        raise RoomFileError("\n".join(wrong))
    return seats


def is_heading(labels: list[str]) -> bool:
    """Whether a first line has the names of columns, as in a table that was saved.

    >>> is_heading(["label", "seat"]), is_heading(["Label"]), is_heading(["seat"]), is_heading([])
    (True, True, False, False)
    """
    names = {label.strip(QUOTES).lower() for label in labels}
    return names <= HEADS and (len(names) > 1 or bool(names & {"label", "labels", "participant_label"}))


def problem_of(label: str) -> str:
    r"""Why this is no label; "" if it is one.

    >>> problem_of("lab01"), problem_of("'lab01'")
    ('', '"\'lab01\'" is in quotation marks: write lab01')
    >>> problem_of("Müller")
    "'Müller' is no label: use the letters a to z, digits and _ alone"
    """
    bare = label.strip(QUOTES)
    if bare != label and LABEL.fullmatch(bare):
        return f"{label!r:.70} is in quotation marks: write {bare}"
    if len(parts := label.split()) > 1:
        one = f"{'_'.join(parts)} if it is one seat" if LABEL.fullmatch("_".join(parts)) else "no spaces"
        between = "tab" if TAB in label else "space"
        return f"{label!r:.70} has a {between}: write {one}, a comma between two"
    return "" if LABEL.fullmatch(label) else f"{label!r:.70} is no label: use the letters a to z, digits and _ alone"


def taken(label: str, found: dict[str, int]) -> str:
    """That a seat has this label already, maybe in other letters, which nobody tells apart."""
    line = found.get(label.lower())
    return "" if line is None else f"{label} is in line {line} already, capitals or not: each seat needs its own"


def check(rooms: Iterable[Any]) -> None:
    """At the start, for settings.py."""
    for room in rooms:
        if room.get("participant_label_file"):
            read[room["participant_label_file"]] = labels_of(room["participant_label_file"])
