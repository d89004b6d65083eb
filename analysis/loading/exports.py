"""From export files to one tidy table of decisions: files found, read, overlapping downloads merged, rows flagged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis.errors import ExportError, Problem, raise_if_any
from analysis.loading.companions import COMPANIONS, merge_companion
from analysis.loading.duplicates import merge_downloads, same_files
from analysis.loading.finding import found_in
from analysis.loading.flags import flagged, read_exclusions
from analysis.loading.noticed import noticed
from analysis.loading.orders import told_apart
from analysis.loading.reading import read_decisions, read_table
from analysis.loading.session_data import read_session_data
from analysis.loading.sources import Source
from analysis.loading.versions import versions_of
from analysis.loading.wide import OtreeTable, Played, merge_people, played_of, read_otree_table
from analysis.loading.wide_decisions import decisions_of
from analysis.memory import give_back
from mechanisms.shown import Shown


@dataclass(frozen=True)
class SourceFile(Shown):
    """A file that was read: name without folder, SHA-256 of its bytes, rows, kind (a key of `formats.FORMATS`,
    "sessions" or "exclusions"), and the version of the platform that wrote it, "" where the file does not say."""

    name: str
    sha256: str
    rows: int
    kind: str = "decisions"
    version: str = ""


@dataclass(frozen=True)
class Exports(Shown):
    """Everything that was read.

    decisions : DataFrame with the columns of `schema.DECISIONS` and of `flags.FLAGS`, sorted by session, part,
        practice, round, group, position
    files : the files read, by name
    skipped : whatever else is in the given folders, archives and workbooks, with the reason why it was not read
    duplicates : rows dropped because the same row is in another file, or once more in its own
    superseded : rows dropped because another one holds more of the same row
    companions : tables beside the decisions, of the sessions that the decisions are of: participants, page_times, chat,
        quiz, what_if, record, questionnaires, as far as there are files of them
    notes : what else was noticed, one sentence each
    """

    decisions: pd.DataFrame
    files: tuple[SourceFile, ...]
    skipped: tuple[tuple[str, str], ...]
    duplicates: int
    superseded: int
    companions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def load_decisions(paths: str | Path | Iterable[str | Path], exclude: str | Path | None = None) -> pd.DataFrame:
    """The decisions of all exports in `paths` (files and folders), one row a decision.

    Raises ExportError for files that cannot be read completely; `read_exports` also tells what was read and dropped.

    Examples
    --------
    >>> decisions = load_decisions("examples/data/production/s01produ_custom.csv.gz")
    >>> len(decisions), decisions["treatment"].unique().tolist()
    (180, ['production_serial'])
    """
    return read_exports(paths, exclude).decisions


def read_exports(
    paths: str | Path | Iterable[str | Path],
    exclude: str | Path | None = None,
    keep_demo: bool = False,
    session_data: str | Path | None = None,
) -> Exports:
    """Read exports; see `Exports`.

    Parameters
    ----------
    paths : a path or several
        A file must be an export of the platform or one of oTree's own tables (CSV, .csv.gz, a workbook .xlsx, an
        archive .zip of such files); of a folder all of them are taken, in subfolders too, and what else is there is
        listed as skipped, with the reason.
    exclude : path of a file (CSV or .xlsx) with the columns session_code, participant_code, reason, or None
        Participants to leave out of the analysis; a blank participant_code stands for the whole session.
    keep_demo : whether demo sessions are analysed
    session_data : path of a file (CSV or .xlsx) with session_code and further columns (wave, laboratory, pair), or None
        The decisions get these columns, for strata, covariates and units.

    Raises
    ------
    ExportError
        Something is wrong in any file; the message lists everything, and nothing was read.
    """
    named = [paths] if isinstance(paths, (str, Path)) else list(paths)
    given = [Path(path) for path in named]
    if not given or "" in named:  # Path("") is the current folder
        raise ExportError("no export given; expected files or folders")
    files, skipped = found_in(given, exclude, session_data)
    read = _Read()
    for source, kind in files:
        read.add(source, kind)
    raise_if_any(read.problems)
    tables, names = read.decision_tables()
    raise_if_any(read.problems)
    if not any(len(table) for table in tables):
        listed = ", ".join(source.name for source, _ in files)
        raise ExportError(f"{listed}: no decision in it; expected one row a decision below the header")
    merged = merge_downloads(tables, names)
    give_back()
    companions, notes = read.companions(merged.decisions)
    exclusions = read_exclusions(Path(exclude), merged.decisions) if exclude is not None else None
    table = exclusions.table if exclusions is not None else None
    people = companions.get("people")
    decisions = flagged(told_apart(merged.decisions), companions.get("participants"), table, keep_demo, people)
    notes += [*(exclusions.notes if exclusions is not None else []), *noticed(decisions)]
    if session_data is not None:
        own = read_session_data(Path(session_data))
        decisions, more = own.joined(decisions)
        notes += more
        read.sources.append(SourceFile(own.name, own.sha256, len(own.lines), "sessions"))
    if exclusions is not None and exclude is not None:
        read.sources.append(SourceFile(Path(exclude).name, exclusions.sha256, len(exclusions.table), "exclusions"))
    sources = sorted(read.sources, key=lambda source: (source.name, source.sha256))
    told = (*read.notes, *same_files((source.name, source.sha256) for source in sources), *notes)
    return Exports(decisions, tuple(sources), skipped, merged.duplicates, merged.superseded, companions, told)


class _Read:
    """What was read so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.sources: list[SourceFile] = []
        self.decisions: list[tuple[str, pd.DataFrame]] = []
        self.otree: list[OtreeTable] = []
        self.beside: dict[str, list[pd.DataFrame]] = {}

    def add(self, source: Source, kind: str) -> None:
        version = ""
        if kind in ("wide", "app"):
            table = read_otree_table(source)
            self.otree.append(table)
            rows, problems, notes = len(table.people), table.problems, table.notes
            version = versions_of(played.platform_version for played in table.played.values())
        else:
            beside = COMPANIONS.get(kind)
            read = read_decisions(source) if beside is None else read_table(source, beside.columns)
            rows, problems, notes = len(read.table), read.problems, read.notes
            if beside is None:
                self.decisions.append((source.name, read.table))
                version = versions_of(read.table["platform_version"].unique())
            else:
                self.beside.setdefault(kind, []).append(read.table)
        self.problems += problems
        self.notes += notes
        self.sources.append(SourceFile(source.name, source.sha256(), rows, kind, version))

    def decision_tables(self) -> tuple[list[pd.DataFrame], list[str]]:
        """The decisions of all files, those of oTree's own tables too, and the names of the files."""
        tables = dict(enumerate(self.decisions))
        self.decisions = []  # whoever asked has them now
        known: dict[str, Played] = {}
        for _, table in tables.values() if self.otree else ():
            known |= played_of(table)
        also = dict(known)
        for otree in sorted(self.otree, key=lambda table: not table.played):  # all_apps_wide first
            decisions, problems = decisions_of(otree, also)
            also = otree.played | also
            self.problems += problems
            tables[len(tables)] = (otree.name, decisions)
        return [table for _, table in tables.values()], [name for name, _ in tables.values()]

    def companions(self, decisions: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], list[str]]:
        """The tables beside the decisions, without the rows of other sessions; what was left out."""
        merged = {kind: merge_companion(kind, tables) for kind, tables in sorted(self.beside.items())}
        if self.otree:
            merged["participants"] = merge_people([table.people for table in self.otree])
        notes = []
        for kind, table in merged.items():
            here = table["session_code"].isin(decisions["session_code"].unique())
            if not here.all():
                notes.append(f"{int((~here).sum())} rows of {kind} are of sessions without decisions and were left out")
            merged[kind] = table[here].reset_index(drop=True)
        return merged, notes
