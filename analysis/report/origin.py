"""Where the report comes from: dates, audit and bots on its top; findings of the audit; files that were read."""

from __future__ import annotations

from typing import Any

from analysis.audit import AuditResult
from analysis.loading.exports import Exports
from analysis.predictions.solutions import Solutions
from analysis.report.methods import Sources
from analysis.report.plan import Plan
from analysis.report.tables import Numbers, Table
from analysis.words import counted, listed

MAX_FINDINGS = 50


def about(sources: Sources, solved: dict[str, Solutions], result: AuditResult) -> dict[str, Any]:
    """What stands on top: title, dates, the audit, bots."""
    rows, exports = sources.predicted, sources.exports
    decided = rows[rows["message"].notna()]
    times = decided["decided_at"].dropna()
    titles = list(dict.fromkeys(solution.treatment.title for solution in solved.values()))
    return {
        "heading": listed(titles) if len(titles) <= 2 else "Report",
        "title": f"{counted(len(sources.names), 'treatment')}, {counted(rows['session_code'].nunique(), 'session')}",
        "ok": result.ok,
        "verdict": result.verdict,
        "tolerance": f"{result.tolerance:g}",
        "notes": [*result.notes, *exports.notes, *registration_notes(sources.inference.plan)],
        "bots": int(decided["is_bot"].sum()),
        "decisions": len(decided),
        "skipped": [list(entry) for entry in exports.skipped],
        "duplicates": exports.duplicates,
        "superseded": exports.superseded,
        "first": "" if times.empty else times.min().strftime("%Y-%m-%d %H:%M"),
        "last": "" if times.empty else times.max().strftime("%Y-%m-%d %H:%M"),
    }


def registration_notes(plan: Plan) -> list[str]:
    """One sentence on top if the data are not as registered."""
    if plan.registration is None or not plan.deviations:
        return []
    count = counted(len(plan.deviations), "deviation")
    day = f" of {plan.registration.date}" if plan.registration.date else ""
    return [f"{count} from the registration{day}: see the table of deviations."]


def findings(result: AuditResult, numbers: Numbers) -> Table | None:
    """The first findings of the audit; None if there are none."""
    if result.ok:
        return None
    head = "Kind,Session,Part,Practice,Round,Participant,Column,Exported,Recomputed or expected,Problem".split(",")
    rows = [[str(cell) for cell in row] for row in result.findings.head(MAX_FINDINGS).itertuples(index=False)]
    note = "Round or participant 0: the finding concerns the whole part in that session."
    if more := len(result.findings) - len(rows):
        note += f" {more} more: python -m analysis audit --all lists them."
    return Table(numbers.table("Findings of the audit"), head, rows, texts=len(head), note=note)


def files(exports: Exports, numbers: Numbers) -> Table:
    rows = [[file.name, file.kind, file.sha256, str(file.rows)] for file in exports.files]
    head = ["File", "Kind", "SHA-256", "Rows"]
    return Table(numbers.table("Files that were read"), head, rows, texts=3)
