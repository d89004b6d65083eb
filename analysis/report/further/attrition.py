"""Attrition: who and what is missing by treatment, whether treatments differ in it, and bounds on what it could hide.

What is missing: decisions that should have been made in the sessions of the analysis and were not, or not by the
person (drawn at a timeout, moved on), or are excluded; of outcomes of groups, the groups with such a member.

Bounds on the difference of unit means: Manski's (1990) let every missing one be the worst, for outcomes that are hit or
missed; Lee's (2009) trim the treatment in which more is there by what it has more, from the top and from the bottom,
which is right if the treatment moves everybody in or out in one direction only. Each end is a number a unit, so that
the test of the main table gives its interval: the outer limits hold the whole range of differences.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.games import drawn
from analysis.inference.results import Estimate
from analysis.inference.unit_means import UnitMeans, unit_means
from analysis.inference.units import UNIT
from analysis.loading.places import taken
from analysis.report.comparisons import ARM
from analysis.report.described import STRICT
from analysis.report.further.bounds import BOUNDS, Bounded, bounded, bounds_table
from analysis.report.further.section import (
    Section,
    estimates_of,
    main_test,
    on_holm,
    pairs_asked,
)
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table
from analysis.report.writing import interval_text, p_text
from analysis.words import NOTHING, capital, fixed, listed, percent

LOST, LEFT = "lost", "left"
"""Columns: the decision is missing; the participant dropped out."""
PEOPLE = ["session_code", "participant_id"]


def attrition(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None where nothing is missing."""
    planned = planned_rows(sources)
    if not planned[LOST].any():
        return None
    arms = [arm for arm in sources.names.values() if (planned[ARM] == arm).any()]
    tests, stratum = _tests(planned, arms, sources), sources.inference.plan.stratum
    limits = [bounded(planned, *pair, sources) for pair in pairs_asked(sources.inference)]
    tables = [_table(planned, arms, numbers.table("What is missing, by treatment"))]
    if tests:
        tables.append(_tests_table(tests, numbers.table("Whether treatments differ in what is missing")))
    if limits:
        tables.append(bounds_table(limits, numbers.table("Bounds on the differences, whatever is missing"), stratum))
    rows = [estimates_of(tests), estimates_of(_ends(limits), corrected=False)]
    estimates = pd.concat([part for part in rows if len(part)], ignore_index=True) if tests or limits else rows[0]
    return Section("attrition", "Attrition", _said(tests, limits), tuple(tables), METHODS, estimates=estimates)


METHODS = (
    "Attrition. Shares of decisions that are missing (not made, drawn by the computer, or excluded) and of "
    "participants who dropped out are compared between treatments by the test of the main table, two-sided, corrected "
    f"by Holm's method, {STRICT}. Bounds on "
    "the differences: Manski's, with every missing observation at its worst, for outcomes that are hit or missed, and "
    "Lee's by trimming the treatment with less attrition; their intervals are those of the tests of the two ends."
)


def planned_rows(sources: Sources) -> pd.DataFrame:
    """Every decision that should have been made in the sessions of the analysis, with ARM, unit, LOST and LEFT."""
    decisions = taken(sources.exports.decisions)
    names = sources.predicted[["treatment", "identity", ARM]].drop_duplicates()
    sessions = sources.predicted["session_code"].unique()
    there = ~decisions["practice"].astype(bool) & decisions["session_code"].isin(sessions)
    rows = decisions[there].merge(names, on=["treatment", "identity"], how="inner")
    lost = rows["message"].isna() | drawn(rows) | ~rows["in_analysis"].astype(bool)
    left = rows["dropout"].astype("boolean").fillna(False) | rows["excluded"].astype("boolean").fillna(False)
    return rows.assign(**{LOST: lost.astype(float), LEFT: left.astype(float), UNIT: sources.units.of(rows)})


def _tests(planned: pd.DataFrame, arms: list[str], sources: Sources) -> list[tuple[str, Estimate]]:
    """Of the missing decisions, and of the people who left, for each pair of treatments."""
    people = planned.drop_duplicates([*PEOPLE, ARM])
    stratum = sources.inference.plan.stratum
    found = []
    for k, first in enumerate(arms):
        for second in arms[k + 1 :]:
            for column, rows, name in ((LOST, planned, "missing decisions"), (LEFT, people, "participants who left")):
                both = rows[rows[ARM].isin([first, second])]
                if both[column].any():
                    means = unit_means(both, column, ARM, sources.units.kind, (first, second), stratum)
                    named = UnitMeans(name, means.unit, means.arms, means.means, means.decisions, means.strata,
                                      means.units, "participant" if column == LEFT else "decision")  # fmt: skip
                    found.append((name, main_test(named)))
    return found


def _ends(found: list[Bounded]) -> list[tuple[str, Estimate]]:
    return [(one.outcome.column, estimate) for one in found for estimate in one.ends.values()]


def _table(planned: pd.DataFrame, arms: list[str], caption: str) -> Table:
    """One row a treatment."""
    rows = []
    for arm in arms:
        own = planned[planned[ARM] == arm]
        people = own.drop_duplicates(PEOPLE)
        undecided, excluded = own["message"].isna(), ~own["in_analysis"].astype(bool)
        late = drawn(own) & ~undecided
        gone = [undecided & ~excluded, late & ~excluded, excluded]
        cells = [f"{int(flag.sum())} ({percent(float(flag.mean()))})" for flag in gone]
        left = f"{int(people[LEFT].sum())} ({percent(float(people[LEFT].mean()))})"
        rows.append([arm, str(len(people)), left, str(len(own)), *cells, percent(float(own[LOST].mean()))])
    head = ["Treatment", "Participants", "of these left (%)", "Decisions planned", "not decided (%)"]
    head += ["drawn by the computer (%)", "excluded (%)", "Missing (%)"]
    note = (
        "In the sessions of the analysis, without practice; of people who came to play in a group. Left: withdrew, "
        "dropped out (a round without decision, for no fault of somebody else, or the last two or more rounds timed "
        "out) or excluded."
    )
    return Table(caption, head, rows, note=note)


def _tests_table(tests: list[tuple[str, Estimate]], caption: str) -> Table:
    corrected = estimates_of(tests)["p_holm"]
    rows = []
    for (name, e), p in zip(tests, corrected, strict=True):
        shown = [fixed(100 * e.effect, 1), interval_text(100 * e.interval[0], 100 * e.interval[1], 1)]
        rows.append([capital(name), e.question.partition(": ")[2], *shown, p_text(e.p), p_text(p)])
    head = ["Share", "Comparison", "Difference (% points)", "95 % interval", "p", "p (Holm)"]
    note = f"Permutation test of unit means, as in the main table, two-sided. {NOTHING}: no test is possible."
    note += on_holm((e for _, e in tests), "over the tests of this table")
    return Table(caption, head, rows, texts=2, note=note)


def _said(tests: list[tuple[str, Estimate]], found: list[Bounded]) -> tuple[str, ...]:
    sentences = []
    if tests:
        p = estimates_of(tests)["p_holm"].to_numpy(dtype=float)
        differ = int((p <= 0.05).sum())
        sentences.append(
            f"Treatments differ in what is missing in {differ} of {int((~np.isnan(p)).sum())} tests at 5 % (Holm)."
        )
    held = [
        one.outcome.title
        for one in found
        if f"{BOUNDS[0]}" in one.ends and (one.ends[BOUNDS[0]].interval[0] > 0 or one.ends[BOUNDS[1]].interval[1] < 0)
    ]
    if held:
        sentences.append(
            f"Even if all that is missing were at its worst, the sign would stand: {listed(dict.fromkeys(held))}."
        )
    elif found:
        sentences.append("If all that is missing were at its worst, no sign of a difference in hits would be certain.")
    return tuple(sentences)
