"""Means over rounds with cluster-bootstrap bands: whole units are drawn again, with all their decisions.

Decisions of a unit (session or matching silo) depend on each other, so that units are drawn with replacement, not
decisions (Cameron, Gelbach and Miller 2008, pairs cluster bootstrap). Limits are percentiles, pointwise for each round.
With few units such bands are too narrow, and with fewer than LEAST_UNITS none is given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

LEAST_UNITS = 4
DRAWS = 1999


def cluster_bands(
    rows: pd.DataFrame,
    column: str,
    by: Sequence[str] = ("round",),
    unit: str = "unit",
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> pd.DataFrame:
    """Mean of a column with a band.

    Parameters
    ----------
    rows : decisions or groups with the columns `column` (numbers or flags; blanks are left out), `by` and `unit`
    level : of the pointwise band; draws : bootstrap samples; seed : of numpy's PCG64

    Returns
    -------
    DataFrame, one row an entry of `by`: the columns `by`, n, units (that have rows there), mean, low, high; low and
    high are NaN if the whole table has fewer than LEAST_UNITS units

    Raises
    ------
    ValueError
        If the level is not between 0 and 1 or draws is less than 1.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": list("abcd") * 2, "round": [1] * 4 + [2] * 4, "hit": [0, 0, 1, 1, 1, 1, 1, 1]})
    >>> cluster_bands(table, "hit").round(2).values.tolist()
    [[1.0, 4.0, 4.0, 0.5, 0.0, 1.0], [2.0, 4.0, 4.0, 1.0, 1.0, 1.0]]
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must be between 0 and 1")
    if draws < 1:
        raise ValueError(f"draws is {draws}; it must be 1 or more")
    there = rows.loc[rows[column].notna(), [*dict.fromkeys([*by, unit, column])]]
    there = there.assign(**{column: there[column].astype("float64")})
    cells = there.groupby([*by, unit], sort=True, observed=True)[column].agg(["size", "sum"])
    sizes = cells["size"].unstack(unit, fill_value=0).sort_index(axis=1)
    sums = cells["sum"].unstack(unit, fill_value=0.0).sort_index(axis=1)
    n, total = sizes.to_numpy(dtype=float).T, sums.to_numpy(dtype=float).T
    found = pd.DataFrame({"n": n.sum(axis=0).astype(int), "units": (n > 0).sum(axis=0)}, index=sizes.index)
    found["mean"] = total.sum(axis=0) / n.sum(axis=0)
    found["low"], found["high"] = _limits(n, total, level, draws, seed)
    return found.reset_index()


def _limits(n: np.ndarray, total: np.ndarray, level: float, draws: int, seed: int) -> np.ndarray:
    """Percentiles of the means over bootstrap samples, from sizes and sums (n_units, k): shape (2, k)."""
    units, entries = n.shape
    if units < LEAST_UNITS or not entries:
        return np.full((2, entries), np.nan)
    rng = np.random.Generator(np.random.PCG64(seed))
    weights = rng.multinomial(units, np.full(units, 1 / units), size=draws).astype(float)
    count = weights @ n
    means = np.divide(weights @ total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return np.asarray(np.nanquantile(means, [(1 - level) / 2, (1 + level) / 2], axis=0))
