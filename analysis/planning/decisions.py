"""p-values of many experiments at once, from unit means: the tests of `analysis.inference`, of units that are each in
one arm, or, paired, in both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from analysis.inference.arrangements import signs
from analysis.inference.equivalence import equivalence_test
from analysis.inference.studentised import welch
from analysis.inference.unit_means import UnitMeans
from analysis.planning.experiments import OF_DECISIONS
from analysis.power import DRAWS, MAX_EXACT, between_arrangements, between_p_values, within_p_values
from mechanisms.arrays import FloatArray

ALTERNATIVES = ("two-sided", "greater", "less")
SAME = 1e-12
"""Relative, of numbers that are the same but for rounding."""
TOLERANCE = 1e-9
"""Relative, of p against the level."""


Test = Callable[[FloatArray, FloatArray, str, float, bool], FloatArray]


def _exact(test: str) -> Test:
    def p(first: FloatArray, second: FloatArray, alternative: str, margin: float, paired: bool) -> FloatArray:
        if paired:
            return within_p_values(first, second, signs(first.shape[1], MAX_EXACT, DRAWS), test, alternative)
        arranged = between_arrangements(first.shape[1], second.shape[1], 1)
        return between_p_values(first, second, arranged, test, alternative)

    return p


def _beyond(sign: float) -> Test:
    """Whether the second arm is not worse by the margin (−1), or better by more (1): the permutation test of data moved
    by it."""

    def p(first: FloatArray, second: FloatArray, alternative: str, margin: float, paired: bool) -> FloatArray:
        shift = sign * margin if alternative == "greater" else -sign * margin
        return _exact("permutation")(first, second - shift, alternative, 0.0, paired)

    return p


def _t(first: FloatArray, second: FloatArray, alternative: str, margin: float, paired: bool) -> FloatArray:
    """Of Welch; paired, of Student."""
    if not paired:
        return _welch(first, second, alternative)
    differences, n = second - first, first.shape[1]
    if n < 2:
        return np.ones(len(differences))
    error = differences.std(axis=1, ddof=1) / np.sqrt(n)
    same = error <= SAME * np.maximum(np.abs(first).max(axis=1), np.abs(second).max(axis=1))
    return _tails(differences.mean(axis=1), error, np.full(len(error), n - 1.0), same, alternative)


def _welch(first: FloatArray, second: FloatArray, alternative: str) -> FloatArray:
    """Means that do not vary at all differ for certain, or not at all; one unit in an arm says nothing."""
    difference = second.mean(axis=1) - first.mean(axis=1)
    if min(first.shape[1], second.shape[1]) < 2:
        return np.ones(len(difference))
    error, freedom = welch(first, second)
    same = error <= SAME * np.maximum(np.abs(first).max(axis=1), np.abs(second).max(axis=1))
    return _tails(difference, error, freedom, same, alternative)


def _tails(
    difference: FloatArray, error: FloatArray, freedom: FloatArray, same: np.ndarray, alternative: str
) -> FloatArray:
    """By Student's t; `same` : where nothing varies, a difference is for certain, or there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(same, np.where(np.abs(difference) > SAME, np.copysign(np.inf, difference), 0), difference / error)
    freedom = np.where(same, 1.0, freedom)
    tails = {"greater": student.sf(t, freedom), "less": student.cdf(t, freedom)}
    return np.asarray(tails.get(alternative, 2 * student.sf(np.abs(t), freedom)))


def _equivalence(first: FloatArray, second: FloatArray, alternative: str, margin: float, paired: bool) -> FloatArray:
    arms = zip(first, second, strict=True)
    means = (UnitMeans.from_pairs(a, b) if paired else UnitMeans.from_arrays({"1": a, "2": b}) for a, b in arms)
    return np.array([equivalence_test(one, margin).p for one in means])


OF_MEANS = {
    "permutation": _exact("permutation"),
    "ranks": _exact("ranks"),
    "t": _t,
    "equivalence": _equivalence,
    "noninferiority": _beyond(-1.0),
    "superiority": _beyond(1.0),
}
"""Name -> p-values (experiments,) of unit means (experiments, units) in two arms; the effect is second less first."""
WITH_MARGIN = {"equivalence": 1.0, "noninferiority": -1.0, "superiority": 1.0}
"""Tests with a margin: where their null ends, in margins; of the last two on the side that is asked about."""
TESTS = (*OF_MEANS, *OF_DECISIONS)


def rejections(
    test: str,
    first: FloatArray,
    second: FloatArray,
    alternative: str,
    level: float,
    margin: float = 0.0,
    paired: bool = False,
) -> np.ndarray:
    """Which experiments reject, bool (experiments,).

    >>> rejections("t", np.array([[0.0, 0.1, 0.2]]), np.array([[5.0, 5.1, 5.2]]), "two-sided", 0.05).tolist()
    [True]
    """
    return np.asarray(OF_MEANS[test](first, second, alternative, margin, paired) <= level * (1 + TOLERANCE))


def detectable(
    test: str, first: FloatArray, null: FloatArray, alternative: str, level: float, wanted: float, paired: bool = False
) -> float:
    """The smallest shift of all units of the second arm that the test finds with the wanted power; NaN: none.

    first, null : two samples without a difference (experiments, units)
    """
    if test not in OF_MEANS or test in WITH_MARGIN:
        return float("nan")
    sign = -1.0 if alternative == "less" else 1.0
    spread = float(np.std(np.concatenate([first, null], axis=1)))

    def power(shift: float) -> float:
        return float(rejections(test, first, null + sign * shift, alternative, level, paired=paired).mean())

    high = spread * (norm.ppf(1 - level / 2) + norm.ppf(wanted)) / np.sqrt(first.shape[1]) or 1e-9
    for _ in range(12):
        if power(high) >= wanted:
            break
        high *= 2
    else:
        return float("nan")
    low = 0.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= wanted else (middle, high)
    return sign * high
