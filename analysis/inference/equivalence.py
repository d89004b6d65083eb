"""Tests of a null claim: that two arms differ by less than a margin that matters.

A difference that is not significant is no evidence for "no difference". Two one-sided tests (Schuirmann 1987) reject
"the difference is at least the margin, one way or the other"; p is the larger of the two. Both are permutation tests
of unit means under a constant shift by the margin, so nothing is assumed of the distribution of unit means. The claim
holds at level α exactly if the interval of level 1 − 2α lies within the margins.
"""

from __future__ import annotations

import numpy as np

from analysis.inference.arrangements import DRAWS, MAX_EXACT
from analysis.inference.permutation import distribution_of, least_p_note, p_words
from analysis.inference.results import Estimate
from analysis.inference.unit_means import UnitMeans


def equivalence_test(
    means: UnitMeans,
    margin: float,
    level: float = 0.95,
    max_exact: int = MAX_EXACT,
    draws: int = DRAWS,
    seed: int = 1,
) -> Estimate:
    """Two one-sided permutation tests of |difference of unit means| < margin.

    Parameters
    ----------
    margin : in units of the outcome, more than 0; chosen before the data are seen

    Examples
    --------
    >>> means = UnitMeans.from_arrays({"A": [0.50, 0.52, 0.48, 0.51], "B": [0.51, 0.49, 0.50, 0.53]})
    >>> round(equivalence_test(means, 0.1).p * 70), round(equivalence_test(means, 0.01).p, 2)
    (1, 0.43)
    """
    means.need_two_arms()
    if not margin > 0:
        raise ValueError(f"margin: {margin}; expected a difference that matters, more than 0")
    method = f"equivalence, two one-sided permutation tests, margin ±{margin:g}"
    arranged, distribution = distribution_of(means, max_exact, draws, seed)
    if arranged.total < 2:
        return means.refusal(method, ["numpy"], f"too few units (the unit is the {means.unit}).")
    p = max(float(distribution.p("greater", -margin)), float(distribution.p("less", margin)))
    alpha = 1 - level
    low, high = distribution.interval(1 - 2 * alpha)
    least = 1 / arranged.total
    return means.estimate(
        method,
        ["numpy"],
        effect_name="difference in unit means",
        effect=float(distribution.observed),
        interval=(low, high),
        level=1 - 2 * alpha,
        interval_method="inverted permutation test, constant shift",
        p=p,
        alternative=f"|difference| < {margin:g}",
        p_method=p_words(arranged, p),
        least_p=max(least, 1 / len(arranged.rows)),
        note=least_p_note(least, alpha) or _verdict(p, alpha, margin),
    )


def _verdict(p: float, alpha: float, margin: float) -> str:
    if p <= alpha:
        return f"A difference of {margin:g} or more either way is rejected at {100 * alpha:g} %."
    return f"The data do not show that the difference is less than {margin:g}."


def smallest_margin(means: UnitMeans, level: float = 0.95) -> float:
    """The least margin for which equivalence would hold: the larger end of the 1 − 2α interval, in absolute value.

    >>> smallest_margin(UnitMeans.from_arrays({"A": [1.0, 2.0], "B": [1.0, 2.0]}))
    inf
    """
    _, distribution = distribution_of(means)
    return float(np.abs(distribution.interval(1 - 2 * (1 - level))).max())
