"""Requests in stages: could each be made, was the right one served, and is what was not the own as it was drawn?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, MISMATCH, findings
from analysis.checks.messages import stated_by_the_computer
from analysis.games import Part
from mechanisms.session.draws import computer_messages, request_for_absent
from mechanisms.session.in_stages import Standing, standing
from mechanisms.session.record import NOT_OWN
from mechanisms.writing import described

LISTS = ("requests", "requests_by", "requests_at", "requests_seconds")
PROBLEM = "not the participant's own, but not the request that was drawn"


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    if part.treatment.stages is None:
        filled = part.rows[(part.rows["requests"] != "") | part.rows["stage"].notna()]
        problem = "requests where there are no stages"
        blank = findings(IMPOSSIBLE, filled, "requests", filled["requests"], "blank", problem)
        return [blank] if len(filled) else []
    found: list[pd.DataFrame] = []
    for rows, asked, computers in _groups(part):
        grid = part.treatment.positions[0].messages
        now = standing(asked, part.treatment.stages, float(grid[0]))
        for i, row in enumerate(rows):
            if row not in computers:
                found += _of_player(part, row, i, asked[i], now)
    return found + _times(part)


def _groups(part: Part) -> Iterator[tuple[list[int], list[list[float]], set[int]]]:
    """(row numbers by position, their requests, rows that are nobody) of each group; in practice against the computer
    of each person, whose others are the computer. Not groups of which somebody was deleted."""
    texts = part.rows["requests"].to_numpy(dtype=object)
    if not part.alone:
        known = part.groups[~part.deleted[part.groups].any(axis=1)]
        for members in known.tolist():
            yield members, [numbers(texts[row]) for row in members], set()
        return
    n = part.treatment.group_size
    for row in np.flatnonzero(part.positions >= 0).tolist():
        place, own = part.rows.iloc[row], numbers(texts[row])
        position = int(part.positions[row])
        who = str(place["session_code"]), int(place["round_number"]), int(place["participant_id"])
        drawn = computer_messages(part.of_session[who[0]], *who, position)
        nobody = {-1 - i for i in range(n)}
        rows = [row if i == position else -1 - i for i in range(n)]
        yield rows, [own if m is None else [m] * n for m in drawn], nobody


def numbers(text: object) -> list[float]:
    """Requests, stage by stage.

    >>> numbers("3.0;4.5"), numbers("")
    ([3.0, 4.5], [])
    """
    return [float(entry) if entry else np.nan for entry in str(text).split(";")] if text else []


def _of_player(part: Part, row: int, position: int, asked: list[float], now: Standing) -> list[pd.DataFrame]:
    own, grid = part.rows.iloc[[row]], part.treatment.positions[position].messages
    stage = next((k for k, (i, _quantity) in enumerate(now.served, 1) if i == position), None)
    found = []
    floors = [float(grid[0]), *(quantity for _i, quantity in now.served)]
    for k, quantity in enumerate(asked):
        allowed = grid[grid >= (floors[k] if k < len(floors) else np.inf)]
        if quantity not in allowed:
            found.append(
                findings(IMPOSSIBLE, own, "requests", quantity, described(allowed), "a request that was not allowed")
            )
    expected = len(asked) if stage is None else stage
    most = len(now.served) + 1
    if len(asked) != expected or (stage is None and len(asked) not in (most - 1, most)):
        found.append(findings(IMPOSSIBLE, own, "requests", len(asked), expected, "requests after being served"))
    message = np.nan if stage is None else now.served[stage - 1][1]
    for column, right in (("message", message), ("stage", np.nan if stage is None else stage)):
        given = own[column].astype("float64").to_numpy()[0]
        if given != right and not (np.isnan(given) and np.isnan(right)):
            found.append(findings(MISMATCH, own, column, given, right))
    return found + _causes(part, row, position, asked, floors)


def _causes(part: Part, row: int, position: int, asked: list[float], floors: list[float]) -> list[pd.DataFrame]:
    """What was not the participant's own must be what treatment and session code give; the last cause is the row's."""
    own, place = part.rows.iloc[[row]], part.rows.iloc[row]
    lists = {name: str(place[name]).split(";") if asked else [] for name in LISTS}
    if len({len(entries) for entries in lists.values() if entries or asked} | {len(asked)}) > 1:
        lengths = ", ".join(f"{name} {len(entries)}" for name, entries in lists.items())
        return [findings(IMPOSSIBLE, own, "requests", lengths, len(asked), "lists of different lengths")]
    found = []
    for k, (quantity, cause, at) in enumerate(zip(asked, lists["requests_by"], lists["requests_at"], strict=True)):
        if cause not in NOT_OWN or k >= len(floors):
            continue
        drawn = request_for_absent(
            part.of_session[place["session_code"]], str(place["session_code"]), int(place["round_number"]),
            int(place["participant_id"]), position, k + 1, floors[k], stated_by_the_computer(part, row, at),
        )  # fmt: skip
        if drawn != quantity:
            found.append(findings(IMPOSSIBLE, own, "requests", quantity, drawn, PROBLEM))
    if pd.notna(place["message"]) and lists["requests_by"] and lists["requests_by"][-1] != place["decided_by"]:
        found.append(findings(MISMATCH, own, "decided_by", place["decided_by"], lists["requests_by"][-1]))
    return found


def _times(part: Part) -> list[pd.DataFrame]:
    """Each request is later than the one before; the last one is the moment of the decision."""
    rows = part.rows[part.rows["requests_at"] != ""]
    moments = [pd.to_datetime(text.split(";"), utc=True) for text in rows["requests_at"]]
    falling = np.array([not times.is_monotonic_increasing for times in moments], dtype=bool)
    at = rows["decided_at"]
    late = np.array([pd.notna(t) and times[-1] != t for times, t in zip(moments, at, strict=True)], dtype=bool)
    found = []
    for wrong, expected in ((falling, "times in ascending order"), (late, "the last one is decided_at")):
        if wrong.any():
            own = rows[wrong]
            found.append(findings(IMPOSSIBLE, own, "requests_at", own["requests_at"], expected, "times that cannot be"))
    return found
