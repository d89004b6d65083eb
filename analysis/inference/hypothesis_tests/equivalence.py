"""Tests with a margin that matters: that two arms differ by less than it, that the second is not worse than the first
by as much, or is better by more.

A difference that is not significant is no evidence for "no difference". Two one-sided tests (Schuirmann 1987) reject
"the difference is at least the margin, one way or the other"; p is the larger of the two. Both are permutation tests
of unit means under a constant shift by the margin, so nothing is assumed of the distribution of unit means. The claim
holds at level α exactly if the interval of level 1 − 2α lies within the margins. Noninferiority is one of these tests,
superiority by a margin the one-sided test with the shift on the other side of 0.
"""

from __future__ import annotations

import numpy as np

from analysis.inference.hypothesis_tests.arrangements import DRAWS, MAX_EXACT
from analysis.inference.hypothesis_tests.permutation import distribution_of, least_p_note, p_fields
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
    means = means.as_tested()
    method = f"equivalence, two one-sided permutation tests{means.within_strata}, margin ±{margin:g}"
    arranged, distribution = distribution_of(means, max_exact, draws, seed)
    if arranged.total < 2:
        return means.refusal(method, ["numpy"], f"too few units (the unit is the {means.unit}).")
    sides = [p_fields(arranged, distribution, *side) for side in (("greater", -margin), ("less", margin))]
    found = max(sides, key=lambda side: side["p"]) | {"p_strict": max(side["p_strict"] for side in sides)}
    alpha = 1 - level
    low, high = distribution.interval(1 - 2 * alpha, tested=(-margin, margin))
    least = 1 / arranged.total
    return means.estimate(
        method,
        ["numpy"],
        effect_name="difference in unit means",
        effect=float(distribution.observed),
        interval=(low, high),
        level=1 - 2 * alpha,
        interval_method="inverted permutation test, constant shift",
        alternative=f"|difference| < {margin:g}",
        **found,
        least_p=max(least, 1 / len(arranged.rows)),
        note=least_p_note(least, alpha) or _verdict(found["p"], alpha, margin),
    )


def noninferiority_test(
    means: UnitMeans,
    margin: float,
    alternative: str = "greater",
    level: float = 0.95,
    max_exact: int = MAX_EXACT,
    draws: int = DRAWS,
    seed: int = 1,
) -> Estimate:
    """One-sided permutation test that the second arm is not worse by the margin or more.

    alternative : "greater": high outcomes are good, the difference is above −margin; "less": it is below the margin

    >>> means = UnitMeans.from_arrays({"A": [0.50, 0.52, 0.48, 0.51], "B": [0.51, 0.49, 0.50, 0.53]})
    >>> round(noninferiority_test(means, 0.1).p * 70)
    1
    """
    return _beyond(means, margin, -1.0, "noninferiority", alternative, level, max_exact, draws, seed)


def superiority_test(
    means: UnitMeans,
    margin: float,
    alternative: str = "greater",
    level: float = 0.95,
    max_exact: int = MAX_EXACT,
    draws: int = DRAWS,
    seed: int = 1,
) -> Estimate:
    """One-sided permutation test that the second arm is better by more than the margin.

    >>> means = UnitMeans.from_arrays({"A": [0.50, 0.52, 0.48, 0.51], "B": [0.91, 0.89, 0.90, 0.93]})
    >>> round(superiority_test(means, 0.2).p * 70), superiority_test(means, 0.5).p > 0.5
    (1, True)
    """
    return _beyond(means, margin, 1.0, "superiority", alternative, level, max_exact, draws, seed)


def _beyond(
    means: UnitMeans, margin: float, sign: float, claim: str, alternative: str, level: float, max_exact: int,
    draws: int, seed: int,
) -> Estimate:  # fmt: skip
    """Whether the difference is beyond sign · margin, on the side of the alternative."""
    means.need_two_arms()
    if not margin > 0:
        raise ValueError(f"margin: {margin}; expected a difference that matters, more than 0")
    if alternative not in ("greater", "less"):
        raise ValueError(f"alternative: {alternative!r}; expected greater or less")
    shift = sign * margin if alternative == "greater" else -sign * margin
    means = means.as_tested()
    method = f"{claim}, one-sided permutation test{means.within_strata}, margin {margin:g}"
    arranged, distribution = distribution_of(means, max_exact, draws, seed)
    if arranged.total < 2:
        return means.refusal(method, ["numpy"], f"too few units (the unit is the {means.unit}).")
    least = 1 / arranged.total
    return means.estimate(
        method,
        ["numpy"],
        effect_name="difference in unit means",
        effect=float(distribution.observed),
        interval=distribution.interval(level, alternative, (shift,)),
        level=level,
        interval_method="inverted permutation test, constant shift",
        alternative=f"difference {'>' if alternative == 'greater' else '<'} {shift:g}",
        **p_fields(arranged, distribution, alternative, shift),
        least_p=max(least, 1 / len(arranged.rows)),
        note=least_p_note(least, 1 - level),
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
