"""The independent units: who could have influenced whom, found from who met whom.

Participants are nodes; two are joined if they were ever in one group, in any round of any part of their session,
practice rounds too. A unit is a connected component of that graph (`scipy.sparse.csgraph`): members of different units
never met, not even through others. What a column calls a block, half or silo plays no role, but a label that the
meetings contradict is named in `Units.leaks`.

Who met is taken from the recorded groups *and* from `partners`, so that a table with one row a group is enough.
Practice against the computer is no meeting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.words import counted
from mechanisms.shown import Shown

PERSON = ["session_code", "participant_id"]
GROUP = ("session_code", "app", "part", "practice", "round_number", "round", "group")
"""What tells groups apart; those that a table has. `session_code` and `group` it must have."""

UNIT = "unit"


@dataclass(frozen=True)
class Units(Shown):
    """The independent units of a table of decisions.

    people : Series of text, index (session_code, participant_id): SESSION, or SESSION/k for the k-th unit of a session
        that has several; A+B if sessions are joined by people who took part in both
    table : DataFrame, one row a unit: unit, sessions, participants
    kind : what the units are: "session" (each covers all participants of its sessions), "matching silo" (none does),
        "participant" (nobody met anybody), or "session or matching silo"
    leaks : one sentence for each unit that holds several labels that were meant to be apart
    notes : what else a reader must know
    """

    people: pd.Series
    table: pd.DataFrame
    kind: str
    leaks: tuple[str, ...]
    notes: tuple[str, ...]

    def of(self, rows: pd.DataFrame) -> pd.Series:
        """The unit of each row of a table with session_code and participant_id, such as the decisions with
        predictions; ValueError for people who are not among `people`."""
        found = self.people.reindex(pd.MultiIndex.from_frame(rows[PERSON]))
        if found.isna().any():
            session, person = found.index[found.isna()][0]
            raise ValueError(f"rows: participant {person} of session {session} is not among the people of the units")
        return pd.Series(found.to_numpy(), index=rows.index, name=UNIT, dtype="str")


def independent_units(decisions: pd.DataFrame, label: str | None = None, same_person: str | None = None) -> Units:
    """The units of all rows of `decisions` (undecided ones too: who sat in a group was met).

    Parameters
    ----------
    decisions : the table of `load_decisions`, before any row is left out
    label : a column that says which participants were meant to be apart, such as a silo; None: a column `silo` is
        used if there is one. It does not decide anything; that it leaks is reported.
    same_person : a column whose equal, non-blank entries mean the same person in different sessions; None: nobody took
        part twice (labels of the laboratory are names of computers, and say nothing)

    Examples
    --------
    In round 1 the pairs are 1-2 and 3-4; in the second part 2 meets 3, so all four are one unit. 5 and 6 stay apart.

    >>> table = pd.DataFrame({"session_code": "s", "part": [1] * 6 + [2] * 2, "round": 1,
    ...                       "participant_id": [1, 2, 3, 4, 5, 6, 2, 3], "group": [1, 1, 2, 2, 3, 3, 1, 1]})
    >>> independent_units(table).people.tolist()
    ['s/1', 's/1', 's/1', 's/1', 's/2', 's/2']
    """
    if needed := [column for column in (*PERSON, "group") if column not in decisions]:
        raise ValueError(f"decisions: no column {', '.join(needed)}; expected the table of load_decisions")
    label = label or ("silo" if "silo" in decisions else None)
    met = decisions[~_alone(decisions)]
    partners = _partners(met)
    people = _distinct([decisions[PERSON], partners[PERSON], partners[["session_code", "partner"]]])
    edges = [_through(met, _codes(met, [column for column in GROUP if column in met]), people)]
    edges.append((_places(partners, PERSON, people), _places(partners, ["session_code", "partner"], people)))
    if same_person is not None:
        named = decisions[decisions[same_person].notna() & (decisions[same_person].astype(str) != "")]
        edges.append(_through(named, _codes(named, [same_person]), people))
    return _described(decisions, people, _components(edges, len(people)), label)


def add_units(decisions: pd.DataFrame, label: str | None = None, same_person: str | None = None) -> pd.DataFrame:
    """The table with the column `unit`; the input is not changed. See `independent_units`."""
    return decisions.assign(**{UNIT: independent_units(decisions, label, same_person).of(decisions)})


def _alone(decisions: pd.DataFrame) -> np.ndarray:
    """Practice rounds against the computer: their groups only say who had which role."""
    if not {"practice", "practice_against"} <= set(decisions):
        return np.zeros(len(decisions), dtype=bool)
    return decisions["practice"].to_numpy(dtype=bool) & (decisions["practice_against"] == "computer").to_numpy()


def _partners(decisions: pd.DataFrame) -> pd.DataFrame:
    """session_code, participant_id, partner: each distinct entry of `partners` once, one row a partner."""
    if "partners" not in decisions:
        return decisions[PERSON].head(0).assign(partner=pd.Series(dtype="int64"))
    distinct = decisions[[*PERSON, "partners"]].drop_duplicates()
    distinct = distinct[distinct["partners"].fillna("") != ""]
    return distinct.assign(partner=distinct["partners"].str.split(";")).explode("partner").astype({"partner": "int64"})


def _distinct(tables: list[pd.DataFrame]) -> pd.MultiIndex:
    """All (session_code, participant_id) of tables with two columns, sorted."""
    together = pd.concat([table.drop_duplicates().set_axis(PERSON, axis=1) for table in tables])
    return pd.MultiIndex.from_frame(together.drop_duplicates().sort_values(PERSON))


def _places(rows: pd.DataFrame, columns: list[str], people: pd.MultiIndex) -> np.ndarray:
    return people.get_indexer(pd.MultiIndex.from_frame(rows[columns]))


def _codes(rows: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Number of the distinct entry of each row; -1 where something is blank."""
    return rows.groupby(columns, sort=False, observed=True).ngroup().fillna(-1).to_numpy(dtype=np.int64)


Edges = tuple[np.ndarray, np.ndarray]
"""Ends of edges between people."""


def _through(rows: pd.DataFrame, codes: np.ndarray, people: pd.MultiIndex) -> Edges:
    """Edges that join everybody with the same code: each to the first of them, which is enough for a component."""
    known = codes >= 0
    places, codes = _places(rows[known], PERSON, people), codes[known]
    first = np.full(int(codes.max(initial=-1)) + 1, -1)
    first[codes[::-1]] = places[::-1]
    return places, first[codes]


def _components(edges: list[Edges], n: int) -> np.ndarray:
    """Component of each person, shape (n,)."""
    starts, ends = (np.concatenate(side) for side in zip(*edges, strict=True))
    graph = coo_array((np.ones(len(starts), dtype=bool), (starts, ends)), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def _described(decisions: pd.DataFrame, people: pd.MultiIndex, components: np.ndarray, label: str | None) -> Units:
    """Names and counts of the components; components, shape (n_people,), numbers them."""
    persons = pd.DataFrame({"session": people.get_level_values(0), "component": components})
    places = persons.drop_duplicates().sort_values(["session", "component"])
    in_session = places.groupby("session")["component"]
    split = in_session.transform("size") > 1
    session_name = places["session"].astype(str)
    name = session_name.where(~split, session_name + "/" + (in_session.cumcount() + 1).astype(str))
    names = name.groupby(places["component"]).agg("+".join)
    of_person = pd.Series(names.to_numpy()[components], index=people, name=UNIT, dtype="str")
    table = persons.groupby("component").agg(sessions=("session", "nunique"), participants=("session", "size"))
    table.insert(0, UNIT, names)
    is_split = split.groupby(places["component"]).any()
    return Units(
        of_person,
        table.sort_values(UNIT).reset_index(drop=True),
        _kind(bool(is_split.any()), bool(is_split.all()), bool((table["participants"] == 1).all())),
        _leaks(decisions, of_person, label),
        _notes(decisions, table),
    )


def _kind(some_split: bool, all_split: bool, all_single: bool) -> str:
    if all_single:
        return "participant"
    if not some_split:
        return "session"
    return "matching silo" if all_split else "session or matching silo"


def _leaks(decisions: pd.DataFrame, of_person: pd.Series, label: str | None) -> tuple[str, ...]:
    """Units with several labels within one session."""
    if label is None:
        return ()
    pairs = decisions[[*PERSON, label]].drop_duplicates()
    pairs = pairs.assign(**{UNIT: of_person.reindex(pd.MultiIndex.from_frame(pairs[PERSON])).to_numpy()})
    labels = pairs.assign(label=pairs[label].astype(str))[[UNIT, "session_code", "label"]].drop_duplicates()
    held = labels.sort_values("label").groupby([UNIT, "session_code"])["label"].agg(list)
    return tuple(
        f"Participants of {label} {', '.join(found)} of session {session} met: they are one independent unit, {unit}"
        for (unit, session), found in held.items()
        if len(found) > 1
    )


def _notes(decisions: pd.DataFrame, table: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    if "participant_code" in decisions:
        codes = decisions[["session_code", "participant_code"]].drop_duplicates()["participant_code"]
        if twice := int(codes.duplicated().sum()):
            notes.append(f"{counted(twice, 'participant code')} in several sessions, taken for different people")
    if joined := int((table["sessions"] > 1).sum()):
        notes.append(f"{counted(joined, 'unit')} of several sessions, because the same people took part in them")
    return tuple(notes)
