"""Mann–Whitney, Wilcoxon signed-rank and sign tests on unit means, exact with ties, and Hodges–Lehmann shifts.

Tied values share their mean rank, and the null distribution is that of these midranks over all assignments (all
signs): no normal approximation and no correction. It is counted by dynamic programming over twice the midranks, which
are whole numbers (Streitberg and Röhmel 1986). Without ties the result is scipy's ``method="exact"``.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import binom, rankdata

from analysis.inference.equality import snapped
from analysis.inference.hypothesis_tests.arrangements import assignments
from analysis.inference.hypothesis_tests.permutation import TIE, check_alternative, least_p_note, p_words, why_not
from analysis.inference.results import Estimate
from analysis.inference.strata import IN_STRATA
from analysis.inference.unit_means import UnitMeans

NULL = "Null hypothesis: equal distributions; with unequal dispersion it can be rejected though means are equal."
MAX_UNITS = 250
"""Counting takes memory with the third power of the number of units: 250 need about 60 MB."""


def sums_of_subsets(scores: np.ndarray, size: int) -> np.ndarray:
    """Share of the subsets of a size that have each sum.

    Parameters
    ----------
    scores : ndarray of int >= 0, shape (n,)
    size : number of scores in a subset

    Returns
    -------
    ndarray, shape (sum of scores + 1,): entry s is P(sum of a random subset = s)

    Examples
    --------
    >>> sums_of_subsets(np.array([1, 2, 2]), 2).round(3).tolist()
    [0.0, 0.0, 0.0, 0.667, 0.333, 0.0]
    """
    counts = np.zeros((size + 1, int(scores.sum()) + 1))
    counts[0, 0] = 1
    for score in np.sort(scores):
        counts[1:, score:] += counts[:-1, : counts.shape[1] - score].copy()
    return counts[size] / counts[size].sum()


def sums_of_signs(scores: np.ndarray) -> np.ndarray:
    """Share of the signs of n scores with which the positive ones have each sum.

    >>> sums_of_signs(np.array([1, 2])).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    shares = np.zeros(int(scores.sum()) + 1)
    shares[0] = 1
    for score in scores:
        moved = np.zeros_like(shares)
        moved[score:] = shares[: len(shares) - score]
        shares = (shares + moved) / 2
    return shares


def mann_whitney(means: UnitMeans, alternative: str = "two-sided", level: float = 0.95) -> Estimate:
    """Exact Mann–Whitney test of two arms with the Hodges–Lehmann shift; U counts pairs in which the second is higher.

    >>> round(mann_whitney(UnitMeans.from_arrays({"A": [1, 2, 3], "B": [4, 5, 6]})).p * 20)
    2
    """
    means = means.as_tested()
    if len(np.unique(means.strata)) > 1:
        return _van_elteren(means, alternative, level)
    first, second = means.two_samples()
    method = f"Mann–Whitney test of unit means{means.within_strata}"
    if min(len(first), len(second)) == 0 or len(first) + len(second) < 3 or _too_many(means):
        return means.refusal(method, ["numpy"], _count_words(means))
    doubled = _doubled_ranks(np.concatenate([first, second]))
    shares = sums_of_subsets(doubled, len(second))
    sum_of_second = int(doubled[len(first) :].sum())
    n_pairs = len(first) * len(second)
    differences = np.sort((second[:, None] - first).ravel())
    # U = sum of ranks − n(n + 1) / 2; without ties, U = 0, 1, … has these shares
    plain = sums_of_subsets(2 * np.arange(1, len(doubled) + 1), len(second))[len(second) * (len(second) + 1) :: 2]
    return means.estimate(
        method,
        ["numpy", "scipy"],
        effect_name="Hodges–Lehmann shift",
        effect=float(np.median(differences)),
        interval=_order_interval(differences, plain[: n_pairs + 1], level, alternative),
        level=level,
        interval_method="inverted Mann–Whitney test",
        statistic_name="U",
        statistic=sum_of_second / 2 - len(second) * (len(second) + 1) / 2,
        **_with_null(_tails(shares, sum_of_second, alternative, level)),
    )


def _van_elteren(means: UnitMeans, alternative: str, level: float) -> Estimate:
    """Within strata: the sum over strata of the second arm's ranks, each over the stratum's units and one (van Elteren
    1960), over all assignments within strata; the shift is the median of the differences within strata."""
    check_alternative(alternative)
    (values, labels), method = means.labelled(), f"Mann–Whitney test of unit means{IN_STRATA} (van Elteren)"
    scores, differences = np.zeros(len(values)), []
    for s in np.unique(means.strata):
        own = means.strata == s
        scores[own] = rankdata(values[own]) / (own.sum() + 1)
        differences.append(np.subtract.outer(values[own & (labels == 1)], values[own & (labels == 0)]).ravel())
    arranged, shifts = assignments(labels, means.strata), np.concatenate(differences)
    if arranged.total < 2 or not len(shifts):
        return means.refusal(method, ["numpy"], why_not(means))
    sums, own = (arranged.rows == 1) @ scores, float(scores[labels == 1].sum())
    chances = {"greater": (sums >= own - TIE).mean(), "less": (sums <= own + TIE).mean()}
    ends = {"greater": (sums >= sums.max() - TIE).mean(), "less": (sums <= sums.min() + TIE).mean()}
    p, least = (float(sides.get(alternative, min(1.0, 2 * min(sides.values())))) for sides in (chances, ends))
    fields = {"p": p, "alternative": alternative, "p_method": p_words(arranged, p), "least_p": least}
    return means.estimate(
        method,
        ["numpy", "scipy"],
        effect_name="Hodges–Lehmann shift",
        effect=float(np.median(shifts)),
        statistic_name="sum of ranks over n + 1",
        statistic=own,
        **_with_null(fields | {"note": least_p_note(least, 1 - level)}),
    )


def wilcoxon(means: UnitMeans, alternative: str = "two-sided", level: float = 0.95) -> Estimate:
    """Exact Wilcoxon signed-rank test of the differences of units that were in both arms; zeros are left out.

    >>> wilcoxon(UnitMeans.from_pairs([1, 1, 1, 1], [2, 3, 4, 5])).p
    0.125
    """
    means = means.as_tested()
    differences = means.differences()
    there = differences[differences != 0]
    method = "Wilcoxon signed-rank test of unit differences"
    if len(there) < 2 or _too_many(means):
        return means.refusal(method, ["numpy"], f"{len(there)} units differ between the arms. {_count_words(means)}")
    doubled = _doubled_ranks(snapped(np.abs(there), means.made_of))
    positive = int(doubled[there > 0].sum())
    i, j = np.triu_indices(len(differences))
    averages = np.sort((differences[i] + differences[j]) / 2)
    fields = _tails(sums_of_signs(doubled), positive, alternative, level)
    if zeros := len(differences) - len(there):
        fields["note"] = f"{zeros} units without a difference are left out of the test. {fields['note']}".strip()
    return means.estimate(
        method,
        ["numpy", "scipy"],
        effect_name="Hodges–Lehmann shift",
        effect=float(np.median(averages)),
        interval=_order_interval(averages, sums_of_signs(np.arange(1, len(differences) + 1)), level, alternative),
        level=level,
        interval_method="inverted Wilcoxon test",
        statistic_name="W",
        statistic=positive / 2,
        **fields,
    )


def sign_test(means: UnitMeans, alternative: str = "two-sided", level: float = 0.95) -> Estimate:
    """Exact sign test of units that were in both arms, with the median of their differences; zeros are left out.

    >>> sign_test(UnitMeans.from_pairs([1, 1, 1, 1, 1], [2, 3, 4, 5, 6])).p
    0.0625
    """
    method = "sign test of unit differences"
    if means.design != "within":
        return means.refusal(method, ["scipy"], "it is of units that are in both arms, and these are in one each.")
    means = means.as_tested()
    differences = np.sort(means.differences())
    there = differences[differences != 0]
    if len(there) < 1:
        return means.refusal(method, ["scipy"], f"no unit differs between the arms. {_count_words(means)}")
    fields = _tails(_coins(len(there)), int((there > 0).sum()), alternative, level)
    if zeros := len(differences) - len(there):
        fields["note"] = f"{zeros} units without a difference are left out of the test. {fields['note']}".strip()
    return means.estimate(
        method,
        ["numpy", "scipy"],
        effect_name="median difference within units",
        effect=float(np.median(differences)),
        interval=_order_interval(differences, _coins(len(differences)), level, alternative),
        level=level,
        interval_method="order statistics",
        statistic_name="units that rise",
        statistic=float((there > 0).sum()),
        **fields | {"p_method": "exact, binomial"},
    )


def _coins(n: int) -> np.ndarray:
    """Chances of 0 to n heads of n coins."""
    return np.asarray(binom.pmf(np.arange(n + 1), n, 0.5))


def _doubled_ranks(values: np.ndarray) -> np.ndarray:
    """Twice the midranks, as whole numbers; ties are equal numbers (equality.py)."""
    return np.rint(2 * rankdata(values)).astype(np.int64)


def _tails(shares: np.ndarray, observed: int, alternative: str, level: float) -> dict:
    """p and what goes with it, from the null distribution of a sum."""
    check_alternative(alternative)
    above, below = float(shares[observed:].sum()), float(shares[: observed + 1].sum())
    possible = shares[shares > 0]
    ends = {"greater": possible[-1], "less": possible[0], "two-sided": 2 * min(possible[0], possible[-1])}
    p = {"greater": above, "less": below, "two-sided": 2 * min(above, below)}[alternative]
    least = min(1.0, float(ends[alternative]))
    return {
        "p": min(1.0, p),
        "alternative": alternative,
        "p_method": "exact, midranks",
        "least_p": least,
        "note": least_p_note(least, 1 - level),
    }


def _order_interval(values: np.ndarray, shares: np.ndarray, level: float, alternative: str) -> tuple[float, float]:
    """The k-th smallest and largest of sorted values, k the least with P(statistic < k) > alpha: Hodges–Lehmann."""
    alpha = 1 - level if alternative != "two-sided" else (1 - level) / 2
    k = int(np.searchsorted(np.cumsum(shares), alpha * (1 + 1e-9), side="right"))
    low = values[k - 1] if k > 0 and alternative != "less" else -np.inf
    high = values[len(values) - k] if k > 0 and alternative != "greater" else np.inf
    return float(low), float(high)


def _with_null(fields: dict) -> dict:
    """What the test is of, among its notes."""
    return fields | {"note": f"{fields['note']} {NULL}".strip()}


def _too_many(means: UnitMeans) -> bool:
    return len(means.means) > MAX_UNITS


def _count_words(means: UnitMeans) -> str:
    if _too_many(means):
        return f"more than {MAX_UNITS} units ({len(means.means)}) are not counted exactly; the permutation test is."
    return f"with {len(means.means)} of the unit ({means.unit}) there is nothing to compare."
