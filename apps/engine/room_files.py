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
    wrong = []
    for number, line in enumerate(text.splitlines(), start=1):
        for label in filter(None, re.split(r"\s*[,;]\s*", line.strip())):
            if len(parts := label.split()) > 1:
                one = f"{'_'.join(parts)} if it is one seat" if LABEL.fullmatch("_".join(parts)) else "no spaces"
                wrong.append(
                    f"{file}, line {number}: {ascii(label)[:70]} has a space: write {one}, a comma between two"
                )
            elif not LABEL.fullmatch(label):
                wrong.append(f"{file}, line {number}: {ascii(label)[:70]} is no label: use letters, digits and _ alone")
            elif label in found:
                wrong.append(
                    f"{file}, line {number}: {label} is in line {found[label]} already: each seat needs its own"
                )
            else:
                found[label] = number
    if not found and not wrong:
        wrong.append(f"{file} has no labels: write one a line, like lab01")
    if wrong:
        raise RoomFileError("\n".join(wrong))
    return list(found)


def check(rooms: Iterable[Any]) -> None:
    """At the start, for settings.py."""
    for room in rooms:
        if room.get("participant_label_file"):
            read[room["participant_label_file"]] = labels_of(room["participant_label_file"])
