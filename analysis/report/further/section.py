"""What a further section of the report is, and what all of them use: which outcomes are asked about, which rows count,
how two arms are tested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from analysis.inference import permutation_test
from analysis.inference.compare import analysed
from analysis.inference.multiple import corrected as corrected_p
from analysis.inference.results import Estimate, library, table
from analysis.inference.unit_means import UnitMeans, strata_of
from analysis.inference.units import UNIT
from analysis.measures.bands import mean_interval
from analysis.measures.outcomes import Outcome
from analysis.measures.rates import ABOVE
from analysis.report.comparisons import LEVEL, SEED, Inference
from analysis.report.described import STRICT, whose_p
from analysis.report.tables import Table

HEADLINE = ("dominant_played", "nash_played", "truthful", "efficient", "earnings")
"""What the sections ask about, beside the outcomes that the plan names."""
MAX_EXACT, DRAWS = 20_000, 4_999
"""Of the permutation tests in the sections: they are many, and secondary."""
Pair = tuple[Outcome, str, str]


@dataclass(frozen=True)
class Section:
    """One section: key (of estimates.csv: column `of`), title, sentences before the tables, tables, figures
    (`play_results.shown`), estimates (columns of `analysis.inference.table`, and outcome), a paragraph on methods."""

    key: str
    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    methods: str
    figures: tuple[dict[str, Any], ...] = ()
    estimates: pd.DataFrame = field(default_factory=pd.DataFrame)


def estimates_of(found: Iterable[tuple[str, Estimate]], corrected: bool = True) -> pd.DataFrame:
    """(outcome, estimate) as rows; `corrected`: with p_holm over all of them that have a p-value."""
    pairs = list(found)
    rows = table([estimate for _, estimate in pairs])
    rows.insert(0, "outcome", [outcome for outcome, _ in pairs])
    if corrected:
        rows["p_holm"] = corrected_p([estimate for _, estimate in pairs])
    return rows


def on_holm(tests: Iterable[Estimate], over: str) -> str:
    """How p (Holm) of a table comes about, and whose p it starts from."""
    found = list(tests)
    raised = f", {STRICT}" if any(not np.isnan(one.p_strict) for one in found) else ""
    return f" Holm: {over}{raised}.{whose_p(found)}"


def asked(inference: Inference) -> list[Outcome]:
    """The outcomes that the sections are about: planned ones first, then the headline ones."""
    planned = [hypothesis.outcome for hypothesis in inference.plan.hypotheses]
    there = {outcome.column: outcome for outcome in inference.outcomes}
    return [there[name] for name in dict.fromkeys((*planned, *HEADLINE)) if name in there]


def pairs_asked(inference: Inference) -> list[Pair]:
    """(outcome as it is compared, first arm, second arm) of comparisons about these outcomes, planned ones first."""
    order = [outcome.column for outcome in asked(inference)]
    found = [(outcome, comparison.means.arms) for outcome, comparison in inference.comparisons]
    there = [(outcome, arms[0], arms[1]) for outcome, arms in found if outcome.raw in order]
    return sorted(there, key=lambda pair: order.index(pair[0].raw))  # stable: primary hypotheses come first


def rows_of(predicted: pd.DataFrame, column: str) -> pd.DataFrame:
    """The decisions or groups that count for an outcome, those that have it."""
    rows, _ = analysed(predicted, column)
    return rows[rows[column].notna()]


def is_of_games(outcome: Outcome) -> bool:
    """Whether an outcome is compared above chance, as between different games."""
    return outcome.column.endswith(ABOVE)


def main_test(means: UnitMeans, outcome: Outcome | None = None, alternative: str = "two-sided") -> Estimate:
    """The test of the report's main table, on other numbers of the units; where some are in both arms and others in
    one, of the more frequent kind."""
    if len(means.arms) < 2 or not len(means.means):
        return means.refusal("permutation test of unit means", ["numpy"], "a treatment has no decision here")
    if means.design == "mixed":
        in_both = ~np.isnan(means.means).any(axis=1)
        means = means.only(in_both == (in_both.sum() >= (~in_both).sum()))
    means = replace(means, exchangeable=outcome is None or not is_of_games(outcome))
    return permutation_test(means, alternative, LEVEL, MAX_EXACT, DRAWS, SEED)


def of_units(
    values: pd.Series, counts: pd.Series, name: str, unit: str, arms: Sequence[str], strata: pd.Series | None = None
) -> UnitMeans:
    """`UnitMeans` of numbers of the units that are no means: series with the index (unit, arm); strata: by unit."""
    wide = values.unstack().reindex(columns=list(arms)).dropna(how="all")
    size = counts.unstack().reindex(index=wide.index, columns=list(arms)).fillna(0).astype(int)
    held = np.zeros(len(wide), dtype=int) if strata is None else strata.reindex(wide.index).to_numpy(dtype=int)
    names = wide.index.to_numpy(dtype=str)
    return UnitMeans(name, unit, tuple(arms), wide.to_numpy(dtype=float), size.to_numpy(), held, names)


def strata_in(rows: pd.DataFrame, stratum: tuple[str, ...]) -> pd.Series:
    """The stratum of each unit, as the plan says."""
    units = pd.Index(sorted(rows[UNIT].unique()))
    return pd.Series(strata_of(rows, stratum, units), index=units)


def one_sample(question: str, values: np.ndarray, counts: int, unit: str, name: str, arm: str) -> Estimate:
    """Whether the mean of the units' numbers is 0: Student's t, with which few units have an interval, too.

    >>> found = one_sample("hit: trend", np.array([0.1, 0.2, 0.3, 0.2]), 80, "session", "slope", "A")
    >>> round(found.p, 3), [round(limit, 2) for limit in found.interval]
    (0.016, [0.07, 0.33])
    """
    values, n = values[~np.isnan(values)], int((~np.isnan(values)).sum())
    fields: dict[str, Any] = {"effect_name": name, "effect": float(values.mean()) if n else np.nan}
    spread = float(values.std(ddof=1)) if n > 1 else np.nan
    why = "one unit" if n == 1 else "no unit" if not n else "the units do not vary"
    if n > 1 and spread > 1e-12 * max(1.0, float(np.abs(values).max())):
        error = spread / float(np.sqrt(n))
        t = fields["effect"] / error
        fields |= {"interval": mean_interval(values, LEVEL), "level": LEVEL}
        fields |= {"interval_method": "Student's t over units", "statistic_name": "t", "statistic": t}
        fields |= {"p": 2 * float(student.sf(abs(t), n - 1)), "p_method": f"Student's t, {n - 1} degrees of freedom"}
    else:
        fields["note"] = f"No test is possible: {why}."
    method = "t test of unit means"
    return Estimate(question, method, library("scipy"), unit, ((arm, n),), ((arm, counts),), **fields)
