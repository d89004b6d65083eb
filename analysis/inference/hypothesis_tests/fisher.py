"""Fisher's exact test and McNemar's test, for units that either succeed or fail.

They are for outcomes of whole units: whether a silo converged, whether a participant of a one-shot design with
groups of their own played the dominant message. A rate of many decisions is no such outcome: a permutation test of
the rates uses more of the data.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import binomtest, fisher_exact
from scipy.stats.contingency import odds_ratio

from analysis.inference.hypothesis_tests.permutation import check_alternative
from analysis.inference.results import Estimate
from analysis.inference.unit_means import UnitMeans


def fisher(means: UnitMeans, alternative: str = "two-sided", level: float = 0.95) -> Estimate:
    """Fisher's exact test of two arms with the conditional odds ratio; unit values must be 0 or 1.

    >>> result = fisher(UnitMeans.from_arrays({"A": [0, 0, 0, 1], "B": [1, 1, 1, 1]}))
    >>> round(result.p, 4)
    0.1429
    """
    check_alternative(alternative)
    first, second = means.two_samples()
    _need_binary(means)
    method = "Fisher's exact test of units"
    counts = np.array([[second.sum(), (1 - second).sum()], [first.sum(), (1 - first).sum()]]).astype(int)
    if (counts.sum(axis=0) == 0).any() or (counts.sum(axis=1) == 0).any():
        return means.refusal(method, ["scipy"], "all units have the same value, or an arm has no unit.")
    ratio = odds_ratio(counts, kind="conditional")
    limits = ratio.confidence_interval(level, alternative)
    return means.estimate(
        method,
        ["scipy"],
        effect_name="conditional odds ratio",
        effect=float(ratio.statistic),
        interval=(float(limits.low), float(limits.high)),
        level=level,
        interval_method="exact",
        p=float(fisher_exact(counts, alternative=alternative).pvalue),
        alternative=alternative,
        p_method="exact",
        note="Strata are ignored." if len(np.unique(means.strata)) > 1 else "",
    )


def mcnemar(means: UnitMeans, alternative: str = "two-sided", level: float = 0.95) -> Estimate:
    """McNemar's exact test of units that were in both arms; unit values must be 0 or 1.

    >>> mcnemar(UnitMeans.from_pairs([0] * 5 + [1] * 3, [1] * 8)).p
    0.0625
    """
    check_alternative(alternative)
    means = means.as_tested()
    differences = means.differences()
    _need_binary(means)
    changed, up = int((differences != 0).sum()), int((differences > 0).sum())
    method = "McNemar's exact test of units"
    if changed == 0:
        return means.refusal(method, ["scipy"], "no unit differs between the arms.")
    test = binomtest(up, changed, alternative=alternative)
    limits = test.proportion_ci(level)
    return means.estimate(
        method,
        ["scipy"],
        effect_name="share of changing units that go up",
        effect=up / changed,
        interval=(float(limits.low), float(limits.high)),
        level=level,
        interval_method="Clopper–Pearson",
        p=float(test.pvalue),
        alternative=alternative,
        p_method="exact",
        least_p=min(1.0, (2 if alternative == "two-sided" else 1) * 0.5**changed),
        note=f"{changed} of {len(differences)} units differ between the arms.",
    )


def _need_binary(means: UnitMeans) -> None:
    values = means.means[~np.isnan(means.means)]
    if other := sorted(set(values.tolist()) - {0.0, 1.0}):
        raise ValueError(f"means: the value {other[0]:g} of a unit is neither 0 nor 1; expected units that hit or miss")
