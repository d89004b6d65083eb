"""The audit: is what the export says what the treatment gives for the messages that were sent?

Everything is recomputed from the treatment definition in the export, the session code and the messages: groups,
positions and types (from the seed), outcomes, shares, transfers, points, paid round, payments. Rows that no session can
contain are reported too. Where the record of a session is there, decisions are compared with it, and what others than
the participants did is listed: who was moved on, absent or excluded, by whom, when, and what was changed. Where the
answers are there, too, those about the incentives are compared with the game, and the scores with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.arguments import checked
from analysis.checks import (
    definition,
    draws,
    earnings,
    messages,
    own_draws,
    play,
    record,
    stages,
    structure,
    understanding,
)
from analysis.checks.findings import COLUMNS, IMPOSSIBLE, MISMATCH, TOLERANCE
from analysis.games import Part, batches, by_cause, causes_in_words, deleted
from analysis.loading.places import came, taken
from analysis.loading.versions import versions_of
from analysis.memory import give_back
from analysis.words import counted
from mechanisms.lazy import callable_
from mechanisms.shown import Shown, Words, table_rows
from mechanisms.treatments import TreatmentError, load_treatment

MOST_SHOWN = 20
"""Findings that a notebook shows."""

CHECKS: tuple[Callable[[Part], list[pd.DataFrame]], ...] = (
    definition.check,
    structure.check,
    draws.check,
    messages.check,
    stages.check,
    play.check,
    earnings.check,
    understanding.check,
)


@dataclass(frozen=True)
class AuditResult(Shown):
    """What the audit found.

    sessions, decisions : sessions; rows with a message
    groups : groups that were recomputed (all members there and decided)
    incomplete : rows without message; not an error, the session may not have ended. Who was deleted at request counts
        neither here nor in unpaid
    not_own : decisions that are not the participant's own, by what `decided_by` says: time ran out (clock), the
        experimenter moved the seat on, the person was absent, or the computer had the seat
    unpaid : participants of a session without total payment yet
    findings : DataFrame, one row a finding: kind (mismatch, impossible), session_code, part, practice, round,
        participant_id (0: the whole part), column, exported, expected, problem
    notes : remarks that are no errors; with the record, what others than the participants did
    versions : of the platform that wrote the exports
    tolerance : relative, for floating-point numbers; points are compared exactly
    """

    sessions: int
    decisions: int
    groups: int
    incomplete: int
    not_own: dict[str, int]
    unpaid: int
    findings: pd.DataFrame
    notes: tuple[str, ...] = ()
    versions: str = ""
    tolerance: float = TOLERANCE

    def _facts(self) -> dict[str, object]:
        return {"": Words(self.verdict)}

    def _rows(self) -> tuple[list[str], list[list[object]]] | None:
        """The first findings."""
        return None if self.ok else table_rows(self.findings[COLUMNS].head(MOST_SHOWN))

    @property
    def timed_out(self) -> int:
        """Decisions for which time ran out."""
        return self.not_own.get("clock", 0)

    @property
    def mismatches(self) -> int:
        return int((self.findings["kind"] == MISMATCH).sum())

    @property
    def impossible(self) -> int:
        return int((self.findings["kind"] == IMPOSSIBLE).sum())

    @property
    def ok(self) -> bool:
        return self.findings.empty

    @property
    def verdict(self) -> str:
        """One line: 0 mismatches, N decisions, M groups, …"""
        undecided = f"{self.incomplete} not decided"
        return (
            f"{counted(self.mismatches, 'mismatch', 'mismatches')}, "
            f"{counted(self.impossible, 'impossible entry', 'impossible entries')}; "
            f"{counted(self.decisions, 'decision')}, {counted(self.groups, 'group')} recomputed, "
            f"{counted(self.sessions, 'session')}; {', '.join([*causes_in_words(self.not_own), undecided])}, "
            f"{counted(self.unpaid, 'participant')} not yet paid; written by version {self.versions}"
        )


@checked
def audit(decisions: pd.DataFrame, events: pd.DataFrame | None = None, quiz: pd.DataFrame | None = None) -> AuditResult:
    """Check all decisions (the table of `load_decisions`); events: the record, quiz: the answers to the quiz and to
    the questions of understanding (`read_exports(…).companions`).

    Examples
    --------
    >>> from analysis import load_decisions
    >>> decisions = load_decisions("examples/data/cason/g01cason_custom.csv.gz")
    >>> audit(decisions).ok
    True
    """
    found: list[pd.DataFrame] = []
    groups, not_here = 0, earnings.missing_parts(decisions)
    found += own_draws.check(decisions, not_here)
    decisions = own_draws.with_own_parts(decisions, not_here)
    asked, last = set(), understanding.last_decided(decisions)
    for practice in (False, True):
        for part in batches(decisions, practice):
            groups += len(part.played_groups)
            for check in CHECKS:
                found += check(part)
            if part.treatment.understanding is not None:
                asked |= set(part.rows["session_code"].unique())
            if quiz is not None:
                found += understanding.check_answers(part, quiz, last)
            del part  # before the next one is taken
    give_back()
    counting = decisions.loc[~decisions["practice"].to_numpy(dtype=bool), earnings.OF_A_SESSION]
    found += earnings.check_payments(decisions, counting) if len(counting) else []
    notes = tuple(
        f"session {code}: total payments not recomputed, because part {', '.join(missing)} is not here"
        for code, missing in not_here.items()
    )
    gone = deleted(decisions).to_numpy()
    left = decisions[~gone] if gone.any() else decisions
    there = left[came(left)]
    notes += unfinished(there) + forgotten(decisions)
    if events is not None:
        found += record.check(decisions, events)
        notes += record.acts(events)
    if quiz is not None:
        found += understanding.check_people(decisions, quiz)
    notes += understanding.not_checked(asked, quiz)
    decided = decisions["message"].notna()
    people = there.groupby(["session_code", "participant_id"])["total_payment"].count()
    return AuditResult(
        sessions=decisions["session_code"].nunique(),
        decisions=int(decided.sum()),
        groups=groups,
        incomplete=int(taken(left)["message"].isna().sum()),
        not_own=by_cause(decisions),
        unpaid=int((people == 0).sum()),
        findings=_sorted(found),
        notes=notes,
        versions=versions_of(decisions["platform_version"].unique()),
    )


def unfinished(decisions: pd.DataFrame) -> tuple[str, ...]:
    """A note on each session that ends before its last round: still running, or cut off."""
    people = decisions.groupby(["session_code", "participant_id"])["total_payment"].count()
    table = decisions.groupby("session_code", sort=True)["round_number"].max().to_frame("of")
    table["unpaid"] = (people == 0).groupby("session_code").sum()
    table["last"] = decisions[decisions["message"].notna()].groupby("session_code")["round_number"].max()
    notes = []
    for code, of, unpaid, last in table[(table["unpaid"] > 0) & ~(table["last"] >= table["of"])].itertuples():
        reached = "nobody has decided" if pd.isna(last) else f"the last decision is of round {int(last)}"
        people_unpaid = counted(unpaid, "participant")
        notes.append(
            f"session {code}: {reached} of {of} (practice included), without payment: {people_unpaid}; it is still "
            "running, or it was cut off"
        )
    return tuple(notes)


def forgotten(decisions: pd.DataFrame) -> tuple[str, ...]:
    """A note on each session with people who were deleted: what was played with them is not recomputed."""
    gone = decisions.loc[deleted(decisions), ["session_code", "participant_id"]].drop_duplicates()
    return tuple(
        f"session {code}: {counted(len(people), 'participant')} deleted at request "
        f"({', '.join(map(str, sorted(people)))}); what was played in a group with somebody deleted is not recomputed"
        for code, people in gone.groupby("session_code", sort=True)["participant_id"]
    )


def _sorted(found: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(found) if found else pd.DataFrame(columns=COLUMNS)
    by = ["session_code", "part", "practice", "round", "participant_id"]
    return table.sort_values(by, kind="stable").reset_index(drop=True)


def changed_treatments(decisions: pd.DataFrame, folder: str | Path) -> tuple[str, ...]:
    """Notes on treatment files of today that define another game than the one that was played (no error)."""
    notes = []
    for name, identity in (
        decisions[["treatment", "identity"]]
        .drop_duplicates()
        .sort_values(["treatment", "identity"])
        .itertuples(index=False)
    ):
        path = Path(folder) / f"{name}.toml"
        if not path.is_file():
            continue
        try:
            today = load_treatment(path).identity
        except TreatmentError as error:
            notes.append(f"{path.name} cannot be read today: {error}")
            continue
        if today != identity:
            notes.append(
                f"{path.name} now defines another game ({today}) than the one that was played ({identity}); "
                "the audit uses the latter"
            )
    return tuple(notes)


def listed(result: AuditResult, most: int | None = 50) -> str:
    """The findings and notes as lines of text, at most `most` findings (None: all)."""
    lines = [
        _line(finding)
        for finding in result.findings.head(most if most is not None else len(result.findings)).itertuples(index=False)
    ]
    if len(lines) < len(result.findings):
        lines.append(f"… and {len(result.findings) - len(lines)} more (--all shows them)")
    return "\n".join([*lines, *(f"note: {note}" for note in result.notes)])


def _line(finding: tuple) -> str:
    kind, session_code, part, practice, number, person, column, exported, expected, problem = finding
    where = (
        f"session {session_code}, part {part}"
        + (f", {'practice ' if practice else ''}round {number}" if number else "")
        + (f", participant {person}" if person else "")
    )
    word = "recomputed" if kind == MISMATCH else "expected"
    return f"{kind}: {where}, {column}: {exported}, {word} {expected}" + (f" ({problem})" if problem else "")


callable_(__name__)
