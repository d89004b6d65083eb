"""What groups did: who was in them, play counted as Cason et al. (2006) count pairs, which equilibria were selected."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.games import GROUP
from analysis.predictions.theory import type_profile
from mechanisms.treatments import Treatment

GROUP_KINDS = ("n", "all_dominant", "other_nash", "some_dominant", "neither")


def group_play(predicted: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """What groups did, as Cason et al. (2006) count pairs.

    Parameters
    ----------
    predicted : the table of `predict`, all members; groups with a timeout are left out
    by : columns that are the same for all members

    Returns
    -------
    DataFrame with the columns `by`, n (groups in which everybody has a dominant message), all_dominant (everybody plays
    one; always an equilibrium), other_nash (another Nash equilibrium), some_dominant (no equilibrium, and somebody
    plays a dominant message), neither (no equilibrium, and nobody does): numbers of groups that sum to n

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"session_code": "s", "part": 1, "practice": False, "round": [1, 1, 2, 2], "group": 1,
    ...                      "position": [1, 2, 1, 2], "group_timed_out": False,
    ...                      "group_dominant": [True, True, False, False],
    ...                      "dominant_played": [True, True, True, False], "nash_played": [True, True, False, False]})
    >>> group_play(rows, ["session_code"]).to_dict("records")
    [{'session_code': 's', 'n': 2, 'all_dominant': 1, 'other_nash': 0, 'some_dominant': 1, 'neither': 0}]
    """
    rows = predicted[~predicted["group_timed_out"].fillna(True).astype(bool) & predicted["group_dominant"].notna()]
    anybody = rows["dominant_played"].astype("float64").groupby([rows[key] for key in GROUP]).transform("max")
    first = rows.assign(anybody=anybody == 1)[rows["position"] == 1]
    dominant = first["group_dominant"].astype(bool)
    nash = first["nash_played"].fillna(False).astype(bool) | dominant
    kinds = first[by].assign(
        n=1,
        all_dominant=dominant,
        other_nash=nash & ~dominant,
        some_dominant=~nash & first["anybody"],
        neither=~nash & ~first["anybody"],
    )
    return kinds.groupby(by, sort=True, observed=True).sum().reset_index().astype(dict.fromkeys(GROUP_KINDS, "int64"))


def selection(groups: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Which equilibria were played; groups: `own_groups`.

    Returns
    -------
    DataFrame with the columns `by`, n (groups for which an equilibrium exists), equilibria (played), different (numbers
    of the list that were played, for groups with the same types), payoff_dominant (of those played),
    several (groups with more than one equilibrium, where there is something to select)

    Examples
    --------
    >>> import pandas as pd
    >>> groups = pd.DataFrame({"types": "8, 20", "nash_count": [2, 2, 2], "nash_index": [0, 1, None],
    ...                        "payoff_dominant_played": [True, False, None]})
    >>> selection(groups, ["types"]).to_dict("records")
    [{'types': '8, 20', 'n': 3, 'equilibria': 2, 'payoff_dominant': 1, 'several': 3, 'different': 2}]
    """
    there = groups[groups["nash_count"].fillna(0) > 0]
    table = there[by].assign(
        n=1,
        equilibria=there["nash_index"].notna(),
        payoff_dominant=there["payoff_dominant_played"].fillna(False).astype(bool),
        several=there["nash_count"] > 1,
    )
    result = table.groupby(by, sort=True, observed=True).sum()
    keys = [there[column] for column in by]
    which = there["nash_index"].astype("float64")
    result["different"] = which.groupby(keys, sort=True, observed=True).nunique()
    return result.reset_index()


def profiles_drawn(predicted: pd.DataFrame) -> list[tuple[float, ...]]:
    """The different types of groups that decided, in the order of positions, ascending."""
    return [tuple(row) for row in np.unique(_types(predicted).to_numpy(), axis=0).tolist()]


def type_names(predicted: pd.DataFrame, groups: pd.DataFrame, treatment: Treatment) -> np.ndarray:
    """The types in each of the groups (rows of `measures.own_groups`) in words, shape (n_groups,)."""
    types = _types(predicted).reindex(pd.MultiIndex.from_frame(groups[GROUP])).to_numpy()
    distinct, which = np.unique(types, axis=0, return_inverse=True)
    names = [type_profile(treatment, tuple(row)) for row in distinct.tolist()]
    return np.array(names, dtype=object)[which.ravel()]


def _types(predicted: pd.DataFrame) -> pd.DataFrame:
    """Types of the groups that decided: a row a group, a column a position."""
    rows = predicted[predicted["surplus"].notna()]
    return rows.pivot(index=GROUP, columns="position", values="type")
