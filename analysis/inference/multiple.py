"""Corrections for several tests at once.

Holm (1979) bounds the chance of any false rejection whatever the dependence; Benjamini and Hochberg (1995) the expected
share of false ones among the rejections. Romano and Wolf (2005), algorithm 4.1 with permutations: the same bound as
Holm's, but it uses how the outcomes of a unit hang together, and so rejects more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from statsmodels.stats.multitest import multipletests

from analysis.inference.arrangements import DRAWS, MAX_EXACT, assignments, signs
from analysis.inference.unit_means import UnitMeans

METHODS = {"holm": "holm", "benjamini-hochberg": "fdr_bh"}


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
    result, there = values.copy(), ~np.isnan(values)
    if there.any():
        result[there] = multipletests(values[there], method=METHODS[method])[1]
    return result


def romano_wolf(
    outcomes: Sequence[UnitMeans], max_exact: int = MAX_EXACT, draws: int = DRAWS, seed: int = 1
) -> np.ndarray:
    """Step-down adjusted two-sided p-values of several outcomes of the same units in the same two arms.

    Parameters
    ----------
    outcomes : one `UnitMeans` an outcome, with the same units in the same order

    Returns
    -------
    ndarray, shape (n_outcomes,)

    Notes
    -----
    The statistics are studentised (Welch's t, paired t), so that outcomes in different units count alike. In each step
    the largest remaining |t| is compared with the largest of the remaining ones in each arrangement.
    """
    if not outcomes:
        raise ValueError("outcomes: none given; expected one UnitMeans or more")
    first = outcomes[0]
    places = [np.isnan(means.means) for means in outcomes]
    if any(place.shape != places[0].shape or (place != places[0]).any() for place in places):
        raise ValueError("outcomes: the units of the arms differ; expected the same units for each outcome")
    first.need_two_arms()
    if first.design == "within":
        rows = signs(len(first.means), max_exact, draws, seed).rows.astype(float)
        observed_row, statistic = np.ones((1, len(first.means))), _paired_t
        values = [means.differences() for means in outcomes]
    else:
        labels = first.labelled()[1]
        rows = assignments(labels, first.strata, max_exact, draws, seed).rows.astype(float)
        observed_row, statistic = labels[None, :].astype(float), _welch_t
        values = [means.labelled()[0] for means in outcomes]
    null = np.array([statistic(rows, value) for value in values])
    observed = np.array([statistic(observed_row, value)[0] for value in values])
    return _step_down(observed, null)


def _step_down(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """observed : shape (k,); null : shape (k, n_arrangements); adjusted p-values, shape (k,)."""
    order = np.argsort(-observed, kind="stable")
    # entry s: the largest |t| among those that are still there in step s
    largest = np.maximum.accumulate(null[order][::-1], axis=0)[::-1]
    raw = (largest >= observed[order, None] * (1 - 1e-9)).mean(axis=1)
    result = np.empty(len(observed))
    result[order] = np.maximum.accumulate(raw)
    return result


def _welch_t(rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """|t| of each assignment; 0 where nothing varies within arms and the arms are equal."""
    centred = values - values[0]  # equal values are 0 exactly, which their mean need not be
    n = rows.sum(axis=1), (1 - rows).sum(axis=1)
    means = (rows @ centred) / n[0], ((1 - rows) @ centred) / n[1]
    squares = (rows @ centred**2) / n[0] - means[0] ** 2, ((1 - rows) @ centred**2) / n[1] - means[1] ** 2
    # squares are over n, variances over n - 1, those of means over n again; an arm of one unit has no variance
    error = sum(np.clip(v, 0, None) / np.maximum(m - 1, 1) for v, m in zip(squares, n, strict=True))
    return _absolute_ratio(means[0] - means[1], np.asarray(error), np.abs(centred).max(initial=0))


def _paired_t(rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    n = len(values)
    means = rows @ values / n
    error = np.clip((values**2).mean() - means**2, 0, None) / max(n - 1, 1)
    return _absolute_ratio(means, error, np.abs(values).max(initial=0))


def _absolute_ratio(difference: np.ndarray, variance: np.ndarray, scale: float) -> np.ndarray:
    floor = (1e-9 * scale) ** 2 or 1.0
    return np.abs(difference) / np.sqrt(np.maximum(variance, floor))
