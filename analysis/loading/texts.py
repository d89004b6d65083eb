"""A CSV file as text: its header, and its rows in chunks; what makes it unreadable is said with the line."""

from __future__ import annotations

import csv
import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from analysis.errors import Problem

CHUNK_ROWS = 20_000
"""Rows that are held as text at a time."""


@dataclass
class Texts:
    """A file that is read once: `header` at once, `chunks()` after it, `problems` as they are met.

    A row with too few or too many entries is a problem and is left out; a file that is cut within an entry, that is no
    UTF-8 text or that has stray quotation marks ends there, with a problem. Nobody may use the rows of a file that has
    problems: what is wrong with the rest is only looked for to be listed.

    by_machine : the file was written by a program, which ends every line: without a last line end it is cut off
    """

    path: Path
    by_machine: bool = True
    problems: list[Problem] = field(default_factory=list)
    header: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        csv.field_size_limit(sys.maxsize)  # a definition, or the theory certificate of a session, may be long
        self._lines = self._read()
        self.header = next(self._lines, (0, []))[1]

    def chunks(self) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
        """Line numbers, shape (n,), and the entries of each column, object arrays of str of the same shape."""
        while block := list(islice(self._lines, CHUNK_ROWS)):
            rows = [(line, row) for line, row in block if self._complete(line, row)]
            if rows:
                lines = np.fromiter((line for line, _ in rows), dtype=np.int64, count=len(rows))
                columns = zip(*(row for _, row in rows), strict=True)
                yield (
                    lines,
                    {name: np.array(entries, dtype=object) for name, entries in zip(self.header, columns, strict=True)},
                )

    def _complete(self, line: int, row: list[str]) -> bool:
        n = len(self.header)
        if len(row) == n:
            return True
        what = "the file is cut off or damaged" if len(row) < n else "the row is damaged"
        self.problems.append(Problem(self.path.name, f"{len(row)} entries, expected {n}; {what}", line))
        return False

    def _read(self) -> Iterator[tuple[int, list[str]]]:
        with opened(self.path) as stream:
            reader = csv.reader(stream, strict=True)
            try:
                for entries in reader:
                    yield reader.line_num, entries
            except UnicodeDecodeError as error:
                where = f"after line {reader.line_num}" if reader.line_num else "at its start"
                what = f"not UTF-8 text {where} ({error.reason}); expected the CSV file as it was downloaded"
                self.problems.append(Problem(self.path.name, what))
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                what = f"{error}; the compressed file is cut off or damaged"
                self.problems.append(Problem(self.path.name, what, reader.line_num))
            except csv.Error as error:
                what = f"{error}; the file is cut off or damaged"
                self.problems.append(Problem(self.path.name, what, reader.line_num))
            else:
                if self.by_machine and reader.line_num and not ends_with_line_end(self.path):
                    what = "no line end after the last row; the file is cut off"
                    self.problems.append(Problem(self.path.name, what, reader.line_num))


def ends_with_line_end(path: Path) -> bool:
    """Whether the last byte of a file that is not empty ends a line."""
    if path.suffix.lower() == ".gz":
        return gzip.decompress(path.read_bytes())[-1:] in (b"\r", b"\n")
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read(1) in b"\r\n"


def opened(path: Path) -> TextIO:
    """A file as text; of a compressed one (.csv.gz) what is in it."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", newline="", encoding="utf-8-sig")
    return path.open(newline="", encoding="utf-8-sig")


def header_of(path: Path) -> list[str]:
    """The entries of the first line; none if the file is empty or cannot be read."""
    with suppress(OSError):
        return Texts(path, by_machine=False).header
    return []
