"""What an equilibrium on continuous demands needs of a cost: increasing and convex, checked on a grid."""

from __future__ import annotations

import numpy as np

from mechanisms.costs.base import Cost, HomogeneousCost, require_differentiable, require_homogeneous
from mechanisms.writing import apart

GRID = np.linspace(0, 1, 65)[1:]  # at 0 the marginal cost of some costs is infinite
TOLERANCE = 1e-9


def check_convex_increasing(cost: HomogeneousCost, up_to: float, strictly: bool = False) -> None:
    """ValueError unless c' is non-negative and non-decreasing (`strictly`: increasing) on a grid over [0, up_to].

    Differences below TOLERANCE of the largest marginal cost are taken for rounding.

    >>> from mechanisms.costs import PowerCost
    >>> check_convex_increasing(PowerCost(1, 0.5), 10)
    Traceback (most recent call last):
    ValueError: cost PowerCost(coefficient=1, exponent=0.5) is not convex: its marginal cost falls from 1.26491 at \
Q = 0.15625 to 0.894427 at Q = 0.3125
    """
    totals = up_to * GRID
    marginal = np.asarray(cost.marginal_cost(totals))
    steps = marginal[1:] - marginal[:-1]
    rounding = TOLERANCE * float(np.abs(marginal).max())
    if not marginal[0] >= 0:
        slope, total = apart(marginal[0])[0], apart(totals[0])[0]
        raise ValueError(f"cost {cost} is not increasing: its marginal cost is {slope} at Q = {total}")
    if not steps.min() >= -rounding:
        k = int(np.argmax(~(steps >= -rounding)))
        (high, low), (start, end) = apart(*marginal[k : k + 2]), apart(*totals[k : k + 2])
        raise ValueError(
            f"cost {cost} is not convex: its marginal cost falls from {high} at Q = {start} to {low} at Q = {end}"
        )
    if strictly and not steps.min() > rounding * 1e-3:
        k = int(np.argmin(steps))
        slope, (start, end) = apart(marginal[k])[0], apart(*totals[k : k + 2])
        raise ValueError(
            f"cost {cost} has a constant marginal cost, {slope}, from Q = {start} to {end}; with linear values there "
            "is no unique best demand"
        )


def require_smooth(cost: Cost, method: str) -> HomogeneousCost:
    """The cost, known to be homogeneous and to have a marginal cost; ValueError if it is not."""
    shared = require_homogeneous(cost, method)
    require_differentiable(shared, method)
    return shared
