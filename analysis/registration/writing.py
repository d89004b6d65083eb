"""The registration as a page, as text, and for programs: the same content in three files."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from analysis.registration.document import Arm, Registration
from analysis.registration.possible import impossible
from mechanisms.studies.schema import AnalysisSpec
from mechanisms.treatments import Treatment
from mechanisms.version import DIRTY
from mechanisms.writing import described

STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:52rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
    "td,th{border-bottom:1px solid #999;padding:.2rem .6rem;text-align:left;vertical-align:top}"
    "code{overflow-wrap:anywhere}"
)
Block = tuple[str, list[str], list[list[str]]]
"""A heading, paragraphs, and a table whose first row is its head (or no table)."""


def write(registration: Registration, out: Path) -> list[Path]:
    """STUDY_DATE.json, .md and .html in the folder `out` (made if missing); files that are there stay as they are.

    Raises
    ------
    FileExistsError
        If one of the files is there: a registration is never overwritten.
    """
    name = f"{registration.study.name}_{registration.date}"
    plain = json.dumps(registration.plain(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    texts = {".json": plain, ".md": markdown(registration), ".html": html(registration)}
    paths = [out / f"{name}{ending}" for ending in texts]
    for path in paths:
        if path.exists():
            raise FileExistsError(f"{path}: is there already; a registration is never overwritten")
    out.mkdir(parents=True, exist_ok=True)
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return paths


def blocks(registration: Registration) -> list[Block]:
    """All that the page and the text say."""
    study, spec = registration.study, registration.study.spec
    first = (
        f"Registered on {registration.date}. Study `{study.name}`, SHA-256 of its file `{registration.sha256}`, of "
        f"this document `{registration.plain()['document_sha256']}`. {code(registration)}"
    )
    found: list[Block] = [(study.title, [*([spec.description] if spec.description else []), first], [])]
    head = ["Arm", "Treatment", "Sessions", "Participants in each", "Game", "SHA-256 of the file"]
    found.append(("Arms", [], [head]))
    for arm in registration.arms:
        planned = ["not stated" if n is None else str(n) for n in (arm.sessions, arm.participants)]
        found[-1][2].append([arm.name, f"{arm.title} ({arm.treatment})", *planned, arm.identity, arm.sha256])
    rows = [["", "Outcome", "Kind", "Arms (second less first)", "Alternative", "Test", "Level", "Family"]]
    for k, h in enumerate(spec.hypotheses, 1):
        arms = ", ".join(h.arms) or "every pair"
        arms += "" if h.value is None else f" against {h.value}"
        test = h.test_in_force
        test += "" if h.margin is None else f", margin {h.margin:g}"
        rows.append([f"H{k}", h.outcome, h.kind, arms, h.alternative, test, f"{h.level_in_force:g}", h.family_in_force])
    corrected = "p-values are corrected by Holm's method within each family."
    found.append(("Hypotheses", [corrected, *(f"{told}." for told in impossible(registration))], rows))
    how = [f"{name}: {', '.join(columns)}" for name, columns in analysed(spec.analysis).items()]
    found.append(("Analysis", how or ["Units by who met whom (--unit met), no strata, no covariates."], []))
    rules = [["Rule", "More than", "Reason"], *([e.rule, str(e.more_than), e.reason] for e in spec.exclusions)]
    found.append(("Exclusions", [] if spec.exclusions else ["No rule: nobody is left out."], rules))
    stop = [f"{name}: {value}" for name, value in spec.stopping.model_dump(exclude_none=True).items() if value]
    expected = spec.power.model_dump(exclude_none=True, exclude={"subjects"})
    power = [f"{name}: {value}" for name, value in expected.items() if value]
    power += [f"subjects expected in {arm}: {text}" for arm, text in spec.power.subjects.items()]
    found.append(("Stopping", stop or ["Not stated."], []))
    found.append(("Power", power or ["Not stated."], []))
    return [*found, *(_of_arm(arm) for arm in registration.arms)]


def code(registration: Registration) -> str:
    """Which code made it, and whether others can have it."""
    commit, digests = registration.commit, [f"{name} `{sha256}`" for name, sha256 in registration.sources.items()]
    hashes = f" SHA-256 of its sources: {', '.join(digests)}." if digests else ""
    return (
        f"Code: version {registration.version}, commit `{commit.removesuffix(DIRTY)}`"
        f"{' with uncommitted changes' if commit.endswith(DIRTY) else ''}.{hashes}"
    )


def warnings(registration: Registration) -> list[str]:
    """What whoever registers should know, a line each."""
    found = impossible(registration)
    if registration.commit.endswith(DIRTY):
        found.append("the code has changes that are not committed: the commit alone does not say what was registered")
    if registration.commit == "unknown":
        found.append("the commit of the code is not known (no git): its sources are registered by their SHA-256")
    return found


def analysed(spec: AnalysisSpec) -> dict[str, tuple[str, ...]]:
    """What a study says of how its hypotheses are tested, by name."""
    entries = spec.model_dump(exclude_none=True)
    return {name: (entry,) if isinstance(entry, str) else tuple(entry) for name, entry in entries.items() if entry}


def _of_arm(arm: Arm) -> Block:
    treatment = Treatment.from_definition(arm.definition)
    players = [
        f"{place.role}: types {described(place.types)}; {treatment.messages_are} {described(place.messages)}"
        for place in treatment.positions
    ]
    called = treatment.words.called(treatment.protocol.language) if treatment.words else ""
    words = [f"Words on the pages: {called}."] if called else []
    planned = arm.definition["session"] | ({} if arm.participants is None else {"participants": arm.participants})
    protocol = ", ".join(f"{key} = {value}" for key, value in sorted(planned.items()))
    rows = [["Property", "Verdict", "What was found"]]
    for row in arm.certificate:
        told = " ".join(filter(None, [row["answer"], row["witness"], row["reason"]]))
        rows.append([f"{row['concept']} ({row['source']})", row["status"], told])
    return f"{arm.name}: game and theory", [*players, *words, f"Protocol: {protocol}."], rows


def markdown(registration: Registration) -> str:
    """For a repository, or to paste into the form of a registry."""
    lines = []
    for k, (heading, paragraphs, rows) in enumerate(blocks(registration)):
        lines += [f"{'#' if k == 0 else '##'} {heading}", ""]
        for text in paragraphs:
            lines += [text, ""]
        if len(rows) > 1:
            cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
            lines += [f"| {' | '.join(cells[0])} |", "|" + "---|" * len(rows[0])]
            lines += [f"| {' | '.join(row)} |" for row in cells[1:]]
            lines.append("")
    return "\n".join(lines)


def html(registration: Registration) -> str:
    """One page without anything from outside."""
    parts = []
    for k, (heading, paragraphs, rows) in enumerate(blocks(registration)):
        level = "h1" if k == 0 else "h2"
        parts.append(f"<{level}>{escape(heading)}</{level}>")
        parts += [f"<p>{_code(escape(text))}</p>" for text in paragraphs]
        if len(rows) > 1:
            head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
            body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows[1:])
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    title = escape(registration.study.title)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"</head><body>\n{chr(10).join(parts)}\n</body></html>\n"
    )


def _code(text: str) -> str:
    """Back quotes as code."""
    pieces = text.split("`")
    return "".join(f"<code>{piece}</code>" if k % 2 else piece for k, piece in enumerate(pieces))
