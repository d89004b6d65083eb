"""t tests of unit means: Welch's for units that are each in one arm (within strata, see strata.py), Student's of
differences for units in both.

They assume that means of units are about normal, which a permutation test does not; with few units their intervals are
finite where a permutation test sets no limit.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import t as student

from analysis.inference.hypothesis_tests.permutation import check_alternative
from analysis.inference.hypothesis_tests.studentised import FLOOR
from analysis.inference.results import Estimate
from analysis.inference.strata import cells_of
from analysis.inference.unit_means import UnitMeans


def t_test(means: UnitMeans, alternative: str = "two-sided", level: float = 0.95) -> Estimate:
    """Whether the means of two arms differ.

    >>> result = t_test(UnitMeans.from_arrays({"A": [1, 2, 3], "B": [4, 5, 7]}))
    >>> round(result.p, 3), [round(limit, 2) for limit in result.interval]
    (0.042, [0.21, 6.45])
    """
    check_alternative(alternative)
    means.need_two_arms()
    means = means.as_tested()
    within = means.design == "within"
    method = "Student's t test of unit differences" if within else f"Welch's t test of unit means{means.within_strata}"
    samples = [means.differences()] if within else list(means.two_samples())
    if min(map(len, samples)) < 2:
        return means.refusal(
            method, ["scipy"], f"two units or more are needed of each kind (the unit is the {means.unit})."
        )
    if within:
        differences = samples[0]
        effect, freedom = float(differences.mean()), len(differences) - 1.0
        error = float(differences.std(ddof=1)) / len(differences) ** 0.5
    else:
        strata, parts, squares = cells_of(*means.labelled(), means.strata)
        freedom = float(strata.freedom(squares))
        if not freedom:
            return means.refusal(method, ["scipy"], "no stratum has two units in each arm.")
        effect, error = float(strata.difference(parts)), float(strata.variance(parts, squares)) ** 0.5
    if not error > FLOOR * max(
        float(np.abs(sample - sample[0]).max()) for sample in (*samples, np.array([0.0, effect]))
    ):
        return means.refusal(method, ["scipy"], "units of the same arm do not differ at all.")
    t = effect / error
    p = {"greater": student.sf(t, freedom), "less": student.cdf(t, freedom)}.get(
        alternative, 2 * student.sf(abs(t), freedom)
    )
    reach = error * float(student.isf((1 - level) / (2 if alternative == "two-sided" else 1), freedom))
    return means.estimate(
        method,
        ["scipy"],
        effect_name="mean difference within units" if within else "difference in unit means",
        effect=effect,
        interval=(
            -np.inf if alternative == "less" else effect - reach,
            np.inf if alternative == "greater" else effect + reach,
        ),
        level=level,
        interval_method=f"t with {freedom:.3g} degrees of freedom",
        statistic_name="t",
        statistic=t,
        p=float(p),
        alternative=alternative,
        p_method=f"t with {freedom:.3g} degrees of freedom",
    )
