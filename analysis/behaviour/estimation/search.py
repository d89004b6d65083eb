"""The maximum of a likelihood: sequential quadratic programming from several starts, then Newton steps."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from analysis.behaviour.estimation.likelihood import log_likelihood, shape_at
from analysis.behaviour.models.model import Model
from mechanisms.arrays import FloatArray

CONVERGED = 1e-3
"""Log-likelihood that another Newton step may promise."""
ROUGH = {"ftol": 1e-8, "maxiter": 500}
"""Gain per decision at which the first search stops: Newton steps do the rest."""
NEWTON_STEPS = 6
SAME_OPTIMUM = 1e-3
"""Log-likelihoods this near (or within 1e-6 per decision) belong to the same optimum."""


def search(model: Model, starts: FloatArray) -> tuple[FloatArray, int]:
    """The best optimum, and how many of the starts (k, free) lead to it."""
    if starts.shape[1] == 0:
        return starts[0], len(starts)
    found = [climb(model, start, model.bounds) for start in starts]
    best = max(range(len(found)), key=lambda k: found[k][0])
    tolerance = max(SAME_OPTIMUM, 1e-6 * len(model.choices.decisions))
    at_best = sum(value >= found[best][0] - tolerance for value, _ in found)
    return _newton(model, found[best][1]), at_best


def climb(model: Model, start: FloatArray, bounds: FloatArray) -> tuple[float, FloatArray]:
    """One search within bounds (free, 2), whose ends may be equal: log-likelihood and x."""
    size = max(1, len(model.choices.decisions))
    result = minimize(lambda x: -log_likelihood(model, x) / size, start, method="SLSQP", bounds=bounds, options=ROUGH)
    return -float(result.fun) * size, result.x


def _newton(model: Model, x: FloatArray) -> FloatArray:
    """Newton steps in the numbers that are not at a bound, as long as they help."""
    for _ in range(NEWTON_STEPS):
        shape = shape_at(model, x)
        if not shape.positive:
            break
        step = shape.newton_step()
        trial = np.clip(x + step, *model.bounds.T)
        if not log_likelihood(model, trial) > log_likelihood(model, x):
            break
        x = trial
        if float(shape.gradient @ step) < CONVERGED / 100:
            break
    return x
