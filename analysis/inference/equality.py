"""When two numbers are equal: the one place that decides it.

Means of the same amounts differ in their last digits when they are taken over other numbers of decisions, so that what
counts is the size of the numbers that they were *made from*, never that of their differences (these may be nothing but
rounding). Amounts on a decimal grid, such as points or cents, are added up in whole smallest units, where sums are
exact and equal means are equal numbers.
"""

from __future__ import annotations

import numpy as np

RELATIVE = 1e-12
"""Of the largest number that went in: sums of a million decisions are off by 1e-13 of it at most."""
MOST_DECIMALS = 6
LARGEST_SUM = 2.0**53


def snapped(values: np.ndarray, made_of: float) -> np.ndarray:
    """Values of which those that are equal are the same number, and 0 where they are nothing but rounding.

    Parameters
    ----------
    values : ndarray, any shape; NaN stays
    made_of : the largest absolute number that the values were computed from

    Examples
    --------
    >>> snapped(np.array([1.05, 1.0500000000000003, 1e-17, 2.0]), 1.05).tolist()
    [1.05, 1.05, 0.0, 2.0]
    """
    flat = np.asarray(values, dtype=float).ravel()
    order = np.argsort(flat, kind="stable")
    ascending, tolerance = flat[order], RELATIVE * made_of
    begins = np.diff(ascending, prepend=-np.inf) > tolerance
    begins |= np.isnan(ascending)
    first = np.maximum.accumulate(np.where(begins, np.arange(len(flat)), 0))
    result = np.empty_like(flat)
    result[order] = ascending[first] if len(flat) else ascending
    result[np.abs(result) <= tolerance] = 0.0
    return result.reshape(np.shape(values))


def smallest_units(values: np.ndarray) -> float | None:
    """How many smallest units make 1 (100 for amounts in cents); None where values are on no decimal grid.

    Examples
    --------
    >>> smallest_units(np.array([1.05, 2.0])), smallest_units(np.array([1 / 3]))
    (100.0, None)
    """
    for decimals in range(MOST_DECIMALS + 1):
        scaled = values * 10.0**decimals
        if (np.abs(scaled - np.rint(scaled)) <= 4 * np.finfo(float).eps * np.abs(scaled)).all():
            return 10.0**decimals if np.abs(scaled).sum() < LARGEST_SUM else None
    return None
