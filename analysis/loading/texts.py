"""A table of CSV text: its header, and its rows in chunks; what makes it unreadable is said with the line.

Two readers give the same entries. Where every line is a row (`survey`) pyarrow reads in blocks; anything else, and any
file with something wrong in it, is read row by row, so that the line can be named.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from analysis.errors import Problem, shown
from analysis.loading.additions import has_row_numbers, totals
from analysis.loading.encoded import Collected, Encoded
from analysis.loading.sources import Source
from analysis.loading.survey import UNREADABLE, Survey, surveyed

CHUNK_ROWS = 20_000
"""Rows that are held as text at a time, row by row."""

CHUNK_BYTES = 1 << 23
"""The same in blocks."""

Chunk = tuple[np.ndarray, dict[str, Encoded]]
"""Line numbers, shape (n,), and the entries of each column."""

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SAYS_SEPARATOR = re.compile(rb"(?:\xef\xbb\xbf)?\"?sep=.\"?\s*$", re.IGNORECASE)
"""What some spreadsheets read, and write, above the header."""
LINE_END = re.compile(r"\r\n|\n|\r")
CODES = {"session_code", "session.code", "participant.code"}
"""Columns of which every table of the platform has one."""
DAMAGED = ("\xfe", "\xff")
"""Letters of Windows-1252 that hardly a word has, but damaged files do."""


@dataclass
class Texts:
    """A table that is read once: `header` at once, `chunks()` after it, `problems` and `notes` as they are met.

    A row with too few or too many entries is a problem and is left out; a file that is cut within an entry, that is no
    text or that has stray quotation marks ends there, with a problem. Nobody may use the rows of a file that has
    problems: what is wrong with the rest is only looked for to be listed. Blank lines at the end are passed over. The
    header again, in the middle, is where another download was pasted below: a note. Names of columns may have blanks
    around them, and stand in upper case as a whole; empty lines between rows and a column of row numbers before the
    others are passed over: notes, too. A row of totals is a problem.

    by_machine : the file was written by a program, which ends every line: without a last line end it is cut off. Who
        writes by hand leaves spaces around entries, which are passed over
    separator : between entries; with semicolons and tabs, which spreadsheets write, numbers may have decimal commas
    """

    source: Source
    by_machine: bool = True
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    separator: str = ","
    encoding: str = "utf-8-sig"

    def __post_init__(self) -> None:
        csv.field_size_limit(sys.maxsize)  # a definition, or the theory certificate of a session, may be long
        self.problems += self.source.problems
        self.notes += self.source.notes
        self._blank: list[int] = []
        self._empty: list[int] = []
        self._spaced = self._upper = self._numbered = False
        self._last = 1
        self._above = self._nameless = 0  # lines above the header; columns without a name behind it
        self._start()

    def whole(self) -> Chunk:
        """All rows."""
        lines: list[np.ndarray] = []
        columns = {name: Collected() for name in self.header}
        for numbers, entries in self.chunks():
            lines.append(numbers)
            for name, column in entries.items():
                columns[name].add(column)
        numbers = np.concatenate(lines) if lines else np.zeros(0, dtype=np.int64)
        return numbers, {name: columns.pop(name).encoded() for name in list(columns)}

    def chunks(self) -> Iterator[Chunk]:
        """The rows, in the order of the file."""
        if not self.header:
            return
        self._say_how()
        for lines, written in self._blocks():
            entries = {name: column.as_typed() for name, column in written.items()}
            keep = self._rows(lines, entries)
            if keep.all():
                yield lines, entries
            elif keep.any():
                yield lines[keep], {name: column[keep] for name, column in entries.items()}
        self._say_blank()

    def _start(self) -> None:
        """Encoding, separator and header from the first line."""
        try:
            with self.source.open() as stream:
                first = stream.readline()
                if first.startswith((b"\xff\xfe", b"\xfe\xff")):
                    self.encoding, first = "utf-16", first + stream.read()
                elif SAYS_SEPARATOR.match(first):
                    first += stream.readline()
        except UNREADABLE as error:
            self._unreadable(error, 0)
            return
        lines = LINE_END.split(first.decode(self.encoding, errors="replace"), maxsplit=2)
        self._above = int(len(lines) > 1 and bool(SAYS_SEPARATOR.match(lines[0].encode())))
        line = lines[self._above]
        self.separator = max(SEPARATORS, key=line.count)
        with suppress(csv.Error, StopIteration):
            self.header = next(csv.reader([line], delimiter=self.separator, strict=True))
        self._numbered = has_row_numbers(self.header)
        self.header = self.header[self._numbered :]
        named = len(self.header)
        while named and not self.header[named - 1].strip():
            named -= 1
        self._nameless, self.header = len(self.header) - named, self._names(self.header[:named])

    def _names(self, written: list[str]) -> list[str]:
        """The names of the columns without what spreadsheets and databases do to them."""
        if not self.by_machine:
            return written
        names = [name.strip() for name in written]
        lower = [name.lower() for name in names]
        self._spaced = names != written
        self._upper = not CODES & set(names) and bool(CODES & set(lower))
        return lower if self._upper else names

    def _blocks(self) -> Iterator[Chunk]:
        """By pyarrow; row by row from where it cannot go on."""
        given = 1
        if (
            self.by_machine
            and self._survey.regular
            and self._survey.ends
            and self.encoding == "utf-8-sig"
            and not (self._above or self._nameless or self._numbered or self._spaced or self._upper)
            and self._distinct()
        ):
            with suppress(pa.ArrowInvalid):
                for batch in self._arrow():
                    columns = zip(self.header, batch.columns, strict=True)
                    numbers = np.arange(given + 1, given + 1 + batch.num_rows)
                    yield (
                        numbers if self.source.rows is None else self.source.rows[numbers - 1],
                        {
                            name: Encoded(column.indices.to_numpy(), _texts(column.dictionary))
                            for name, column in columns
                        },
                    )
                    given += batch.num_rows
                return
        for lines, entries in self._row_by_row():
            later = lines > (given if self.source.rows is None else self.source.rows[given - 1])
            yield lines[later], {name: column[later] for name, column in entries.items()}

    @cached_property
    def _survey(self) -> Survey:
        return surveyed(self.source, self.separator)

    def _distinct(self) -> bool:
        return len(set(self.header)) == len(self.header)

    def _arrow(self) -> Iterator[pa.RecordBatch]:
        types = dict.fromkeys(self.header, pa.dictionary(pa.int32(), pa.string()))
        with self.source.open() as stream, pyarrow.csv.open_csv(
            stream,
            pyarrow.csv.ReadOptions(block_size=CHUNK_BYTES),
            pyarrow.csv.ParseOptions(delimiter=self.separator, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(column_types=types),
        ) as reader:  # fmt: skip
            yield from reader

    def _row_by_row(self) -> Iterator[Chunk]:
        lines = self._lines()
        for _ in range(1 + self._above):
            next(lines, None)
        while block := list(islice(lines, CHUNK_ROWS)):
            rows = [(line, row) for line, entries in block if (row := self._complete(line, entries))]
            if rows:
                numbers = np.fromiter((line for line, _ in rows), dtype=np.int64, count=len(rows))
                columns = zip(*(row for _, row in rows), strict=True)
                yield (numbers, {name: Encoded.of(entries) for name, entries in zip(self.header, columns, strict=True)})

    def _complete(self, line: int, row: list[str]) -> list[str]:
        """The row if it has an entry for each column, or none at all (a blank line); otherwise nothing."""
        n = len(self.header)
        if len(row) == 1 and n > 1:  # a spreadsheet took the line for one entry, and put it in quotation marks
            with suppress(csv.Error, StopIteration):
                row = next(csv.reader(row, delimiter=self.separator, strict=True))
        if n > 1 and len(row) < 2 and not any(entry.strip() for entry in row):
            self._empty.append(line)
            return []
        if self._numbered:
            number, row = row[0].strip(), row[1:]
            if number and not number.isdigit():
                what = f"{shown(number)} in the first column, which has no name; expected the number of the row"
                self.problems.append(Problem(self.source.name, what, line))
                return []
        if self._nameless and len(row) == n + self._nameless and not any(row[n:]):
            row = row[:n]
        if self._spaced or not self.by_machine:
            row = [entry.strip() for entry in row]
        if not any(entry.strip() for entry in row):
            return [""] * n
        if len(row) == n:
            return row
        what = "the file is cut off or damaged" if len(row) < n else "the row is damaged"
        if 2 * len(set(row) & set(self.header)) >= len(row) > 1:
            what = "the names of other columns: two different tables were pasted together, expected a file for each"
        self.problems.append(Problem(self.source.name, f"{len(row)} entries, expected {n}; {what}", line))
        return []

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Every row, with its number; the header too."""
        number, name = 0, self.source.name
        try:
            self._settle_encoding()
            with io.TextIOWrapper(self.source.open(), encoding=self.encoding, newline="") as stream:
                reader = csv.reader(stream, delimiter=self.separator, strict=True)
                for count, entries in enumerate(reader, 1):
                    number = reader.line_num if self.source.rows is None else int(self.source.rows[count - 1])
                    yield number, entries
        except UnicodeDecodeError as error:
            where = f"after line {number}" if number else "at its start"
            what = f"not UTF-8 text {where} ({error.reason}); expected the CSV file as it was downloaded"
            self.problems.append(Problem(name, what))
        except UNREADABLE as error:
            self._unreadable(error, number)
        except csv.Error as error:
            self.problems.append(Problem(name, f"{error}; the file is cut off or damaged", number + 1))
        else:
            if self.by_machine and number and not self._survey.ends:
                self.problems.append(Problem(name, "no line end after the last row; the file is cut off", number))

    def _unreadable(self, error: BaseException, line: int) -> None:
        if isinstance(error, (EOFError, gzip.BadGzipFile, zlib.error)):
            self.problems.append(Problem(self.source.name, f"{error}; the compressed file is cut off or damaged", line))
        else:
            self.problems.append(Problem(self.source.name, f"cannot be read ({error})", line))

    def _settle_encoding(self) -> None:
        """Windows-1252 if the bytes are no UTF-8, and nothing in them looks like it: then the file is damaged."""
        if self.encoding != "utf-8-sig":
            return
        with self.source.open() as stream:
            high = [line for line in stream if not line.isascii()]
        if not high or all(map(_is_utf_8, high)):
            return
        letters = b"".join(high).decode("cp1252", errors="replace")
        if not any(_is_utf_8(line) for line in high) and not any(mark in letters for mark in (*DAMAGED, "\ufffd")):
            self.encoding = "cp1252"
            words = next(word for word in letters.split(self.separator) if not word.isascii())
            self.notes.append(f"{self.source.name}: read as Windows-1252, not UTF-8, as in {shown(words.strip())}")

    def _say_how(self) -> None:
        if self.separator != ",":
            how = f"{self.source.name}: separated by {SEPARATORS[self.separator]}, as a spreadsheet saves it"
            self.notes.append(f"{how}; decimal commas are read as points")
        if self._upper:
            self.notes.append(f"{self.source.name}: names of columns in upper case are read in lower case")
        if self._numbered:
            how = "row numbers, as programs save them (pandas without index=False), are passed over"
            self.notes.append(f"{self.source.name}: the first column holds {how}")
        if self._spaced:
            self.notes.append(f"{self.source.name}: blanks around entries are passed over")

    def _rows(self, lines: np.ndarray, entries: dict[str, Encoded]) -> np.ndarray:
        """Which rows are rows: not blank, and not the header again."""
        first = next(iter(entries.values()))
        keep = np.ones(len(lines), dtype=bool)
        for i in np.flatnonzero(~first.filled()):
            keep[i] = any(column.texts[column.codes[i]] for column in entries.values())
            if not keep[i]:
                self._blank.append(int(lines[i]))
        for i in np.flatnonzero(first.is_text(self.header[0])):
            again = all(column.texts[column.codes[i]] == name for name, column in entries.items())
            if again:
                keep[i] = False
                self._header_again(int(lines[i]))
        for place, what in totals(entries).items() if self.by_machine else ():
            if keep[place]:
                keep[place] = False
                self.problems.append(Problem(self.source.name, what, int(lines[place])))
        if keep.any():
            self._last = int(lines[keep][-1])
        return keep

    def _header_again(self, line: int) -> None:
        self.notes.append(
            f"{self.source.name}, line {line}: the names of the columns again: two downloads were pasted together; "
            "each decision is taken once"
        )
        while line - 1 in self._blank + self._empty:  # between the two downloads
            line -= 1
            (self._blank if line in self._blank else self._empty).remove(line)

    def _say_blank(self) -> None:
        if between := [line for line in self._empty if line < self._last]:
            where = f"line {between[0]}" if len(between) == 1 else f"{len(between)} lines, the first {between[0]}"
            self.notes.append(f"{self.source.name}: empty lines between rows are passed over ({where})")
        for line in self._blank:
            if line < self._last:
                what = f"0 entries, expected {len(self.header)}; a blank line between rows"
                self.problems.append(Problem(self.source.name, what, line))


def _texts(dictionary: pa.Array) -> np.ndarray:
    return np.array(dictionary.to_pylist(), dtype=object)


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def header_of(source: Source | Path) -> list[str]:
    """The entries of the first line; none if the file is empty or cannot be read."""
    return Texts(source if isinstance(source, Source) else Source.of(source)).header
