"""The report: one self-contained HTML file and decisions.csv. Same input, same bytes: no clock, no random ids."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from minijinja import Environment

from analysis import measures, sections, tables
from analysis.audit import AuditResult
from analysis.exports import Exports
from analysis.predictions import predict
from analysis.words import counted

TEMPLATE = Path(__file__).with_name("report.html.j2")
LIBRARIES = ("numpy", "pandas", "matplotlib")
MAX_FINDINGS = 50


def write_report(exports: Exports, result: AuditResult, out: str | Path) -> Path:
    """Write report.html and decisions.csv into the folder `out` (made if missing); returns the path of the page."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    predictions = predict(exports.decisions)
    write_decisions(predictions.decisions, folder / "decisions.csv")
    numbers = tables.Numbers()
    names = sections.names_of(predictions.solutions)
    predicted = predictions.decisions
    sample = tables.sample_table(measures.sample(predicted), names, numbers.table("The data"))
    page: dict[str, Any] = {
        "about": _about(exports, result, predicted),
        "sample": sample,
        "not_computed": list(predictions.not_computed),
        "comparison": sections.comparison(predicted, names, numbers) if len(names) > 1 else None,
        "treatments": [
            sections.treatment_section(
                predicted[predicted["identity"] == identity], predictions.solutions[identity], name, numbers
            )
            for identity, name in names.items()
        ],
    }
    target = folder / "report.html"
    target.write_text(render(page), encoding="utf-8", newline="\n")
    return target


def render(page: dict[str, Any]) -> str:
    """The page as HTML; everything that is not marked safe in the template is escaped."""
    environment = Environment(
        templates={"report.html": TEMPLATE.read_text(encoding="utf-8")}, trim_blocks=True, lstrip_blocks=True
    )
    return environment.render_template("report.html", **_plain(page))


def _plain(value: Any) -> Any:
    """Dataclasses as dicts, for the template."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


def _about(exports: Exports, result: AuditResult, predicted: pd.DataFrame) -> dict[str, Any]:
    """What stands on top: the audit, bots, files, versions."""
    decided = predicted[predicted["message"].notna()]
    by_bot = int(decided["is_bot"].sum())
    times = decided["decided_at"].dropna()
    shown = result.findings.head(MAX_FINDINGS)
    return {
        "title": f"{counted(predicted['identity'].nunique(), 'treatment')}, {counted(result.sessions, 'session')}",
        "ok": result.ok,
        "verdict": result.verdict,
        "tolerance": f"{result.tolerance:g}",
        "findings": [[str(cell) for cell in row] for row in shown.itertuples(index=False)],
        "more_findings": len(result.findings) - len(shown),
        "notes": list(result.notes),
        "bots": by_bot,
        "decisions": len(decided),
        "timed_out": result.timed_out,
        "incomplete": result.incomplete,
        "files": [[file.name, str(file.rows), file.sha256] for file in exports.files],
        "skipped": [list(entry) for entry in exports.skipped],
        "duplicates": exports.duplicates,
        "superseded": exports.superseded,
        "first": "" if times.empty else times.min().strftime("%Y-%m-%d %H:%M"),
        "last": "" if times.empty else times.max().strftime("%Y-%m-%d %H:%M"),
        "platform": ", ".join(sorted(set(predicted["platform_version"]) - {""})) or "unknown",
        "otree": ", ".join(sorted(set(predicted["otree_version"]) - {""})) or "unknown",
        "libraries": ", ".join(f"{library} {version(library)}" for library in LIBRARIES),
    }


def write_decisions(predicted: pd.DataFrame, path: Path) -> None:
    """All columns but `definition` (`identity` stands for it); flags as 0 and 1, times in ISO 8601, as exported."""
    table = predicted.drop(columns="definition")
    flags = [name for name in table.columns if str(table[name].dtype) in ("bool", "boolean")]
    table = table.astype(dict.fromkeys(flags, "Int64"))
    times = table["decided_at"].dt.strftime("%Y-%m-%dT%H:%M:%S.%f")
    table["decided_at"] = times.str.slice(stop=-3) + "+00:00"  # milliseconds
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
