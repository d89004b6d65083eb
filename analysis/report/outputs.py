"""The files in the folder of a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.behaviour import Study
from analysis.figures.saved import save_figure
from analysis.inference.results import table as estimate_table
from analysis.report.comparisons import Inference
from analysis.report.latex import as_csv, as_document, as_latex, as_markdown
from analysis.report.tables import Table

WRITERS = {"csv": as_csv, "md": as_markdown}


MODEL_COLUMNS = {
    "parameter": "effect_name",
    "value": "effect",
    "interval": "interval_method",
    "units": "n_units",
    "decisions": "n_decisions",
    "unit": "parameter_unit",
    "versions": "library",
    "notes": "note",
}
"""Columns of models' estimates -> those of tests, where they say the same."""


def all_estimates(inference: Inference, study: Study | None, further: Sequence[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Tests and their effects (`of` test), the parameters of all models of behaviour (`of` model), and the estimates of
    the further sections (`of` their key): one table."""
    tests = inference.estimates()
    found = [tests.assign(of="test")] if len(tests) else []  # no row, no columns
    if study is not None and len(study.estimates):
        models = study.estimates
        where = models["treatment"] + ": " + models["model"] + ", " + models["parameter"]
        found.append(models.rename(columns=MODEL_COLUMNS).assign(of="model", question=where))
    for section in further:
        if len(section["estimates"]):
            rows, key = section["estimates"], section["key"]
            found.append(rows.assign(of=key, method=key + ": " + rows["method"]))  # no method of a main test
    return pd.concat(found or [estimate_table([]).assign(of="")], ignore_index=True)  # a file has columns in any case


def tables_of(page: Any) -> Iterator[Table]:
    """All tables of the page, in its order."""
    if isinstance(page, Table):
        yield page
    elif isinstance(page, dict):
        for entry in page.values():
            yield from tables_of(entry)
    elif isinstance(page, (list, tuple)):
        for entry in page:
            yield from tables_of(entry)


def figures_of(page: Any) -> Iterator[dict[str, Any]]:
    """All figures of the page (`play_results.shown`), in its order."""
    if isinstance(page, dict) and "figure" in page and "picture" in page:
        yield page
    elif isinstance(page, (dict, list, tuple)):
        for entry in page.values() if isinstance(page, dict) else page:
            yield from figures_of(entry)


def file_name(caption: str) -> str:
    """Name of a file without ending.

    >>> file_name("Table 3. Rates of play, side by side")
    'table_03_rates_of_play_side_by_side'
    """
    kind, number, title = re.fullmatch(r"(\w+) (\d+)\. (.*)", caption, re.DOTALL).groups()  # type: ignore[union-attr]
    words = re.sub(r"[^a-z0-9]+", "_", title.partition(". ")[0].lower()).strip("_")
    return f"{kind.lower()}_{int(number):02}_{words[:80].rstrip('_')}"


def write_tables(page: dict[str, Any], folder: Path) -> None:
    """Each table as CSV, LaTeX and Markdown; all of them as a LaTeX document."""
    folder.mkdir()
    names = []
    for table in tables_of(page):
        name = file_name(table.caption)
        names.append(name)
        texts = {ending: write(table) for ending, write in WRITERS.items()} | {"tex": as_latex(table, name)}
        for ending, text in texts.items():
            (folder / f"{name}.{ending}").write_text(text, encoding="utf-8", newline="\n")
    (folder / "all_tables.tex").write_text(as_document(names), encoding="utf-8", newline="\n")


def write_figures(page: dict[str, Any], folder: Path) -> None:
    """Each figure as PDF, PNG and SVG."""
    folder.mkdir()
    for figure in figures_of(page):
        save_figure(figure["figure"], folder, file_name(figure["caption"]))


def write_decisions(predicted: pd.DataFrame, path: Path) -> None:
    """All columns but `definition` (`identity` stands for it); flags as 0 and 1, times in ISO 8601, as exported."""
    table = predicted.drop(columns="definition")
    flags = [name for name in table.columns if str(table[name].dtype) in ("bool", "boolean")]
    table = table.astype(dict.fromkeys(flags, "Int64"))
    times = table["decided_at"].dt.strftime("%Y-%m-%dT%H:%M:%S.%f")
    table["decided_at"] = times.str.slice(stop=-3) + "+00:00"  # milliseconds
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
