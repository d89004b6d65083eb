"""Every variable of every table that this package reads or writes: one registry, in variables.csv beside this file.

The codebook, the labels of the Stata file and the tests that compare tables with their description all read it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

REGISTRY = Path(__file__).with_name("variables.csv")
PAGE_SECONDS = "page_seconds_"
LONGEST_LABEL = 80
"""Stata's limit."""


@dataclass(frozen=True)
class Variable:
    """One column of a table.

    table : decisions, or a key of `Exports.companions`
    section : what it stands under in the codebook
    meaning, unit, range : in words; "" if there is none
    missing : when the entry is blank; a blank is the only code for what is missing
    source : where it comes from
    """

    table: str
    section: str
    name: str
    meaning: str
    unit: str
    range: str
    missing: str
    source: str

    @property
    def label(self) -> str:
        """The meaning on one line of at most 80 characters, cut where a clause ends.

        >>> variables("decisions")[0].label
        "oTree's code of the session"
        """
        text = self.meaning.replace("`", "")
        if len(text) <= LONGEST_LABEL:
            return text
        ends = [text.rfind(mark, 0, LONGEST_LABEL) for mark in ("; ", ": ", ", ", " (")]
        end = max(ends)
        if text.count("(", 0, end) > text.count(")", 0, end):
            end = text.rfind(" (", 0, end)
        return text[:end] if end > 20 else text[: LONGEST_LABEL - 1] + "…"


@lru_cache(maxsize=1)
def registry() -> tuple[Variable, ...]:
    """All variables, in the order of the codebook."""
    with REGISTRY.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    names = [field.name for field in fields(Variable)]
    return tuple(Variable(**{name: row[name] for name in names}) for row in rows)


def variables(table: str, columns: Sequence[str] | None = None, own: Sequence[str] = ()) -> list[Variable]:
    """The variables of a table; with `columns` those of these columns, in their order.

    own : columns of the experimenter's file of sessions
    Raises KeyError for another column that the registry does not know.
    """
    known = {variable.name: variable for variable in registry() if variable.table == table}
    if columns is None:
        return list(known.values())
    known |= {name: _of_the_session(table, name) for name in own}
    return [_page(known, name) if name.startswith(PAGE_SECONDS) else known[name] for name in columns]


def _of_the_session(table: str, name: str) -> Variable:
    return Variable(
        table, "The file of sessions", name, f"{name} of the session", "", "", "the file has no entry", "--session-data"
    )


def _page(known: dict[str, Variable], name: str) -> Variable:
    """The variable of one page, from the entry that stands for all pages."""
    every, page = known[PAGE_SECONDS + "PAGE"], name.removeprefix(PAGE_SECONDS)
    meaning = f"time from the page before to the end of the page {page} in the round"
    return Variable(every.table, every.section, name, meaning, every.unit, every.range, every.missing, every.source)
