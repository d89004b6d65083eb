"""The data of sessions as files: one folder for the audit and the report, or one archive to be downloaded.

Written in a process beside the server, from its own connection that only reads. The tables are those of oTree's page
*Data*, of these sessions alone, under names that say what is in them; README.txt says it once more.
"""

import csv
import hashlib
import json
import platform
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import otree
from otree import common2
from otree.database import dbq, values_flat
from otree.export import get_rows_for_wide_csv
from otree.models import Session as Sessions
from otree.models_concrete import PageTimeBatch

from engine.otree_repairs.storage.exports import rows
from engine.people import Session
from engine.session.configs import Encoder
from engine.session.in_force import treatment_of
from engine.stored_study import has_study, study_of
from engine.words.money import currency_in
from mechanisms.studies import Study, StudyError, load_study
from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from mechanisms.version import VERSION, commit

ROOT = Path(__file__).parents[3]
TABLES = {
    "decisions": "custom_export",
    "quiz": "custom_export_quiz",
    "queries": "custom_export_what_if",
    "record": "custom_export_record",
}
"""The files of the app in which a session is played, and the exports that they hold."""
PEOPLE = "custom_export_people"
NOT_ALWAYS = ("codebook.md", "people.csv", "studies/")
CONTENTS = {
    "decisions.csv": "one row a participant and round: type, message, outcome, points, payment, the protocol in force",
    "quiz.csv": "every attempt at the quiz, answer by answer",
    "queries.csv": "what was asked of calculator, table and graph, and when",
    "questionnaires.csv": "answers and scores of the questionnaires",
    "people.csv": "of studies: one row a person who came: arm, silo, how it ended, absences, checks; no identifiers",
    "record.csv": "what happened, event by event, with its cause: what the audit compares the decisions with",
    "page_times.csv": "when each page was completed",
    "all_apps_wide_*.csv": "oTree's table of everything, one row a participant, for each session",
    "treatments/": "the treatment of each part as it was in force; its file too, if it still defines this game",
    "studies/": "of studies: the study as it was in force; its file too, if it still says the same",
    "session.json": "for each session: configuration, label, comment, versions, commit of the code, currency",
    "codebook.md": "what each column means, with unit, range and blanks",
    "SHA256SUMS": "check sums of all these files (sha256sum -c SHA256SUMS)",
}


def sessions_of(codes: Iterable[str]) -> list[Session]:
    """LookupError names the first that is not there."""
    found = []
    for code in codes:
        session = dbq(Sessions).filter_by(code=code).first()
        if session is None:
            raise LookupError(code)
        found.append(session)
    return found


def write(sessions: list[Session], folder: Path) -> None:
    """All files, into an empty folder that is made here."""
    folder.mkdir(parents=True)
    for name, function in TABLES.items():
        write_table(folder / f"{name}.csv", of_apps(sessions, function))
    write_table(folder / "questionnaires.csv", joined(rows("closing", s.code, "custom_export") for s in sessions))
    of_studies = [session for session in sessions if has_study(session)]
    if of_studies:
        write_table(folder / "people.csv", joined(rows("closing", s.code, PEOPLE) for s in of_studies))
    for session in of_studies:
        write_study(session, folder / "studies")
    for session in sessions:
        wide = get_rows_for_wide_csv(session_code=session.code)
        write_table(folder / f"all_apps_wide_{session.code}.csv", wide)
        write_treatments(session, folder / "treatments")
    text = "".join(page_times({session.code for session in sessions}))
    (folder / "page_times.csv").write_text(text, "utf-8", newline="\n")
    facts = json.dumps([facts_of(session) for session in sessions], cls=Encoder, indent=2, ensure_ascii=False)
    (folder / "session.json").write_text(f"{facts}\n", "utf-8", newline="\n")
    if (ROOT / "docs/codebook.md").exists():
        shutil.copyfile(ROOT / "docs/codebook.md", folder / "codebook.md")
    (folder / "README.txt").write_text(readme(sessions, folder), "utf-8", newline="\n")
    (folder / "SHA256SUMS").write_text(check_sums(folder), "utf-8", newline="\n")


def of_apps(sessions: list[Session], function: str) -> Iterator[list[Any]]:
    """The same export of all sessions; all forms of play write the same columns."""
    return joined(rows(session.config["app_sequence"][1], session.code, function) for session in sessions)


def joined(tables: Iterable[Iterator[list[Any]]]) -> Iterator[list[Any]]:
    """Tables with the same head, as one.

    >>> list(joined([iter([["a"], [1]]), iter([["a"], [2]])]))
    [['a'], [1], [2]]
    """
    head: list[Any] | None = None
    for table in tables:
        own = next(table)
        if head is None:
            yield own
        elif own != head:
            raise ValueError(f"columns {own} do not continue {head}")
        head = own
        yield from table


def write_table(path: Path, lines: Iterable[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)


def page_times(codes: set[str]) -> Iterator[str]:
    """Lines of oTree's record of pages; the latest are in the server's memory, from which they were told."""
    yield ",".join(common2.TimeSpentRow.__annotations__) + "\n"
    batches = values_flat(dbq(PageTimeBatch).order_by("id"), PageTimeBatch.text)
    lines = [line for text in (*batches, *common2.page_completion_buffer) for line in text.splitlines()]
    for line in dict.fromkeys(lines):  # a line may have been stored while it was told
        if line.partition(",")[0] in codes:
            yield f"{line}\n"


def write_treatments(session: Session, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for part, definition in enumerate(session.parts, 1):
        identity, name = treatment_of(session, part).identity, definition["name"]
        write_in_force(folder / f"{session.code}-part{part}-{name}.json", definition, name, load_treatment, identity)


def write_study(session: Session, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    study = study_of(session)
    path = folder / f"{session.code}-{study.name}.json"
    write_in_force(path, study.definition, study.name, load_study, study.identity)


def write_in_force(
    path: Path, definition: Mapping[str, Any], name: str, load: Callable[[Path], Treatment | Study], identity: str
) -> None:
    """A definition as JSON; beside it today's file, in the folder here that is called as the one of `path`, if it still
    defines the same."""
    text = json.dumps(definition, cls=Encoder, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", "utf-8", newline="\n")
    file = ROOT / path.parent.name / f"{name}.toml"
    try:
        if file.exists() and load(file).identity == identity:
            shutil.copyfile(file, path.with_name(file.name))
    except (TreatmentError, StudyError):
        pass  # today's file is no treatment of one part, or no study: what was in force is in the JSON


def facts_of(session: Session) -> dict[str, Any]:
    return {
        "code": session.code,
        "label": session.label or "",
        "comment": session.comment or "",
        "created": session._created,
        "participants": session.num_participants,
        "demo": session.is_demo,
        "config": dict(session.config),
        "currency": currency_in(session.config),
        "platform_version": {"session": session.platform_version, "export": VERSION},
        "commit": {"session": session.vars.get("commit", "unknown"), "export": commit()},
        "otree": otree.__version__,
        "python": platform.python_version(),
    }


def readme(sessions: list[Session], folder: Path) -> str:
    lines = [
        "Data of Mechanism Lab. CSV: UTF-8, commas, decimal points; a blank is an empty entry.",
        "",
        *(f"Session {s.code}: {s.config['display_name']}, {s.num_participants} participants" for s in sessions),
        "",
        *(f"{name}: {what}" for name, what in CONTENTS.items() if name not in NOT_ALWAYS or (folder / name).exists()),
        "",
        "Check them: python -m analysis audit FOLDER.",
        "Tables, figures and tests: python -m analysis report FOLDER --out DIR.",
        "There are no names in these files, if the labels of seats are none.",
    ]
    return "\n".join(lines) + "\n"


def check_sums(folder: Path) -> str:
    """As `sha256sum` writes and checks them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n" for p in files)


def archive(folder: Path, path: Path, name: str) -> Path:
    """A zip of the folder's files, all below one folder `name`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            made.write(file, f"{name}/{file.relative_to(folder).as_posix()}")
    return path
