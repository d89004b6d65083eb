"""In which line of a TOML file a key stands, for sentences about what is wrong there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mechanisms.treatments.texts import UnreadableTextError, read_text

HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(r"""\s*([A-Za-z0-9_.\-"' ]+?)\s*=""")
LONG = ('"""', "'''")


def line_of(text: str, key: str) -> int:
    """The line (from 1) of a dotted key such as "platform.codes.complete" or "arms[2].treatment"; of the nearest table
    around it if it stands on no line of its own; 1 if there is none.

    >>> text = 'title = "x"\\n[[arms]]\\ntreatment = "a"\\n[[arms]]\\ntreatment = 7\\n[consent.text]\\nen = "…"'
    >>> line_of(text, "arms[2].treatment"), line_of(text, "consent.text"), line_of(text, "arms[2].size")
    (5, 6, 4)
    """
    places = dict(reversed(list(_places(text))))  # the first of equal ones
    wanted = key
    while wanted:
        for name in (wanted, f"{wanted}[1]"):
            if name in places:
                return places[name]
        wanted = wanted.rpartition("[" if wanted.endswith("]") else ".")[0]
    return 1


def place(path: Path, key: str) -> str:
    """File and line of a key, for the beginning of a sentence; of a file that is not there the name only.

    >>> place(Path("studies/none.toml"), "arrival.silo")
    'studies/none.toml'
    """
    try:
        return f"{path}, line {line_of(read_text(path), key)}"
    except (OSError, UnreadableTextError):
        return str(path)


def _places(text: str) -> Iterator[tuple[str, int]]:
    """(dotted key, line) of every header and every entry; what stands in a long text is none."""
    table, counts, inside = "", Counter[str](), ""
    for number, line in enumerate(text.split("\n"), start=1):
        if inside:
            inside = "" if line.count(inside) % 2 else inside
            continue
        if found := HEADER.match(line):
            table = _plain(found[2])
            if found[1] == "[[":
                counts[table] += 1
                table = f"{table}[{counts[table]}]"
            else:
                table = _in_list(table, counts)
            yield table, number
        elif found := KEY.match(line):
            yield f"{table}.{_plain(found[1])}".lstrip("."), number
        inside = next((mark for mark in LONG if line.count(mark) % 2), "")


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _in_list(table: str, counts: Counter[str]) -> str:
    """[arms.x] below [[arms]] belongs to the last of them."""
    head, _, rest = table.partition(".")
    return f"{head}[{counts[head]}].{rest}" if rest and counts[head] else table
