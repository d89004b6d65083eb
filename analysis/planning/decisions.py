"""p-values of many experiments at once, from unit means: the tests that a hypothesis can name, of units that are each
in one arm, or, paired, in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from analysis.inference.hypothesis_tests.arrangements import signs
from analysis.inference.hypothesis_tests.studentised import welch
from analysis.measures.chance import HAVE_CHANCE
from analysis.measures.rates import ABOVE
from analysis.planning.experiments import OF_DECISIONS
from analysis.power import DRAWS, MAX_EXACT, between_arrangements, between_p_values, within_p_values
from analysis.registration.testing import OF_MEANS as NAMED_OF_MEANS
from analysis.registration.testing import estimate_of, means_of
from mechanisms.arrays import FloatArray
from mechanisms.treatments import Treatment

ALTERNATIVES = ("two-sided", "greater", "less")
SAME = 1e-12
"""Relative, of numbers that are the same but for rounding."""
TOLERANCE = 1e-9
"""Relative, of p against the level."""


@dataclass(frozen=True)
class Asked:
    """alternative; margin : in the unit of the outcome; paired : units are in all arms; exchangeable : False between
    different games, as of `UnitMeans`"""

    alternative: str = "two-sided"
    margin: float = 0.0
    paired: bool = False
    exchangeable: bool = True


def exchangeable(outcome: str, treatments: Sequence[Treatment]) -> bool:
    """Whether arms would be alike without an effect: not where different games are compared by what follows from the
    game, see `analysis.measures.chance`."""
    same = len({treatment.identity for treatment in treatments}) < 2
    return same or outcome.removesuffix(ABOVE) not in HAVE_CHANCE


class Test(Protocol):
    def __call__(self, first: FloatArray, second: FloatArray, asked: Asked) -> FloatArray: ...


def _exact(test: str) -> Test:
    def p(first: FloatArray, second: FloatArray, asked: Asked) -> FloatArray:
        if asked.paired:
            return within_p_values(first, second, signs(first.shape[1], MAX_EXACT, DRAWS), test, asked.alternative)
        arranged = between_arrangements(first.shape[1], second.shape[1], 1)
        return between_p_values(first, second, arranged, test, asked.alternative, asked.exchangeable)

    return p


def _beyond(sign: float) -> Test:
    """Whether the second arm is not worse by the margin (−1), or better by more (1): the permutation test of data moved
    by it."""

    def p(first: FloatArray, second: FloatArray, asked: Asked) -> FloatArray:
        shift = sign * asked.margin if asked.alternative == "greater" else -sign * asked.margin
        return _exact("permutation")(first, second - shift, asked)

    return p


def _one_by_one(test: str) -> Test:
    def p(first: FloatArray, second: FloatArray, asked: Asked) -> FloatArray:
        return p_values_of(test, [first, second], asked)

    return p


def p_values_of(test: str, arms: Sequence[FloatArray], asked: Asked) -> FloatArray:
    """Of any test of unit means, one experiment after another; 1 where it is not possible."""
    found = []
    for own in zip(*arms, strict=True):
        means = means_of(own, asked.paired, asked.exchangeable)
        found.append(estimate_of(test, means, asked.alternative, asked.margin).p)
    return np.nan_to_num(np.array(found, dtype=float), nan=1.0)


def _t(first: FloatArray, second: FloatArray, asked: Asked) -> FloatArray:
    """Of Welch; paired, of Student."""
    if not asked.paired:
        return _welch(first, second, asked.alternative)
    differences, n = second - first, first.shape[1]
    if n < 2:
        return np.ones(len(differences))
    error = differences.std(axis=1, ddof=1) / np.sqrt(n)
    same = error <= SAME * np.maximum(np.abs(first).max(axis=1), np.abs(second).max(axis=1))
    return _tails(differences.mean(axis=1), error, np.full(len(error), n - 1.0), same, asked.alternative)


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


FAST = {"permutation": _exact("permutation"), "ranks": _exact("ranks"), "t": _t}
"""Without a margin, and all experiments at once."""
OF_MEANS = {
    **FAST,
    **{name: _one_by_one(name) for name in ("sign", "fisher", "equivalence")},
    "noninferiority": _beyond(-1.0),
    "superiority": _beyond(1.0),
}
"""Name -> p-values (experiments,) of unit means (experiments, units) in two arms; the effect is second less first."""
WITH_MARGIN = {"equivalence": 1.0, "noninferiority": -1.0, "superiority": 1.0}
"""Tests with a margin: where their null ends, in margins; of the last two on the side that is asked about."""
TESTS = (*OF_MEANS, *OF_DECISIONS, *(name for name in NAMED_OF_MEANS if name not in OF_MEANS))
"""All that a hypothesis can name."""


def rejections(
    test: str, first: FloatArray, second: FloatArray, level: float, asked: Asked = Asked(), *others: FloatArray
) -> np.ndarray:
    """Which experiments reject, bool (experiments,); `others` : further arms of a test of three and more.

    >>> rejections("t", np.array([[0.0, 0.1, 0.2]]), np.array([[5.0, 5.1, 5.2]]), 0.05).tolist()
    [True]
    """
    found = p_values_of(test, [first, second, *others], asked) if others else OF_MEANS[test](first, second, asked)
    return np.asarray(found <= level * (1 + TOLERANCE))


def detectable(
    test: str, first: FloatArray, null: FloatArray, level: float, wanted: float, asked: Asked = Asked()
) -> float:
    """The smallest shift of all units of the second arm that the test finds with the wanted power; NaN: none, or any.

    first, null : two samples without a difference (experiments, units)
    """
    if test not in FAST:
        return float("nan")
    sign = -1.0 if asked.alternative == "less" else 1.0
    spread = float(max(np.std(first), np.std(null)))
    if spread <= SAME * max(np.abs(first).max(), np.abs(null).max()):  # units that are all alike show any difference
        return float("nan")

    def power(shift: float) -> float:
        return float(rejections(test, first, null + sign * shift, level, asked).mean())

    high = spread * (norm.ppf(1 - level / 2) + norm.ppf(wanted)) / np.sqrt(first.shape[1])
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
