"""Points: what subjects are really paid in, whole numbers of a smallest unit.

points = round(scale * utility + shift), to a number of decimals; exact halves go up. Utilities are floating-point
numbers, so anything within ROUNDING_NOISE of a half counts as one: the same treatment gives the same points on every
computer.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, as_whole, brief
from mechanisms.shown import Shown

ROUNDING_NOISE = 1e-6
"""In smallest units. Floating-point errors are below it, and distances between distinct payoffs above it."""

MAX_UNITS = 2**53
MOST_DECIMALS = 6
"""Of a point."""


@dataclass(frozen=True, eq=False)
class PointsRule(Shown):
    """How utilities become points.

    Attributes
    ----------
    scale, shift : ndarrays, shape (n,), by position; more utility is always more points: the scale is above 0
    rounding : int, decimals of a point, at most MOST_DECIMALS; the smallest unit is 10**-rounding points

    Examples
    --------
    >>> rule = PointsRule(np.array([14.0, 14.0]), np.array([294.0, 182.0]), 0)
    >>> rule.units(np.array([-6.0, 2.0])), rule.as_points(210)
    (array([210, 210]), Decimal('210'))
    """

    scale: FloatArray
    shift: FloatArray
    rounding: int

    def __post_init__(self) -> None:
        if not np.all(self.scale > 0):
            raise ValueError(f"scale is {brief(self.scale.tolist())}; it must be more than 0 for everybody")
        as_whole("rounding", self.rounding, 0, MOST_DECIMALS)

    def units(self, utilities: FloatArray) -> IntArray:
        """Utilities (..., n) as int64 points in smallest units."""
        exact = (self.scale * utilities + self.shift) * 10.0**self.rounding
        if not np.all(np.abs(exact) < MAX_UNITS):
            raise ValueError(
                f"points reach {np.abs(exact).max():.3g} smallest units, too many to be exact; "
                "a smaller scale or shift, or less rounding, is needed"
            )
        return np.floor(exact + 0.5 + ROUNDING_NOISE).astype(np.int64)

    def as_points(self, units: int) -> Decimal:
        """Smallest units as an exact decimal number of points."""
        return Decimal(int(units)).scaleb(-self.rounding)
