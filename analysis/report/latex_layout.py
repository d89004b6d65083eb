r"""How a table fits the text of a paper: size of type, widths of columns, and what goes into a further part.

Widths are those of Computer Modern, which LaTeX sets if nothing else is chosen; the line is that of the narrowest
usual page. All lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font

from analysis.report.tables import Table

LINE = 345.0
r"""\linewidth of \documentclass{article}."""
LINES = 44
"""Lines of a table on one page, with room for caption and note."""
SIZES = {"small": 0.925, "footnotesize": 0.85, "scriptsize": 0.8}
"""Width of a character in relation to 10 points; the letters of small fonts are wider than their size says."""
GAP = 8.0
r"""Between two columns: 2 \tabcolsep, set in the table."""
READABLE = 85.0
"""A column of words is not made narrower than this, if it is not narrower by itself."""
WIDE = 60.0
"""A number with something in brackets is broken before the bracket if its column is wider than this."""


@dataclass(frozen=True)
class Part:
    """Some rows and columns of a table that stand in one tabular; `widths`: of columns set as paragraphs, else None."""

    rows: range
    columns: list[int]
    widths: list[float | None]
    height: int


@dataclass(frozen=True)
class Layout:
    """`size`: a size of type; `heads`: their lines; `pages`: the parts that stand in one float each; `broken`: columns
    with broken cells."""

    size: str
    heads: list[list[str]]
    pages: list[list[Part]]
    broken: frozenset[int]


@cache
def _font() -> FT2Font:
    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "cmr10.ttf"))
    font.set_size(10, 72)
    return font


@cache
def _advance(sign: str) -> float:
    known = sign.isascii() and (sign.isalnum() or sign in " .,:;()-+=/%'*!?[]&@#$")
    return float(_font().load_char(ord(sign)).linearHoriAdvance) / 65536 if known else 7.8


def width(text: str) -> float:
    """In the type of 10 points; signs of other fonts count as wide ones.

    >>> width("100")
    15.0
    """
    return sum(map(_advance, text))


def broken(cell: str) -> list[str]:
    """An estimate, and below it what stands in brackets after it.

    >>> broken("0.42 (0.10 to 0.71)")
    ['0.42', '(0.10 to 0.71)']
    """
    estimate, space, rest = cell.partition(" (")
    return [estimate, f"({rest}"] if space and estimate else [cell]


def pieces(word: str) -> list[str]:
    """A word that is too long for a column, a checksum for instance, may be broken after every 16 signs."""
    return [word[k : k + 16] for k in range(0, len(word), 16)] or [word]


def wrapped(text: str, room: float) -> list[str]:
    """Lines of words that are not wider than `room`, if no single word is.

    >>> wrapped("rank-biserial correlation", 60.0)
    ['rank-biserial', 'correlation']
    """
    lines: list[str] = []
    for word in text.split(" "):
        for k, piece in enumerate(pieces(word)):
            joined = ("" if k else " ") + piece
            if lines and width(lines[-1] + joined) <= room:
                lines[-1] += joined
            else:
                lines.append(piece)
    return lines


def _longest_piece(texts: list[str]) -> float:
    return max(width(piece) for text in texts for word in text.split(" ") for piece in pieces(word))


def _head_lines(table: Table, k: int) -> list[str]:
    """The head of a column of numbers, broken so that it is not wider than need be."""
    if k < table.texts:
        return [table.head[k]]
    numbers = max((_number_width(row[k]) for row in table.rows), default=0.0)
    return wrapped(table.head[k], max(numbers, _longest_piece([table.head[k]]), 45.0))


def _number_width(cell: str) -> float:
    return max(map(width, broken(cell))) if width(cell) > WIDE else width(cell)


def lay_out(table: Table) -> Layout:
    """The largest type in which all columns stand side by side; columns and rows without room go to further parts."""
    columns = range(len(table.head))
    cells = [[row[k] for row in table.rows] for k in columns]
    to_break = frozenset(k for k in columns if k >= table.texts and any(width(cell) > WIDE for cell in cells[k]))
    heads = [_head_lines(table, k) for k in columns]
    lines = [[line for cell in cells[k] for line in (broken(cell) if k in to_break else [cell])] for k in columns]
    natural = [max(map(width, lines[k] + heads[k])) for k in columns]
    least = [
        min(natural[k], max(READABLE, _longest_piece([table.head[k], *cells[k]]))) if k < table.texts else natural[k]
        for k in columns
    ]
    fits = (size for wanted in (natural, least) for size in SIZES if _breadth(wanted, SIZES[size]) <= LINE)
    size = next(fits, "footnotesize")
    parts = [
        part
        for group in _groups(least, table.texts, SIZES[size])
        for part in _parts(table, group, _widths(group, natural, least, SIZES[size]), SIZES[size], to_break, heads)
    ]
    return Layout(size, heads, _pages(parts), to_break)


def _breadth(widths: list[float], scale: float) -> float:
    return scale * sum(widths) + GAP * (len(widths) - 1)


def _groups(least: list[float], texts: int, scale: float) -> list[list[int]]:
    """Columns that stand side by side; those that name the row come again in every group."""
    stub = list(range(texts if texts < len(least) else 1))
    groups = [list(stub)]
    for k in range(len(stub), len(least)):
        if groups[-1] != stub and _breadth([least[j] for j in [*groups[-1], k]], scale) > LINE:
            groups.append(list(stub))
        groups[-1].append(k)
    return groups


def _widths(group: list[int], natural: list[float], least: list[float], scale: float) -> list[float | None]:
    """Paragraph widths of the columns that are narrower than they would be by themselves: they share what is left."""
    if _breadth([natural[k] for k in group], scale) <= LINE:
        return [None] * len(group)
    given = {k: least[k] for k in group}
    left = (LINE - _breadth(list(given.values()), scale)) / scale
    for k in sorted(group, key=lambda k: natural[k] - least[k]):
        wanting = sum(natural[j] > given[j] for j in group) or 1
        more = min(natural[k] - given[k], max(left, 0.0) / wanting)
        given[k] += more
        left -= more
    return [scale * given[k] if given[k] < natural[k] else None for k in group]


def _parts(
    table: Table,
    group: list[int],
    widths: list[float | None],
    scale: float,
    to_break: frozenset[int],
    heads: list[list[str]],
) -> Iterator[Part]:
    """The rows of a group of columns, cut where a page ends."""

    def lines(row: list[str], j: int) -> int:
        cell, room = row[group[j]], widths[j]
        if room is not None:
            return len(wrapped(cell, room / scale))
        return len(broken(cell)) if group[j] in to_break else 1

    heights = [max(lines(row, j) for j in range(len(group))) for row in table.rows]
    head = max(len(heads[k]) for k in group) + 2
    start = done = 0
    for k, height in enumerate(heights):
        if k > start and done + height > LINES - head:
            yield Part(range(start, k), group, widths, done + head)
            start, done = k, 0
        done += height
    yield Part(range(start, len(heights)), group, widths, done + head)


def _pages(parts: list[Part]) -> list[list[Part]]:
    pages: list[list[Part]] = [[]]
    for part in parts:
        if pages[-1] and sum(p.height for p in pages[-1]) + part.height > LINES:
            pages.append([])
        pages[-1].append(part)
    return pages
