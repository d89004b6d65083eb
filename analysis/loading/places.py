"""Places of a study that somebody has taken.

Where groups are formed as people come, a session has rows for all its places from the beginning. Nobody takes those of
a silo that is never formed, and whoever waited, or was turned away before, holds one of them by number only: they are
in no group, no unit, and none of their decisions is missing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

SEATED = "seated"
PARTICIPANT = ["session_code", "participant_code"]
SILO = ["session_code", "order", "silo"]
"""What tells silos apart: each arm, or order of parts, numbers its own."""
PLAYED = ("complete", "partner_left")
"""Endings that only somebody in a group can have."""


def seated(decisions: pd.DataFrame, people: pd.DataFrame | None = None) -> pd.Series:
    """Whether each row is of a place that somebody has taken: one of a silo that was formed, or of a session that has
    none.

    A silo was formed if the table of `people` (the companion of that name) says so, somebody in it has decided, or has
    ended as only members of groups do.
    """
    in_silo = decisions["silo"].notna()
    if not in_silo.any():
        return pd.Series(True, index=decisions.index)
    sign = decisions["message"].notna() | decisions["ending"].isin(PLAYED)
    if people is not None:
        sign |= are_of(decisions, people[people["silo"].notna()])
    return sign.groupby([decisions[name] for name in SILO], dropna=False, observed=True).transform("any") | ~in_silo


def taken(decisions: pd.DataFrame) -> pd.DataFrame:
    """The rows of places that somebody has taken; all, of a table without the column `seated`."""
    if SEATED not in decisions or decisions[SEATED].all():
        return decisions
    return decisions[decisions[SEATED].to_numpy(dtype=bool)]


def came(decisions: pd.DataFrame, people: pd.DataFrame | None = None) -> pd.Series:
    """Whether each row is of somebody who came to the session: whom the table of `people` has; without that table who
    has taken a place, or whose taking part has ended in some way."""
    known = decisions[SEATED] | (decisions["ending"] != "") & decisions["ending"].notna()
    if people is None:
        return known
    of_study = decisions["session_code"].astype(str).isin(set(people["session_code"].astype(str)))
    return known.where(~of_study, are_of(decisions, people) | decisions["message"].notna())


def are_of(decisions: pd.DataFrame, people: pd.DataFrame) -> np.ndarray:
    """Whether each row is of one of these people, shape (n_rows,)."""
    of_rows, of_people = (pd.MultiIndex.from_frame(table[PARTICIPANT].astype(str)) for table in (decisions, people))
    return of_rows.isin(of_people)
