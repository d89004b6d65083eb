"""Which version of the platform wrote an export, and what exports of earlier versions have otherwise.

0.3.0 named the apps after forms of play (demand, direct); before, every mechanism had an app of its own name. oTree's
tables hold the version since 0.3.0 (session.platform_version); APP_custom.csv always did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mechanisms.treatments import Treatment

EARLIER = "before 0.3.0"
"""What an export without a version is: a table of oTree's own."""

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def at_least(version: str, since: str) -> bool:
    """Whether an export is of a version or a later one; False of what is no version.

    >>> at_least("0.10.0", "0.3.0"), at_least("0.2.9", "0.3.0"), at_least("", "0.3.0")
    (True, False, False)
    """
    found, first = _VERSION.match(version), _VERSION.match(since)
    return found is not None and first is not None and [*map(int, found.groups())] >= [*map(int, first.groups())]


def app_of(treatment: Treatment, several_parts: bool, version: str) -> str:
    """The app in which the treatment was played, by the version (blank: before 0.3.0).

    >>> from mechanisms.treatments import load_treatment
    >>> vcg = load_treatment("treatments/park_vcg.toml")
    >>> app_of(vcg, False, "0.3.0"), app_of(vcg, False, "0.2.0"), app_of(vcg, True, "")
    ('direct', 'vcg', 'parts')
    """
    if several_parts:
        return "parts"
    return treatment.form if at_least(version, "0.3.0") else treatment.mechanism


def versions_of(versions: Iterable[str]) -> str:
    """The versions in words; blank ones are those of oTree's own tables before 0.3.0.

    >>> versions_of(["0.3.0", "", "0.3.0"])
    '0.3.0, before 0.3.0'
    """
    return ", ".join(sorted({str(version) or EARLIER for version in versions}))
