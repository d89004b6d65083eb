"""The independent units: who could have influenced whom, found from who met whom.

Participants are nodes; two are joined if they were ever in one group, in any round of any part of their session,
practice rounds too. Strangers among whom groups were drawn anew are joined by the draw: a session that falls apart by
luck is one unit all the same, unless its parts were designed to be apart (a label such as a silo). A unit is a
connected component of that graph (`scipy.sparse.csgraph`): members of different units never met, not even through
others. A label plays no other role, but one that the meetings contradict is named in `Units.leaks`.

Who met is taken from the recorded groups *and* from `partners`, so that a table with one row a group is enough.
Practice against the computer is no meeting. Units can also be the sessions, or what a column says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.games import PERSON
from analysis.inference.meetings import Edges, codes_of, components, distinct, met, partners, pooled, through
from analysis.loading.places import taken
from analysis.words import counted, listed
from mechanisms.shown import Shown

MET, SESSION, SESSION_CODE = "met", "session", "session_code"
"""Ways to find units, beside columns that say them, such as SESSION_CODE."""
UNIT = "unit"
WITHIN = ("participant_id", "group", "position", "silo", "place")
"""Columns that count anew in each session: the same entry of two sessions means nothing."""
FOUND = {
    MET: "as who met whom says",
    SESSION: "as was asked for (whole sessions)",
}


@dataclass(frozen=True)
class Units(Shown):
    """The independent units of a table of decisions.

    people : Series of text, index (session_code, participant_id): SESSION, or SESSION/k for the k-th unit of a session
        that has several; A+B if sessions are joined by people who took part in both
    table : DataFrame, one row a unit: unit, sessions, participants
    kind : what the units are: "session" (each covers all participants of its sessions), "matching silo" (none does),
        "participant" (nobody met anybody), or "session or matching silo"
    leaks : one sentence for each unit that holds several labels that were meant to be apart, or for units whose
        members met though a column says that they are apart
    notes : what else a reader must know
    found : how the units were found, in words
    """

    people: pd.Series
    table: pd.DataFrame
    kind: str
    leaks: tuple[str, ...]
    notes: tuple[str, ...]
    found: str = FOUND[MET]

    @cached_property
    def finer_than_sessions(self) -> bool:
        """Whether some session holds several units."""
        per_session = self.people.groupby(level=0).nunique()
        return bool((per_session > 1).any())

    @cached_property
    def sessions(self) -> Units:
        """Whole sessions as units: those that share a unit are one."""
        place = np.arange(len(self.people))
        by_session = pd.Series(place, index=self.people.index).groupby(level=0).transform("first").to_numpy()
        by_unit = pd.Series(place).groupby(self.people.to_numpy()).transform("first").to_numpy()
        joined = components([(place, by_session), (place, by_unit)], len(self.people))
        return Units(*_described(self.people.index, joined), SESSION, (), (), FOUND[SESSION])

    def of(self, rows: pd.DataFrame) -> pd.Series:
        """The unit of each row of a table with session_code and participant_id, such as the decisions with
        predictions; ValueError for people who are not among `people`."""
        found = self.people.reindex(pd.MultiIndex.from_frame(rows[PERSON]))
        if found.isna().any():
            session, person = found.index[found.isna()][0]
            raise ValueError(f"rows: participant {person} of session {session} is not among the people of the units")
        return pd.Series(found.to_numpy(), index=rows.index, name=UNIT, dtype="str")

    def added(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The table with the column `unit`, see `of`."""
        return rows.assign(**{UNIT: self.of(rows)})


def independent_units(
    decisions: pd.DataFrame,
    label: str | None = None,
    same_person: str | None = None,
    unit: str | Sequence[str] = MET,
) -> Units:
    """The units of all rows of `decisions` (undecided ones too: who sat in a group was met).

    Parameters
    ----------
    decisions : the table of `load_decisions`, before any row is left out; places that nobody took are no people
    label : a column that says which participants were meant to be apart, such as a silo; None: a column `silo` is
        used if there is one. Among strangers, groups are then taken to be drawn within its entries; that it leaks is
        reported.
    same_person : a column whose equal, non-blank entries mean the same person in different sessions; None: nobody took
        part twice (labels of the laboratory are names of computers, and say nothing)
    unit : "met" (who met whom), "session", or a column, or several: equal entries, the same unit

    Raises
    ------
    ValueError
        If a column is not there, a column of `unit` is blank or has several entries for one participant, or that of
        `same_person` is the same for several participants of one session.

    Examples
    --------
    In round 1 the pairs are 1-2 and 3-4; in the second part 2 meets 3, so all four are one unit. 5 and 6 stay apart.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"session_code": "s", "part": [1] * 6 + [2] * 2, "round": 1,
    ...                       "participant_id": [1, 2, 3, 4, 5, 6, 2, 3], "group": [1, 1, 2, 2, 3, 3, 1, 1]})
    >>> independent_units(table).people.tolist()
    ['s/1', 's/1', 's/1', 's/1', 's/2', 's/2']
    >>> independent_units(table, unit="session").people.unique().tolist()
    ['s']
    """
    if needed := [column for column in (*PERSON, "group") if column not in decisions]:
        raise ValueError(f"decisions: no column {', '.join(needed)}; expected the table of load_decisions")
    decisions = taken(decisions)
    label = label or ("silo" if "silo" in decisions else None)
    partner = partners(decisions)
    people = distinct([decisions[PERSON], partner[PERSON], partner[["session_code", "partner"]]])
    same = _same_people(decisions, same_person, people)
    if unit == SESSION:
        place = np.arange(len(people))
        first = pd.Series(place, index=people).groupby(level=0).transform("first").to_numpy()
        of_person, table = _described(people, components([same, (place, first)], len(people)))
        return Units(of_person, table, SESSION, (), _notes(decisions, table), FOUND[SESSION])
    meetings = [*met(decisions, people), same]
    if unit != MET:
        return _said(decisions, [unit] if isinstance(unit, str) else list(unit), people, meetings)
    of_person, table = _described(people, components([*meetings, pooled(decisions, label, people)], len(people)))
    leaks, notes = _leaks(decisions, of_person, label), _notes(decisions, table)
    return Units(of_person, table, _kind(of_person), leaks, notes)


def _same_people(decisions: pd.DataFrame, column: str | None, people: pd.MultiIndex) -> Edges:
    if column is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if column not in decisions:
        raise ValueError(f"same_person: no column {column}; expected one whose entries name people")
    named = decisions[decisions[column].notna() & (decisions[column].astype(str) != "")]
    seats = named[[*PERSON, *([] if column in PERSON else [column])]].drop_duplicates()
    if (twice := seats.duplicated(list(dict.fromkeys(["session_code", column])), keep=False)).any():
        session, entry = seats.loc[twice, ["session_code", column]].iloc[0]
        raise ValueError(
            f"same_person: {column} is {entry} for several participants of session {session}; expected a column whose "
            "entries name people"
        )
    return through(named, codes_of(named, [column]), people)


def _said(decisions: pd.DataFrame, columns: list[str], people: pd.MultiIndex, meetings: list[Edges]) -> Units:
    """The units that columns say; people of different ones who met are told."""
    if missing := [column for column in columns if column not in decisions]:
        raise ValueError(f"unit: no column {', '.join(missing)}; expected met, session, or columns of the decisions")
    anew = [column for column in columns if column in WITHIN]
    if anew and SESSION_CODE not in columns and decisions[SESSION_CODE].nunique() > 1:
        raise ValueError(
            f"unit: {listed(anew)} is counted anew in each session, so that people of different sessions would be one "
            f"unit; expected {','.join([SESSION_CODE, *columns])}"
        )
    entries = decisions[[*PERSON, *(c for c in columns if c not in PERSON)]].drop_duplicates()
    where = ", ".join(columns)
    if (blank := entries[columns].isna().any(axis=1) | (entries[columns].astype(str) == "").any(axis=1)).any():
        session, person = entries.loc[blank, PERSON].iloc[0]
        raise ValueError(f"unit: {where} is blank for participant {person} of session {session}")
    if (twice := entries.duplicated(PERSON)).any():
        session, person = entries.loc[twice, PERSON].iloc[0]
        raise ValueError(
            f"unit: {where} has several entries for participant {person} of session {session}; expected one"
        )
    named = entries.set_index(PERSON, drop=False)[columns].astype(str).agg("/".join, axis=1).reindex(people)
    if named.isna().any():
        session, person = named.index[named.isna()][0]
        raise ValueError(f"unit: {where} is blank for participant {person} of session {session}")
    of_person = pd.Series(named.to_numpy(), index=people, name=UNIT, dtype="str")
    by_meeting = pd.Series(named.to_numpy()).groupby(components(meetings, len(people)))
    leaks = tuple(
        f"Participants of the units {listed(sorted(set(names)))} met: they are not independent of each other"
        for _, names in by_meeting
        if names.nunique() > 1
    )
    whole = people.get_level_values(0).to_series().groupby(named.to_numpy()).agg(["nunique", "size"])
    table = pd.DataFrame({UNIT: whole.index.astype(str), "sessions": whole["nunique"], "participants": whole["size"]})
    found = f"as the column{'s' if len(columns) > 1 else ''} {listed(columns)} say{'s' if len(columns) == 1 else ''}"
    joined = int((table["sessions"] > 1).sum())
    notes = (f"{counted(joined, 'unit')} of several sessions, {found}",) if joined else ()
    return Units(of_person, table.reset_index(drop=True), where, leaks, notes, found)


def add_units(decisions: pd.DataFrame, label: str | None = None, same_person: str | None = None) -> pd.DataFrame:
    """The table with the column `unit`, without places that nobody took; the input is not changed. See
    `independent_units`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"session_code": "s", "part": 1, "round": 1, "participant_id": [1, 2, 3, 4],
    ...                       "group": [1, 1, 2, 2]})
    >>> add_units(table)["unit"].tolist()
    ['s/1', 's/1', 's/2', 's/2']
    """
    there = taken(decisions)
    return independent_units(there, label, same_person).added(there)


def _described(people: pd.MultiIndex, joined: np.ndarray) -> tuple[pd.Series, pd.DataFrame]:
    """Names and counts of the components; joined, shape (n_people,), numbers them."""
    persons = pd.DataFrame({"session": people.get_level_values(0), "component": joined})
    at = persons.drop_duplicates().sort_values(["session", "component"])
    in_session = at.groupby("session")["component"]
    split = in_session.transform("size") > 1
    session_name = at["session"].astype(str)
    name = session_name.where(~split, session_name + "/" + (in_session.cumcount() + 1).astype(str))
    names = name.groupby(at["component"]).agg("+".join)
    of_person = pd.Series(names.to_numpy()[joined], index=people, name=UNIT, dtype="str")
    table = persons.groupby("component").agg(sessions=("session", "nunique"), participants=("session", "size"))
    table.insert(0, UNIT, names)
    return of_person, table.sort_values(UNIT).reset_index(drop=True)


def _kind(of_person: pd.Series) -> str:
    if of_person.is_unique:
        return "participant"
    split = (of_person.groupby(level=0).transform("nunique") > 1).groupby(of_person.to_numpy()).any()
    if not split.any():
        return "session"
    return "matching silo" if split.all() else "session or matching silo"


def _leaks(decisions: pd.DataFrame, of_person: pd.Series, label: str | None) -> tuple[str, ...]:
    """Units with several labels within one session."""
    if label is None:
        return ()
    pairs = decisions[[*PERSON, label]].dropna().drop_duplicates()
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
