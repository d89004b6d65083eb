"""What an analyst should know of the data as a whole, one sentence each: mixed versions, labels that come again."""

from __future__ import annotations

import pandas as pd

MOST_NAMED = 5


def noticed(decisions: pd.DataFrame) -> list[str]:
    """Sentences on the decisions of all files together."""
    return [*_versions(decisions), *_labels(decisions)]


def _versions(decisions: pd.DataFrame) -> list[str]:
    """Sessions of several versions of the platform (blank: before 0.3.0)."""
    sessions = decisions.drop_duplicates("session_code")
    by_version = sessions.groupby("platform_version", sort=True)["session_code"].agg(list)
    if len(by_version) < 2:
        return []
    named = "; ".join(f"{version or 'before 0.3.0'}: {_named(codes)}" for version, codes in by_version.items())
    what = f"the sessions were run with different versions of the platform ({named})"
    return [f"{what}: read CHANGELOG.md before you pool them"]


def _labels(decisions: pd.DataFrame) -> list[str]:
    """Labels that stand in several sessions: seats, or the same people again."""
    people = decisions[["session_code", "participant_label"]].drop_duplicates()
    people = people[people["participant_label"] != ""]
    counts = people["participant_label"].value_counts()
    again = sorted(counts.index[counts > 1])
    if not again:
        return []
    sessions = people["session_code"].nunique()
    where = f"in all {sessions} sessions" if (counts[again] == sessions).all() else "in several sessions"
    labels = f"the label {again[0]} is" if len(again) == 1 else f"the labels {_named(again)} are"
    who = "participants of different sessions count as different people"
    return [f"{labels} {where}: {who}; if a label is a person, say so with --same-person participant_label"]


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(str, names[:MOST_NAMED])) + more
