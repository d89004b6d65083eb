"""What explanations of direct mechanisms have in common: what everybody gets from the choice at the own report."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.environments.social_choice import DirectProblem


def reported(problem: DirectProblem, messages: IntArray) -> FloatArray:
    """Value less cost share of everybody at the chosen outcome, for reports (n,) by their places: shape (n,)."""
    payoffs: FloatArray = problem.efficient_payoffs[(slice(None), *messages)].astype(np.float64)
    return payoffs
