"""Which kind of file is it? oTree's exports and ours, recognised by their headers, never by their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.loading.companions import COMPANIONS
from analysis.loading.schema import COLUMN_NAMES

OWN_TABLES = ("dominant_count", "in_analysis")
"""Columns that only tables written by this package have."""

WIDE_COLUMN = re.compile(r"(\w+)\.(\d+)\.(player|group|subsession)\.(\w+)")


@dataclass(frozen=True)
class Format:
    """A kind of file: whether a header is of this kind, and what the file is called in sentences."""

    name: str
    what: str
    recognises: Callable[[Sequence[str]], bool]


def recognise(header: Sequence[str]) -> str:
    """Name of the format, "" for a foreign file.

    >>> recognise(["session_code", "id_in_session", "participant_code", "channel", "nickname", "body", "timestamp"])
    'chat'
    >>> recognise(["name", "age"])
    ''
    """
    return next((name for name, kind in FORMATS.items() if kind.recognises(header)), "")


def respaced(header: Sequence[str]) -> bool:
    """Whether a spreadsheet put semicolons or tabs between the columns of a file of a known kind."""
    return len(header) == 1 and bool(recognise(re.split("[;\t]", header[0])))


def why_foreign(header: Sequence[str]) -> str:
    """One sentence on a file that is of no known kind."""
    if not header:
        return "not a readable CSV file"
    if any(column in header for column in OWN_TABLES):
        return "not an export but a table written by this package"
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return (
            "not a decision export; the columns seem to be separated by semicolons or tabs, not commas: expected the "
            "file as it was downloaded, not as a spreadsheet saved it"
        )
    known = "; ".join(kind.what for kind in FORMATS.values())
    return f"not a decision export (other columns); known are: {known}; it starts with {', '.join(header[:4])[:80]!r}"


def _mostly(columns: Sequence[str], least: float) -> Callable[[Sequence[str]], bool]:
    """Most of the columns are there, and the header has not many others."""

    def recognises(header: Sequence[str]) -> bool:
        common = len(set(header) & set(columns))
        return common >= least * len(columns) and 2 * common >= len(header)

    return recognises


def _is_decisions(header: Sequence[str]) -> bool:
    return _mostly(COLUMN_NAMES, 0.5)(header) and not any(column in header for column in OWN_TABLES)


def _is_wide(header: Sequence[str]) -> bool:
    return "participant.code" in header and any(WIDE_COLUMN.fullmatch(column) for column in header)


def _is_app(header: Sequence[str]) -> bool:
    return "participant.code" in header and any(column.startswith("player.") for column in header)


FORMATS: dict[str, Format] = {
    "decisions": Format("decisions", "decision exports APP_custom.csv (Custom exports)", _is_decisions),
    "wide": Format("wide", "all_apps_wide", _is_wide),
    "app": Format("app", "oTree's table of one app", _is_app),
} | {
    name: Format(name, companion.what, _mostly([column.name for column in companion.columns], 0.75))
    for name, companion in COMPANIONS.items()
}
