"""What programs add to a table that they save: a column of row numbers before it, a row of totals below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from analysis.errors import shown
from analysis.loading.encoded import Encoded

OF_ROW_NUMBERS = re.compile(r"|Unnamed: \d+|\.\.\.1", re.IGNORECASE)
"""Names that pandas and R give to the column of row numbers, when they write it and when they read it again."""
TOTALS = {
    "total", "totals", "grand total", "subtotal", "sum", "mean", "average", "count",
    "summe", "gesamt", "gesamtsumme", "gesamtergebnis", "ergebnis", "mittelwert", "anzahl",
    "合計", "総計", "小計", "平均", "個数",
}  # fmt: skip
FEWEST_COLUMNS = 4
"""In a table with fewer columns a row may have one entry."""


def has_row_numbers(header: Sequence[str]) -> bool:
    """Whether the first column is none of the table's, but counts its rows.

    >>> [has_row_numbers(header) for header in (["", "a", "b"], ["Unnamed: 0", "a"], ["a", ""], [""])]
    [True, True, False, False]
    """
    return len(header) > 1 and bool(OF_ROW_NUMBERS.fullmatch(header[0].strip())) and bool(header[1].strip())


def totals(entries: Mapping[str, Encoded]) -> dict[int, str]:
    """Rows that are no data, by their place, and what is said of them: one entry, or a total's name before it.

    >>> names, blanks = Encoded.of(["s1", "s1", "Total"]), Encoded.of(["1", "2", ""])
    >>> totals({"code": names, "round": blanks, "message": blanks, "points": blanks})
    {2: "one entry of 4, 'Total': a row of totals? Expected rows of data alone"}
    """
    if len(entries) < FEWEST_COLUMNS:
        return {}
    first, second = list(entries.values())[:2]
    named = np.array([text.strip().casefold() in TOTALS for text in first.texts], dtype=bool)
    summed = named[first.codes] if len(named) else np.zeros(len(first), dtype=bool)
    places = np.flatnonzero(summed | ~(first.filled() & second.filled()))
    if not len(places):
        return {}
    filled = np.stack([column[places].filled() for column in entries.values()])
    counts, at, columns = filled.sum(axis=0), filled.argmax(axis=0), list(entries.values())
    found = {}
    for k in np.flatnonzero((counts == 1) | summed[places]):
        column, place = columns[at[k]], int(places[k])
        many = "one entry" if counts[k] == 1 else f"{counts[k]} entries"
        entry = shown(column.texts[column.codes[place]])
        found[place] = f"{many} of {len(entries)}, {entry}: a row of totals? Expected rows of data alone"
    return found
