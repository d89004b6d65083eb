"""The codebook: every variable with name, meaning, unit, range, missing codes and source, as Markdown or CSV.

docs/codebook.md is what `markdown()` gives for all variables; a test compares them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import groupby

import pandas as pd

from analysis.variables import PAGE_SECONDS, Variable, registry, variables

HEAD = ("Column", "Meaning", "Unit", "Range", "Blank", "Source")

INTRODUCTION = """<!-- Written by `python -m analysis codebook`; the texts are in analysis/variables.csv. -->

# Codebook

One row of the export `APP_custom.csv` is one decision: one participant in one round. `load_decisions` (in `analysis`)
reads it into a table with the same columns and the flags below; `python -m analysis tidy` writes that table, with the
predictions joined, as `decisions.csv`, `decisions.parquet` and `decisions.dta` (Stata, with labels), and `python -m
analysis report` as `decisions.csv`, all without `definition` (`identity` stands for it).

Rows exist for every participant in every round of the protocol, decided or not. Text is UTF-8, columns are separated
by commas, numbers have a decimal point and all digits that are needed to read back the same number. A **blank** is an
empty entry; there are no other codes for missing values (in the Stata file: `.`, and the empty text). Utility is
value − cost share + transfer; points are scale × utility + shift, rounded (see the treatment); money is in the
currency of the session. A text that somebody typed and a spreadsheet would compute (it begins with `=`, `+`, `-` or `@`
and is no number) has an apostrophe before it in CSV files; `load_decisions` and the other readers take it away.

Which files can be read: CSV files, compressed (`.csv.gz`) or not, workbooks (`.xlsx`) and archives (`.zip`) of them, as
they were downloaded or as a spreadsheet saved them (semicolons or tabs, decimal commas, Windows-1252 or UTF-16, blank
lines at the end; in workbooks empty rows anywhere, and a title above the names of the columns). What is read otherwise
than it was downloaded, downloads that were pasted together, mixed versions and labels that come again are told in a
sentence each, and so is whatever was not read.

`APP_custom.csv` (*Custom exports*) is the source of decisions. oTree's `all_apps_wide` holds the same decisions and the
treatments in force, but neither the currency nor the version of oTree. oTree's table of one app holds no treatment: it
is read together with one of the two, and compared with it. Rows that are the same decision are kept once; where they
contradict each other, nothing is read. *Page times*, *Chat logs* and the other custom exports become tables of their
own. Files that come over oTree's REST interface (`/api/export_…`) are the same files. Exports of version 0.2.0, in
which every mechanism had an app of its own, are read as well.

In the analysis (`in_analysis`) are rounds that are not practice, of participants who are not named in the file of
exclusions (`--exclude`) and have a place in a group (`seated`), in sessions that are no demo (`--keep-demo` keeps
them). Decisions that are not the participant's own (`decided_by`) stay, but rates of play leave them out, and groups
with one. Bots, dropouts and participants who did not pass the quiz stay and are counted: see `flow`.
"""

TABLES = {
    "decisions": "The decisions",
    "participants": "Participants, from all_apps_wide and the tables of the apps",
    "page_times": "Page times",
    "chat": "Chat",
    "quiz": "Answers of the quiz",
    "requests": "Requests in stages, one row a request",
    "what_if": "What participants tried out",
    "record": "The record: what happened, event by event",
    "people": "The people who came to a study, and how it ended for each",
    "questionnaires": "Questionnaires",
}


def codebook_of(tables: Mapping[str, Sequence[str]], own: Sequence[str] = ()) -> list[Variable]:
    """The variables of the given columns of the given tables; ValueError for a table or column that is not known.

    own : columns of the decisions that a file of sessions has added

    Examples
    --------
    >>> [variable] = codebook_of({"decisions": ["points"]})
    >>> variable.meaning, variable.unit
    ('points of the round', 'points')
    """
    for table, columns in tables.items():
        if table not in TABLES:
            raise ValueError(f"tables: {table!r}; expected some of {', '.join(TABLES)}")
        known = {variable.name for variable in variables(table)} | {*own}
        if missing := [name for name in columns if name not in known and not name.startswith(PAGE_SECONDS)]:
            raise ValueError(f"tables: {table} has no column {missing[0]!r} in the codebook")
    return [variable for table, columns in tables.items() for variable in variables(table, columns, own)]


def markdown(entries: Sequence[Variable] | None = None, seen: Mapping[tuple[str, str], str] | None = None) -> str:
    """The codebook as Markdown.

    entries : of all variables if None
    seen : (table, name) -> what the data really hold (`observed`), shown in a column of its own
    """
    head = HEAD if seen is None else (*HEAD, "In these files")
    lines = [INTRODUCTION]
    for table, own in groupby(registry() if entries is None else entries, key=lambda variable: variable.table):
        lines.append(f"## {TABLES[table]}\n")
        for section, rows in groupby(own, key=lambda variable: variable.section):
            if table == "decisions":
                lines.append(f"### {section}\n")
            lines += [_line(head), "|---" * len(head) + "|", *(_line(_cells(row, seen)) for row in rows), ""]
    return "\n".join(lines)


def as_csv(entries: Sequence[Variable] | None = None, seen: Mapping[tuple[str, str], str] | None = None) -> str:
    """The codebook as CSV: table, section, name, meaning, unit, range, missing, source (and observed, if given)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [field.name for field in fields(Variable)]
    writer.writerow(names if seen is None else [*names, "observed"])
    for row in registry() if entries is None else entries:
        more = [] if seen is None else [seen.get((row.table, row.name), "")]
        writer.writerow([getattr(row, name) for name in names] + more)
    return out.getvalue()


def observed(table: pd.DataFrame) -> dict[str, str]:
    """What each column really holds: number of entries, blanks, least and greatest or number of different ones."""
    found = {}
    for name in table:
        column = table[name]
        is_text = str(column.dtype) in ("str", "object", "category", "string")
        blank = int((column.astype("str") == "").sum() if is_text else column.isna().sum())
        there = column[column.astype("str") != ""] if is_text else column.dropna()
        what = f"{there.nunique()} different" if is_text else ""
        if len(there) and not is_text:
            what = f"{there.min()} to {there.max()}"
        found[str(name)] = f"{what}; {blank} blank".removeprefix("; ")
    return found


def _cells(row: Variable, seen: Mapping[tuple[str, str], str] | None) -> tuple[str, ...]:
    cells = (f"`{row.name}`", row.meaning, row.unit, row.range, row.missing, row.source)
    return cells if seen is None else (*cells, seen.get((row.table, row.name), ""))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
