"""Certificates as text, JSON and HTML; several side by side."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from html import escape

from mechanisms.certificate.certificate import Certificate, Row
from mechanisms.terminal import table

WIDTH = 100


def as_text(certificate: Certificate) -> str:
    """For the terminal."""
    lines = [f"{certificate.title}", f"{certificate.name}, game {certificate.identity}", ""]
    for row in certificate.rows:
        lines.append(f"{row.verdict.status.upper():<15}{row.concept} ({row.source})")
        for text in said(row):
            lines += textwrap.wrap(text, WIDTH, initial_indent=" " * 15, subsequent_indent=" " * 15)
    return "\n".join(lines) + "\n"


def as_json(certificates: Sequence[Certificate]) -> str:
    """All fields, for other programs: one certificate, or a list of several."""
    plain = [certificate.plain() for certificate in certificates]
    return json.dumps(plain if len(plain) > 1 else plain[0], indent=2, ensure_ascii=False) + "\n"


def as_html(certificate: Certificate) -> str:
    """A table for the admin page, whose style sheet knows the classes."""
    rows = "".join(
        f'<tr class="{row.verdict.status.replace(" ", "-")}">'
        f"<td>{escape(row.concept)}<br><small>{escape(row.source)}</small></td><td>{escape(row.verdict.status)}</td>"
        f"<td>{'<br>'.join(escape(text) for text in said(row))}</td></tr>"
        for row in certificate.rows
    )
    caption = f"{escape(certificate.title)}, game {escape(certificate.identity)}"
    head = "<tr><th>Property</th><th>Verdict</th><th>What was found</th></tr>"
    return f'<table class="certificate table table-sm"><caption>{caption}</caption>{head}{rows}</table>\n'


def as_markdown(certificate: Certificate) -> str:
    """A section for the documentation."""
    lines = [f"## `{certificate.name}`: {certificate.title}", "", f"Game {certificate.identity}.", ""]
    lines += ["| Property | Verdict | What was found |", "|---|---|---|"]
    for row in certificate.rows:
        found = "<br>".join(said(row)).replace("|", "\\|")
        lines.append(f"| {row.concept} | {row.verdict.status} | {found} |")
    return "\n".join(lines) + "\n"


def compared(certificates: Sequence[Certificate], names: Sequence[str] = ()) -> str:
    """For the terminal: verdicts side by side, one column a certificate; rows in which they differ are marked."""
    rows = []
    for concept in dict.fromkeys(row.concept for certificate in certificates for row in certificate.rows):
        found = [_status(certificate, concept) for certificate in certificates]
        rows.append([f"{' ' if len(set(found)) == 1 else '*'} {concept}", *found])
    heads = names or [certificate.name for certificate in certificates]
    return table(["", *heads], rows) + ("* differs\n" if any(row[0].startswith("*") for row in rows) else "")


def _status(certificate: Certificate, concept: str) -> str:
    """The verdict of a concept; "-" where the treatment is not asked for it."""
    found = [row.verdict.status for row in certificate.rows if row.concept == concept]
    return found[0] if found else "-"


def said(row: Row) -> list[str]:
    """What a row says beside its verdict, one sentence a line."""
    basis = f"{row.verdict.method}; {row.verdict.size}" if row.verdict.size else row.verdict.method
    exact = "exact" if row.verdict.tolerance == 0 else f"relative tolerance {row.verdict.tolerance:g}"
    exact = f"{row.numbers}, {exact}" if row.numbers else exact
    decided = row.verdict.status in ("holds", "fails")
    return [
        text for text in (row.answer, row.witness, row.verdict.reason, f"[{basis}; {exact}]" if decided else "") if text
    ]
