"""How a table fits a page: the room of each column, counted in digits, and the columns that go into a further part.

Nothing is measured: programs that set text (LaTeX, browsers) break the lines. Here is only said how the line is shared
out, from what cannot be broken: words, numbers, and what stands in brackets behind a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.report.tables import Table
from analysis.words import MINUS

READABLE = 17
"""A column of words is not made narrower than this, if it is not narrower by itself."""
SYLLABLES = 8
"""Longer words can be hyphenated to parts of about this length."""
BREAKABLE = 16
"""Parts of names and checksums that need not be kept together are at most this long."""
WIDE = "MWmw%@" + MINUS + "–—→≤≥±×λσμ"


@dataclass(frozen=True)
class Page:
    """A way to set a table: name, length of the line and gap between two columns, in digits of its type; turned: the
    reader must turn it too."""

    name: str
    line: float
    gap: float
    turned: bool = False


@dataclass(frozen=True)
class Fit:
    """page : the way it is set; parts : columns that stand side by side; widths : of each column, in digits."""

    page: Page
    parts: tuple[tuple[int, ...], ...]
    widths: tuple[float, ...]


def room(text: str) -> float:
    """Digits' widths that a text takes, rather too many.

    >>> room("100"), round(room("Mean"), 1)
    (3.0, 5.3)
    """
    return sum(2.0 if sign in WIDE else 1.6 if sign.isupper() else 1.1 if sign.isalpha() else 1.0 for sign in text)


def bound(cell: str) -> str:
    r"""A number's brackets are not broken within: ``0.42 (0.10 to 0.71)`` has its break before them.

    >>> bound("0.42 (0.10 to 0.71)").split(" ")
    ['0.42', '(0.10\xa0to\xa00.71)']
    """
    return re.sub(r"\([^()]*\)", lambda found: found[0].replace(" ", "\u00a0"), cell)


def is_name(word: str) -> bool:
    """Whether a word is a name for programs (of a file, a column, a treatment) or a checksum: it may be broken in lines
    without a hyphen.

    >>> is_name("cason_groves"), is_name("0.42"), is_name("dominant-strategy")
    (True, False, False)
    """
    if not re.fullmatch(r"[A-Za-z0-9_./:-]+", word):
        return False
    return "_" in word.strip("_") or (len(word) > BREAKABLE and bool(re.search(r"\d", word)))


def unbroken(word: str) -> list[str]:
    """What stands in one line of a word: names are broken after signs and digits, words after hyphens.

    >>> unbroken("cason_groves"), unbroken("rank-biserial"), unbroken("-0.5")
    (['cason_', 'groves'], ['rank-', 'biserial'], ['-0.5'])
    """
    if is_name(word):
        return [part[:BREAKABLE] for part in re.findall(r"[^_./:-]*[_./:-]+|[^_./:-]+", word)]
    return re.findall(r".*?[^\W\d]-(?=[^\W\d])|.+$", word) or [word]


def _longest(texts: Sequence[str], hyphenated: bool = False) -> float:
    """What is needed for the longest piece that stands in one line; LaTeX hyphenates words without a hyphen only."""
    return max((_needed(word, hyphenated) for text in texts for word in re.split(r"[ \n]", text)), default=0.0)


def _needed(word: str, hyphenated: bool) -> float:
    whole = max(map(room, unbroken(word)))
    return min(whole, SYLLABLES) if hyphenated and word.strip("(),.;:").isalpha() else whole


def fit(table: Table, pages: Sequence[Page]) -> Fit:
    """The first page on which all columns stand side by side; on the last one, columns without room make a part.

    Columns are as wide as their cells where that fits, else no narrower than their longest words, else (words being
    hyphenated) than their longest numbers.
    """
    columns = range(len(table.head))
    cells = [[row[k] if k < table.texts else bound(row[k]) for row in table.rows] for k in columns]
    natural = [max([_longest([table.head[k]]), *map(room, cells[k])]) for k in columns]
    words = [_longest([table.head[k], *cells[k]]) for k in columns]
    words = [
        min(n, max(w, READABLE)) if k < table.texts else w for k, (n, w) in enumerate(zip(natural, words, strict=True))
    ]
    least = [min(w, _longest([table.head[k], *cells[k]], hyphenated=True)) for k, w in enumerate(words)]
    for wanted in (natural, words, least):
        for page in pages:
            if _breadth(wanted, page) <= page.line and not (page.turned and wanted is natural):
                return Fit(page, (tuple(columns),), _shared_out(wanted, natural, page))
    parts = _parts(words, table.texts, pages[-1])
    return Fit(pages[-1], parts, tuple(min(width, pages[-1].line) for width in words))


def _breadth(widths: Sequence[float], page: Page) -> float:
    return sum(widths) + page.gap * (len(widths) - 1)


def _shared_out(given: Sequence[float], natural: Sequence[float], page: Page) -> tuple[float, ...]:
    """What is left of the line goes to the columns that could use it, in proportion to what they could use."""
    wanting = sum(natural) - sum(given)
    share = min(1.0, (page.line - _breadth(given, page)) / wanting) if wanting > 0 else 0.0
    return tuple(width + share * (most - width) for width, most in zip(given, natural, strict=True))


def _parts(widths: Sequence[float], texts: int, page: Page) -> tuple[tuple[int, ...], ...]:
    """Columns that stand side by side; those that name the row come again in every part."""
    stub = tuple(range(texts if texts < len(widths) else 1))
    parts = [stub]
    for k in range(len(stub), len(widths)):
        if parts[-1] != stub and _breadth([widths[j] for j in (*parts[-1], k)], page) > page.line:
            parts.append(stub)
        parts[-1] += (k,)
    return tuple(parts)
