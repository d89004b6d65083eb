"""What direct mechanisms have in common: what everybody gets from the choice at the own report, and all others."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.environments.social_choice import DirectProblem


def sums_of_others(amounts: np.ndarray) -> np.ndarray:
    """For each agent the sum over all others, from one row an agent; the same shape.

    Not the sum of all less the own: a large own amount would swallow the others' small ones.

    >>> sums_of_others(np.array([1e20, 1.0, 2.0]))[0]
    np.float64(3.0)
    """
    sums = np.zeros_like(amounts)
    sums[1:] += amounts[:-1].cumsum(axis=0)
    sums[:-1] += amounts[:0:-1].cumsum(axis=0)[::-1]
    return sums


def reported(problem: DirectProblem, messages: IntArray) -> FloatArray:
    """Value less cost share of everybody at the chosen outcome, for reports (n,) by their places: shape (n,)."""
    payoffs: FloatArray = problem.efficient_payoffs[(slice(None), *messages)].astype(np.float64)
    return payoffs
