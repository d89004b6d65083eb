"""The integral that all path methods share a cost by: x_i = integral of d_iC(phi(t) ∧ q) d(phi_i(t) ∧ q_i).

Between two moments at which somebody's demand is met (or the path has a corner), phi is interpolated at Chebyshev nodes
and integrated by Fejér's rule: exact for straight paths and polynomial costs up to degree 16, otherwise refined until
halving an interval changes nobody's integral by more than TOLERANCE of what that agent pays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.costs import Cost, cost_of, finite
from mechanisms.writing import digits

TOLERANCE = 1e-12
MAX_HALVINGS = 120
MAX_PIECES = 4096
"""Pieces that are not yet exact at the same time; with many profiles, MANY times as many as there were."""
MANY = 64
GRADIENT_TOLERANCE = 1e-6
"""Of the largest cost: shares that miss the cost by more come from a gradient that is not that of the cost."""
ROUNDING = 64 * np.finfo(np.float64).eps
"""Of the time: so exactly a path is known, and its increments in a piece of time worse the shorter the piece is."""
SHORT = 2.0**-26
"""Of the time: a shorter piece of a path is taken as straight, as times tell no more of it."""
_DEGREE = 16
_NODES = -np.cos(np.pi * (np.arange(_DEGREE + 1) + 0.5) / (_DEGREE + 1))
_COEFFICIENTS = np.linalg.inv(chebyshev.chebvander(_NODES, _DEGREE))
_DERIVATIVE = chebyshev.chebvander(_NODES, _DEGREE - 1) @ chebyshev.chebder(_COEFFICIENTS)
_WEIGHTS = chebyshev.chebval(1.0, chebyshev.chebint(_COEFFICIENTS, lbnd=-1))
_FROM_START = (_NODES + 1) / 2

PathOfProfiles = Callable[[IntArray, FloatArray], FloatArray]
"""The points (p, k, n) of the profiles numbered (p,) at times (p, k)."""


def share_along(
    q: FloatArray, cost: Cost, path: PathOfProfiles, reached: FloatArray, corners: ArrayLike = ()
) -> FloatArray:
    """Cost shares for demands (..., n) along a path, which meets them at times `reached` (..., n); `corners` are the
    times of its kinks. The work is a list of pieces (profile, start, end); those not yet exact enough are halved."""
    shape, n = q.shape, q.shape[-1]
    along = _Along(q.reshape(-1, n), cost, path, reached.reshape(-1, n))
    profile, start, end = _pieces(along.reached, np.asarray(corners, dtype=np.float64))
    shares, own, most = np.zeros_like(along.q), np.zeros_like(along.q), max(MAX_PIECES, MANY * len(profile))
    costs = cost_of(cost, along.q)
    for halvings in range(MAX_HALVINGS):
        if not len(profile):
            _check_gradient(cost, along.q, shares, np.maximum(np.abs(costs), own.max(axis=-1)), costs)
            return shares.reshape(shape)
        if len(profile) > most:
            break
        middle = (start + end) / 2
        coarse, _ = along.integral(profile, start, end)
        fine, moved = np.add(along.integral(profile, start, middle), along.integral(profile, middle, end))
        (np.maximum if halvings else np.add).at(own, profile, np.abs(coarse))
        scale = np.maximum(np.abs(costs), own.max(axis=-1))[profile]
        last_chance = len(profile) * 2 > most
        allowed = TOLERANCE * (scale[:, None] if last_chance else own[profile])
        rounding = (ROUNDING * end / (end - start))[:, None]
        allowed = allowed + rounding * np.abs(coarse).max(axis=-1, keepdims=True)
        ends = along.ends(profile, start, end)
        grown = ends[:, 1] - ends[:, 0]
        unseen = np.abs(moved - grown) > TOLERANCE * along.q[profile] + rounding * grown.max(axis=-1, keepdims=True)
        settled = ((np.abs(fine - coarse) <= allowed) & ~unseen).all(axis=-1)
        increment = np.diff(cost_of(cost, ends))[:, 0]
        missed = np.abs(fine.sum(axis=-1) - increment) > GRADIENT_TOLERANCE / MANY * scale
        if settled.all() and last_chance:  # smooth, but no gradient of this cost
            missed[:] = False
        done = (settled & ~missed) | (middle <= start) | (middle >= end)
        np.add.at(shares, profile[done], fine[done])
        again = ~done
        profile, start, middle, end = profile[again], start[again], middle[again], end[again]
        profile, start, end = np.tile(profile, 2), np.concatenate([start, middle]), np.concatenate([middle, end])
    near = along.points(profile[:1], (start[:1, None] + end[:1, None]) / 2)[0, 0]
    raise ValueError(
        f"gradient of {cost} jumps about near {_written(near)}: the integral along the path does not settle to a "
        f"relative tolerance of {TOLERANCE:g}"
    )


@dataclass(frozen=True)
class _Along:
    """The way of profiles of demands (p, n) along a path, and what is paid on it."""

    q: FloatArray
    cost: Cost
    path: PathOfProfiles
    reached: FloatArray

    def points(self, which: IntArray, t: FloatArray) -> FloatArray:
        """What is produced at times (p, k)."""
        return np.minimum(self.path(which, t), self.q[which][:, None])

    def ends(self, which: IntArray, a: FloatArray, b: FloatArray) -> FloatArray:
        return self.points(which, np.stack([a, b], axis=-1))

    def integral(self, which: IntArray, a: FloatArray, b: FloatArray) -> FloatArray:
        """What each agent pays from times a to b, and by how much the produced units grow: (2, p, n)."""
        q = self.q[which][:, None]
        points = np.array(self.path(which, a[:, None] + (b - a)[:, None] * _FROM_START))
        short = b - a <= SHORT * b
        if short.any():
            start, end = np.moveaxis(self.ends(which[short], a[short], b[short])[:, :, None], 1, 0)
            points[short] = start + (end - start) * _FROM_START[:, None]
        active = (self.reached[which] > (a + b)[:, None] / 2)[:, None]
        produced = np.where(active, np.minimum(points, q), q)
        marginal = finite("gradient of the cost", np.where(active, self.cost.gradient(produced), 0.0), produced)
        growth = np.where(active, _DERIVATIVE @ points, 0.0)
        return np.stack([np.einsum("k,pki,pki->pi", _WEIGHTS, marginal, growth), _WEIGHTS @ growth])


def _pieces(reached: FloatArray, corners: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """The times between which each profile's way is smooth: profile, start and end."""
    last = reached.max(axis=-1, initial=0.0)[:, None]
    times = np.concatenate([reached, np.minimum(corners, last), np.zeros_like(last)], axis=-1)
    times.sort(axis=-1)
    profile, start, end = (
        np.repeat(np.arange(len(times)), times.shape[1] - 1),
        times[:, :-1].ravel(),
        times[:, 1:].ravel(),
    )
    keep = end > start
    return profile[keep], start[keep], end[keep]


def _check_gradient(cost: Cost, q: FloatArray, shares: FloatArray, scale: FloatArray, costs: FloatArray) -> None:
    missed = np.abs(shares.sum(axis=-1) - costs) > GRADIENT_TOLERANCE * scale
    if missed.any():
        k = int(missed.argmax())
        raise ValueError(
            f"gradient of {cost} is not that of its cost: on the way to demands {_written(q[k])} it adds up to "
            f"{digits(shares[k].sum())}, and the cost there is {digits(costs[k])}"
        )


def _written(point: FloatArray) -> str:
    """A point to six digits, in whatever unit."""
    return str([float(f"{coordinate:.6g}") for coordinate in point])
