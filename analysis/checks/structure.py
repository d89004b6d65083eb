"""Is everybody there, once a round, in a group of the right size, in a round that the protocol has?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, about_part, findings
from analysis.games import Part


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one app of one session."""
    return [*_rounds(part), *_twice_in_a_round(part), *_missing(part), *_groups(part)]


def _rounds(part: Part) -> list[pd.DataFrame]:
    last = part.treatment.protocol.rounds
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
    protocol = part.treatment.protocol
    there = np.zeros((protocol.rounds + 1, protocol.participants + 1), dtype=bool)
    row, person = part.rows["round"].to_numpy(), part.rows["participant_id"].to_numpy()
    inside = (row <= protocol.rounds) & (person <= protocol.participants)
    there[row[inside], person[inside]] = True
    missing = np.argwhere(~there[1:, 1:]) + 1
    found = []
    if len(missing):
        absent = pd.DataFrame(
            {
                "session_code": part.session_code,
                "app": part.app,
                "round": missing[:, 0],
                "participant_id": missing[:, 1],
            }
        )
        found.append(
            findings(
                IMPOSSIBLE,
                absent,
                "participant_id",
                "no row",
                f"{protocol.participants} participants × {protocol.rounds} rounds",
                "row missing",
            )
        )
    too_many = np.unique(person[person > protocol.participants])
    if len(too_many):
        named = ", ".join(str(number) for number in too_many[:10])
        found.append(
            about_part(
                part.session_code,
                part.app,
                "participant_id",
                named,
                f"1 to {protocol.participants}",
                "participant beyond the session",
            )
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
