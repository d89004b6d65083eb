"""One file of a known kind: read completely, or with a list of everything that is wrong in it.

The first step takes the file apart (`texts`), the second turns texts into typed values, the third checks them against
the pandera schema. Each step lists all that it finds, with file, line, column, value and what is expected; the caller
(`exports`) raises one ExportError for all files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pandera.errors
import pandera.pandas as pa
from pandas.api.types import union_categoricals

from analysis.errors import ExportError, Problem, shown, wrong_entry
from analysis.games import deleted, treatment_of
from analysis.loading.schema import COLUMNS, KINDS, Column, ranges_of, typed
from analysis.loading.sources import Source
from analysis.loading.texts import Texts
from analysis.loading.versions import at_least
from analysis.memory import give_back


@dataclass(frozen=True)
class Read:
    """A table, index = line in the file; what is wrong with it; what was noticed, one sentence each; columns that it
    may lack, and does; the hash of the file, where it is asked for."""

    table: pd.DataFrame
    problems: list[Problem]
    notes: list[str]
    absent: tuple[Column, ...] = ()
    sha256: str = ""


def read_decisions(source: Source) -> Read:
    """The decisions of a table APP_custom.csv."""
    read = read_table(source, COLUMNS)
    if problems := read.problems + check_types(source.name, read):
        return replace(read, problems=problems)
    checks = (check_definitions, check_constants, check_end)
    problems = [problem for check in checks for problem in check(source.name, read.table)]
    return replace(read, problems=problems, notes=[*read.notes, *removed(source.name, read)])


LEAVES_OUT = "decided_by"
"""The column, newer than the first version, by which decisions are left out: without it nobody would notice."""


def removed(name: str, read: Read) -> list[str]:
    """That it is not there, although the version that wrote the rows has it: one sentence."""
    since = next((column.since for column in read.absent if column.name == LEAVES_OUT), "")
    versions = sorted(set(read.table["platform_version"].astype(str).unique()) - {""})
    if not since or not any(at_least(version, since) for version in versions):
        return []
    told = (
        f"{name}: without the column {LEAVES_OUT}, which version {versions[-1]} writes: was it removed? Decisions that "
        "the computer made for somebody absent cannot be told from people's own"
    )
    return [told]


def read_table(source: Source, columns: tuple[Column, ...], by_machine: bool = True) -> Read:
    """A table with exactly the given columns, in any order."""
    texts = Texts(source, by_machine)
    if not by_machine:
        texts.header = [name.strip().lower() for name in texts.header]
    if problems := header_problems(texts, columns):
        return Read(typed(columns, {}, np.zeros(0, dtype=np.int64))[0], problems, [])
    lines, entries = texts.whole()
    give_back()
    table, wrong = typed(columns, entries, lines, texts.separator != ",")
    give_back()
    problems = texts.problems + [wrong_entry(source.name, *entry) for entry in wrong]
    absent = tuple(column for column in columns if column.since and column.name not in texts.header)
    return Read(table, problems or check_schema(source.name, table, ranges_of(columns)), texts.notes, absent)


def joined(chunks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The chunks below each other; categories stay categories, so that no long text is held once a row."""
    parts = [chunk for chunk in chunks if len(chunk)] or list(chunks[:1])
    if len(parts) == 1:
        return parts[0]
    categories = [name for name in parts[0] if str(parts[0][name].dtype) == "category"]
    table = pd.concat([part.drop(columns=categories) for part in parts])
    for name in categories:
        together = union_categoricals([part[name] for part in parts], sort_categories=True)
        table.insert(parts[0].columns.get_loc(name), name, pd.Series(together, index=table.index))
    return table


FEW = 8
"""So many columns can be named in a sentence."""


def header_problems(texts: Texts, columns: Sequence[Column]) -> list[Problem]:
    """What is wrong with the first line."""
    expected = [column.name for column in columns]
    name, header = texts.source.name, texts.header
    if not header:
        found = f"the file is empty; expected the columns {', '.join(expected[:4])}, …"
        return texts.problems or [Problem(name, found)]
    missing = [column.name for column in columns if column.name not in header and not column.since]
    unknown = [column for column in header if column not in expected]
    twice = sorted({column for column in header if header.count(column) > 1})
    hint = f"expected exactly the columns {', '.join(expected)}"
    if len(expected) > FEW:
        hint = "expected exactly the columns of docs/codebook.md (is it the export of another version of the platform?)"
        if unknown and not missing:
            hint += "; columns of your own belong in a file of sessions (analysis report --session-data)"
    if missing and (version := _version(texts)):
        hint = (
            f"the file was written by version {version} of the platform: download it again if columns were removed, "
            "otherwise analyse it with that version"
        )
    return [
        Problem(
            name,
            f"{problem} column {', '.join(column or shown(column) for column in columns)}; {hint}",
            texts.source.first_line,
        )
        for problem, columns in (("missing", missing), ("unknown", unknown), ("repeated", twice))
        if columns
    ]


def _version(texts: Texts) -> str:
    """What the first row says in the column platform_version; "" if that is nothing."""
    for _, entries in texts.chunks():
        return str(entries["platform_version"].decoded()[0]) if "platform_version" in entries else ""
    return ""


def check_schema(name: str, table: pd.DataFrame, schema: pa.DataFrameSchema) -> list[Problem]:
    """Entries that the schema does not allow."""
    try:
        schema.validate(table, lazy=True, inplace=True)  # it changes nothing, and need not copy
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases.sort_values(["index", "column"], kind="stable")
        rows = zip(cases["index"], cases["column"], cases["failure_case"], cases["check"], strict=True)
        return [wrong_entry(name, int(line), str(column), value, str(check)) for line, column, value, check in rows]
    return []


def check_types(name: str, read: Read) -> list[Problem]:
    """Types that are blank, although the participant was not deleted."""
    blank = read.table["type"].isna() & ~deleted(read.table)
    said = {problem.line for problem in read.problems if problem.column == "type"}
    lines = [line for line in read.table.index[blank].tolist() if line not in said]
    return [wrong_entry(name, line, "type", "", KINDS["number"].expected) for line in lines]


def check_definitions(name: str, table: pd.DataFrame) -> list[Problem]:
    """Definitions that are no treatment."""
    problems = []
    distinct = table["definition"].drop_duplicates()
    for line, definition in zip(distinct.index.tolist(), distinct.tolist(), strict=True):
        try:
            treatment_of(definition)
        except ExportError as error:
            problems.append(Problem(name, str(error).removeprefix("column definition: "), line, "definition"))
    return problems


SAME_IN_A_SESSION = ("currency", "platform_version", "otree_version")
SAME_FOR_A_PARTICIPANT = ("participant_label", "is_bot", "order")


def check_constants(name: str, table: pd.DataFrame) -> list[Problem]:
    """Entries that differ from the others of the same session or participant where none can (the audit checks the
    columns that follow from the treatment), and numbers of rounds that do not rise with the rounds of a part."""
    who = ["session_code", "participant_code"]
    problems = []
    for columns, keys in ((SAME_IN_A_SESSION, who[:1]), (SAME_FOR_A_PARTICIPANT, who)):
        for column in columns:
            counts = table.groupby([*keys, column], sort=False).size()
            usual = counts.sort_values(ascending=False, kind="stable").reset_index(column)[column]
            usual = usual[~usual.index.duplicated()]
            if len(usual) == len(counts):
                continue
            index = pd.MultiIndex.from_frame(table[keys]) if len(keys) > 1 else pd.Index(table[keys[0]])
            expected = usual.reindex(index).to_numpy(dtype=object)
            found = table[column].to_numpy(dtype=object)
            what = "as in the other rows of the " + ("session" if len(keys) == 1 else "participant")
            problems += [
                wrong_entry(name, int(table.index[i]), column, _written(found[i]), f"{_written(expected[i])!r} {what}")
                for i in np.flatnonzero(found != expected)
            ]
    return problems + _orders(name, table) + _round_numbers(name, table)


def _orders(name: str, table: pd.DataFrame) -> list[Problem]:
    """The order names each part of the session once; in a study the one of the own arm."""
    problems = []
    for line, parts, order, study in table[["parts", "order", "study"]].drop_duplicates().itertuples():
        numbers, own = list(range(1, parts.count(";") + 2)), sorted(map(int, order.split(";")))
        if study and (len(own) != 1 or own[0] not in numbers):
            problems.append(wrong_entry(name, line, "order", order, f"the part of the own arm: one of {numbers}"))
        elif not study and own != numbers:
            problems.append(wrong_entry(name, line, "order", order, f"each part once: {numbers} in some order"))
    return problems


def _written(value: object) -> str:
    """A value as it stands in the file."""
    return str(int(value)) if isinstance(value, (bool, np.bool_)) else str(value)


def _round_numbers(name: str, table: pd.DataFrame) -> list[Problem]:
    """A part takes consecutive numbers of rounds: practice first, then its rounds, the same shift in all its rows."""
    practice = np.where(table["practice"], 0, table["practice_rounds"])
    shift = table["round_number"] - table["round"] - practice
    by = [table[column] for column in ("session_code", "participant_code", "part")]
    usual = shift.groupby(by, sort=False).transform("median")
    last = np.where(table["practice"], table["practice_rounds"], table["rounds"])
    rows = np.flatnonzero(((shift != usual) & (table["round"] <= last)).to_numpy())  # beyond the protocol: the audit
    right = (table["round_number"] - shift + usual).to_numpy()
    return [
        wrong_entry(name, int(table.index[i]), "round_number", table["round_number"].iloc[i],
                    f"{right[i]:g}, from the other rounds of the part")
        for i in rows
    ]  # fmt: skip


def check_end(name: str, table: pd.DataFrame) -> list[Problem]:
    """A file that ends between two rows: the last rounds of a part are not there, or not all of the last one.

    An export has a row for every participant in every round of the protocol, decided or not. Rows that are missing
    anywhere else are for the audit.
    """
    keys = ["session_code", "part", "order"]
    used = [*keys, "round", "rounds", "participant_id"]
    rows = table.loc[~table["practice"], used].reset_index(names="line")
    places = rows.groupby(keys, sort=True).agg(
        people=("participant_id", "nunique"), rounds=("rounds", "first"), last=("round", "max"), line=("line", "max")
    )
    sizes = rows.groupby([*keys, "round"])["participant_id"].nunique().rename("there").reset_index()
    sizes = sizes.merge(places, left_on=keys, right_index=True)
    at_end = sizes["round"] == sizes["last"]
    full = (at_end | (sizes["there"] == sizes["people"])).groupby([sizes[key] for key in keys]).agg(["all", "size"])
    places["there"] = sizes[at_end].set_index(keys)["there"]
    whole = full["all"] & (full["size"] == places["last"]) & (places["last"] <= places["rounds"])
    cut = places[whole & ((places["last"] < places["rounds"]) | (places["there"] < places["people"]))]
    problems = []
    for (code, part, order), people, rounds, last, line, there in cut.itertuples():
        what = (
            f"session {code}, part {part}, order {order}: the last row is of round {last} with {there} of {people} "
            f"participants; expected rows of all participants in {rounds} rounds, decided or not: the file is cut off"
        )
        problems.append(Problem(name, what, line))
    return problems
