"""Treatments compared on independent units by all outcomes of the report, and how robust that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.inference import Comparison, Units, any_difference, compare, compare_all
from analysis.inference.compare import analysed
from analysis.inference.results import Estimate
from analysis.inference.results import table as estimate_table
from analysis.inference.unit_means import UnitMeans, unit_means
from analysis.inference.units import UNIT
from analysis.measures.outcomes import OUTCOMES, Outcome
from analysis.report.sections import KEY

ARM = "treatment_name"
"""Column with the name of the treatment that the report uses."""
SEED = 1
LEVEL = 0.95


@dataclass(frozen=True)
class Inference:
    """What treatments differ in.

    means : by outcome, one mean a unit and treatment
    main : one row an outcome and pair of treatments: the table of `compare_all`
    comparisons : (outcome, comparison with robustness) for the same rows
    any_difference : (outcome, test) where there are more than two treatments
    notes : what had to be left out
    unit_plural : the independent units in words
    """

    means: dict[str, UnitMeans]
    main: pd.DataFrame
    comparisons: tuple[tuple[Outcome, Comparison], ...]
    any_difference: tuple[tuple[Outcome, Estimate], ...]
    notes: tuple[str, ...]
    unit_plural: str

    def estimates(self) -> pd.DataFrame:
        """Every estimate as a row: the columns of `analysis.inference.table`, the outcome, and for main tests the
        corrected p-values."""
        found = [estimate_table(comparison.estimates) for _, comparison in self.comparisons]
        names = [
            pd.DataFrame({"outcome": [o.column] * len(t)}) for (o, _), t in zip(self.comparisons, found, strict=True)
        ]
        found += [estimate_table([test]) for _, test in self.any_difference]
        names += [pd.DataFrame({"outcome": [outcome.column]}) for outcome, _ in self.any_difference]
        if not found:
            return pd.DataFrame()
        whole = pd.concat([pd.concat(names, ignore_index=True), pd.concat(found, ignore_index=True)], axis=1)
        corrected = ["p_holm", "p_benjamini_hochberg", "p_romano_wolf"]
        return whole.merge(self.main[["question", "method", *corrected]], on=["question", "method"], how="left")


def infer(
    table: pd.DataFrame, outcomes: Sequence[Outcome], units: Units, progress: Callable[[str], None] = lambda _: None
) -> Inference:
    """Compare all treatments (column ARM) of the table of `with_outcomes` by the given outcomes; `means` has all."""
    there = [outcome for outcome in OUTCOMES if table[outcome.column].notna().any()]
    means = {outcome.column: _means(table, outcome, units) for outcome in there}
    shared = [o for o in there if o in outcomes and sum((~np.isnan(means[o.column].means)).any(axis=0)) > 1]
    progress("inference: permutation tests")
    main = compare_all(table, [o.column for o in shared], ARM, units=units, level=LEVEL, seed=SEED)
    found: list[tuple[Outcome, Comparison]] = []
    several: list[tuple[Outcome, Estimate]] = []
    notes: list[str] = []
    for outcome in shared:
        arms = sorted(table.loc[table[outcome.column].notna(), ARM].unique())
        if len(arms) > 2:
            try:
                several.append((outcome, any_difference(table, outcome.column, ARM, units=units, seed=SEED)))
            except ValueError as error:
                notes.append(f"{outcome.title}: no test of all treatments at once ({error})")
        for first, second in combinations(arms, 2):
            progress(f"inference: {outcome.title}, {second} − {first}")
            pair = compare(table, outcome.column, ARM, (first, second), level=LEVEL, seed=SEED, units=units)
            if not outcome.share:  # means that happen to lie between 0 and 1 are no rates
                pair = replace(pair, others=tuple(e for e in pair.others if e.effect_name != "Cohen's h"))
            found.append((outcome, pair))
    return Inference(means, main, tuple(found), tuple(several), tuple(notes), f"{units.kind}s")


def _means(table: pd.DataFrame, outcome: Outcome, units: Units) -> UnitMeans:
    rows, _ = analysed(table.assign(**{UNIT: units.of(table)}), outcome.column)
    return unit_means(rows, outcome.column, ARM, units.kind)


def named(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """With the column ARM."""
    return table.assign(**{ARM: table[KEY].map(names)})
