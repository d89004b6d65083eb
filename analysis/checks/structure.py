"""Is everybody there, once a round, in a group of the right size, in a round that the protocol has?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, about_part, findings
from analysis.games import Part


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    return [*_rounds(part), *_twice_in_a_round(part), *_missing(part), *_groups(part)]


def _rounds(part: Part) -> list[pd.DataFrame]:
    last = part.rounds
    beyond = part.rows[part.rows["round"] > last]
    return (
        [findings(IMPOSSIBLE, beyond, "round", beyond["round"], f"1 to {last}", "round beyond the protocol")]
        if len(beyond)
        else []
    )


def _twice_in_a_round(part: Part) -> list[pd.DataFrame]:
    twice = part.rows[part.rows.duplicated(["round", "participant_id"])]
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
    people = np.unique(part.rows["participant_id"])
    there = np.zeros((part.rounds + 1, len(people)), dtype=bool)
    row, person = part.rows["round"].to_numpy(), np.searchsorted(people, part.rows["participant_id"])
    inside = row <= part.rounds
    there[row[inside], person[inside]] = True
    missing = np.argwhere(~there[1:])
    found = []
    if len(missing):
        absent = pd.DataFrame(
            {
                "session_code": part.session_code,
                "part": part.number,
                "practice": part.practice,
                "round": missing[:, 0] + 1,
                "participant_id": people[missing[:, 1]],
            }
        )
        expected = f"{len(people)} participants × {part.rounds} rounds"
        found.append(findings(IMPOSSIBLE, absent, "participant_id", "no row", expected, "row missing"))
    return found + _people(part)


def _people(part: Part) -> list[pd.DataFrame]:
    """Everybody of the session is there, and as many play the parts in each order."""
    protocol, people = part.treatment.protocol, part.rows.drop_duplicates("participant_id")
    orders = people.groupby("order")["participant_id"].count()
    expected = f"{protocol.participants} participants with each order of the parts"
    found = [
        about_part(part.session_code, part.number, "participant_id", f"{count} with order {order}", expected,
                   "participants missing or beyond the session")
        for order, count in orders.items() if count != protocol.participants
    ]  # fmt: skip
    highest = int(people["participant_id"].max())
    if not found and highest != len(people):
        named = f"{len(people)} participants, the highest is {highest}"
        found.append(
            about_part(part.session_code, part.number, "participant_id", named, f"1 to {len(people)}", "number skipped")
        )
    return found


def _groups(part: Part) -> list[pd.DataFrame]:
    """Groups that are not whole: wrong size, or a position that is missing, double or unknown."""
    size = part.treatment.group_size
    whole = np.zeros(len(part.rows), dtype=bool)
    whole[part.groups] = True
    broken = part.rows[~whole]
    if broken.empty:
        return []
    groups = broken.groupby(["round", "group"])
    positions = groups["position"].agg(lambda column: ", ".join(str(number) for number in sorted(column)))
    first = broken.loc[~broken.duplicated(["round", "group"])].sort_values(["round", "group"])
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
