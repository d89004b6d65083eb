"""From export files to one tidy table of decisions: files found, read, overlapping downloads merged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.duplicates import merge_downloads
from analysis.errors import ExportError
from analysis.reading import check_header, read_file, read_header, why_not_an_export


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: name without folder, SHA-256 of its bytes, rows."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Exports:
    """Everything that was read.

    decisions : DataFrame with the columns of `schema.DECISIONS`, sorted by session, app, round, group, position
    files : the files read, by name
    skipped : files of the given folders that are no decision exports, with the reason
    duplicates : rows dropped because another download holds the same row
    superseded : rows dropped because a later download of the same session holds more of the same row
    """

    decisions: pd.DataFrame
    files: tuple[SourceFile, ...]
    skipped: tuple[tuple[str, str], ...]
    duplicates: int
    superseded: int


def load_decisions(paths: str | Path | Iterable[str | Path]) -> pd.DataFrame:
    """The decisions of all exports in `paths` (files and folders), one row a decision.

    Raises ExportError for files that cannot be read completely; `read_exports` also tells what was read and dropped.
    """
    return read_exports(paths).decisions


def read_exports(paths: str | Path | Iterable[str | Path]) -> Exports:
    """Read decision exports; see `Exports`.

    Parameters
    ----------
    paths : a path or several
        A file must be a decision export (APP_custom.csv); of a folder all decision exports in it are taken, in
        subfolders too, and its other CSV files are listed as skipped.
    """
    given = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]
    if not given:
        raise ExportError("no export given; expected files or folders")
    files: dict[Path, None] = {}
    skipped: list[tuple[str, str]] = []
    for path in given:
        found, others = _find(path)
        files |= dict.fromkeys(found)
        skipped += others
    tables = [read_file(file) for file in files]
    if not any(len(table) for table in tables):
        names = ", ".join(file.name for file in files)
        raise ExportError(f"{names}: no decision in it; expected one row a decision below the header")
    merged = merge_downloads(tables, [file.name for file in files])
    sources = [
        SourceFile(file.name, hashlib.sha256(file.read_bytes()).hexdigest(), len(table))
        for file, table in zip(files, tables, strict=True)
    ]
    sources.sort(key=lambda source: (source.name, source.sha256))
    return Exports(merged.decisions, tuple(sources), tuple(skipped), merged.duplicates, merged.superseded)


def _find(path: Path) -> tuple[list[Path], list[tuple[str, str]]]:
    """The decision exports at a path, and the other CSV files of a folder with the reason why they are skipped."""
    if not path.exists():
        raise ExportError(f"{path}: no such file or folder")
    if path.is_file():
        check_header(path.name, read_header(path))
        return [path.resolve()], []
    inside = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() == ".csv")
    reasons = {file: why_not_an_export(file) for file in inside}
    found = [file.resolve() for file, reason in reasons.items() if not reason]
    skipped = [(file.relative_to(path).as_posix(), reason) for file, reason in reasons.items() if reason]
    if not found:
        listed = f" (skipped: {', '.join(name for name, _ in skipped)})" if skipped else ""
        raise ExportError(
            f"{path}: no decision export in this folder{listed}; expected files such as serial_custom.csv"
        )
    return found, skipped
