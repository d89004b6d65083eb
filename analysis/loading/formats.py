"""Which kind of file is it? oTree's exports and ours, recognised by their headers, never by their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.loading.companions import COMPANIONS
from analysis.loading.schema import COLUMN_NAMES, COLUMNS

OWN_TABLES = ("dominant_count", "in_analysis")
"""Columns that only tables written by this package have."""

MARKED = 4
"""So many columns in common, and a table is no foreign one."""

MOST_NAMED = 12
"""Missing columns that a sentence names."""

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


def incomplete(header: Sequence[str]) -> str:
    """What a table seems to be that lacks columns by which it would be recognised: one sentence; "" if it is foreign.

    >>> incomplete(["session.code", "demand.1.player.message"])
    'all_apps_wide without the column participant.code: columns were removed; expected the file as it was downloaded'
    """
    if not header or any(column in header for column in OWN_TABLES):
        return ""
    what, missing = "", ["participant.code"]
    if any(WIDE_COLUMN.fullmatch(column) for column in header):
        what = FORMATS["wide"].what
    elif any(column.startswith("player.") for column in header):
        what = FORMATS["app"].what
    else:
        nearest = max(COLUMNS_OF, key=lambda name: len(set(header) & set(COLUMNS_OF[name])))
        columns = COLUMNS_OF[nearest]
        if len(set(header) & set(columns)) >= max(MARKED, 0.2 * len(columns)):
            what, missing = FORMATS[nearest].what, [column for column in columns if column not in header]
    if not what:
        return ""
    named = ", ".join(missing[:MOST_NAMED]) + (
        f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
    )
    plural = "columns" if len(missing) > 1 else "column"
    return f"{what} without the {plural} {named}: columns were removed; expected the file as it was downloaded"


WEB_PAGE = "a web page, no table: the download failed, or nobody was logged in; log in, and download it again"


def is_web_page(header: Sequence[str]) -> bool:
    """Whether the first line is one of HTML.

    >>> is_web_page(["<!DOCTYPE html><html lang='en'>"])
    True
    """
    return bool(header) and header[0].lstrip().lower().startswith(("<!doctype html", "<html", "<head", "<body"))


def why_foreign(header: Sequence[str], brief: bool = False) -> str:
    """One sentence on a table that is of no known kind; brief: without the known kinds."""
    if not header:
        return "not a readable CSV file"
    if is_web_page(header):
        return WEB_PAGE
    if any(column in header for column in OWN_TABLES):
        return "not an export but a table written by this package"
    if without := incomplete(header):
        return without
    if brief:
        return "not an export of this platform"
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

COLUMNS_OF = {"decisions": [column.name for column in COLUMNS if not column.since]} | {
    name: [column.name for column in companion.columns if not column.since] for name, companion in COMPANIONS.items()
}
"""Of the kinds that are recognised by most of their columns; those that exports of all versions have."""
