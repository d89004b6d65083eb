"""Can each message have been sent: on the grid, drawn if time ran out, at a time that fits?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import DECISION, IMPOSSIBLE, compared, compared_texts, findings
from analysis.games import PERSON, Part, drawn
from mechanisms.session.draws import message_for_absent
from mechanisms.writing import described


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    return [*_off_the_grid(part), *_drawn(part), *_flags(part), *_times(part), *_undecided(part)]


def _off_the_grid(part: Part) -> list[pd.DataFrame]:
    wrong = part.rows["message"].notna().to_numpy() & ~part.message_is_possible & (part.positions >= 0)
    rows = part.rows[[*DECISION, "message"]][wrong]
    grids = [described(position.messages) for position in part.treatment.positions]
    expected = [grids[i] for i in part.positions[wrong]]
    return (
        [findings(IMPOSSIBLE, rows, "message", rows["message"], expected, "message off the grid")] if len(rows) else []
    )


def _drawn(part: Part) -> list[pd.DataFrame]:
    """What is not the participant's own is drawn or computed: it must be what treatment and session code give."""
    known = drawn(part.rows).to_numpy() & part.rows["message"].notna().to_numpy() & (part.positions >= 0)
    if not known.any():
        return []
    rows, found = part.rows[known], []
    late = rows[rows["timed_out"].fillna(False).to_numpy(dtype=bool)]
    if len(late) and not part.treatment.protocol.seconds:
        found.append(findings(IMPOSSIBLE, late, "timed_out", 1, 0, "timed out although there was no time limit"))
    if part.treatment.stages is not None:
        return found  # each request by itself: see checks.stages
    by_model = part.treatment.protocol.computer == "model"
    expected = _by_model(part, np.flatnonzero(known)) if by_model else _by_rule(part, known)
    return found + [
        table.assign(kind=IMPOSSIBLE, problem="not the participant's own, but not the message that was drawn")
        for table in compared(rows, "message", np.array(expected))
    ]


def _by_rule(part: Part, known: np.ndarray) -> list[float]:
    """One draw a decision: each has its own generator, and only these decisions need it."""
    rows = part.rows[known]
    return [
        message_for_absent(part.of_session[place[0]], *place)
        for place in zip(
            rows["session_code"].tolist(), rows["round_number"].tolist(), rows["participant_id"].tolist(),
            part.positions[known].tolist(), rows["type"].tolist(), _last_own(part)[known].tolist(), strict=True,
        )
    ]  # fmt: skip


def _by_model(part: Part, known: np.ndarray, at: str | None = None) -> list[float]:
    """The model replies to what was played in the groups of the seat, round by round; NaN where a group has holes.

    In the seat of somebody who does not take part it decides as soon as a group needs it, which may be before another
    group has finished the round before: what was decided there later it did not know. `at` : when, if not `decided_at`.
    What it replied to somebody who was deleted cannot be said any more: what it decided is taken as right.
    """
    from mechanisms.subjects.absent import model_message  # few sessions have such a seat

    group_of = np.full(len(part.rows), -1)
    for k, members in enumerate(part.groups):
        group_of[members] = k
    person = part.rows.groupby(PERSON).ngroup().to_numpy()
    rounds, types, said = (part.rows[name].to_numpy() for name in ("round", "type", "message"))
    decided, expected = part.rows["decided_at"].to_numpy(dtype="datetime64[ns]"), []
    for row in known:
        own = np.flatnonzero((person == person[row]) & (rounds <= rounds[row])) if not part.alone else np.array([row])
        own = own[np.argsort(rounds[own])]
        if (group_of[own] < 0).any():
            expected.append(np.nan)
            continue
        members, place = part.groups[group_of[own]], part.rows.iloc[row]
        if part.deleted[members].any():
            expected.append(said[row])
            continue
        moment = decided[row] if at is None else pd.to_datetime(at, utc=True).to_datetime64()
        expected.append(
            model_message(
                part.of_session[place["session_code"]], place["session_code"], int(place["round_number"]),
                int(place["participant_id"]), part.positions[own], types[members],
                np.where(decided[members] > moment, np.nan, said[members]),
            )
        )  # fmt: skip
    return expected


def stated_by_the_computer(part: Part, row: int, at: str) -> float | None:
    """What the computer asks for in stages in the place of the person of a row, at a moment: the last own decision or
    what the model says; None where it draws each request."""
    rule = part.treatment.protocol.computer
    stated = {"model": lambda: _by_model(part, np.array([row]), at)[0], "last": lambda: _last_own(part)[row]}
    found = stated[rule]() if rule in stated else np.nan
    return None if np.isnan(found) else float(found)


def _last_own(part: Part) -> np.ndarray:
    """The last own decision of the participant of each row before it, shape (n_rows,); NaN without one."""
    columns = [*PERSON, "round", "message", "timed_out", "decided_by"]
    rows = part.rows[columns].reset_index(drop=True).sort_values([*PERSON, "round"], kind="stable")
    own, who = rows["message"].where(~drawn(rows)), [rows[name] for name in PERSON]
    last = own.groupby(who).shift().groupby(who).ffill()
    return last.sort_index().to_numpy(dtype=np.float64)


def _flags(part: Part) -> list[pd.DataFrame]:
    """What the flags of a decision say fits: time ran out if the clock decided, and only then."""
    known = part.rows["decided_by"].to_numpy(dtype=object) != ""
    by_clock = part.rows["decided_by"][known] == "clock"
    return compared_texts(part.rows[[*DECISION, "timed_out"]][known], "timed_out", by_clock.to_numpy(), IMPOSSIBLE)


def _times(part: Part) -> list[pd.DataFrame]:
    """Times of one participant rise from round to round; nobody decides in negative time.

    The computer in the seat of somebody who does not take part decides when a group needs it, in whatever round.
    """
    found, times = [], part.rows[[*DECISION, "seconds_taken", "decided_at", "decided_by"]]
    negative = times[times["seconds_taken"] < 0]
    if len(negative):
        found.append(
            findings(IMPOSSIBLE, negative, "seconds_taken", negative["seconds_taken"], "0 or more", "negative time")
        )
    rows = times[times["decided_at"].notna() & (times["decided_by"] != "computer")]
    rows = rows.sort_values([*PERSON, "round"], kind="stable")
    before = rows.groupby(PERSON)["decided_at"].shift()
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
    undecided, rows = part.rows["message"].isna().to_numpy(), part.rows[[*DECISION, "decided_at", "points_units"]]
    found = []
    for column in ("decided_at", "points_units"):
        filled = rows[undecided & rows[column].notna().to_numpy()]
        if len(filled):
            found.append(
                findings(IMPOSSIBLE, filled, column, filled[column], "blank", "filled although nothing was decided")
            )
    timeless = rows[~undecided & rows["decided_at"].isna().to_numpy()]
    if len(timeless):
        found.append(findings(IMPOSSIBLE, timeless, "decided_at", "", "the time of the decision", "decided at no time"))
    return found
