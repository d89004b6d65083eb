"""Convergence: whether units settle on equilibrium, when, and how fast they come nearer.

A unit (a matching silo, or a session) has settled from the first round on after which all its groups play a Nash
equilibrium in every round to the last one that it played. Under partner matching without leaks a unit is a group. The
slope is that of a line through the unit's means by round (least squares, each round counting once), per round.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

KEYS = ("treatment", "identity", "part", "unit")


def convergence(groups: pd.DataFrame, hit: str = "nash_played", distance: str = "nash_distance") -> pd.DataFrame:
    """One row a unit of a treatment and part.

    Parameters
    ----------
    groups : `measures.own_groups` with the column unit; rows where `hit` is blank are left out
    hit, distance : columns of the prediction

    Returns
    -------
    DataFrame: treatment, identity, part, unit, rounds (with groups), settled (whether it has), settled_round (NaN:
    never), first_rate, last_rate (hit rates in the first and last round), rate_slope, distance_slope (per round; NaN
    with one round)

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"treatment": "t", "identity": "i", "part": 1, "unit": "u", "round": [1, 2, 3, 4],
    ...                       "nash_played": [True, False, True, True], "nash_distance": [0.0, 2.0, 0.0, 0.0]})
    >>> convergence(table)[["settled_round", "first_rate", "last_rate", "rate_slope"]].values.tolist()
    [[3.0, 1.0, 1.0, 0.1]]
    """
    there = groups[groups[hit].notna()]
    values = there.assign(rate=there[hit].astype("float64"), gap=there[distance])
    rounds = values.groupby([*KEYS, "round"], sort=True, observed=True)[["rate", "gap"]].mean().reset_index()
    unit = rounds.groupby(list(KEYS), sort=True, observed=True)
    failed = rounds["round"].where(rounds["rate"] < 1).groupby([rounds[key] for key in KEYS], observed=True)
    rounds["last_failure"] = failed.transform("max")
    after = rounds["last_failure"].isna() | (rounds["round"] > rounds["last_failure"])
    rounds["settled_round"] = rounds["round"].where(after)
    centred = rounds["round"] - unit["round"].transform("mean")
    rounds["xx"], rounds["xr"], rounds["xd"] = centred**2, centred * rounds["rate"], centred * rounds["gap"]
    found = rounds.groupby(list(KEYS), sort=True, observed=True).agg(
        rounds=("round", "size"),
        settled_round=("settled_round", "min"),
        first_rate=("rate", "first"),
        last_rate=("rate", "last"),
        xx=("xx", "sum"),
        xr=("xr", "sum"),
        xd=("xd", "sum"),
    )
    found.insert(1, "settled", found["settled_round"].notna())
    spread = found.pop("xx").replace(0, np.nan)
    found["rate_slope"], found["distance_slope"] = found.pop("xr") / spread, found.pop("xd") / spread
    return found.reset_index()


def convergence_summary(units: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Means over units by `by`: units, settled (number), settled_round (median of those that have), first_rate,
    last_rate, rate_slope, distance_slope."""
    grouped = units.groupby(by, sort=True, observed=True)
    return grouped.agg(
        units=("unit", "size"),
        settled=("settled", "sum"),
        settled_round=("settled_round", "median"),
        first_rate=("first_rate", "mean"),
        last_rate=("last_rate", "mean"),
        rate_slope=("rate_slope", "mean"),
        distance_slope=("distance_slope", "mean"),
    ).reset_index()
