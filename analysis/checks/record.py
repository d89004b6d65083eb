"""The record of a session against its decisions, and who but the participants did something: what, when, by whom.

Every decision and guess was noted in the record in the transaction that stored it, so the two tell the same. They are
exported one after the other: what one of them cannot know yet is no finding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, MISMATCH, findings
from analysis.games import PERSON
from analysis.words import counted
from mechanisms.session.record import GONE

PLACE = ["session_code", "participant_id", "round_number"]
NOTED = {"decision": "message", "guess": "belief"}
"""The events whose value is a column of the decisions."""
TOGETHER = pd.Timedelta(seconds=5)
"""An event is written so soon after the moment that the decision is given."""


def check(decisions: pd.DataFrame, record: pd.DataFrame) -> list[pd.DataFrame]:
    """Findings about the sessions that are in both."""
    ends = record.groupby("session_code")["at"].max()
    columns = [*PLACE, "part", "practice", "round", *NOTED.values(), "decided_at", "decided_by", "requests"]
    rows = decisions.loc[decisions["session_code"].isin(ends.index), columns]
    events = record.sort_values("at", kind="stable")
    found = []
    for name, column in NOTED.items():
        last = events[events["event"] == name].drop_duplicates(PLACE, keep="last")
        found += _against(rows, column, last.set_index(PLACE), rows["session_code"].map(ends))
    return found + _fees(decisions, record)


def _against(rows: pd.DataFrame, column: str, told: pd.DataFrame, end: pd.Series) -> list[pd.DataFrame]:
    """told : the last event about each row, by PLACE; end : of the record of its session."""
    event = told.reindex(pd.MultiIndex.from_frame(rows[PLACE])).set_axis(rows.index)
    until = rows.groupby("session_code")["decided_at"].transform("max") + TOGETHER
    is_noted = event["at"].notna() & ~(event["at"] > until)
    stored, noted = rows[column].astype("float64"), pd.to_numeric(event["value"], errors="coerce")
    if column == "message":  # in stages a request is noted, and is the message once it is served
        requested = pd.to_numeric(rows["requests"].astype(str).str.rpartition(";")[2], errors="coerce")
        stored = stored.fillna(requested)
    differs = is_noted & (stored != noted) & ~(stored.isna() & noted.isna())
    found = [findings(MISMATCH, rows[differs], column, stored[differs], noted[differs], "the record says otherwise")]
    if column == "message":
        decided = rows["decided_by"] != ""
        unknown = decided & event["at"].isna() & (rows["decided_at"] <= end)
        found.append(findings(IMPOSSIBLE, rows[unknown], column, stored[unknown], "none", "not in the record"))
        cause = is_noted & decided & (event["cause"] != rows["decided_by"])
        by = rows["decided_by"][cause], event["cause"][cause]
        found.append(findings(MISMATCH, rows[cause], "decided_by", *by, "the record says otherwise"))
    return [table for table in found if len(table)]


def _fees(decisions: pd.DataFrame, record: pd.DataFrame) -> list[pd.DataFrame]:
    """Whoever was asked for consent and has answered, or has decided later, has the show-up fee, and in a laboratory
    nobody else has. What a study pays for other endings is its own, and online somebody was always there."""
    asked = record[(record["event"] == "consent") & record["participant_id"].notna()]
    answered = asked[pd.to_numeric(asked["value"], errors="coerce").notna()]
    own = decisions[(decisions["decided_by"] != "") & ~decisions["decided_by"].isin(GONE)]
    people = decisions[decisions["fee_paid"].notna() & ~decisions["practice"].astype(bool)].drop_duplicates(PERSON)
    people = people[_among(people, asked)]
    came, fee = _among(people, answered) | _among(people, own), people["fee_paid"]
    promised = people["ending"].isin(["", "complete"]) & (people["show_up_fee"] != 0)
    lacks, undue = people[came & promised & (fee == 0)], people[~came & people["silo"].isna() & (fee != 0)]
    there, nobody = "somebody was there, the record says", "nobody was there, the record says"
    found = [
        findings(MISMATCH, lacks, "fee_paid", lacks["fee_paid"], lacks["show_up_fee"], there),
        findings(MISMATCH, undue, "fee_paid", undue["fee_paid"], 0, nobody),
    ]
    return [table for table in found if len(table)]


def _among(people: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Whether each of the people has one of the rows."""
    keys = rows[PERSON].drop_duplicates().astype({"participant_id": "int64"})
    return pd.MultiIndex.from_frame(people[PERSON]).isin(pd.MultiIndex.from_frame(keys))


# --- what others than the participants did ---


def acts(record: pd.DataFrame) -> tuple[str, ...]:
    """One sentence for each act of the experimenter, each absence and each start of the server, in their order."""
    said: list[tuple[pd.Timestamp, str]] = []
    for code, events in record.groupby("session_code", sort=True):
        ended = events[(events["event"] == "outcome") & events["participant_id"].notna()]
        outcomes = dict(zip(ended["participant_id"], ended["value"], strict=True))
        told = ((row, _sentence(row, outcomes.get(row.participant_id, ""))) for row in events.itertuples())
        own = [(row.at, sentence) for row, sentence in told if sentence]
        starts = events[events["event"] == "server"].drop_duplicates("value")
        own += [(row.at, "the server was started again") for row in starts.iloc[1:].itertuples()]
        own += _absences(events)
        said += [(at, f"session {code}: {text} ({_clock(at)})") for at, text in own]
    return tuple(text for _at, text in sorted(said, key=lambda entry: entry[0]))


def _sentence(row: Any, outcome: str = "") -> str:
    """What one event says; "" if it is the participant's own, or told elsewhere. `outcome` : the participant's."""
    who = "" if pd.isna(row.participant_id) else f"participant {int(row.participant_id)}"
    if row.cause == "moved_on" and row.event in ("passed", "opened"):
        return f"{who} was moved on by the experimenter{_where(row)}"
    if row.event == "excluded":
        return f"{who} was excluded{_why(row, outcome)}{_where(row)}"
    if row.event == "seat_taken":
        return f"{who}: the experimenter gave the seat to the computer{_where(row)}"
    if row.event == "returned" and row.cause == "experimenter":
        return f"{who}: the experimenter gave the seat back{_where(row)}"
    if row.event == "other_computer":
        return f"{who}: the experimenter let another computer take the seat{_where(row)}"
    if row.event == "edited":
        return f"the experimenter changed {f'{who}, ' if who else ''}{row.value}"
    if row.event == "rematched":
        return f"groups were drawn anew {row.value}"
    return ""


BECAUSE = {
    "no_consent": "did not agree to take part",
    "screened_out": "had another device or did not read",
    "quiz_failed": "failed the quiz",
    "waited_too_long": "waited too long for a group",
    "overbooked": "all groups were complete",
    "withdrew": "withdrew",
    "dropped_out": "was gone",
}
"""By how taking part has ended."""
PAGES = {"Consent": "no_consent", "Declined": "no_consent", "Quiz": "quiz_failed"}
"""Where no study notes it: what has ended there."""


def _why(row: Any, outcome: str) -> str:
    if row.cause in ("moved_on", "experimenter"):
        return " by the experimenter"
    late = ", time was over" if row.cause == "clock" else ""
    because = BECAUSE.get(outcome or PAGES.get(str(row.page), ""), "")
    return late or (because and f", {because}")


def _absences(events: pd.DataFrame) -> list[tuple[pd.Timestamp, str]]:
    found = []
    absent = events.loc[events["event"] == "absent", "participant_id"].unique()
    for person, own in events[events["participant_id"].isin(absent)].groupby("participant_id"):
        gone = own[own["event"] == "absent"]
        for at in gone["at"]:
            back = own[(own["event"] == "returned") & (own["at"] >= at)]["at"]
            until = back.iloc[0] if len(back) else own["at"].max()
            passed = own[(own["event"] == "decision") & (own["cause"] == "absent") & own["at"].between(at, until)]
            end = f"until {_clock(back.iloc[0])}" if len(back) else "and did not come back"
            number = counted(len(passed), "decision was computed", "decisions were computed")
            found.append((at, f"participant {int(person)} was absent {end}; {number}"))
    return found


def _where(row: Any) -> str:
    place = ", ".join(filter(None, [str(row.page), "" if pd.isna(row.round_number) else f"round {row.round_number}"]))
    return f" at {place}" if place else ""


def _clock(at: pd.Timestamp) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
