"""Several outcomes, several treatments: one table of main tests with corrections for how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.inference.compare import Comparison, analysed, compare, observation_of
from analysis.inference.multiple import adjusted, romano_wolf
from analysis.inference.omnibus import omnibus_test
from analysis.inference.results import Estimate, table
from analysis.inference.unit_means import unit_means
from analysis.inference.units import UNIT, Units, independent_units
from analysis.loading.places import taken


def compare_all(
    decisions: pd.DataFrame,
    outcomes: Sequence[str],
    by: str = "treatment",
    *,
    units: Units | None = None,
    alternative: str = "two-sided",
    level: float = 0.95,
    seed: int = 1,
) -> pd.DataFrame:
    """The main test of every pair of arms for every outcome.

    Parameters
    ----------
    decisions, by, units, alternative, level : as for `compare`
    outcomes : columns; a pair in which an outcome is blank throughout is passed over

    Returns
    -------
    DataFrame: the columns of `results.table`, and outcome, first_arm, second_arm, p_holm, p_benjamini_hochberg (over
    all rows), p_romano_wolf (over the outcomes of a pair, where they are known for the same units; else NaN),
    least_p_holm (the least p-value that is possible after Holm's correction: no data can give a smaller one)
    """
    units = independent_units(decisions) if units is None else units
    found: list[tuple[str, str, str, Comparison]] = []
    for outcome in outcomes:
        there = decisions.loc[decisions[outcome].notna(), by].astype(str).unique()
        for first, second in combinations(sorted(there), 2):
            comparison = compare(
                decisions,
                outcome,
                by,
                (first, second),
                alternative=alternative,
                level=level,
                regressions=False,
                seed=seed,
                units=units,
            )
            found.append((outcome, first, second, comparison))
    return with_corrections(found, seed)


def with_corrections(found: Sequence[tuple[str, str, str, Comparison]], seed: int = 1) -> pd.DataFrame:
    """The main tests of (outcome, first arm, second arm, comparison) as the table of `compare_all`: one family."""
    result = table([comparison.main for *_, comparison in found])
    keys = pd.DataFrame([entry[:3] for entry in found], columns=["outcome", "first_arm", "second_arm"])
    result = pd.concat([keys, result], axis=1)
    result["p_holm"] = adjusted(result["p"].to_numpy(dtype=float), "holm")
    tests = int(result["p"].notna().sum())
    result["least_p_holm"] = (result["least_p"] * tests).clip(upper=1.0)
    result["p_benjamini_hochberg"] = adjusted(result["p"].to_numpy(dtype=float), "benjamini-hochberg")
    # its p-values are of |difference|, the main ones twice the smaller side: with unequal arms these can be larger, and
    # a correction never makes a p-value smaller
    result["p_romano_wolf"] = np.maximum(_romano_wolf(found, seed), result["p"].to_numpy(dtype=float))
    return result


def any_difference(
    decisions: pd.DataFrame,
    outcome: str,
    by: str = "treatment",
    *,
    stratum: str | Sequence[str] | None = None,
    units: Units | None = None,
    exchangeable: bool = True,
    seed: int = 1,
) -> Estimate:
    """Permutation test that no arm differs from the others, within strata if there are some; units in several arms are
    no case for it (ValueError)."""
    decisions = taken(decisions)
    units = independent_units(decisions) if units is None else units
    rows, _ = analysed(decisions.assign(**{UNIT: units.of(decisions)}), outcome)
    means = unit_means(rows, outcome, by, units.kind, stratum=stratum)
    means = replace(means, observation=observation_of(outcome), exchangeable=exchangeable)
    return omnibus_test(means, seed=seed)


def _romano_wolf(found: Sequence[tuple[str, str, str, Comparison]], seed: int) -> np.ndarray:
    """Adjusted over the outcomes of each pair of arms."""
    result = np.full(len(found), np.nan)
    for pair in sorted({entry[1:3] for entry in found}):
        places = [i for i, entry in enumerate(found) if entry[1:3] == pair and not np.isnan(entry[3].main.p)]
        means = [found[i][3].means for i in places]
        if means and all(np.array_equal(one.units, means[0].units) for one in means):
            result[places] = romano_wolf(means, seed=seed)
    return result
