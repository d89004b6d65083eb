"""Who and what is in the analysis: columns behind the decisions, by stated rules; nothing is deleted.

demo_session      the session is a demo; blank if no file says it (exports before 0.3.0 without oTree's own tables)
declined          the participant did not agree to take part; blank if no file says it
dropout           the participant withdrew or dropped out, as the session says (`ending`), left a round without decision
                  and did not play to an end (declined, or the session has not ended), or let the time run out in the
                  last two or more rounds; a round that was not played because of somebody else makes no dropout
quiz_not_passed   the limit of attempts at the quiz of the part was reached with wrong answers
excluded          named in the file of exclusions, or deleted at request: nothing is left of what was played
excluded_because  the reason given there, or “deleted at request”
group_excluded    somebody of the group is excluded in this round: what the group did together is left out
seated            the place was taken: see `places`
in_analysis       1 for rounds that are not practice, of participants who are not excluded and took a place, in sessions
                  that are no demo

Timeouts (`timed_out`), bots (`is_bot`), dropouts and failed quizzes stay in the analysis and are counted; rates of play
leave out decisions that are not the participant's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import ExportError, Problem, raise_if_any, wrong_entry
from analysis.games import deleted, drawn
from analysis.loading.places import PARTICIPANT, PLAYED, seated
from analysis.loading.reading import Read, read_table
from analysis.loading.schema import CODE, FILLED, Column
from analysis.loading.sources import sources_in

FLAGS = (
    "demo_session", "declined", "dropout", "quiz_not_passed", "excluded", "excluded_because", "group_excluded",
    "seated", "in_analysis",
)  # fmt: skip
GROUP = ["session_code", "part", "practice", "round_number", "group"]
DELETED_AT_REQUEST = "deleted at request"
"""The reason why somebody is excluded of whom nothing is left to be analysed."""
LAST_TIMEOUTS = 2
"""So many timeouts in a row, up to the last round, and the participant counts as a dropout."""

LEFT = ("withdrew", "dropped_out")
"""Endings of those who left."""

EXCLUSIONS = (
    Column("session_code", "text", check=CODE),
    Column("participant_code", "text", blank=True),
    Column("reason", "text", check=FILLED),
)


def read_exclusions(path: Path, decisions: pd.DataFrame) -> Read:
    """The file of exclusions (CSV, or a workbook of one sheet): session_code, participant_code (blank: everybody of the
    session), reason.

    Raises ExportError for a file of another form, and for participants who are not in the decisions or named twice.
    """
    if not path.is_file():
        raise_if_any([Problem(path.name, "no such file; expected the columns session_code, participant_code, reason")])
    sources, _ = sources_in(path)
    if len(sources) != 1:
        found = f"{len(sources)} tables with entries in it ({', '.join(source.name for source in sources)})"
        raise ExportError(f"{path.name}: {found if sources else 'no entry in it'}; expected one table, of exclusions")
    read = read_table(sources[0], EXCLUSIONS, by_machine=False)
    table, problems = read.table, list(read.problems)
    raise_if_any(problems)
    people = {*map(tuple, decisions[PARTICIPANT].drop_duplicates().to_numpy().tolist())}
    people |= {(code, "") for code, _ in people}
    seen: set[tuple[str, str]] = set()
    for line, code, person, _ in table.itertuples():
        if (code, person) not in people:
            column, value = ("participant_code", person) if person else ("session_code", code)
            problems.append(wrong_entry(path.name, line, column, value, "one that the exports hold"))
        if (code, person) in seen:
            problems.append(wrong_entry(path.name, line, "participant_code", person, "each participant once"))
        seen.add((code, person))
    raise_if_any(problems)
    return replace(read, sha256=sources[0].sha256())


def flagged(
    decisions: pd.DataFrame,
    people: pd.DataFrame | None = None,
    exclusions: pd.DataFrame | None = None,
    keep_demo: bool = False,
    who_came: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The decisions with the columns FLAGS.

    Parameters
    ----------
    decisions : DataFrame with the columns of `schema.DECISIONS`
    people : the companion table `participants`, or None
    exclusions : the table of `read_exclusions`, or None
    keep_demo : whether demo sessions are analysed
    who_came : the companion table `people`, or None
    """
    because = _reasons(decisions, exclusions)
    excluded = pd.Series(because != "", index=decisions.index)
    demo = decisions["is_demo"].astype("boolean").fillna(_of_people(decisions, people, "demo_session"))
    declined = _of_people(decisions, people, "consent")
    there = seated(decisions, who_came)
    out = decisions["practice"].astype(bool) | excluded | ~there
    if not keep_demo:
        out |= demo.fillna(False).astype(bool)
    failed = decisions["quiz_failed"].astype("boolean").fillna(False).astype(bool)
    return decisions.assign(
        demo_session=demo,
        declined=~declined,
        dropout=dropouts(decisions),
        quiz_not_passed=failed.groupby([decisions[name] for name in (*PARTICIPANT, "part")]).transform("any"),
        excluded=excluded,
        excluded_because=pd.Series(because, index=decisions.index, dtype="str"),
        group_excluded=excluded.groupby([decisions[name] for name in GROUP]).transform("any"),
        seated=there,
        in_analysis=~out,
    )


def also_excluded(decisions: pd.DataFrame, people: pd.MultiIndex, reason: str) -> pd.DataFrame:
    """The decisions of `flagged` with further participants (session_code, participant_code) left out for a reason."""
    if not len(people):
        return decisions
    out = pd.MultiIndex.from_frame(decisions[PARTICIPANT].astype(str)).isin(people)
    excluded = decisions["excluded"].astype(bool) | out
    return decisions.assign(
        excluded=excluded,
        excluded_because=decisions["excluded_because"].mask(out, reason),
        group_excluded=excluded.groupby([decisions[name] for name in GROUP]).transform("any"),
        in_analysis=decisions["in_analysis"].astype(bool) & ~out,
    )


def dropouts(decisions: pd.DataFrame) -> pd.Series:
    """Whether the participant of each row is a dropout, bool."""
    used = [*PARTICIPANT, "round_number", "message", "timed_out", "decided_by", "ending"]
    rows = decisions[[name for name in used if name in decisions]]  # not sixty columns in another order
    rows = rows.sort_values([*PARTICIPANT, "round_number"], kind="stable")
    keys = [rows[name] for name in PARTICIPANT]
    undecided = rows["message"].isna() & ~deleted(rows)
    late = (drawn(rows) & ~undecided).astype(int)
    # counted from the end: a row is in the last run of timeouts if no later or same row was decided in time
    from_end = late[::-1].groupby([key[::-1] for key in keys]).cummin()[::-1]
    run = from_end.groupby(keys).transform("sum")
    gone = undecided & ~rows["ending"].isin(PLAYED) | rows["ending"].isin(LEFT)
    left = gone.groupby(keys).transform("any") | (run >= LAST_TIMEOUTS)
    return left.reindex(decisions.index)


def analysed(predicted: pd.DataFrame) -> pd.DataFrame:
    """The rows in the analysis, from the table of `predict`.

    Groups with an excluded member keep the decisions of the others, but not what the group did together: their group
    columns are blank, so that no rate, surplus or distance of groups counts them.
    """
    from analysis.predictions import GROUP_COLUMNS

    rows = predicted[predicted["in_analysis"].astype(bool)].copy()
    group = rows["group_excluded"].astype(bool).to_numpy()
    for name in GROUP_COLUMNS:
        if name in rows and group.any():
            rows[name] = rows[name].mask(group)
    return rows


def _reasons(decisions: pd.DataFrame, exclusions: pd.DataFrame | None) -> np.ndarray:
    """The reason why the participant of each row is excluded, "" if not; shape (n_rows,)."""
    reasons = np.full(len(decisions), "", dtype=object)
    for code, person, reason in _listed(exclusions):
        here = decisions["session_code"] == code
        if person:
            here &= decisions["participant_code"] == person
        reasons[here.to_numpy()] = reason
    reasons[deleted(decisions).to_numpy()] = DELETED_AT_REQUEST
    return reasons


def _listed(exclusions: pd.DataFrame | None) -> Iterator[tuple[str, str, str]]:
    """Whole sessions first, so that what is said of a participant holds."""
    if exclusions is not None:
        yield from exclusions.sort_values("participant_code").itertuples(index=False)


def _of_people(decisions: pd.DataFrame, people: pd.DataFrame | None, column: str) -> pd.Series:
    """A flag of the participants for each row; blank where nothing is known."""
    if people is None:
        return pd.Series(pd.NA, index=decisions.index, dtype="boolean")
    by_person = people.set_index(PARTICIPANT)[column].astype("boolean")
    index = pd.MultiIndex.from_frame(decisions[PARTICIPANT])
    return by_person.reindex(index).set_axis(decisions.index)
