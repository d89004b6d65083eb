"""Who met whom, as a graph: people are nodes, and what joins them (groups, partners, a pool, a name) makes edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.games import PERSON

GROUP = ("session_code", "app", "part", "practice", "round_number", "round", "group")
"""What tells groups apart; those that a table has. `session_code` and `group` it must have."""
ROUND = ("app", "part", "practice", "round_number", "round")
STRANGERS = ("stranger", "perfect_stranger")


def alone(decisions: pd.DataFrame) -> np.ndarray:
    """Practice rounds against the computer: their groups only say who had which role."""
    if not {"practice", "practice_against"} <= set(decisions):
        return np.zeros(len(decisions), dtype=bool)
    return decisions["practice"].to_numpy(dtype=bool) & (decisions["practice_against"] == "computer").to_numpy()


def partners(decisions: pd.DataFrame) -> pd.DataFrame:
    """session_code, participant_id, partner: each distinct entry of `partners` once, one row a partner."""
    if "partners" not in decisions:
        return decisions[PERSON].head(0).assign(partner=pd.Series(dtype="int64"))
    distinct = decisions[[*PERSON, "partners"]].drop_duplicates()
    distinct = distinct[distinct["partners"].fillna("") != ""]
    return distinct.assign(partner=distinct["partners"].str.split(";")).explode("partner").astype({"partner": "int64"})


def distinct(tables: list[pd.DataFrame]) -> pd.MultiIndex:
    """All (session_code, participant_id) of tables with two columns, sorted."""
    together = pd.concat([table.drop_duplicates().set_axis(PERSON, axis=1) for table in tables])
    return pd.MultiIndex.from_frame(together.drop_duplicates().sort_values(PERSON))


def places(rows: pd.DataFrame, columns: list[str], people: pd.MultiIndex) -> np.ndarray:
    return people.get_indexer(pd.MultiIndex.from_frame(rows[columns]))


def codes_of(rows: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Number of the distinct entry of each row; -1 where something is blank."""
    return rows.groupby(columns, sort=False, observed=True).ngroup().fillna(-1).to_numpy(dtype=np.int64)


Edges = tuple[np.ndarray, np.ndarray]
"""Ends of edges between people."""


def through(rows: pd.DataFrame, codes: np.ndarray, people: pd.MultiIndex) -> Edges:
    """Edges that join everybody with the same code: each to the first of them, which is enough for a component."""
    known = codes >= 0
    at, codes = places(rows[known], PERSON, people), codes[known]
    first = np.full(int(codes.max(initial=-1)) + 1, -1)
    first[codes[::-1]] = at[::-1]
    return at, first[codes]


def components(edges: list[Edges], n: int) -> np.ndarray:
    """Component of each person, shape (n,)."""
    starts, ends = (np.concatenate(side) for side in zip(*edges, strict=True))
    graph = coo_array((np.ones(len(starts), dtype=bool), (starts, ends)), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def met(decisions: pd.DataFrame, people: pd.MultiIndex) -> list[Edges]:
    """Edges between people who were in one group, by the groups and by what the partners say."""
    together = decisions[~alone(decisions)]
    found = through(together, codes_of(together, [column for column in GROUP if column in together]), people)
    named = partners(together)
    return [found, (places(named, PERSON, people), places(named, ["session_code", "partner"], people))]


def pooled(decisions: pd.DataFrame, label: str | None, people: pd.MultiIndex) -> Edges:
    """Edges between strangers of one pool: those among whom groups were drawn anew, whoever really met.

    A pool is a session (of counterbalanced orders: those with the same one), or what has the same label in it, if parts
    of it were meant to be apart. With one round in all nobody could have met a second time.
    """
    if "matching" not in decisions:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    rows = decisions[~alone(decisions)]
    keys = [column for column in ("session_code", "order", label) if column is not None and column in rows]
    rounds = rows[[*keys, *(column for column in ROUND if column in rows)]].drop_duplicates()
    several = rounds.groupby(keys, dropna=False, observed=True).size().gt(1).rename("several").reset_index()
    drawn = rows.loc[rows["matching"].isin(STRANGERS), [*PERSON, *(key for key in keys if key not in PERSON)]]
    drawn = drawn.drop_duplicates().merge(several, on=keys, how="left")
    drawn = drawn[drawn["several"].to_numpy(dtype=bool)]
    codes = drawn.groupby(keys, sort=False, observed=True, dropna=False).ngroup().to_numpy(dtype=np.int64)
    return through(drawn, codes, people)
