"""Permutation tests on unit means, and the interval that they give.

Two arms of different units: the difference of the arms' means over its standard error (studentised.py), compared with
its values over all assignments (Fisher 1935; Pitman 1937; Chung and Romano 2013). Units in
both arms: D is the mean of the units' differences, compared with its values over all signs.

With signs the sum of squares is the same in all arrangements, so that the mean is as good as the studentised one.

Its interval holds every shift δ of the second arm that a test at the same level does not reject. With D_r the
statistic of arrangement r and c_r its value when each unit of the second arm counts 1 and the others 0, the data less
the shift give D_r − δ c_r, so that one-sided p-values are shares of thresholds (D − D_r) / (1 − c_r): no search is
needed. A two-sided p-value is twice the smaller one-sided one, so that it is at most 5 % exactly if the 95 % interval
leaves 0 out. Arrangements whose statistic ties with the observed one count as at least as extreme.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.inference.hypothesis_tests.arrangements import DRAWS, MAX_EXACT, Arrangements, assignments, signs
from analysis.inference.hypothesis_tests.levels import level_note
from analysis.inference.hypothesis_tests.studentised import Studentised
from analysis.inference.results import Estimate
from analysis.inference.strata import ARMS, OTHER, STRATA
from analysis.inference.unit_means import UnitMeans
from mechanisms.shown import Shown

VARIANCES = {
    ARMS: ", variances pooled over strata",
    STRATA: ", variance between strata",
    OTHER: ", variance of the other arm",
}
"""What methods of tests say where a stratum has one unit in an arm."""
NOT_BELOW = " and not below Welch's p ({})"
ALTERNATIVES = ("two-sided", "greater", "less")
TIE = 1e-9
"""Statistics that differ by less, relative to the largest value, are ties (sums in another order differ by 1e-16)."""


@dataclass(frozen=True)
class NullDistribution(Shown):
    """What a linear statistic could have been.

    observed : ndarray, shape (...): D
    gaps : ndarray, shape (..., n_arrangements): D − D_r
    leverages : ndarray, shape (n_arrangements,): 1 − c_r, 0 for the observed arrangement
    tie : ndarray, shape (..., 1): differences up to this are ties
    """

    observed: np.ndarray
    gaps: np.ndarray
    leverages: np.ndarray
    tie: np.ndarray

    def p(self, alternative: str = "two-sided", shift: float = 0.0) -> np.ndarray:
        """p-value of the hypothesis that the second arm's units are `shift` above what they were in the first arm."""
        check_alternative(alternative)
        moved = self.gaps - shift * self.leverages
        above = (moved <= self.tie).mean(axis=-1)
        below = (moved >= -self.tie).mean(axis=-1)
        return {"greater": above, "less": below, "two-sided": np.minimum(1, 2 * np.minimum(above, below))}[alternative]

    def interval(
        self, level: float = 0.95, alternative: str = "two-sided", tested: tuple[float, ...] = ()
    ) -> tuple[float, float]:
        """All shifts that are not rejected; infinite where the arrangements are too few for a limit.

        tested : as of `Studentised`; here p falls steadily with the distance, so that test and interval agree anyway
        """
        check_alternative(alternative)
        alpha = 1 - level if alternative != "two-sided" else (1 - level) / 2
        movable = self.leverages > TIE
        thresholds = np.sort(self.gaps[movable] / self.leverages[movable])
        fixed, total = int((~movable).sum()), len(self.leverages)
        # the k-th threshold is the limit for the least k with (fixed + k) / total > alpha
        k = int(np.floor(alpha * total * (1 + TIE))) + 1 - fixed
        low = thresholds[k - 1] if k > 0 and alternative != "less" else -np.inf
        high = thresholds[-k] if k > 0 and alternative != "greater" else np.inf
        return float(low), float(high)


def between_distribution(
    values: np.ndarray, labels: np.ndarray, strata: np.ndarray, arranged: Arrangements
) -> NullDistribution:
    """The difference of two arms over assignments, not studentised (of ranks, say); values may have leading axes."""
    weights = _contrast(arranged.rows, labels, strata)
    own = _contrast(labels[None, :], labels, strata)[0]
    centred = values - values[..., :1]
    observed = centred @ own
    return NullDistribution(observed, observed[..., None] - centred @ weights.T, 1 - weights @ labels, _tie(centred))


def within_distribution(differences: np.ndarray, arranged: Arrangements) -> NullDistribution:
    """The mean difference over signs; differences may have leading axes: shape (..., n_units)."""
    weights = arranged.rows / differences.shape[-1]
    observed = differences.mean(axis=-1)
    gaps = observed[..., None] - differences @ weights.T
    return NullDistribution(observed, gaps, 1 - weights.sum(axis=1), _tie(differences))


def _contrast(rows: np.ndarray, labels: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """Weight of each unit in the difference, shape of rows; 0 in strata in which only one arm is."""
    weights = np.zeros(rows.shape)
    harmonic = 0.0
    for s in np.unique(strata):
        here = strata == s
        n, n_second = int(here.sum()), int(labels[here].sum())
        if 0 < n_second < n:
            share = n_second * (n - n_second) / n
            harmonic += share
            weights[:, here] = np.where(rows[:, here] == 1, share / n_second, -share / (n - n_second))
    return weights / (harmonic or 1.0)


def _tie(values: np.ndarray) -> np.ndarray:
    return TIE * np.abs(values).max(axis=-1, keepdims=True, initial=0)


def permutation_test(
    means: UnitMeans,
    alternative: str = "two-sided",
    level: float = 0.95,
    max_exact: int = MAX_EXACT,
    draws: int = DRAWS,
    seed: int = 1,
) -> Estimate:
    """Permutation test of two arms on unit means, with the interval for a constant shift.

    Units that are each in one arm are compared over all assignments (within strata, if there are some), units that are
    each in both arms over all signs of their differences.

    Examples
    --------
    >>> result = permutation_test(UnitMeans.from_arrays({"A": [0.1, 0.2, 0.3, 0.4], "B": [0.5, 0.6, 0.7, 0.9]}))
    >>> round(result.p * 70), [round(limit, 2) for limit in result.interval]
    (2, [0.1, 0.8])
    """
    check_alternative(alternative)
    means = means.as_tested()
    arranged, distribution = distribution_of(means, max_exact, draws, seed)
    if means.design == "within":
        method, name = "sign-flip permutation test of unit differences", "mean difference within units"
    else:
        method, name = (
            f"permutation test of unit means{means.within_strata}, studentised",
            "difference in unit means",
        )
        if isinstance(distribution, Studentised):
            method += VARIANCES.get(distribution.within.known_from, "")
            method += NOT_BELOW.format(distribution.guarded) if distribution.guarded else ""
    least = (2 if alternative == "two-sided" else 1) / arranged.total
    doubt = level_note(distribution, means.arms, alternative, least) if isinstance(distribution, Studentised) else ""
    if arranged.total < 2 or least >= 1:
        refused = means.refusal(method, ["numpy"], why_not(means))
        if not _apart(means):
            return refused
        return replace(refused, effect_name=name, effect=float(np.diff(np.nanmean(means.means, axis=0))[0]))
    return means.estimate(
        method,
        ["numpy"],
        effect_name=name,
        effect=float(distribution.observed),
        interval=distribution.interval(level, alternative),
        level=level,
        interval_method="inverted permutation test, constant shift",
        statistic_name="difference",
        statistic=float(distribution.observed),
        alternative=alternative,
        **p_fields(arranged, distribution, alternative),
        least_p=max(least, 1 / len(arranged.rows)),
        note=f"{least_p_note(least, 1 - level)} {doubt}".strip(),
    )


def distribution_of(
    means: UnitMeans, max_exact: int = MAX_EXACT, draws: int = DRAWS, seed: int = 1
) -> tuple[Arrangements, NullDistribution | Studentised]:
    """The arrangements that fit the design of two arms, and the statistic under them."""
    means.need_two_arms()
    if means.design == "within":
        differences = means.differences()
        arranged = signs(len(differences), max_exact, draws, seed)
        return arranged, within_distribution(differences, arranged)
    values, labels = means.labelled()
    arranged = assignments(labels, means.strata, max_exact, draws, seed)
    return arranged, Studentised(values, labels, means.strata, arranged.rows, means.exchangeable)


def check_alternative(alternative: str) -> None:
    if alternative not in ALTERNATIVES:
        raise ValueError(f"alternative: {alternative!r}; expected {', '.join(ALTERNATIVES)}")


OF_WELCH = "p of Welch's"
"""What `p_method` says where p is not that of the permutations."""


def p_fields(
    arranged: Arrangements, distribution: NullDistribution | Studentised, alternative: str, shift: float = 0.0
) -> dict[str, Any]:
    """p of the hypothesis that the second arm is `shift` above the first, how it was made, and `p_strict`: not below
    Welch's also where arms are of equal size (NaN of signs)."""
    p = float(distribution.p(alternative, shift))
    if not isinstance(distribution, Studentised):
        return {"p": p, "p_method": p_words(arranged, p), "p_strict": np.nan}
    permuted, strict = (float(distribution.p(alternative, shift, guard)) for guard in (False, True))
    return {
        "p": p,
        "p_method": p_words(arranged, p, f"{OF_WELCH} t test" if is_above(p, permuted) else ""),
        "p_strict": strict,
    }


def is_above(p: float, permuted: float) -> bool:
    """Whether p is larger than that of the permutations: Welch's.

    >>> is_above(2 / 70, 2 / 70), is_above(0.1, 2 / 70)
    (False, True)
    """
    return p > permuted * (1 + TIE)


def p_words(arranged: Arrangements, p: float, of_welch: str = "") -> str:
    """How the p-value was computed, and how precise a Monte Carlo one is; of_welch : whose it is instead."""
    if of_welch:
        return f"{arranged.words}; {of_welch}, which is larger"
    if arranged.exact:
        return arranged.words
    error = 1.96 * np.sqrt(p * (1 - p) / len(arranged.rows))
    return f"{arranged.words}, p ± {error:.2g}"


def least_p_note(least: float, alpha: float) -> str:
    if least <= alpha:
        return ""
    return (
        f"With so few units the least p-value that this test can give is {least:.2g}: "
        f"it cannot reject at {100 * alpha:g} %, whatever the data."
    )


def why_not(means: UnitMeans) -> str:
    """Why units cannot be exchanged."""
    if _apart(means):
        return (
            "no stratum has units of several arms, and units are exchanged within strata only (strata are within what "
            "arms were assigned: waves, laboratories, pairs)."
        )
    counts = ", ".join(f"{n} in {arm}" if arm else str(n) for arm, n in means.n_units)
    what = "" if means.unit == "unit" else f"the independent unit is the {means.unit}, and "
    return f"{what}there are too few {'independent units' if not what else 'of them'} ({counts})."


def _apart(means: UnitMeans) -> bool:
    """Whether there are several arms and strata, and no stratum has units of two arms."""
    if means.design != "between" or len(np.unique(means.strata)) < 2:
        return False
    labels = means.labelled()[1]
    several = (len(np.unique(labels[means.strata == s])) > 1 for s in np.unique(means.strata))
    return not np.isnan(means.means).all(axis=0).any() and not any(several)
