"""Whether an outcome rises, or falls, over three or more arms in a stated order (Jonckheere 1954; Terpstra 1952).

S counts the pairs of units of different arms in which the unit of the later arm is higher, less those in which it is
lower. Its distribution is that over all assignments of units to arms, so that ties need no correction; within strata,
if there are some. Units that are in several arms are strata of their own: their arms are permuted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.inference.hypothesis_tests.arrangements import DRAWS, MAX_EXACT, assignments
from analysis.inference.hypothesis_tests.permutation import check_alternative, least_p_note, p_words
from analysis.inference.results import Estimate
from analysis.inference.unit_means import UnitMeans
from analysis.words import counted

NULL = "Null hypothesis: equal distributions in all arms."


def trend_test(
    means: UnitMeans,
    alternative: str = "two-sided",
    level: float = 0.95,
    max_exact: int = MAX_EXACT,
    draws: int = DRAWS,
    seed: int = 1,
) -> Estimate:
    """Jonckheere–Terpstra test of a trend over the arms, in the order of `means.arms`.

    Examples
    --------
    >>> found = trend_test(UnitMeans.from_arrays({"A": [1, 2], "B": [3, 4], "C": [5, 6]}), "greater")
    >>> round(found.p * 90), found.effect
    (1, 1.0)
    """
    check_alternative(alternative)
    means = _in_several(means.as_tested())
    method = f"Jonckheere–Terpstra test of a trend over {', '.join(means.arms)}, of unit means{means.within_strata}"
    values, labels, strata = _observations(means)
    arranged = assignments(labels, strata, max_exact, draws, seed)
    signs = np.sign(values[None, :] - values[:, None]) * (strata[None, :] == strata[:, None])
    observed = float(_concordance(labels[None, :], signs)[0])
    pairs = int(((labels[:, None] < labels[None, :]) & (strata[None, :] == strata[:, None])).sum())
    if arranged.total < 2 or not pairs:
        return means.refusal(method, ["numpy"], f"too few units (the unit is the {means.unit}).")
    every = _concordance(arranged.rows, signs)
    above, below = float((every >= observed).mean()), float((every <= observed).mean())
    p = {"greater": above, "less": below, "two-sided": min(1.0, 2 * min(above, below))}[alternative]
    least = min(1.0, (2 if alternative == "two-sided" else 1) / arranged.total)
    return means.estimate(
        method,
        ["numpy"],
        effect_name="pairs of units that rise, less those that fall, as a share",
        effect=observed / pairs,
        statistic_name="S",
        statistic=observed,
        p=p,
        alternative=alternative,
        p_method=p_words(arranged, p),
        least_p=max(least, 1 / len(arranged.rows)),
        note=f"{least_p_note(least, 1 - level)} {NULL}".strip(),
    )


def _in_several(means: UnitMeans) -> UnitMeans:
    """Where some units are in several arms, only these: the others have nothing to be compared with."""
    if means.design != "mixed":
        return means
    several = (~np.isnan(means.means)).sum(axis=1) > 1
    out = counted(int((~several).sum()), means.unit)
    told = f"Left out: {out} in one arm only, as others are in several."
    return means if several.all() else replace(means.only(several), remark=f"{means.remark} {told}".strip())


def _observations(means: UnitMeans) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Value, arm and stratum of each mean; units that are in several arms are strata."""
    if means.design == "between":
        return *means.labelled(), means.strata
    units, arms = np.nonzero(~np.isnan(means.means))
    return means.means[units, arms], arms, units


def _concordance(rows: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """S of each arrangement of arms (n, n_observations)."""
    total = np.zeros(len(rows))
    for arm in np.unique(rows)[:-1]:
        total += (((rows == arm).astype(float) @ signs) * (rows > arm)).sum(axis=1)
    return total
