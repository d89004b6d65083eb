"""The maximum of a likelihood: a scan of the natural range, sequential quadratic programming, Newton steps.

A likelihood can have several peaks: along a logit branch it can fall before it rises, and a climb from below ends at
lambda = 0. So it is looked at all over the range of the parameters first (Model.scan), and climbed from the peaks of
what was seen as well as from the model's own starts. No climb may end below where it began.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from analysis.behaviour.estimation.likelihood import log_likelihood, shape_at
from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.models.model import Model

CONVERGED = 1e-3
"""Log-likelihood that another Newton step may promise."""
ROUGH = {"ftol": 1e-8, "maxiter": 500}
"""Gain per decision at which the first search stops: Newton steps do the rest."""
NEWTON_STEPS = 6
SAME_OPTIMUM = 1e-3
"""Log-likelihoods this near (or within 1e-6 per decision) belong to the same optimum."""
MOST_PEAKS = 4
"""Peaks of an ordered scan that are climbed, the highest first; of a scan over several numbers the highest point."""


class Found(NamedTuple):
    """x : the best optimum (free,); scanned, seen : points of the scan (points, free) and their log-likelihoods;
    starts : climbs; at_best : those of them that led to the optimum"""

    x: FloatArray
    scanned: FloatArray
    seen: FloatArray
    starts: int
    at_best: int


def search(model: Model, starts: FloatArray, scan: bool = True) -> Found:
    """The best optimum from the starts (k, free) and, unless it is known about where it is, from the peaks of the
    model's scan that no start has led to."""
    if starts.shape[1] == 0:
        return Found(starts[0], starts[:0], np.empty(0), len(starts), len(starts))
    scanned = model.scan() if scan else starts[:0]
    seen = np.array([log_likelihood(model, x) for x in scanned])
    found = [climb(model, start, model.bounds) for start in starts]
    ordered = starts.shape[1] == 1
    for place in peaks(seen, ordered):
        around = scanned[max(place - 1, 0) : place + 2]
        reached = [x for _, x in found if ordered and around[0] <= x <= around[-1]]
        if not reached:
            found.append(climb(model, scanned[place], model.bounds))
    best = max(range(len(found)), key=lambda k: found[k][0])
    tolerance = max(SAME_OPTIMUM, 1e-6 * len(model.choices.decisions))
    at_best = sum(value >= found[best][0] - tolerance for value, _ in found)
    return Found(_newton(model, found[best][1]), scanned, seen, len(found), at_best)


def peaks(seen: FloatArray, ordered: bool) -> IntArray:
    """The highest point of a scan; of an ordered one its local maxima, at most MOST_PEAKS, the highest first.

    Examples
    --------
    >>> peaks(np.array([3.0, 1.0, 4.0, 4.0, 2.0, 5.0]), ordered=True).tolist()
    [5, 2, 0]
    """
    if not ordered or not len(seen):
        return np.argsort(-seen, kind="stable")[:1]
    higher = np.diff(seen, prepend=-np.inf) > 0
    not_lower = np.diff(seen, append=-np.inf) <= 0
    places = np.flatnonzero(higher & not_lower)
    return np.asarray(places[np.argsort(-seen[places], kind="stable")][:MOST_PEAKS])


def climb(model: Model, start: FloatArray, bounds: FloatArray) -> tuple[float, FloatArray]:
    """One search within bounds (free, 2), whose ends may be equal: log-likelihood and x."""
    size = max(1, len(model.choices.decisions))
    result = minimize(lambda x: -log_likelihood(model, x) / size, start, method="SLSQP", bounds=bounds, options=ROUGH)
    value, begun = -float(result.fun) * size, log_likelihood(model, start)
    return (value, result.x) if value >= begun else (begun, start)


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
