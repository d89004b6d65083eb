"""Order and period effects where units play two treatments one after the other, some in this order and some in that.

With y_A, y_B a unit's means in the two treatments and half of all differences between sequences (A first, B first):
second less first period, y_2 − y_1, differs by the effect of the treatment, free of the period; B less A differs by the
effect of the period, free of the treatment; and y_A + y_B by what the one leaves for the other (carry-over; Jones and
Kenward 2014, § 2). The first period alone is a comparison of different units that no carry-over can reach.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.inference import permutation_test
from analysis.inference.multiple import corrected
from analysis.inference.results import Estimate
from analysis.inference.unit_means import UnitMeans, unit_means
from analysis.inference.units import UNIT
from analysis.measures.outcomes import Outcome
from analysis.report.comparisons import ARM, LEVEL, SEED
from analysis.report.described import STRICT, entries
from analysis.report.further.section import (
    DRAWS,
    MAX_EXACT,
    Section,
    estimates_of,
    main_test,
    on_holm,
    pairs_asked,
    rows_of,
)
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table
from analysis.report.writing import p_text, with_limits
from analysis.words import counted, listed

EFFECTS = ("treatment, period taken off", "period: second less first", "carry-over", "first period only")


class Crossed(NamedTuple):
    """The estimates of one outcome and pair of treatments, in the order of EFFECTS."""

    outcome: Outcome
    pair: str
    estimates: tuple[Estimate, ...]


def order_effects(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None unless some units play two treatments in one order and some in the other."""
    place = places(sources.predicted)
    found, left_out = [], 0
    for outcome, first, second in pairs_asked(sources.inference):
        both = place.reindex(columns=[first, second]).dropna()
        ahead = (both[first] < both[second]).to_numpy()
        if 0 < ahead.sum() < len(ahead):
            rows = rows_of(sources.predicted, outcome.column)
            rows = rows[rows[UNIT].isin(both.index) & rows[ARM].isin([first, second])]
            arms, stratum = [first, second], sources.inference.plan.stratum
            means = unit_means(rows, outcome.column, ARM, sources.units.kind, arms, stratum).complete()
            begins = both[first].lt(both[second]).reindex(means.units).to_numpy(dtype=bool)
            if 0 < begins.sum() < len(begins):
                found.append(_crossed(outcome, means, begins))
            left_out = max(left_out, int(sources.predicted[UNIT].nunique() - len(both)))
    if not found:
        return None
    tests = estimates_of([(one.outcome.column, e) for one in found for e in one.estimates], corrected=False)
    by_effect = zip(*(one.estimates for one in found), strict=True)
    tests["p_holm"] = np.column_stack([corrected(effect) for effect in by_effect]).ravel()
    within = entries(sources.inference.plan)
    table = _table(found, tests, within, numbers.table("Order and period effects"))
    return Section("order", "Order and period effects", _said(found, tests, left_out), (table,),
                   METHODS.format(within=within), estimates=tests)  # fmt: skip


METHODS = (
    "Order and period effects. Units that played two treatments, each once, in either order: half the difference "
    "between the two orders of second less first period (the effect of the treatment), of second less first treatment "
    "(of the period) and of the sum of both (of carry-over), and the first periods alone, each by the studentised, "
    f"two-sided permutation test of the orders{{within}}, corrected by Holm's method over the outcomes, {STRICT}."
)


def places(predicted: pd.DataFrame) -> pd.DataFrame:
    """When each unit plays each treatment: place of the part in the order, index unit, columns treatments; blank where
    a unit does not play it, plays it twice, or where its members play it at different places.

    >>> rows = pd.DataFrame({"unit": ["s", "s", "t", "t"], ARM: ["A", "B"] * 2, "part": [1, 2] * 2,
    ...                      "order": ["1;2", "1;2", "2;1", "2;1"]})
    >>> places(rows).to_numpy().tolist()
    [[1, 2], [2, 1]]
    """
    there = predicted[[UNIT, ARM, "part", "order"]].drop_duplicates()
    at = [
        order.split(";").index(str(part)) + 1 if str(part) in (order := str(entry)).split(";") else np.nan
        for part, entry in zip(there["part"], there["order"], strict=True)
    ]
    there = there.assign(at=at)[[UNIT, ARM, "at"]].drop_duplicates()
    known = there[~there.duplicated([UNIT, ARM], keep=False)]
    return known.pivot(index=UNIT, columns=ARM, values="at")


def _crossed(outcome: Outcome, means: UnitMeans, begins: np.ndarray) -> Crossed:
    """begins : whether a unit played the first of the two arms first, (n_units,)"""
    first, second = means.means.T
    early, late = np.where(begins, first, second), np.where(begins, second, first)
    a, b = means.arms
    sequences = (f"{b} first", f"{a} first")  # the effect is that of `a` first less that of `b` first
    values = {
        EFFECTS[0]: (late - early) / 2,
        EFFECTS[1]: (second - first) / 2,
        EFFECTS[2]: (first + second) / 2,
    }
    estimates = [_between(means, outcome, name, value, begins, sequences) for name, value in values.items()]
    alone = np.full(means.means.shape, np.nan)
    alone[begins, 0], alone[~begins, 1] = first[begins], second[~begins]
    counts = np.where(np.isnan(alone), 0, means.decisions)
    only = UnitMeans(f"{means.outcome}, {EFFECTS[3]}", means.unit, means.arms, alone, counts, means.strata, means.units)
    estimates.append(main_test(only, outcome))
    return Crossed(outcome, f"{b} − {a}", tuple(estimates))


def _between(
    means: UnitMeans, outcome: Outcome, name: str, values: np.ndarray, begins: np.ndarray, sequences: tuple[str, str]
) -> Estimate:
    """Units of the two orders compared by a number each; both have played both games, so that games do not differ."""
    wide = np.full(means.means.shape, np.nan)
    wide[~begins, 0], wide[begins, 1] = values[~begins], values[begins]
    decisions = np.zeros(wide.shape, dtype=int)
    decisions[~begins, 0], decisions[begins, 1] = (
        means.decisions.sum(axis=1)[~begins],
        means.decisions.sum(axis=1)[begins],
    )
    named = UnitMeans(f"{means.outcome}, {name}", means.unit, sequences, wide, decisions, means.strata, means.units,
                      made_of=means.made_of)  # fmt: skip
    return permutation_test(named, "two-sided", LEVEL, MAX_EXACT, DRAWS, SEED)


def _table(found: list[Crossed], tests: pd.DataFrame, within: str, caption: str) -> Table:
    rows: list[list[str]] = []
    corrected = iter(tests["p_holm"])
    for one in found:
        f, d = one.outcome.factor, one.outcome.decimals
        for name, estimate in zip(EFFECTS, one.estimates, strict=True):
            units = [str(n) for _, n in estimate.n_units][:: 1 if name == EFFECTS[3] else -1]
            shown = [with_limits(estimate, f, d), p_text(estimate.p), p_text(next(corrected))]
            rows.append([one.outcome.heading, one.pair, name, " + ".join(units), *shown])
    note = (
        "Units: those that played the first treatment of the comparison (behind the minus sign) first, and last. Each "
        f"effect with the 95 % interval and p of the permutation test of orders{within}. Carry-over: "
        "mean of both treatments, of units that began with the treatment behind the minus sign less the others. It is "
        "estimated badly: that it is not significant does not show that there is none, and the first period alone does "
        "not depend on it."
    )
    note += on_holm((e for one in found for e in one.estimates), "over the outcomes, for each effect")
    head = ["Outcome", "Comparison", "Effect", "Units", "Estimate (95 % interval)", "p", "p (Holm)"]
    return Table(caption, head, rows, texts=3, note=note)


def _said(found: list[Crossed], tests: pd.DataFrame, left_out: int) -> tuple[str, ...]:
    kinds: dict[str, Any] = {}
    for k, name in enumerate(EFFECTS[1:3], 1):
        p = tests["p_holm"].to_numpy(dtype=float)[k :: len(EFFECTS)]
        kinds[name.partition(":")[0]] = f"{int((p <= 0.05).sum())} of {int((~np.isnan(p)).sum())}"
    text = (
        "Some units played these treatments in one order and some in the other. At 5 % after Holm's correction differ "
        f"from 0: {listed(f'{count} effects of the {name}' for name, count in kinds.items())}."
    )
    if left_out:
        text += f" Left out: {counted(left_out, 'unit')} that did not play both, or one of them twice."
    return (text,)
