"""Requests in stages, one row a request: the history in which it was made, and what theory says of it there.

request             what was requested, units of the good
least               what was served last, or the least of the grid: no request may be less
served              the request was served in this stage
straightforward     the straightforward request: the best quantity if all who are left asked for as much
straightforward_played
                    the request is that
stage_messages      the requests that maximise the own expected points at this history, if all others, and the player in
                    later stages, request straightforwardly. With complete information the others' types are known; else
                    they are as likely as the priors say, among those that fit what the player has seen
stage_count, stage_area
                    their number, and / number of allowed requests
stage_played        the request is one of them
stage_loss          expected points that the request loses against one of them
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.games import GROUP, games
from analysis.predictions.message_lists import messages_text
from mechanisms.session.in_stages import request_values, standing
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

KEYS = (
    "session_code", "part", "treatment", "identity", "participant_code", "participant_id", "round", "group", "position",
    "role", "type",
)  # fmt: skip
COLUMNS = (
    *KEYS, "stage", "request", "decided_by", "decided_at", "seconds_taken", "least", "served", "straightforward",
    "straightforward_played", "stage_messages", "stage_count", "stage_area", "stage_played", "stage_loss",
)  # fmt: skip


def requests_of(decisions: pd.DataFrame) -> pd.DataFrame:
    """One row a request of the groups that were served whole, in rounds that count; empty without stages.

    Parameters
    ----------
    decisions : DataFrame, the table of load_decisions
    """
    if "requests" not in decisions or not (decisions["requests"] != "").any():
        return pd.DataFrame(columns=list(COLUMNS))
    rows = [row for part in games(decisions) if part.treatment.stages is not None
            for members in part.played_groups.tolist()
            for row in _group(part.treatment, part.rows.iloc[members])]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values([*GROUP, "stage", "position"], kind="stable").reset_index(drop=True)


def _group(treatment: Treatment, members: pd.DataFrame) -> Iterator[dict[str, object]]:
    """The requests of a group; `members` by position."""
    asked = [[float(entry) for entry in text.split(";")] for text in members["requests"]]
    types = members["type"].tolist()
    lowest = float(treatment.positions[0].messages[0])
    served = standing(asked, treatment.stages or (), lowest).served
    for i, (_, row) in enumerate(members.iterrows()):
        lists = [str(row[name]).split(";") for name in ("requests_by", "requests_at", "requests_seconds")]
        for k, request in enumerate(asked[i]):
            by, at, seconds = (entries[k] for entries in lists)
            yield {
                **{key: row[key] for key in KEYS},
                "stage": k + 1,
                "request": request,
                "decided_by": by,
                "decided_at": pd.Timestamp(at),
                "seconds_taken": float(seconds) if seconds else np.nan,
                "least": served[k - 1][1] if k else lowest,
                "served": served[k] == (i, request),
                **_predicted(treatment, asked, types, i, k + 1),
            }


def _predicted(
    treatment: Treatment, asked: list[list[float]], types: list[float], i: int, stage: int
) -> dict[str, object]:
    try:
        found = request_values(treatment, asked, types, i, stage)
    except TooLargeError:
        return dict.fromkeys(COLUMNS[COLUMNS.index("straightforward") :], pd.NA)
    request = asked[i][stage - 1]
    at = int(np.searchsorted(found.allowed, request))
    best = found.best
    return {
        "straightforward": found.straightforward,
        "straightforward_played": request == found.straightforward,
        "stage_messages": messages_text(found.allowed[best]),
        "stage_count": int(best.sum()),
        "stage_area": float(best.mean()),
        "stage_played": bool(best[at]),
        "stage_loss": float(found.points.max() - found.points[at]) / 10.0**treatment.rounding,
    }
