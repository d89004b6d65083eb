"""The tests that hypotheses name (mechanisms/studies/hypotheses.py), as functions of the means of units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from analysis.inference import (
    Comparison,
    UnitMeans,
    equivalence_test,
    fisher,
    mann_whitney,
    mcnemar,
    noninferiority_test,
    omnibus_test,
    permutation_test,
    sign_test,
    superiority_test,
    t_test,
    trend_test,
    wilcoxon,
)
from analysis.inference.results import Estimate, with_note
from mechanisms.studies.hypotheses import TESTS


def _paired(within: Callable[..., Estimate], between: Callable[..., Estimate]) -> Callable[..., Estimate]:
    def test(means: UnitMeans, alternative: str) -> Estimate:
        return (within if means.design == "within" else between)(means, alternative)

    return test


OF_MEANS: dict[str, Callable[[UnitMeans, str, float], Estimate]] = {
    "permutation": lambda means, alternative, margin: permutation_test(means, alternative),
    "ranks": lambda means, alternative, margin: _paired(wilcoxon, mann_whitney)(means, alternative),
    "sign": lambda means, alternative, margin: sign_test(means, alternative),
    "t": lambda means, alternative, margin: t_test(means, alternative),
    "fisher": lambda means, alternative, margin: _paired(mcnemar, fisher)(means, alternative),
    "equivalence": lambda means, alternative, margin: equivalence_test(means, margin),
    "noninferiority": lambda means, alternative, margin: noninferiority_test(means, margin, alternative),
    "superiority": lambda means, alternative, margin: superiority_test(means, margin, alternative),
    "any": lambda means, alternative, margin: omnibus_test(means),
    "trend": lambda means, alternative, margin: trend_test(means, alternative),
}
"""Tests of unit means, of (means, alternative, margin in units of the outcome)."""
OF_DECISIONS = {
    "linear": ("linear",),
    "wild": ("wild cluster bootstrap-t",),
    "logit": ("logit regression",),
    "probit": ("probit regression",),
    "mixed": ("mixed logit",),
}
"""Tests of decisions: how the methods of the estimates begin that `compare` has."""
OF_OWN_SCALE = frozenset({"fisher", "logit", "probit", "mixed", "trend"})
"""Tests whose effect is no difference in the unit of the outcome: odds, coefficients, shares of pairs."""


def estimate_of(name: str, means: UnitMeans, alternative: str = "two-sided", margin: float = np.nan) -> Estimate:
    """The test of unit means of this name; a refusal in words where the data do not fit it."""
    try:
        return OF_MEANS[name](means, alternative, margin)
    except ValueError as error:
        return means.refusal(name, ["numpy"], f"{str(error).removeprefix('means: ')}.")


def means_of(arms: Sequence[np.ndarray], paired: bool, exchangeable: bool = True, unit: str = "unit") -> UnitMeans:
    """Means of the units of two arms and more; paired : of the same units in all of them."""
    if not paired:
        found = UnitMeans.from_arrays({str(k): arm for k, arm in enumerate(arms, 1)})
    else:
        columns = np.column_stack(arms)
        names = tuple(str(k) for k in range(1, len(arms) + 1))
        found = replace(UnitMeans.from_pairs(list(arms[0]), list(arms[0])), arms=names, means=columns,
                        decisions=np.ones(columns.shape, dtype=int))  # fmt: skip
    return replace(found, exchangeable=exchangeable, unit=unit)


def least_possible(
    name: str, units: Sequence[int], paired: bool, alternative: str = "two-sided", unit: str = "unit"
) -> tuple[float, str]:
    """The least p-value that a test can give with so many units in each arm, and "", or 1 and why it is not possible;
    0 for those of decisions and Student's t, which have no such floor.

    >>> least_possible("permutation", (3, 3), paired=False)
    (0.1, '')
    """
    if name in OF_DECISIONS:
        return 0.0, ""
    steps = np.arange(len(units))[:: -1 if alternative == "less" else 1]
    apart, spread = (1.0, 0.0) if TESTS[name].rates else (0.0 if name == "equivalence" else 9.0, 0.01)
    arms = [apart * k + spread * (k + 1) * np.arange(n) / n for k, n in zip(steps.tolist(), units, strict=True)]
    found = estimate_of(name, means_of(arms, paired, unit=unit), alternative, 1.0)
    if np.isnan(found.p):
        return 1.0, found.note
    floor = found.p if name == "fisher" else 0.0  # Student's t has none
    return float(floor if np.isnan(found.least_p) else found.least_p), ""


def of_pair(
    name: str, comparison: Comparison, arms: tuple[str, str], alternative: str = "two-sided", margin: float = np.nan
) -> Estimate:
    """The test of this name, of the second of two arms less the first, whatever their order in the comparison."""
    means = comparison.means
    notes = [f"{note}." for note in comparison.notes]
    if name in OF_MEANS:
        return with_note(estimate_of(name, means.pair(*arms), alternative, margin), *notes)
    found = next((e for e in comparison.others if e.method.startswith(OF_DECISIONS[name])), None)
    if found is None:
        why = "decisions of one arm do not vary" if means.exchangeable else (
            "between different games the outcome is compared above chance, and is then no hit or miss"
        )  # fmt: skip
        return means.refusal(f"{name} regression of decisions", ["numpy"], f"{why}.")
    return found if arms == means.arms else turned(found, arms)


def turned(estimate: Estimate, arms: tuple[str, str]) -> Estimate:
    """A two-sided estimate of second less first arm as one of first less second.

    >>> counts = (("A", 4), ("B", 5)), (("A", 40), ("B", 50))
    >>> found = Estimate("rate: B − A", "t", "scipy", "session", *counts, effect=2.0, interval=(1, 5))
    >>> found = turned(found, ("B", "A"))
    >>> found.question, found.effect, found.interval, found.n_units
    ('rate: A − B', -2.0, (-5, -1), (('B', 5), ('A', 4)))
    """
    low, high = estimate.interval
    return replace(
        estimate,
        question=f"{estimate.question.rpartition(':')[0]}: {arms[1]} − {arms[0]}",
        effect=-estimate.effect,
        interval=(-high, -low),
        statistic=-estimate.statistic,
        n_units=estimate.n_units[::-1],
        n_decisions=estimate.n_decisions[::-1],
    )
