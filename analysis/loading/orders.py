"""Groups of counterbalanced parts: who plays a part at another time may be in a group of the same number."""

from __future__ import annotations

import pandas as pd

ROUND = ["session_code", "part", "practice", "round"]


def told_apart(decisions: pd.DataFrame) -> pd.DataFrame:
    """The decisions with numbers of groups that stand for one group in a round of a part.

    Numbers are those of all groups that play at the same time. Where orders play a part at different times, and parts
    have other numbers of groups, two groups of a round can have the same one: those of the later time are then moved
    up by the largest number of the session.

    >>> rows = pd.DataFrame({"session_code": "s", "parts": "a;b", "part": 1, "practice": False, "round": 1,
    ...                      "round_number": [1, 1, 3, 3], "group": [1, 2, 2, 3]})
    >>> told_apart(rows)["group"].tolist()
    [1, 2, 5, 6]
    """
    several = decisions["parts"].astype(str).str.contains(";")
    if not several.any():
        return decisions
    rows = decisions.loc[several, [*ROUND, "round_number", "group"]]
    twice = rows.groupby([*ROUND, "group"], observed=True)["round_number"].transform("nunique") > 1
    met = rows[rows["session_code"].isin(rows.loc[twice, "session_code"].unique())]
    if met.empty:
        return decisions
    time = met.groupby(ROUND, observed=True)["round_number"].rank("dense").astype("int64") - 1
    largest = met.groupby("session_code", observed=True)["group"].transform("max").astype("int64")
    group = decisions["group"].copy()
    group.loc[met.index] = met["group"] + time * largest
    return decisions.assign(group=group)
