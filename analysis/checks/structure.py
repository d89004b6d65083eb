"""Is everybody there, once a round, in a group of the right size, in a round that the protocol has?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import DECISION, IMPOSSIBLE, about_part, findings
from analysis.games import PERSON, Part


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    return [*_rounds(part), *_twice_in_a_round(part), *_missing(part), *_groups(part), *_void(part), *_unfinished(part)]


def _rounds(part: Part) -> list[pd.DataFrame]:
    last = part.rounds
    beyond = part.rows[DECISION][part.rows["round"] > last]
    return (
        [findings(IMPOSSIBLE, beyond, "round", beyond["round"], f"1 to {last}", "round beyond the protocol")]
        if len(beyond)
        else []
    )


def _twice_in_a_round(part: Part) -> list[pd.DataFrame]:
    rows = part.rows[DECISION]
    twice = rows[rows.duplicated(["session_code", "round", "participant_id"])]
    return (
        [
            findings(
                IMPOSSIBLE,
                twice,
                "participant_id",
                twice["participant_id"],
                "once a round",
                "participant twice in a round",
            )
        ]
        if len(twice)
        else []
    )


def _missing(part: Part) -> list[pd.DataFrame]:
    """Rows that the export should hold: every participant in every round, decided or not."""
    who = part.rows.groupby(["session_code", "participant_id"], sort=True)
    person, row = who.ngroup().to_numpy(), part.rows["round"].to_numpy()
    people = who.size().index.to_frame(index=False)
    there = np.zeros((part.rounds + 1, len(people)), dtype=bool)
    inside = row <= part.rounds
    there[row[inside], person[inside]] = True
    missing = np.argwhere(~there[1:])
    found = []
    if len(missing):
        absent = people.iloc[missing[:, 1]].assign(part=part.number, practice=part.practice, round=missing[:, 0] + 1)
        counts = people.groupby("session_code")["participant_id"].transform("size").iloc[missing[:, 1]]
        expected = [f"{count} participants × {part.rounds} rounds" for count in counts]
        found.append(findings(IMPOSSIBLE, absent, "participant_id", "no row", expected, "row missing"))
    return found + _people(part)


def _people(part: Part) -> list[pd.DataFrame]:
    """Everybody of the session is there, and as many play the parts in each order."""
    protocol = part.treatment.protocol
    people = part.rows[[*PERSON, "order", "parts"]].drop_duplicates(PERSON)
    orders = people.groupby(["session_code", "order"])["participant_id"].count()
    expected = f"{protocol.participants} participants with each order of the parts"
    wrong = orders[orders != protocol.participants]
    found = [
        about_part(str(code), part.number, "participant_id", f"{count} with order {order}", expected,
                   "participants missing or beyond the session")
        for (code, order), count in wrong.items()
    ]  # fmt: skip
    whole = people[people["order"].str.count(";") == people["parts"].str.count(";")]  # other arms play other parts
    sessions = whole.groupby("session_code")["participant_id"].agg(["size", "max"])
    skipped = sessions[(sessions["size"] != sessions["max"]) & ~sessions.index.isin(wrong.index.get_level_values(0))]
    for code, size, highest in skipped.itertuples():
        named = f"{size} participants, the highest is {highest}"
        found.append(about_part(code, part.number, "participant_id", named, f"1 to {size}", "number skipped"))
    return found


def _groups(part: Part) -> list[pd.DataFrame]:
    """Groups that are not whole: wrong size, or a position that is missing, double or unknown."""
    size = part.treatment.group_size
    whole = np.zeros(len(part.rows), dtype=bool)
    whole[part.groups] = True
    if whole.all():
        return []
    broken = part.rows[~whole]
    place = ["session_code", "round", "group"]
    groups = broken.groupby(place)
    positions = groups["position"].agg(lambda column: ", ".join(str(number) for number in sorted(column)))
    first = broken.loc[~broken.duplicated(place)].sort_values(place)
    names = "group " + first["group"].astype(str).to_numpy() + " with positions " + positions.to_numpy()
    return [
        findings(
            IMPOSSIBLE,
            first,
            "group",
            names,
            f"positions 1 to {size}, each once",
            "group without all its members, or with too many",
        )
    ]


def _void(part: Part) -> list[pd.DataFrame]:
    """A round that a group does not play brings nothing to anybody of it."""
    void = part.rows["void"].fillna(False).astype(bool) & part.rows["points_units"].notna()
    paid = part.rows[[*DECISION, "points_units"]][void.to_numpy()]
    found = findings(IMPOSSIBLE, paid, "points_units", paid["points_units"], "blank", "nobody of the group plays it")
    return [found] if len(paid) else []


def _unfinished(part: Part) -> list[pd.DataFrame]:
    """Somebody has decided in a round that is neither played nor void, and nobody of the group still takes part."""
    if part.alone or not len(part.groups):
        return []
    rows = part.rows
    result = rows["points_units"].notna() | rows["void"].fillna(False).astype(bool) | part.deleted
    open_ones = part.groups[~result.to_numpy()[part.groups].any(axis=1)]
    decided = rows["message"].notna().to_numpy()[open_ones].any(axis=1)
    over = (rows["ending"].fillna("") != "").to_numpy()[open_ones].all(axis=1)
    found = rows[[*DECISION, "void"]].iloc[open_ones[decided & over].ravel()]
    problem = "the round is not played, and nobody is left who plays it"
    return [findings(IMPOSSIBLE, found, "void", "blank", "1", problem)] if len(found) else []
