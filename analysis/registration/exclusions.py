"""The exclusion rules of a study, applied to its data: who is left out, by counts that anybody can repeat.

quiz_failed        parts whose quiz ended with wrong answers
attention_failed   wrong answers to the questions of attention (needs the table of people)
left               rounds of a participant who dropped out that are not decided, or decided by the computer
affected_group     rounds that are not decided, or decided by the computer, of others in the own groups
timed_out          decisions for which time ran out

A participant is excluded if the count is more than the rule's `more_than`. Practice rounds do not count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analysis.games import GROUP, deleted, drawn
from analysis.loading.exports import Exports
from analysis.loading.flags import also_excluded
from analysis.loading.places import PARTICIPANT, taken
from mechanisms.session.record import GONE
from mechanisms.studies.schema import ExclusionSpec


@dataclass(frozen=True)
class Applied:
    """What a rule did: in words, how many participants it left out, or why it could not be applied; people : these
    participants, (session_code, participant_code)."""

    rule: str
    words: str
    participants: int
    problem: str = ""
    people: frozenset[tuple[str, str]] = frozenset()


def apply(exports: Exports, rules: tuple[ExclusionSpec, ...]) -> tuple[Exports, tuple[Applied, ...]]:
    """The exports with whoever the rules leave out, too, and what each rule did; who is excluded already stays so."""
    decisions, done = exports.decisions, []
    for spec in rules:
        counts = counted(exports, spec.rule)
        if counts is None:
            done.append(Applied(spec.rule, spec.words, 0, "the exports do not say who failed it"))
            continue
        out = counts.index[counts > spec.more_than]
        already = decisions.loc[decisions["excluded"].astype(bool), PARTICIPANT].drop_duplicates()
        fresh = out.difference(pd.MultiIndex.from_frame(already))
        decisions = also_excluded(decisions, fresh, reason_of(spec.words))
        done.append(Applied(spec.rule, spec.words, len(fresh), people=frozenset(fresh)))
    return replace(exports, decisions=decisions), tuple(done)


def reason_of(words: str) -> str:
    """As it stands in `excluded_because`: tells registered exclusions from others."""
    return f"registered: {words}"


def counted(exports: Exports, rule: str) -> pd.Series | None:
    """Events of a rule by participant (session_code, participant_code); None if the data do not say."""
    if rule == "attention_failed":
        people = exports.companions.get("people")
        if people is None or people["attention_wrong"].isna().all():
            return None
        return people.set_index(PARTICIPANT)["attention_wrong"].fillna(0).astype(int)
    rows = taken(exports.decisions)
    rows = rows[~rows["practice"].to_numpy(dtype=bool)]
    people = [rows[name].astype(str) for name in PARTICIPANT]
    if rule == "quiz_failed":
        failed = rows["quiz_not_passed"].astype("boolean").fillna(False).astype(bool)
        return rows[failed].groupby([key[failed] for key in people])["part"].nunique()
    missing = rows["message"].isna() & ~deleted(rows) | rows["decided_by"].isin(GONE)
    events = {
        "left": missing & rows["dropout"].astype(bool),
        "timed_out": drawn(rows) & (rows["timed_out"].fillna(False).astype(bool)),
        "affected_group": missing.astype(int).groupby([rows[name] for name in GROUP]).transform("sum") > missing,
    }[rule]
    return events.astype(int).groupby(people).sum()
