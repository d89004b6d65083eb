"""Corrections for several tests at once.

Holm (1979) bounds the chance of any false rejection whatever the dependence; Benjamini and Hochberg (1995) the expected
share of false ones among the rejections. The largest |t| over permutations (Romano and Wolf 2005), which uses how the
outcomes of a unit hang together, is not offered: with few units that vary more in one arm, five times say, it rejects
some true null of four to six in 20 % (4 + 12 units, 5 + 5), where Holm's correction of the tests of permutation.py does
so in 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.inference.results import Estimate


def _holm(p: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(p * np.arange(len(p), 0, -1))


def _benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    shares = np.arange(1, len(p) + 1) / len(p)
    return np.minimum.accumulate((p / shares)[::-1])[::-1]


METHODS = {"holm": _holm, "benjamini-hochberg": _benjamini_hochberg}
"""Of p-values in ascending order; statsmodels has them, too, and searches all memory for garbage each time."""


def adjusted(p_values: Sequence[float] | np.ndarray, method: str = "holm") -> np.ndarray:
    """Adjusted p-values, shape of the input; NaN (no test was possible) stays NaN and does not count.

    >>> adjusted([0.01, 0.04, float("nan"), 0.03]).round(2).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    if method not in METHODS:
        raise ValueError(f"method: {method!r}; expected {' or '.join(METHODS)}")
    values = np.asarray(p_values, dtype=float)
    if (outside := values[(values < 0) | (values > 1)]).size:
        raise ValueError(f"p_values: {outside[0]:g}; expected numbers from 0 to 1")
    order = np.argsort(values)[: np.count_nonzero(~np.isnan(values))]  # NaN are last
    result = values.copy()
    result[order] = np.minimum(METHODS[method](values[order]), 1)
    return result


def corrected(estimates: Sequence[Estimate], method: str = "holm") -> np.ndarray:
    """Adjusted p-values of several tests, (n,): of their `p_strict` where there is one; of a single test its p."""
    p = np.array([estimate.p for estimate in estimates], dtype=float)
    if np.isnan(p).sum() >= len(p) - 1:
        return p
    return adjusted(np.fmax(p, [estimate.p_strict for estimate in estimates]), method)
