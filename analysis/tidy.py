"""The tidy tables as files: decisions.csv, decisions.parquet, decisions.dta, one CSV for each table beside them (of
requests in stages, too), the codebook and the flow diagram. Same input, same bytes: no clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet

from analysis.codebook import as_csv, codebook_of, markdown, observed
from analysis.flow import flow, flow_svg
from analysis.loading.companions import page_seconds
from analysis.loading.exports import Exports
from analysis.loading.schema import HELD_ONCE
from analysis.predictions import predict
from analysis.predictions.request_play import requests_of
from analysis.variables import Variable, variables
from mechanisms.session.formulas import as_text

VALUE_LABELS = {0: "no", 1: "yes"}
STATA_NAME = 32
STATA_TEXT = 2045
"""Longest name of a variable, and longest text (bytes) that is no strL, in Stata."""

CATEGORIES = (
    "app", "treatment", "mechanism", "environment", "role", "information", "matching", "feedback", "pay",
    "practice_against", "language", "pay_parts", "currency",
)  # fmt: skip
"""Texts with few values: in Stata numbers with value labels."""


def tidy_decisions(exports: Exports) -> pd.DataFrame:
    """All decisions with flags, predictions (blank in practice rounds) and, if there are page times, seconds a page."""
    decisions = exports.decisions
    predicted = predict(decisions).decisions
    added = predicted[[name for name in predicted if name not in decisions]].reindex(decisions.index)
    texts = [name for name in added if str(added[name].dtype) in ("str", "object")]
    tables = [decisions.drop(columns="definition"), added.fillna(dict.fromkeys(texts, ""))]
    if "page_times" in exports.companions:
        tables.append(page_seconds(decisions, exports.companions["page_times"]))
    return pd.concat(tables, axis=1)


def write_tidy(exports: Exports, out: str | Path) -> list[Path]:
    """Write everything into the folder `out` (made if missing); the paths of the files."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    table = tidy_decisions(exports)
    written = [folder / f"decisions.{ending}" for ending in ("csv", "parquet", "dta")]
    own = _of_sessions(exports)
    write_csv(table, written[0])
    write_parquet(table, written[1], own)
    write_stata(table, written[2], own)
    beside = {"decisions": table} | {name: entries for name, entries in exports.companions.items() if len(entries)}
    for name, entries in exports.companions.items():
        if len(entries):
            written.append(folder / f"{name}.csv")
            write_csv(without_formulas(entries), written[-1])
    requests = requests_of(exports.decisions)
    if len(requests):
        beside["requests"] = requests
        written.append(folder / "requests.csv")
        write_csv(requests, written[-1])
    diagram = flow(exports)
    for name, entries in (("flow", diagram.steps), ("flow_kept", diagram.kept)):
        written.append(folder / f"{name}.csv")
        write_csv(entries, written[-1])
    entries = codebook_of({name: list(columns) for name, columns in beside.items()}, own)
    seen = {(name, column): what for name, columns in beside.items() for column, what in observed(columns).items()}
    texts = {
        "codebook.md": markdown(entries, seen),
        "codebook.csv": as_csv(entries, seen),
        "flow.svg": flow_svg(diagram) + "\n",
        "definitions.json": definitions(exports.decisions),
    }
    for name, text in texts.items():
        written.append(folder / name)
        written[-1].write_text(text, encoding="utf-8", newline="\n")
    return written


def _of_sessions(exports: Exports) -> list[str]:
    """The columns that come from a file of sessions."""
    if not any(file.kind == "sessions" for file in exports.files):
        return []
    known = {variable.name for variable in variables("decisions")}
    return [str(name) for name in exports.decisions if name not in known]


def definitions(decisions: pd.DataFrame) -> str:
    """The treatments in force as JSON: session_code -> part -> definition."""
    first = decisions.drop_duplicates(["session_code", "part"])
    found: dict[str, dict[str, object]] = {}
    for code, part, text in zip(first["session_code"], first["part"], first["definition"], strict=True):
        found.setdefault(str(code), {})[str(part)] = json.loads(str(text))
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def without_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """What people have typed, as the laboratory writes it: nothing that a spreadsheet would compute."""
    texts = [name for name in ("answer", "value", "body", "nickname") if name in table]
    return table.assign(**{name: table[name].astype("object").map(as_text, na_action="ignore") for name in texts})


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """As the export is written: flags as 0 and 1, times in ISO 8601 with milliseconds, a blank for what is missing."""
    flags = [name for name in table.columns if str(table[name].dtype) in ("bool", "boolean")]
    table = table.astype(dict.fromkeys(flags, "Int64"))
    for name in table.select_dtypes("datetimetz"):
        texts = table[name].dt.strftime("%Y-%m-%dT%H:%M:%S.%f")
        table[name] = texts.str.slice(stop=-3) + "+00:00"
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def write_parquet(table: pd.DataFrame, path: Path, own: Sequence[str] = ()) -> None:
    """With the meaning of each column as `description` in its metadata; texts as texts, whatever they are held as.

    own : columns of a file of sessions
    """
    texts = dict.fromkeys((name for name in table if name in HELD_ONCE), "str")
    arrow = pyarrow.Table.from_pandas(table.astype(texts), preserve_index=False)
    described = _described(table, own)
    entries = [entry.with_metadata({"description": _described_as(described[entry.name])}) for entry in arrow.schema]
    schema = pyarrow.schema(entries, metadata=arrow.schema.metadata)
    pyarrow.parquet.write_table(arrow.cast(schema), path)


def _described(table: pd.DataFrame, own: Sequence[str]) -> dict[str, Variable]:
    return {variable.name: variable for variable in variables("decisions", [str(name) for name in table], own)}


def _described_as(variable: Variable) -> str:
    return variable.meaning + (f" ({variable.unit})" if variable.unit else "")


def write_stata(table: pd.DataFrame, path: Path, own: Sequence[str] = ()) -> None:
    """Stata 14 and later (format 118): labels of variables, no/yes for flags, labelled numbers for CATEGORIES, times as
    %tc in UTC."""
    flags = [str(name) for name in table if str(table[name].dtype) in ("bool", "boolean")]
    columns = {}
    for name in map(str, table):
        column = table[name]
        if name in flags:
            column = column.astype("Int8") if column.isna().any() else column.astype("int8")
        elif name in CATEGORIES:
            column = column.astype("str").mask(column == "").astype("category")  # a value label cannot be empty
        elif str(column.dtype).startswith("datetime64"):
            column = column.dt.tz_localize(None)
        elif str(column.dtype) == "category":
            column = column.astype("object").where(column.notna(), "").astype("str")  # all may be blank
        columns[_stata_name(name)] = column
    data = pd.DataFrame(columns)
    labels = {_stata_name(name): variable.label for name, variable in _described(table, own).items()}
    texts = [name for name in data if str(data[name].dtype) == "str"]
    long = [name for name in texts if data[name].dropna().map(lambda text: len(text.encode())).max() > STATA_TEXT]
    times = {name: "tc" for name in data if str(data[name].dtype).startswith("datetime64")}
    last = table["decided_at"].max()
    data.to_stata(
        path,
        write_index=False,
        version=118,
        time_stamp=(pd.Timestamp(0) if pd.isna(last) else last.tz_localize(None)).to_pydatetime(),
        data_label="One row a decision; see codebook.md",
        variable_labels=labels,
        value_labels={_stata_name(name): VALUE_LABELS for name in flags},
        convert_dates=times,
        convert_strl=long,
    )


def _stata_name(name: str) -> str:
    return name[:STATA_NAME]
