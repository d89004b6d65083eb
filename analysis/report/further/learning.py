"""Learning: whether behaviour changes over the rounds of a treatment, and whether treatments differ in how it does.

The trend of a unit is the least-squares slope of the outcome by round, of deviations from each participant's mean in
the treatment (of outcomes of groups: from the unit's mean), so that those who leave early do not look like learning.
Trends within a treatment are tested by Student's t over units, differences of trends (treatment × round), and of the
first and of the last half, by the test of the report's main table. docs/report.md says why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.inference.compare import observation_of
from analysis.inference.results import Estimate
from analysis.inference.unit_means import unit_means
from analysis.inference.units import UNIT
from analysis.measures.outcomes import Outcome
from analysis.measures.rates import HALVES, add_half
from analysis.report.comparisons import ARM
from analysis.report.described import STRICT
from analysis.report.further.section import (
    Section,
    asked,
    estimates_of,
    is_of_games,
    main_test,
    of_units,
    on_holm,
    one_sample,
    pairs_asked,
    rows_of,
    strata_in,
)
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table, records
from analysis.report.writing import p_text, with_limits
from analysis.words import NOTHING, fixed

LEAST_ROUNDS = 4
"""With fewer a half is one round, and there is nothing to be learned from."""


class Learned(NamedTuple):
    """Of one outcome in one treatment: means of the halves, and estimates of the trend and of last less first half."""

    outcome: Outcome
    arm: str
    first: float
    last: float
    trend: Estimate
    change: Estimate


class Compared(NamedTuple):
    """Of one outcome and two treatments: difference of trends, of the first and of the last half."""

    outcome: Outcome
    pair: str
    trend: Estimate
    halves: tuple[Estimate, Estimate]


def learning(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None if no treatment has LEAST_ROUNDS rounds."""
    rounds = sources.predicted.groupby(ARM)["round"].nunique()
    arms = [arm for arm in sources.names.values() if rounds.get(arm, 0) >= LEAST_ROUNDS]
    if not arms:
        return None
    there = add_half(sources.predicted[sources.predicted[ARM].isin(arms)])
    within = [one for outcome in asked(sources.inference) for one in _within(there, outcome, arms, sources)]
    compared = [
        _compared(there, outcome, first, second, sources)
        for outcome, first, second in pairs_asked(sources.inference)
        if first in arms and second in arms
    ]
    if not within:
        return None
    stratum = sources.inference.plan.stratum
    tests = estimates_of([(o.column, trend) for o, _, trend, _ in compared])
    others = [(one.outcome.column, e) for one in within for e in (one.trend, one.change)]
    others += [(one.outcome.column, e) for one in compared for e in one.halves]
    tables = [_within_table(within, numbers.table("Learning: trends and halves within treatments"), stratum)]
    if compared:
        tables.append(_compared_table(compared, tests, numbers.table("Learning: treatment × round, and halves")))
    estimates = pd.concat([tests, estimates_of(others, corrected=False)], ignore_index=True)
    sentences = (_said(within, compared, tests),)
    return Section("learning", "Learning", sentences, tuple(tables), METHODS, estimates=estimates)


METHODS = (
    "Learning. The trend of a unit is the least-squares slope by round of deviations from participants' means (of "
    "outcomes of groups: from the unit's mean); trends within a treatment and changes from the first to the last half "
    "of the rounds are tested by Student's t over units, differences between treatments in trends, in the first and in "
    "the last half by the permutation test of the main table, two-sided; differences in trends are corrected by "
    f"Holm's method, {STRICT}."
)


def slopes(rows: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """Trend by round of each unit in each treatment, and of how many rows: series with the index (unit, treatment).

    Parameters
    ----------
    rows : of `rows_of`, with the columns unit, ARM, part, round and, for decisions, participant_id

    Examples
    --------
    Two people who differ, the better of whom leaves: nobody has changed.

    >>> rows = pd.DataFrame({"unit": "s", ARM: "A", "part": 1, "session_code": "s", "participant_id": [1, 1, 1, 2],
    ...                      "round": [1, 2, 3, 1], "dominant_played": [0, 0, 0, 1]})
    >>> slopes(rows, "dominant_played")[0].tolist()
    [0.0]
    """
    person = [] if observation_of(column) == "group" else ["session_code", "participant_id"]
    keys = [rows[name] for name in (UNIT, ARM, "part", *person)]
    value, time = rows[column].astype("float64"), rows["round"].astype("float64")
    time = time - time.groupby(keys).transform("mean")
    products = pd.DataFrame({"xy": time * value, "xx": time**2, "n": 1})
    sums = products.groupby([rows[UNIT], rows[ARM].astype(str)]).sum()
    sums = sums[sums["xx"] > 0]
    return sums["xy"] / sums["xx"], sums["n"]


def _within(rows: pd.DataFrame, outcome: Outcome, arms: list[str], sources: Sources) -> list[Learned]:
    there, unit = rows_of(rows, outcome.column), sources.units.kind
    values, counts = slopes(there, outcome.column)
    found = []
    for arm in arms:
        own = there[there[ARM] == arm]
        if not len(own):
            continue
        trend = values[values.index.get_level_values(1) == arm].to_numpy()
        n = int(counts[counts.index.get_level_values(1) == arm].sum())
        halves = _halves(own, outcome.column, unit)
        first, last = (halves[:, k][~np.isnan(halves[:, k])] for k in (0, 1))
        name = f"{outcome.column}: {arm}"
        found.append(
            Learned(
                outcome,
                arm,
                float(first.mean()) if len(first) else np.nan,
                float(last.mean()) if len(last) else np.nan,
                one_sample(f"{name}, by round", trend, n, unit, "trend by round", arm),
                one_sample(f"{name}, last − first half", halves[:, 1] - halves[:, 0], n, unit, "change", arm),
            )
        )
    return found


def _halves(own: pd.DataFrame, column: str, unit: str) -> np.ndarray:
    """Means of the units in the two halves, (n_units, 2)."""
    halved = own[own["half"].notna()]
    there = set(halved["half"])
    if not there:
        return np.full((0, 2), np.nan)
    means = unit_means(halved, column, "half", unit, [half for half in HALVES if half in there])
    return np.column_stack(
        [means.means[:, means.arms.index(h)] if h in there else np.full(len(means.means), np.nan) for h in HALVES]
    )


def _compared(rows: pd.DataFrame, outcome: Outcome, first: str, second: str, sources: Sources) -> Compared:
    column, unit, stratum = outcome.column, sources.units.kind, sources.inference.plan.stratum
    there = rows_of(rows[rows[ARM].isin([first, second])], column)
    values, counts = slopes(there, column)
    trends = of_units(values, counts, f"{column}, by round", unit, (first, second), strata_in(there, stratum))
    halves = []
    for half in HALVES:
        own = there[there["half"] == half]
        means = unit_means(own, column, ARM, unit, [arm for arm in (first, second) if arm in set(own[ARM])], stratum)
        halves.append(main_test(replace(means, outcome=f"{column}, {half}"), outcome))
    return Compared(outcome, f"{second} − {first}", main_test(trends, outcome), (halves[0], halves[1]))


def _within_table(found: list[Learned], caption: str, stratum: tuple[str, ...]) -> Table:
    rows = []
    for outcome, arm, first, last, trend, change in found:
        f, d = outcome.factor, outcome.decimals
        rows.append(
            [
                outcome.heading,
                arm,
                str(sum(n for _, n in trend.n_units)),
                fixed(first * f, d),
                fixed(last * f, d),
                with_limits(change, f, d),
                p_text(change.p),
                with_limits(trend, f, d + 1),
                p_text(trend.p),
            ]
        )
    head = ["Outcome", "Treatment", "Units", "First half", "Last half", "Change", "p", "Trend by round", "p"]
    note = (
        "Means over independent units. Change: last less first half; trend: slope by round, participants' means taken "
        "off. In parentheses 95 % intervals; both and p by Student's t over units, not corrected for several tests. "
        f"{NOTHING}: one unit, or units that do not vary."
    )
    note += " Strata do not enter: no treatments are compared." if stratum else ""
    return Table(caption, head, rows, texts=2, note=note)


def _compared_table(found: list[Compared], tests: pd.DataFrame, caption: str) -> Table:
    rows = []
    for (outcome, pair, trend, halves), row in zip(found, records(tests), strict=True):
        f, d = outcome.factor, outcome.decimals
        cells = [cell for e in halves for cell in (with_limits(e, f, d), p_text(e.p))]
        rows.append([outcome.heading, pair, with_limits(trend, f, d + 1), p_text(trend.p), p_text(row["p_holm"])])
        rows[-1] += cells
    head = ["Outcome", "Comparison", "Difference of trends", "p", "p (Holm)", "First half", "p", "Last half", "p"]
    note = (
        "Differences of units' trends by round (treatment × round), and of unit means in the first and in the last "
        "half, each with the 95 % interval and p of the permutation test of the main table, two-sided; halves are not "
        "corrected. An effect that is there in the first half only has been unlearned, one in the last half only has "
        "been learned."
    )
    note += on_holm((one.trend for one in found), "over the differences of trends")
    return Table(caption, head, rows, texts=2, note=note)


def _said(within: list[Learned], compared: list[Compared], tests: pd.DataFrame) -> str:
    """What changes, in a sentence."""
    moved = [one for one in within if one.trend.p <= 0.05]
    text = f"{len(moved)} of {len(within)} trends within treatments differ from 0 at 5 %, before any correction"
    if compared:
        tested = tests["p_holm"].notna()
        differ = int((tests["p_holm"] <= 0.05).sum())
        text += f"; {differ} of {int(tested.sum())} differences of trends between treatments do after Holm's correction"
    above = (
        " Between different games trends are of the outcome above chance."
        if any(is_of_games(one.outcome) for one in compared)
        else ""
    )
    return f"{text}.{above}"
