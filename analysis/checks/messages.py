"""Can each message have been sent: on the grid, drawn if time ran out, at a time that fits?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, compared, findings
from analysis.games import Part
from mechanisms.session.draws import timeout_message
from mechanisms.writing import described


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    return [*_off_the_grid(part), *_timed_out(part), *_times(part), *_undecided(part)]


def _off_the_grid(part: Part) -> list[pd.DataFrame]:
    wrong = part.rows["message"].notna().to_numpy() & ~part.message_is_possible & (part.positions >= 0)
    rows = part.rows[wrong]
    grids = [described(position.messages) for position in part.treatment.positions]
    expected = [grids[i] for i in part.positions[wrong]]
    return (
        [findings(IMPOSSIBLE, rows, "message", rows["message"], expected, "message off the grid")] if len(rows) else []
    )


def _timed_out(part: Part) -> list[pd.DataFrame]:
    """At a timeout the message is drawn: it must be the one that the session code and the decision give."""
    timed_out = part.rows["timed_out"].fillna(False).to_numpy(dtype=bool) & part.rows["message"].notna().to_numpy()
    known = timed_out & (part.positions >= 0)
    rows = part.rows[known]
    if rows.empty:
        return []
    found = []
    if not part.treatment.protocol.seconds:
        found.append(findings(IMPOSSIBLE, rows, "timed_out", 1, 0, "timed out although there was no time limit"))
    # one draw a decision: each has its own generator, and only timed-out decisions need it
    expected = [
        timeout_message(part.treatment, part.session_code, int(number), int(person), int(position))
        for number, person, position in zip(
            rows["round_number"], rows["participant_id"], part.positions[known], strict=True
        )
    ]
    return found + [
        table.assign(kind=IMPOSSIBLE, problem="timed out, but not the message that was drawn")
        for table in compared(rows, "message", np.array(expected))
    ]


def _times(part: Part) -> list[pd.DataFrame]:
    """Times of one participant rise from round to round; nobody decides in negative time."""
    found = []
    negative = part.rows[part.rows["seconds_taken"] < 0]
    if len(negative):
        found.append(
            findings(IMPOSSIBLE, negative, "seconds_taken", negative["seconds_taken"], "0 or more", "negative time")
        )
    rows = part.rows[part.rows["decided_at"].notna()].sort_values(["participant_id", "round"], kind="stable")
    before = rows.groupby("participant_id")["decided_at"].shift()
    early = (rows["decided_at"] < before).to_numpy()
    if early.any():
        expected = [f"{time.isoformat()} or later" for time in before[early]]
        exported = [time.isoformat() for time in rows["decided_at"][early]]
        found.append(
            findings(IMPOSSIBLE, rows[early], "decided_at", exported, expected, "decided before the round before")
        )
    return found


def _undecided(part: Part) -> list[pd.DataFrame]:
    """A row without message has no time and no result; a row with a message has a time."""
    undecided = part.rows["message"].isna().to_numpy()
    found = []
    for column in ("decided_at", "points_units"):
        filled = part.rows[undecided & part.rows[column].notna().to_numpy()]
        if len(filled):
            found.append(
                findings(IMPOSSIBLE, filled, column, filled[column], "blank", "filled although nothing was decided")
            )
    timeless = part.rows[~undecided & part.rows["decided_at"].isna().to_numpy()]
    if len(timeless):
        found.append(findings(IMPOSSIBLE, timeless, "decided_at", "", "the time of the decision", "decided at no time"))
    return found
