"""How much decisions of one unit resemble each other: the intra-unit correlation ρ.

The variance of a unit's mean over m decisions is 1 + (m − 1) ρ times that of m independent decisions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def intra_unit_correlation(
    values: np.ndarray | pd.Series, units: np.ndarray | pd.Series, arms: np.ndarray | pd.Series
) -> float:
    """Analysis-of-variance estimator, pooled over arms (Donner 1986); NaN where no arm has two units.

    Parameters
    ----------
    values : ndarray, shape (n_decisions,); units, arms : what each decision belongs to, same shape

    Returns
    -------
    float, at most 1; slightly negative where units differ less than chance would have it

    Examples
    --------
    Units that are all alike inside, and differ from each other:

    >>> intra_unit_correlation(np.array([1.0, 1, 0, 0]), np.array([1, 1, 2, 2]), np.zeros(4))
    1.0
    """
    table = pd.DataFrame({"y": np.asarray(values, dtype=float), "unit": np.asarray(units), "arm": np.asarray(arms)})
    cells = table.groupby(["arm", "unit"], sort=False)["y"].agg(["size", "mean", "var"]).reset_index()
    by_arm = cells.groupby("arm", sort=False)
    size, n = cells["size"], by_arm["size"].transform("sum")
    centre = (size * cells["mean"]).groupby(cells["arm"], sort=False).transform("sum") / n
    free_between, free_within = len(cells) - by_arm.ngroups, len(table) - len(cells)
    if free_between < 1 or free_within < 1:
        return float("nan")
    between = float((size * (cells["mean"] - centre) ** 2).sum()) / free_between
    within = float(((size - 1) * cells["var"].fillna(0)).sum()) / free_within
    typical = float(len(table) - (size**2 / n).sum()) / free_between
    total = between + (typical - 1) * within
    return (between - within) / total if total > 0 else float("nan")
