"""Several outcomes, several treatments: one table of main tests with corrections for how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pandas as pd

from analysis.inference.compare import Comparison, analysed, compare, observation_of
from analysis.inference.hypothesis_tests.omnibus import omnibus_test
from analysis.inference.multiple import corrected
from analysis.inference.results import Estimate, table
from analysis.inference.unit_means import unit_means
from analysis.inference.units import Units, independent_units
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
    all rows), least_p_holm (the least p-value that is possible after Holm's correction: no data can give a smaller one)

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"session_code": list("abcdef"), "part": 1, "round": 1, "participant_id": 1, "group": 1,
    ...                       "treatment": ["A", "B", "C"] * 2, "hit": [0, 1, 2, 1, 2, 3]})
    >>> compare_all(table, ["hit"])[["first_arm", "second_arm", "effect"]].values.tolist()
    [['A', 'B', 1.0], ['A', 'C', 2.0], ['B', 'C', 1.0]]
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
    return with_corrections(found)


def with_corrections(found: Sequence[tuple[str, str, str, Comparison]]) -> pd.DataFrame:
    """The main tests of (outcome, first arm, second arm, comparison) as the table of `compare_all`: one family."""
    tests = [comparison.main for *_, comparison in found]
    result = table(tests)
    keys = pd.DataFrame([entry[:3] for entry in found], columns=["outcome", "first_arm", "second_arm"])
    result = pd.concat([keys, result], axis=1)
    result["p_holm"] = corrected(tests, "holm")
    result["least_p_holm"] = (result["least_p"] * int(result["p"].notna().sum())).clip(upper=1.0)
    result["p_benjamini_hochberg"] = corrected(tests, "benjamini-hochberg")
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
    no case for it (ValueError).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"session_code": list("abcdefghi"), "part": 1, "round": 1, "participant_id": 1, "group": 1,
    ...                       "treatment": ["A", "B", "C"] * 3, "hit": [0, 4, 9, 1, 5, 7, 2, 6, 8]})
    >>> round(any_difference(table, "hit").p, 3)
    0.004
    """
    decisions = taken(decisions)
    units = independent_units(decisions) if units is None else units
    rows, _ = analysed(units.added(decisions), outcome)
    means = unit_means(rows, outcome, by, units.kind, stratum=stratum)
    means = replace(means, observation=observation_of(outcome), exchangeable=exchangeable)
    return omnibus_test(means, seed=seed)
