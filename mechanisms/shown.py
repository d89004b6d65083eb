"""How results show themselves: a short line that says what they are, and a table in a notebook.

A class that inherits from `Shown` has both. What they say is `_facts`: of a dataclass its fields, unless the class
says it better. Never an address, never a whole array; all that stands in HTML is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from html import escape
from typing import Any

import numpy as np

ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+>")
LONGEST_LINE = 400
LONGEST_TEXT = 120
FEWEST, FINEST = 6, 12
"""Digits of a number: usually, and where others differ from it later; what differs later still is noise."""
FEW = 8
"""Numbers of an array, or entries of a sequence, that are shown; of more only how many there are."""


class Words(str):
    """A fact in words: shown without the quotation marks of a text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Shown:
    """Gives a class its `repr` and its display in a notebook.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, eq=False)
    ... class Result(Shown):
    ...     name: str
    ...     payoffs: np.ndarray
    ...     limits: tuple[float, ...]
    >>> Result("<b>", np.zeros((3, 40)), (0.5, 1 / 3))
    Result(name='<b>', payoffs=float64 array (3, 40), limits=(0.5, 0.333333))
    >>> Result("<b>", np.zeros((3, 40)), ())._repr_html_()[:86]
    '<table><caption>Result</caption><tbody><tr><th>name</th><td>&#x27;&lt;b&gt;&#x27;</td>'
    """

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "__repr__" not in vars(cls):
            cls.__repr__ = Shown.__repr__  # type: ignore[method-assign]  # before @dataclass writes one of its own

    def _facts(self) -> Mapping[str, object]:
        """What is said, by name; a fact without a name ("") is said alone."""
        if is_dataclass(type(self)):
            shown: Any = self
            return {field.name: getattr(self, field.name) for field in fields(shown) if field.repr}
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def _rows(self) -> tuple[Sequence[str], Iterable[Sequence[object]]] | None:
        """Heads and rows of a table that a notebook shows below the facts, or None."""
        return None

    def __repr__(self) -> str:
        facts = told_apart(self._facts()).items()
        said = ", ".join(f"{name}={brief(value)}" if name else brief(value) for name, value in facts)
        return f"{type(self).__name__}({cut(said, LONGEST_LINE)})"

    def _repr_html_(self) -> str:
        facts = [(name, brief(value)) for name, value in told_apart(self._facts()).items()]
        shown = html_table(type(self).__name__, None, facts)
        table = self._rows()
        return shown if table is None else shown + html_table("", *table)


def told_apart(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts with their numbers, alone or in a short tuple, in six digits or as many more as tell those apart.

    >>> told_apart({"before": 1000.0, "after": (1000.000001, 2 / 3)})
    {'before': 1000.0, 'after': (1000.000001, 0.6666666667)}
    """
    parts = [value if isinstance(value, tuple) and len(value) <= FEW else (value,) for value in facts.values()]
    numbers = [number for part in parts for number in part if isinstance(number, float)]
    finest = len({f"{number:.{FINEST}g}" for number in numbers})
    digits = next(k for k in range(FEWEST, FINEST + 1) if len({f"{number:.{k}g}" for number in numbers}) == finest)
    if digits == FEWEST:
        return dict(facts)

    def written(value: object) -> object:
        if isinstance(value, tuple) and len(value) <= FEW and type(value) is tuple:
            return tuple(map(written, value))
        return Words(repr(float(f"{value:.{digits}g}"))) if isinstance(value, float) else value

    return {name: written(value) for name, value in facts.items()}


def html_table(caption: str, heads: Sequence[str] | None, rows: Iterable[Sequence[object]]) -> str:
    """A table, everything escaped; without `heads` the first cell of each row is its head."""
    parts = ["<table>", f"<caption>{escape(caption)}</caption>" if caption else ""]
    if heads is not None:
        parts.append(f"<thead><tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr></thead>")
    parts.append("<tbody>")
    for row in rows:
        tags = ["td" if heads is not None or k else "th" for k in range(len(row))]
        cells = (f"<{tag}>{escape(str(cell))}</{tag}>" for tag, cell in zip(tags, row, strict=True))
        parts.append(f"<tr>{''.join(cells)}</tr>")
    return "".join([*parts, "</tbody></table>"])


def table_rows(table: Any) -> tuple[list[str], list[list[object]]]:
    """Heads and rows of a DataFrame, numbers in few digits."""
    return list(table.columns), [[brief(plain_words(cell)) for cell in row] for row in table.itertuples(index=False)]


def plain_words(value: Any) -> Any:
    """A text without its quotation marks."""
    return Words(value) if isinstance(value, str) else value


def brief(value: Any) -> str:
    """A value in few signs.

    >>> brief(np.arange(3)), brief([1, [2, "a"]]), brief(np.arange(99.0)), brief(len), brief(range(5))
    ('array([0, 1, 2])', "[1, [2, 'a']]", 'float64 array (99,)', 'len', 'range(0, 5)')
    """
    for kind, shorten in BRIEF.items():
        if isinstance(value, kind):
            return shorten(value)
    if hasattr(value, "columns") and hasattr(value, "shape"):
        return f"table of {value.shape[0]} rows × {value.shape[1]} columns"
    if hasattr(value, "shape") and hasattr(value, "index"):
        return f"column of {value.shape[0]} entries"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({cut(', '.join(brief(vars(value)[key]) for key in vars(value)), LONGEST_TEXT)})"
    if callable(value):
        return getattr(value, "__qualname__", type(value).__name__)
    said = " ".join(repr(value).split())
    return type(value).__name__ if ADDRESS.search(said) else cut(said, LONGEST_TEXT)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _number(value: Any) -> str:
    return repr(float(f"{value:.{FEWEST}g}"))


def _array(array: np.ndarray) -> str:
    return repr(array) if array.size <= FEW and array.ndim < 2 else f"{array.dtype} array {array.shape}"


def _sequence(items: Any) -> str:
    opened, closed = "()" if isinstance(items, tuple) else "[]"
    if len(items) > FEW:
        return f"{len(items)} × {type(items[0]).__name__}"
    said = ", ".join(map(brief, items)) + ("," if closed == ")" and len(items) == 1 else "")
    return f"{opened}{said}{closed}" if len(said) <= LONGEST_TEXT else f"{len(items)} × {type(items[0]).__name__}"


def _mapping(items: Mapping[Any, Any]) -> str:
    said = ", ".join(f"{brief(key)}: {brief(value)}" for key, value in items.items())
    return f"{{{said}}}" if len(items) <= FEW and len(said) <= LONGEST_TEXT else f"{len(items)} entries"


BRIEF: dict[type | tuple[type, ...], Callable[[Any], str]] = {
    Words: str,
    str: lambda text: cut(repr(text), LONGEST_TEXT),
    (bool, np.bool_): str,
    (int, np.integer): str,
    (float, np.floating): _number,
    np.ndarray: _array,
    (tuple, list): _sequence,
    Mapping: _mapping,
}
"""How values of some kinds are shortened; the first that fits."""
