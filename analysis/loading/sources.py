"""Where tables come from: files, compressed files, members of .zip archives, sheets of .xlsx workbooks.

`sources_in` says what a file holds; everything behind it (`texts`, `reading`) sees a `Source`: a name for sentences and
a stream of bytes, CSV text. What is no table is named with the reason, never passed over.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast
from xml.etree.ElementTree import ParseError

import numpy as np

from analysis.errors import ExportError, Problem, raise_if_any
from analysis.loading.workbooks import sheets

TEXTS = (".csv", ".csv.gz", ".txt", ".tsv")
READ = (*TEXTS, ".xlsx", ".zip")
OTHER_TABLES = {
    ".xls": "save it as .xlsx, or download it as CSV",
    ".xlsm": "save it as .xlsx, or download it as CSV",
    ".ods": "save it as .xlsx, or download it as CSV",
    ".numbers": "save it as .xlsx, or download it as CSV",
    **dict.fromkeys((".gz", ".tar", ".7z", ".rar", ".tgz", ".bz2", ".xz"), "unpack it, or pack it as .zip"),
    **dict.fromkeys((".json", ".parquet", ".feather", ".dta", ".sav", ".rds", ".db", ".sqlite3"), "download it as CSV"),
}
"""Endings of tables and archives that are not read, and what would be right."""

OF_THE_SYSTEM = "written by the operating system or a program for itself, no data"
Opener = Callable[[], BinaryIO]


@dataclass(frozen=True)
class Source:
    """One table as bytes of CSV text.

    name : what it is called in sentences: name of the file, and of member or sheet in it
    key : tells sources apart: path of the file, member or sheet
    open : a new stream of its bytes; may raise OSError, zipfile.BadZipFile
    rows : of a workbook: ndarray, shape (n_lines,), the row in the sheet of each row of the text; None for files
    problems, notes : what cannot be read as the workbook shows it; what was passed over in it
    """

    name: str
    key: tuple[str, str]
    open: Opener
    rows: np.ndarray | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: str | Path) -> Source:
        """A file with text in it, compressed (.gz) or not.

        >>> Source.of("examples/data/README.md").name
        'README.md'
        """
        path = Path(path)
        opener: Opener = lambda: path.open("rb")  # noqa: E731
        return cls(path.name, (str(path.resolve()), ""), _unpacked(path.name, opener))

    @property
    def first_line(self) -> int:
        """Where the names of the columns stand."""
        return 1 if self.rows is None or not len(self.rows) else int(self.rows[0])

    def sha256(self) -> str:
        """SHA-256 of the file's bytes; of a member or sheet that of its text."""
        file, inside = self.key
        with self.open() if inside else Path(file).open("rb") as stream:
            return hashlib.file_digest(cast(Any, stream), "sha256").hexdigest()


def hidden(name: str) -> bool:
    """Whether a file (or member of an archive) is one that systems and programs leave for themselves.

    >>> [hidden(name) for name in ("a/._demand_custom.csv", "__MACOSX/x.csv", "~$a.xlsx", "Thumbs.db", "a/b.csv")]
    [True, True, True, True, False]
    """
    *folders, last = PurePosixPath(name).parts
    return (
        last.startswith((".", "~$"))
        or last.lower() in ("thumbs.db", "desktop.ini")
        or any(folder == "__MACOSX" or folder.startswith(".") for folder in folders)
    )


def why_not_read(name: str) -> str:
    """The reason why a file of this name is not read; "" if it is.

    >>> why_not_read("a.ods")
    'not a table that is read: save it as .xlsx, or download it as CSV'
    """
    if hidden(name):
        return OF_THE_SYSTEM
    if name.lower().endswith(READ):
        return ""
    advice = OTHER_TABLES.get(PurePosixPath(name).suffix.lower())
    return f"not a table that is read: {advice}" if advice else "no table"


def sources_in(path: Path) -> tuple[list[Source], list[tuple[str, str]]]:
    """The tables that a file holds, and what else is in it: (name, reason).

    Raises ExportError where an archive or workbook cannot be opened.
    """
    ending = path.suffix.lower()
    try:
        if ending == ".zip":
            return _members(path.name, path.resolve(), lambda: path)
        if ending == ".xlsx":
            return list(_sheets(path.name, path.resolve(), lambda: path.open("rb"))), []
    except ExportError:
        raise
    except (OSError, zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, EOFError) as error:
        kind = "archive" if ending == ".zip" else "workbook"
        what = f"not a readable {kind} ({error}); expected the whole file as it was downloaded"
        raise_if_any([Problem(path.name, what)])
    return [Source.of(path)], []


Packed = Callable[[], Path | BinaryIO]
"""An archive, as `zipfile.ZipFile` takes it."""


def _members(called: str, path: Path, packed: Packed, within: str = "") -> tuple[list[Source], list[tuple[str, str]]]:
    """The tables of an archive, in subfolders and in an archive in it too; within : of a member, its name and /."""
    found: list[Source] = []
    skipped: list[tuple[str, str]] = []
    with zipfile.ZipFile(packed()) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if any(member.flag_bits & 1 for member in members):
            raise ExportError(f"{called}: the archive has a password; unpack it, and give the folder")
        damaged = archive.testzip()
    if damaged:
        raise ExportError(f"{called}: {damaged} in it is damaged; expected the whole file as it was downloaded")
    for member in sorted(members, key=lambda member: member.filename):
        inside = member.filename
        name, member_of = f"{called}/{inside}", _member(packed, inside)
        why = why_not_read(inside)
        if not why and within and inside.lower().endswith(".zip"):
            why = "an archive in an archive in an archive: unpack it"
        if why:
            skipped.append((name, why))
        elif inside.lower().endswith(".zip"):
            further, passed_over = _members(name, path, _whole(member_of), f"{within}{inside}/")
            found += further
            skipped += passed_over
        elif inside.lower().endswith(".xlsx"):
            found += _sheets(name, path, member_of)
        else:
            found.append(Source(name, (str(path), f"{within}{inside}"), _unpacked(inside, member_of)))
    return found, skipped


def _whole(opener: Opener) -> Packed:
    """An archive within another one, which is read as a whole: its table of contents is at its end."""

    def packed() -> BinaryIO:
        with opener() as stream:
            return io.BytesIO(stream.read())

    return packed


def _member(packed: Packed, inside: str) -> Opener:
    def opened() -> BinaryIO:
        with zipfile.ZipFile(packed()) as archive:  # its file stays open as long as the member is
            return cast(BinaryIO, archive.open(inside))

    return opened


class _Unpacked(gzip.GzipFile):
    """Closes the packed file with itself, which gzip leaves to whoever has opened it."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(fileobj=packed)
        self.packed = packed

    def close(self) -> None:
        super().close()
        self.packed.close()


def _unpacked(name: str, opener: Opener) -> Opener:
    if not name.lower().endswith(".gz"):
        return opener
    return lambda: cast(BinaryIO, _Unpacked(opener()))


def _sheets(name: str, path: Path, opener: Opener) -> Iterator[Source]:
    """Each sheet of a workbook that has entries, as CSV text."""
    with opener() as stream:
        for sheet in sheets(stream):
            called = f"{name}/{sheet.title}" if sheet.several else name
            problems = tuple(Problem(called, what) for what in sheet.problems)
            notes = tuple(f"{called}: {what}" for what in sheet.notes)
            opened: Opener = lambda data=sheet.data: io.BytesIO(data)  # type: ignore[misc]  # noqa: E731
            yield Source(called, (str(path), f"{name}/{sheet.title}"), opened, sheet.rows, problems, notes)
