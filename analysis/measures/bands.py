"""Means with intervals over few units: the units, not their decisions, are what is independent.

The mean is that of all rows. Its variance is the jackknife's, one unit being left out at a time (CR3; with units of
equal size the variance of unit means), and the limits are those of Student's t with one degree of freedom less than
units. They hold the mean about as often as they say from four units on, where percentiles of a cluster bootstrap hold
it in 84 %.
Limits are pointwise, and those of a share stay between 0 and 1. Where all rows of a share say the same, nothing varies
although the next unit might; there the limit is that of Clopper and Pearson with every unit as one observation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import t as student

LEAST_UNITS = 4
METHOD = "jackknife over units and Student's t; where all rows of a share agree, Clopper–Pearson over units"


def cluster_bands(
    rows: pd.DataFrame, column: str, by: Sequence[str] = ("round",), unit: str = "unit", level: float = 0.95
) -> pd.DataFrame:
    """Mean of a column with a band.

    Parameters
    ----------
    rows : decisions or groups with the columns `column` (numbers or flags; blanks are left out), `by` and `unit`
    level : of the pointwise band

    Returns
    -------
    DataFrame, one row an entry of `by`: the columns `by`, n, units (that have rows there), mean, low, high; low and
    high are NaN with fewer than LEAST_UNITS units there

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": list("abcd") * 2, "round": [1] * 4 + [2] * 4, "hit": [0, 0, 1, 1, 1, 1, 1, 1]})
    >>> cluster_bands(table, "hit").round(2).values.tolist()
    [[1.0, 4.0, 4.0, 0.5, 0.0, 1.0], [2.0, 4.0, 4.0, 1.0, 0.4, 1.0]]
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must be between 0 and 1")
    there = rows.loc[rows[column].notna(), [*dict.fromkeys([*by, unit, column])]]
    there = there.assign(**{column: there[column].astype("float64")})
    cells = there.groupby([*by, unit], sort=True, observed=True)[column].agg(["size", "sum"])
    sizes = cells["size"].unstack(unit, fill_value=0).sort_index(axis=1)
    sums = cells["sum"].unstack(unit, fill_value=0.0).sort_index(axis=1)
    n, total = sizes.to_numpy(dtype=float).T, sums.to_numpy(dtype=float).T
    found = pd.DataFrame({"n": n.sum(axis=0).astype(int), "units": (n > 0).sum(axis=0)}, index=sizes.index)
    found["mean"] = total.sum(axis=0) / n.sum(axis=0)
    is_share = bool(there[column].isin([0.0, 1.0]).all())
    found["low"], found["high"] = _limits(n, total, level, is_share)
    return found.reset_index()


def mean_interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """The interval of the mean of independent numbers by Student's t, (nan, nan) with fewer than two.

    >>> [round(limit, 2) for limit in mean_interval(np.array([0.1, 0.2, 0.3, 0.2]))]
    [0.07, 0.33]
    """
    n = len(values)
    if n < 2:
        return float("nan"), float("nan")
    reach = float(student.isf((1 - level) / 2, n - 1)) * float(values.std(ddof=1)) / float(np.sqrt(n))
    return float(values.mean()) - reach, float(values.mean()) + reach


def _limits(n: np.ndarray, total: np.ndarray, level: float, is_share: bool) -> np.ndarray:
    """Limits of the means from sizes and sums (n_units, k): shape (2, k)."""
    units, rows = (n > 0).sum(axis=0), n.sum(axis=0)
    mean = total.sum(axis=0) / rows
    others = np.divide(total.sum(axis=0) - total, rows - n, out=np.full(n.shape, np.nan), where=(n > 0) & (n < rows))
    enough = units >= LEAST_UNITS
    count = np.maximum(units, 2)
    square = np.nansum((others - mean) ** 2, axis=0) * (count - 1) / count
    reach = student.isf((1 - level) / 2, count - 1) * np.sqrt(square)
    low, high = mean - reach, mean + reach
    if is_share:
        alike = ((1 - level) / 2) ** (1 / count)
        low = np.where(mean == 1, alike, np.maximum(low, 0.0))
        high = np.where(mean == 0, 1 - alike, np.minimum(high, 1.0))
    return np.where(enough, [low, high], np.nan)
