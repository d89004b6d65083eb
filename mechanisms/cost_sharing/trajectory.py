"""Solutions of ordinary differential equations y' = v(y), as polynomials piece by piece (Picard iteration on Chebyshev
nodes: Clenshaw and Norton 1963, "The solution of nonlinear ordinary differential equations in Chebyshev series").

scipy.integrate does the same, but a laboratory that loads it starts half a second later and takes 50 MB more.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial import chebyshev

from mechanisms.arrays import FloatArray

DEGREE = 16
SWEEPS = 40
"""Of Picard iteration on a piece, before it is halved; where a piece is short enough, about ten suffice."""
MAX_PIECES = 3000
"""Also those that are not exact enough and tried again: a kink takes about 80."""
LOOK_BACK, LEAST = 400, 1e-6
"""A velocity jumps about if so many pieces together are shorter than this, relative to the scale."""

NODES = -np.cos(np.pi * np.arange(DEGREE + 1) / DEGREE)
TO_SERIES = np.linalg.inv(chebyshev.chebvander(NODES, DEGREE))
"""(degree + 1, nodes): the Chebyshev series of what has these values at the nodes."""
INTEGRAL = chebyshev.chebvander(NODES, DEGREE + 1) @ chebyshev.chebint(TO_SERIES, lbnd=-1)
"""(nodes, nodes): from values at the nodes to the integrals from -1 up to each node."""


class RestlessError(ArithmeticError):
    """The velocity jumps about, so that no piece is short enough to be exact; the argument is where, (n,)."""


class Trajectory:
    """y(t) from t = times[0] on: `times` (m + 1,) are the ends of the pieces, `series` (m, degree + 1, n) their series.

    Before its first and after its last time it goes on as its first and last pieces do.
    """

    def __init__(self, times: FloatArray, series: FloatArray) -> None:
        self.times, self.series = times, series

    def __call__(self, t: FloatArray) -> FloatArray:
        """The points (..., n) at times (...)."""
        flat = np.ravel(t)
        piece = np.clip(np.searchsorted(self.times, flat, side="right") - 1, 0, len(self.series) - 1)
        points = np.empty((len(flat), self.series.shape[-1]))
        for k in np.unique(piece):
            here, (start, end) = piece == k, self.times[k : k + 2]
            place = 2 * (flat[here] - start) / (end - start) - 1
            points[here] = chebyshev.chebvander(place, DEGREE) @ self.series[k]
        return points.reshape(*np.shape(t), -1)


def trajectory(
    velocity: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    times: tuple[float, float],
    arrived: Callable[[FloatArray], bool],
    tolerance: float,
    scale: float,
) -> Trajectory:
    """y' = velocity(y), y(times[0]) = start, up to a point that has `arrived`, or to times[1].

    `velocity` takes points (k, n) and raises ValueError where there is none. An error of `tolerance`, relative to
    `scale` and to the point, is allowed on each piece.

    Raises
    ------
    RestlessError, with the point, if the velocity jumps about
    ValueError
        What `velocity` raises, where no shorter piece avoids it.

    Examples
    --------
    >>> growth = trajectory(lambda y: y, np.ones(1), (0, 1), lambda y: False, 1e-12, 1)
    >>> growth(np.array([0.5, 1]))[:, 0] - np.exp([0.5, 1]) < 1e-12
    array([ True,  True])
    """
    (t, last), y, step, passed = times, start, scale / 8, -np.inf
    ends: list[float] = [t]
    series: list[FloatArray] = []
    for number in range(MAX_PIECES):
        if t >= last or arrived(y):
            return Trajectory(np.array(ends), np.array(series))
        if number % LOOK_BACK == 0:
            if t - passed < LEAST * scale:
                break
            passed = t
        step = min(step, last - t)
        allowed = tolerance * (scale + np.abs(y))
        try:
            points, speed = _piece(velocity, y, step, allowed)
        except ValueError:
            if step <= tolerance * scale:
                raise
            points = None
        if points is None or np.any(step * np.abs(TO_SERIES[-2:] @ speed).sum(axis=0) > allowed):
            step /= 2
            if t + step <= t:
                break
            continue
        t, y = t + step, points[-1]
        ends.append(t)
        series.append(TO_SERIES @ points)
        step *= 2
    raise RestlessError(y)


def _piece(
    velocity: Callable[[FloatArray], FloatArray], y: FloatArray, step: float, allowed: FloatArray
) -> tuple[FloatArray | None, FloatArray]:
    """Points and velocities (nodes, n) on a piece from y; no points if the iteration does not settle."""
    speed = np.broadcast_to(velocity(y[None]), (DEGREE + 1, len(y)))
    points = y + step / 2 * INTEGRAL @ speed
    for _ in range(SWEEPS):
        speed = velocity(points)
        before, points = points, y + step / 2 * INTEGRAL @ speed
        if np.all(np.abs(points - before) <= allowed / 10):
            return points, speed
    return None, speed
