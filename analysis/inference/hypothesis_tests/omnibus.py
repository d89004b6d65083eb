"""Whether any of several arms differs: the sum of squares between arms, each over its variance, over all assignments.

Units count by what they deviate from the mean of their stratum. Where a stratum has more units of one arm, or the arms
play different games, p is not below that of Welch's analysis of variance, as with two arms (studentised.py); within
strata, not below the least p of Welch's t tests of two arms times the number of these.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy.stats import f_oneway

from analysis.inference.hypothesis_tests.arrangements import DRAWS, MAX_EXACT, assignments
from analysis.inference.hypothesis_tests.permutation import NOT_BELOW, OF_WELCH, is_above, p_words, why_not
from analysis.inference.hypothesis_tests.studentised import TIE, Studentised
from analysis.inference.results import Estimate
from analysis.inference.unit_means import UnitMeans

OF_ALL = f"{OF_WELCH} analysis of variance"
PAIRWISE = f"least {OF_WELCH} t tests of two arms within strata, times their number"


def omnibus_test(means: UnitMeans, max_exact: int = MAX_EXACT, draws: int = DRAWS, seed: int = 1) -> Estimate:
    """Whether any of several arms differs: permutation test of the studentised sum of squares between arms.

    >>> means = UnitMeans.from_arrays({"A": [1, 2], "B": [3, 4], "C": [5, 6]})
    >>> round(omnibus_test(means).p * 90)
    6
    """
    means = means.as_tested()
    values, labels = means.labelled()
    what = "studentised sum of squares between arms"
    method = f"permutation test of all arms ({what}) on unit means{means.within_strata}"
    arranged = assignments(labels, means.strata, max_exact, draws, seed)
    if arranged.total < 2 or len(means.arms) < 2:
        return means.refusal(method, ["numpy"], why_not(means))
    strata = np.unique(means.strata, return_inverse=True)[1]
    centred = _centred(values, strata)
    sizes = np.bincount(labels, minlength=len(means.arms))
    studentise, present = bool((sizes[sizes > 0] > 1).all()), np.flatnonzero(sizes)

    def heterogeneity(rows: np.ndarray) -> np.ndarray:
        """Σ w_k (mean_k − weighted mean)², w_k = n_k / s_k²; with one unit in an arm w_k = n_k."""
        members = [(rows == arm).astype(float) for arm in present]
        mean = np.array([own @ centred for own in members]) / sizes[present, None]
        square = np.array([own @ centred**2 for own in members]) - sizes[present, None] * mean**2
        variance = np.maximum(square / np.maximum(sizes[present, None] - 1, 1), (1e-7 * np.ptp(centred)) ** 2)
        weight = sizes[present, None] / (np.where(variance > 0, variance, 1.0) if studentise else 1.0)
        return (weight * (mean - (weight * mean).sum(axis=0) / weight.sum(axis=0)) ** 2).sum(axis=0)

    observed = float(heterogeneity(labels[None, :])[0])
    tie = TIE * max(1.0 if studentise else float(np.ptp(centred)) ** 2, observed)
    permuted = float((heterogeneity(arranged.rows) >= observed - tie).mean())
    in_strata = [np.bincount(labels[strata == s]) for s in np.unique(strata)]
    why = "unequal arms" if any(len(set(counts[counts > 0].tolist())) > 1 for counts in in_strata) else ""
    why = why if means.exchangeable else "different games"
    welch = _welch_of_all(means) if np.ptp(centred) > 0 else np.nan
    strict, guarded = float(np.fmax(permuted, welch)), bool(why) and not np.isnan(welch)
    p, method = (strict, method + NOT_BELOW.format(why)) if guarded else (permuted, method)
    return means.estimate(
        method,
        ["numpy"],
        statistic_name="sum of squares",
        statistic=observed,
        p=p,
        alternative="any difference",
        p_method=p_words(arranged, p, welch_of(means) if is_above(p, permuted) else ""),
        p_strict=strict,
        least_p=1 / arranged.total,
    )


def welch_of(means: UnitMeans) -> str:
    """What p is never below, in words."""
    return PAIRWISE if len(np.unique(means.strata)) > 1 else OF_ALL


def _centred(values: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """Deviations from the means of strata, exactly 0 where all values of a stratum are the same."""
    firsts = values - values[np.unique(strata, return_index=True)[1]][strata]
    return firsts - (np.bincount(strata, firsts) / np.bincount(strata))[strata]


def _welch_of_all(means: UnitMeans) -> float:
    """p of Welch's analysis of variance; within strata, the smallest p of his t test of two arms, times their number;
    NaN where there is no such test."""
    values, labels = means.labelled()
    if len(np.unique(means.strata)) == 1:
        samples = [values[labels == arm] - values[0] for arm in np.unique(labels)]
        if min(map(len, samples)) < 2:
            return np.nan
        with np.errstate(divide="ignore", invalid="ignore"):  # an arm that does not vary: there is no Welch's test
            return float(f_oneway(*samples, equal_var=False).pvalue)
    found = []
    for first, second in combinations(np.unique(labels), 2):
        own = (labels == first) | (labels == second)
        second_arm = (labels[own] == second).astype(int)
        found.append(2 * min(Studentised(values[own], second_arm, means.strata[own], second_arm[None, :]).welch()))
    there = [float(p) for p in found if not np.isnan(p)]
    return min(1.0, min(there) * len(there)) if there else np.nan
