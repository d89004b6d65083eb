"""Fixed path methods (K equation 3): x_i = integral of d_iC(phi(t) ∧ q) d(phi_i(t) ∧ q_i).

Goods are produced along a non-decreasing path phi from 0, each until its demand is met, and everybody pays the marginal
cost of the own units when they are produced. The path does not depend on the demands. Between two moments at which
somebody's demand is met (or the path has a corner), phi is interpolated at Chebyshev nodes and integrated by Fejér's
rule: exact for straight paths and polynomial costs up to degree 16, otherwise refined until halving an
interval changes its integral by less than TOLERANCE of the largest cost.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_demands, as_numbers, brief, takes
from mechanisms.cost_sharing.steps import PathSteps, steps_at, until_met
from mechanisms.costs import Cost, cost_of, finite, require_differentiable
from mechanisms.options import PathOptions
from mechanisms.rule import Rule
from mechanisms.writing import digits

TOLERANCE = 1e-12
MAX_HALVINGS = 120
MAX_PIECES = 4096
"""Pieces that are not yet exact at the same time; with many profiles, MANY times as many as there were."""
MANY = 64
GRADIENT_TOLERANCE = 1e-6
"""Of the largest cost: shares that miss the cost by more come from a gradient that is not that of the cost."""
_DEGREE = 16
_NODES = -np.cos(np.pi * (np.arange(_DEGREE + 1) + 0.5) / (_DEGREE + 1))
_COEFFICIENTS = np.linalg.inv(chebyshev.chebvander(_NODES, _DEGREE))
_DERIVATIVE = chebyshev.chebvander(_NODES, _DEGREE - 1) @ chebyshev.chebder(_COEFFICIENTS)
_WEIGHTS = chebyshev.chebval(1.0, chebyshev.chebint(_COEFFICIENTS, lbnd=-1))

Path = Callable[[FloatArray], FloatArray]


@takes(cost=Cost)
def fixed_path(demands: ArrayLike, cost: Cost, path: Path | ArrayLike) -> FloatArray:
    """Cost shares along any fixed path.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the goods
    cost : Cost, differentiable
    path : array_like, shape (m, n), or function
        The corners of a polyline from 0, or a function of times (...) in [0, 1] to points (..., n) with phi(0) = 0.
        Non-decreasing; it must reach every demand.

    Returns
    -------
    ndarray, shape (..., n), units of cost; each profile's shares sum to its cost

    Raises
    ------
    ValueError
        If the path does not start at 0, decreases, or stops short of a demand.

    Examples
    --------
    First agent 0's units are produced, then agent 1's: incremental cost sharing.

    >>> from mechanisms.costs import PowerCost
    >>> fixed_path([1, 2], PowerCost(1, 2), [[0, 0], [5, 0], [5, 5]])
    array([1., 8.])
    """
    q = as_demands(demands)
    require_differentiable(cost, "fixed path")
    if callable(path):
        along, corners = path, np.array([0.0, 1.0])
        sampled = np.linspace(0, 1, 1001)
    else:
        vertices = as_numbers("path", path)
        if vertices.ndim != 2 or len(vertices) < 2:
            raise ValueError(f"path has shape {vertices.shape}; a polyline has shape (m, n) with m >= 2 corners")
        corners = sampled = np.linspace(0, 1, len(vertices))
        along = polyline(corners, vertices)
    points = points_along(along, sampled)
    _check_path(points, q)
    return share_along(q, cost, lambda which, t: along(t), first_reach(along, sampled, points, q), corners)


def share_along(
    q: FloatArray,
    cost: Cost,
    path: Callable[[IntArray, FloatArray], FloatArray],
    reached: FloatArray,
    corners: ArrayLike = (),
) -> FloatArray:
    """Cost shares for demands (..., n) along a path.

    `path` gives the points (p, k, n) of the profiles numbered (p,) at times (p, k); it meets the demands at times
    `reached` (..., n); `corners` are the times of its kinks. The work is a list of pieces (profile, start, end);
    pieces that are not yet exact enough are halved.
    """
    shape, n = q.shape, q.shape[-1]
    q, reached = q.reshape(-1, n), reached.reshape(-1, n)
    last = reached.max(axis=-1, initial=0.0)[:, None]
    kinks = np.minimum(np.asarray(corners, dtype=np.float64), last)
    times = np.concatenate([reached, kinks, np.zeros_like(last)], axis=-1)
    times.sort(axis=-1)
    profile, start, end = np.repeat(np.arange(len(q)), times.shape[1] - 1), times[:, :-1].ravel(), times[:, 1:].ravel()
    keep = end > start
    profile, start, end = profile[keep], start[keep], end[keep]
    shares = np.zeros_like(q)
    costs = cost_of(cost, q)
    scale, most = float(np.abs(costs).max(initial=0.0)), max(MAX_PIECES, MANY * len(profile))

    def integral(which: IntArray, a: FloatArray, b: FloatArray) -> FloatArray:
        t = a[:, None] + (b - a)[:, None] * (_NODES + 1) / 2
        points = path(which, t)
        active = reached[which] > (a + b)[:, None] / 2
        produced = np.where(active[:, None], np.minimum(points, q[which][:, None]), q[which][:, None])
        marginal = np.where(active[:, None], cost.gradient(produced), 0.0)
        return np.einsum(
            "k,pki,pki->pi", _WEIGHTS, finite("gradient of the cost", marginal, produced), _DERIVATIVE @ points
        )

    def increment(which: IntArray, a: FloatArray, b: FloatArray) -> FloatArray:
        """What a piece costs: by the fundamental theorem, what all pay for it. The nodes of a piece, and those of its
        halves, do not see a kink that is nearer to its end than they are; the costs at both ends do."""
        ends = np.minimum(path(which, np.stack([a, b], axis=-1)), q[which][:, None])
        return np.diff(cost_of(cost, ends))[:, 0]

    for _ in range(MAX_HALVINGS):
        if not len(profile):
            _check_gradient(cost, q, shares, costs, scale)
            return shares.reshape(shape)
        if len(profile) > most:
            break
        middle = (start + end) / 2
        coarse = integral(profile, start, end)
        fine = integral(profile, start, middle) + integral(profile, middle, end)
        scale = max(scale, float(np.abs(coarse).max()))
        settled = np.abs(fine - coarse).max(axis=-1) <= TOLERANCE * scale
        missed = np.abs(fine.sum(axis=-1) - increment(profile, start, end)) > GRADIENT_TOLERANCE / MANY * scale
        if settled.all() and len(profile) * 2 > most:  # smooth, but no gradient of this cost
            missed[:] = False
        done = (settled & ~missed) | (middle <= start) | (middle >= end)
        np.add.at(shares, profile[done], fine[done])
        again = ~done
        profile, start, middle, end = profile[again], start[again], middle[again], end[again]
        profile, start, end = np.tile(profile, 2), np.concatenate([start, middle]), np.concatenate([middle, end])
    near = path(profile[:1], (start[:1, None] + end[:1, None]) / 2)[0, 0]
    raise ValueError(
        f"gradient of {cost} jumps about near {np.minimum(near, q[profile[0]]).round(6).tolist()}: the integral along "
        f"the path does not settle to a relative tolerance of {TOLERANCE:g}"
    )


def _check_gradient(cost: Cost, q: FloatArray, shares: FloatArray, costs: FloatArray, scale: float) -> None:
    missed = np.abs(shares.sum(axis=-1) - costs)
    if missed.max(initial=0.0) > GRADIENT_TOLERANCE * scale:
        k = int(missed.argmax())
        raise ValueError(
            f"gradient of {cost} is not that of its cost: on the way to demands {q[k].round(6).tolist()} it adds up to "
            f"{digits(shares[k].sum())}, and the cost there is {digits(costs[k])}"
        )


def polyline(times: FloatArray, vertices: FloatArray) -> Path:
    """The path that is at vertices[k] at times[k], straight between."""

    def along(t: FloatArray) -> FloatArray:
        return np.stack([np.interp(t, times, column) for column in vertices.T], axis=-1)

    return along


def points_along(along: Path, times: FloatArray) -> FloatArray:
    """The points (m, n) of a path at times (m,); ValueError if the function gives something else."""
    try:
        points = as_numbers("path", along(times))
    except (TypeError, IndexError) as error:
        raise ValueError(f"path is {brief(along)}; it must be a function of an array of times: {error}") from None
    if points.ndim != 2 or len(points) != len(times):
        raise ValueError(f"path returned shape {points.shape} for {len(times)} times; it must add an axis of agents")
    return points


def _check_path(points: FloatArray, q: FloatArray) -> None:
    if points.shape[-1] != q.shape[-1]:
        raise ValueError(f"path has {points.shape[-1]} coordinates; demands has {q.shape[-1]} agents")
    if np.any(points[0] != 0):
        raise ValueError(f"path starts at {points[0].tolist()}; it must start at 0")
    falls = np.diff(points, axis=0) < 0
    if falls.any():
        k, i = np.argwhere(falls)[0]
        low, high = digits(points[k + 1, i]), digits(points[k, i])
        raise ValueError(f"path decreases for agent {i}, from {high} to {low}; it must not")
    highest = q.reshape(-1, q.shape[-1]).max(axis=0, initial=0.0)
    if np.any(points[-1] < highest):
        i = int(np.argmax(highest - points[-1]))
        raise ValueError(
            f"path stops short: agent {i} demands up to {digits(highest[i])}, the path ends at {digits(points[-1, i])}"
        )


def first_reach(path: Path, sampled: FloatArray, points: FloatArray, q: FloatArray) -> FloatArray:
    """The first t at which phi_i(t) >= q_i, for every demand: bisection between samples of the path."""
    n = q.shape[-1]
    flat = q.reshape(-1, n)
    reached = np.empty_like(flat)
    for i in range(n):
        demanded, places = np.unique(flat[:, i], return_inverse=True)
        after = np.searchsorted(points[:, i], demanded)
        low, high = sampled[np.maximum(after - 1, 0)], sampled[after]
        for _ in range(60):
            middle = (low + high) / 2
            short = path(middle)[..., i] < demanded
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        reached[:, i] = high[places]
    return reached.reshape(q.shape)


def for_all(path: Path) -> Callable[[IntArray, FloatArray], FloatArray]:
    """One path for all profiles, as `share_along` asks for it: followed once where many ask for the same times."""

    def along(which: IntArray, t: FloatArray) -> FloatArray:
        times, places = np.unique(t, return_inverse=True)
        return path(times)[places.reshape(t.shape)]

    return along


def corner_steps(demands: FloatArray, cost: Cost, path: ArrayLike) -> PathSteps:
    """The steps of demands (n,) along a polyline: up to its corners, and to the moments at which a demand is met."""
    vertices = np.asarray(path, dtype=np.float64)
    times = np.linspace(0, 1, len(vertices))
    along = polyline(times, vertices)
    points, trace = until_met(along, first_reach(along, times, vertices, demands), demands, times)
    return steps_at(points, cost, fixed_path(points, cost, vertices), trace)


def its_corners(n: int, highest: float, path: ArrayLike) -> FloatArray:
    """The corners that the file gives."""
    return np.asarray(path, dtype=np.float64)


RULE = Rule(
    name="fixed_path",
    messages="demands",
    function=fixed_path,
    source="Kumar 2013, eq. 3",
    sentence="A fixed path method: goods are produced along a path that does not depend on the demands, each until its "
    "demand is met, and everybody pays what the own units add to the cost when they are produced.",
    environments=("production",),
    options=PathOptions,
    explain=corner_steps,
    goods="own",
    path=its_corners,
)
