"""In what the data and their analysis are not as registered: each in one line, nothing is left out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.games import deleted
from analysis.loading.exports import Exports
from analysis.loading.places import PARTICIPANT
from analysis.registration.document import Arm, Registration
from analysis.registration.exclusions import Applied, reason_of
from analysis.words import counted
from mechanisms.version import VERSION, commit, named, sources
from mechanisms.writing import described

UNSEEN = ("name", "session.participants", "session.currency", "session.seed")
"""Keys of a definition that are no part of what was registered of a treatment; each session has a seed of its own."""
MISSING = "missing arm"


@dataclass(frozen=True)
class Deviation:
    """what : missing arm, other arm, arms not told apart, sample size, date, treatment, exclusions, demonstration,
        analysis, code
    where : the arm; empty for the whole study
    """

    what: str
    where: str
    registered: str
    found: str


def deviations(
    registration: Registration,
    exports: Exports,
    applied: tuple[Applied, ...] = (),
    asked: Mapping[str, tuple[str, str]] | None = None,
) -> list[Deviation]:
    """All of them, in the order: arms, sample, treatments, exclusions, analysis, code.

    Parameters
    ----------
    exports : after the registered exclusions
    applied : of `exclusions.apply`
    asked : options of the analysis that change its tests and are not as registered: (registered, found)
    """
    decisions = exports.decisions
    rows = decisions[~decisions["practice"].to_numpy(dtype=bool)]
    demo = rows["demo_session"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    kept = rows[~demo | rows["in_analysis"].to_numpy(dtype=bool)]
    found = list(_arms(registration, kept))
    for arm in registration.arms:
        own = kept[of_arm(kept, arm, registration)]
        if len(own):
            found += [*_sample(arm, own), *_treatment(arm, own)]
    found += _stopping(registration, kept)
    found += _exclusions(registration, kept, applied)
    if (demo & rows["in_analysis"].to_numpy(dtype=bool)).any():
        found.append(Deviation("demonstration", "", "demonstration sessions are no data", "they are in the analysis"))
    found += [Deviation("analysis", "", was, now) for was, now in (asked or {}).values()]
    return [*found, *_code(registration, kept)]


def of_arm(rows: pd.DataFrame, arm: Arm, registration: Registration) -> pd.Series:
    """Which rows are of an arm: by its name in sessions of the study, else by its treatment, if no other arm has it."""
    of_study = rows["study"].astype(str) == registration.study.name
    own = of_study & (rows["arm"].astype(str) == arm.name)
    return own if len(_alike(registration, arm)) > 1 else own | (~of_study & (rows["treatment"] == arm.treatment))


def _alike(registration: Registration, arm: Arm) -> list[str]:
    """Names of the arms that have the treatment of this one in the data."""
    return [other.name for other in registration.arms if other.treatment == arm.treatment]


def _arms(registration: Registration, rows: pd.DataFrame) -> Iterator[Deviation]:
    known = pd.Series(False, index=rows.index)
    for arm in registration.arms:
        own = of_arm(rows, arm, registration)
        known |= own
        if not (own & rows["message"].notna()).any():
            yield Deviation(MISSING, arm.name, _planned(arm), "no decision in the data")
    outside = rows["study"].astype(str) != registration.study.name
    for names, treatment in dict.fromkeys((tuple(_alike(registration, a)), a.treatment) for a in registration.arms):
        unclear = outside & (rows["treatment"] == treatment)
        if len(names) > 1 and unclear.any():
            known |= unclear
            count = counted(rows.loc[unclear, "session_code"].nunique(), "session")
            found = f"{count} of {treatment} that {registration.study.name} did not open: whose arm cannot be known"
            yield Deviation("arms not told apart", ", ".join(names), f"{len(names)} arms of {treatment}", found)
    if registration.arms:
        for name in sorted(set(rows.loc[~known, "treatment"])):
            count = rows.loc[~known & (rows["treatment"] == name), "session_code"].nunique()
            yield Deviation("other arm", name, "not registered", counted(count, "session"))


def _planned(arm: Arm) -> str:
    sessions = "" if arm.sessions is None else counted(arm.sessions, "session")
    people = "" if arm.participants is None else f"{arm.participants} participants each"
    return " of ".join(filter(None, [sessions, people])) or "registered"


def _sample(arm: Arm, own: pd.DataFrame) -> Iterator[Deviation]:
    decided = own[own["message"].notna()]
    sessions = decided["session_code"].nunique()
    people = len(decided[["session_code", "participant_code"]].drop_duplicates())
    if arm.sessions is not None and sessions != arm.sessions:
        yield Deviation("sample size", arm.name, counted(arm.sessions, "session"), counted(sessions, "session"))
    if arm.people is not None and people != arm.people:
        yield Deviation("sample size", arm.name, counted(arm.people, "participant"), counted(people, "participant"))
    sizes = decided.groupby("session_code", observed=True)["participant_code"].nunique()
    if arm.sessions is not None and arm.participants is not None and (sizes != arm.participants).any():
        each = [f"{n} in {counted(k, 'session')}" for n, k in sizes.value_counts().sort_index().items()]
        yield Deviation("sample size", arm.name, f"{arm.participants} participants in each session", ", ".join(each))
    yield from _not_decided(arm, decided)


def _not_decided(arm: Arm, decided: pd.DataFrame) -> Iterator[Deviation]:
    """Rounds that were registered, in which not everybody who decided in a session has: broken off, or left."""
    part, rounds = ["session_code", "part"], range(1, arm.definition["session"]["rounds"] + 1)
    people = decided.groupby(part, observed=True)["participant_code"].nunique()
    made = decided.pivot_table(index=part, columns="round", aggfunc="size", fill_value=0, observed=True)
    missing = (-made.reindex(columns=rounds, fill_value=0).sub(people, axis=0)).clip(lower=0)
    if total := int(missing.to_numpy().sum()):
        short = missing > 0
        where = described([k for k in rounds if short[k].any()])
        sessions = counted(short.index[short.any(axis=1)].get_level_values(0).nunique(), "session")
        every = counted(int(people.sum()) * len(rounds), "decision")
        found = f"{total} of {every} not made (in round {where} of {sessions})"
        yield Deviation("sample size", arm.name, every, found)


def _stopping(registration: Registration, rows: pd.DataFrame) -> Iterator[Deviation]:
    wanted, last = registration.study.spec.stopping.participants, registration.study.spec.stopping.date
    decided = rows[rows["message"].notna()]
    people = len(decided[["session_code", "participant_code"]].drop_duplicates())
    if wanted is not None and people != wanted:
        yield Deviation("sample size", "", f"stop at {counted(wanted, 'participant')}", counted(people, "participant"))
    times = decided.loc[~decided["is_bot"].astype(bool), "decided_at"].dropna()  # what robots did has no date
    if last is not None and len(times) and (day := times.max().date().isoformat()) > last:
        yield Deviation("sample size", "", f"stop on {last}", f"decisions until {day}")
    if len(times) and (day := times.min().date().isoformat()) < registration.date:
        yield Deviation("date", "", f"registered on {registration.date}", f"decisions from {day} on")


def _treatment(arm: Arm, own: pd.DataFrame) -> Iterator[Deviation]:
    """Each key of the definitions in force which is not as registered, and in how many sessions."""
    registered = flat(arm.definition)
    sessions: dict[Deviation, int] = defaultdict(int)
    for definition, rows in own.groupby("definition", observed=True, sort=True):
        other_game = rows["identity"].iloc[0] != arm.identity
        in_force = flat(json.loads(str(definition)))
        for key in sorted(set(registered) | set(in_force)):
            if key.startswith(UNSEEN) or registered.get(key) == in_force.get(key):
                continue
            texts = ["not set" if key not in keys else str(keys[key]) for keys in (registered, in_force)]
            what = "treatment, another game" if other_game and not key.startswith("session.") else "treatment"
            found = Deviation(what, arm.name, f"{key} = {texts[0]}", f"{key} = {texts[1]}")
            sessions[found] += rows["session_code"].nunique()
    for found, count in sessions.items():
        yield replace(found, where=f"{arm.name} ({counted(count, 'session')})")


def flat(value: Any, key: str = "") -> dict[str, Any]:
    """The entries of nested tables by their path; lists of numbers and texts are one entry.

    >>> flat({"session": {"rounds": 3}, "players": [{"role": "A"}], "types": [1, 2]})
    {'session.rounds': 3, 'players[1].role': 'A', 'types': [1, 2]}
    """
    if isinstance(value, dict):
        parts = ((f"{key}.{name}" if key else str(name), entry) for name, entry in value.items())
    elif isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        parts = ((f"{key}[{k}]", entry) for k, entry in enumerate(value, 1))
    else:
        return {key: value}
    return {name: entry for part, inner in parts for name, entry in flat(inner, part).items()}


def _exclusions(registration: Registration, rows: pd.DataFrame, applied: tuple[Applied, ...]) -> Iterator[Deviation]:
    for rule in applied:
        if rule.problem:
            yield Deviation("exclusions", "", rule.words, f"not applied: {rule.problem}")
    out = rows[rows["excluded"].astype(bool) & ~deleted(rows)]  # whatever the reason says that somebody typed
    for reason, own in out.groupby("excluded_because", observed=True):
        by_rule = {person for rule in applied if reason == reason_of(rule.words) for person in rule.people}
        if by_hand := len({*own[PARTICIPANT].astype(str).itertuples(index=False, name=None)} - by_rule):
            found = f"{counted(by_hand, 'participant')} excluded: {reason}"
            yield Deviation("exclusions", "", "not registered", found)


def _code(registration: Registration, rows: pd.DataFrame) -> Iterator[Deviation]:
    for version in sorted(set(rows["platform_version"].astype("str").fillna("")) - {registration.version}):
        count = rows.loc[rows["platform_version"].astype("str").fillna("") == version, "session_code"].nunique()
        found = f"{f'version {version}' if version else 'a version that is not stated'} in {counted(count, 'session')}"
        yield Deviation("code", "laboratory", f"version {registration.version}", found)
    if registration.version != VERSION:
        yield Deviation("code", "analysis", f"version {registration.version}", f"version {VERSION}")
    elif registration.sources:
        yield from _sources(registration)
    elif "unknown" not in (registration.commit, commit()) and registration.commit != commit():
        yield Deviation("code", "analysis", named(registration.commit), named(commit()))


def _sources(registration: Registration) -> Iterator[Deviation]:
    """Packages with other contents, whatever git says of them; a commit with the same ones is the same code."""
    was, now = registration.sources, sources()
    if changed := [name for name in now if was.get(name, now[name]) != now[name]]:
        told = (", ".join([named(code), *(f"{name} {has[name][:12]}" for name in changed)])
                for code, has in ((registration.commit, was), (commit(), now)))  # fmt: skip
        yield Deviation("code", "analysis", *told)
