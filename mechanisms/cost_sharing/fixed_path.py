"""Fixed path methods (K equation 3): x_i = integral of d_iC(phi(t) ∧ q) d(phi_i(t) ∧ q_i).

Goods are produced along a non-decreasing path phi from 0, each until its demand is met, and everybody pays the marginal
cost of the own units when they are produced. The path does not depend on the demands. `path_integral` says how exactly
it is integrated; of a path given by its corners, the way to the demands is known exactly, however small they are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, answer, as_demands, as_numbers, takes
from mechanisms.cost_sharing.path_integral import PathOfProfiles, share_along
from mechanisms.cost_sharing.steps import PathSteps, steps_at
from mechanisms.costs import Cost, require_differentiable
from mechanisms.options import PathOptions
from mechanisms.rule import Rule
from mechanisms.writing import digits

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
        Non-decreasing; it must reach every demand. Of a function, points are known as exactly as times tell them apart.

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
        sampled = np.linspace(0, 1, 1001)
        points = points_along(path, sampled)
        _check_path(points, q)
        return share_along(q, cost, lambda which, t: points_along(path, t), first_reach(path, sampled, points, q))
    vertices = corners_of(path)
    _check_path(vertices, q)
    points, reached = way_to(q.reshape(-1, q.shape[-1]), vertices)
    return share_along(q, cost, joined(points), reached.reshape(q.shape), np.arange(points.shape[1]))


def corners_of(path: ArrayLike) -> FloatArray:
    """The corners (m, n) of a polyline that a user gives."""
    vertices = as_numbers("path", path)
    if vertices.ndim != 2 or len(vertices) < 2:
        raise ValueError(f"path has shape {vertices.shape}; a polyline has shape (m, n) with m >= 2 corners")
    return vertices


def way_to(q: FloatArray, vertices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What is produced on the way to each of the profiles of demands (p, n) along a polyline.

    Returns
    -------
    points : ndarray, shape (p, m, n), from 0 on, wherever the path has a corner or meets a demand; all different up to
        the demands, of which the last coordinates are exactly that
    reached : ndarray, shape (p, n), the number of the point at which a demand is met

    Examples
    --------
    >>> points, reached = way_to(np.array([[1e-9, 2e-9]]), np.array([[0, 0], [10, 0], [10, 10]]))
    >>> points.tolist(), reached.tolist()
    ([[[0.0, 0.0], [1e-09, 0.0], [1e-09, 2e-09]]], [[1.0, 2.0]])
    """
    each, profiles = np.arange(q.shape[1]), np.arange(len(q))[:, None]
    after = np.stack([np.searchsorted(vertices[:, i], q[:, i]) for i in each], axis=-1)
    before = np.maximum(after - 1, 0)
    start, end = vertices[before, each], vertices[after, each]
    part = np.divide(q - start, end - start, out=np.ones_like(q), where=end > start)
    met = vertices[before] + part[..., None] * (vertices[after] - vertices[before])
    met[:, each, each] = q
    corners = np.arange(after.max(initial=0) + 1)
    both = np.concatenate([met, np.broadcast_to(vertices[corners], (len(q), len(corners), q.shape[1]))], axis=1)
    pieces = np.concatenate([after, np.broadcast_to(corners, (len(q), len(corners)))], axis=1)
    order = np.lexsort((np.concatenate([part, np.ones((len(q), len(corners)))], axis=1), pieces), axis=-1)
    stops = np.maximum.accumulate(np.minimum(both, q[:, None])[profiles, order], axis=1)
    number = np.cumsum(np.any(np.diff(stops, axis=1, prepend=0.0) > 0, axis=-1), axis=1)
    points = np.repeat(q[:, None], number.max(initial=0) + 1, axis=1)
    points[profiles, 0], points[profiles, number] = 0.0, stops
    return points, number[profiles, (stops == q[:, None]).argmax(axis=1)].astype(np.float64)


def joined(points: FloatArray) -> PathOfProfiles:
    """The path of each profile that is at points[p, k] at time k, straight between."""

    def along(which: IntArray, t: FloatArray) -> FloatArray:
        k = np.clip(t.astype(np.int64), 0, max(points.shape[1] - 2, 0))
        part = (t - k)[..., None]
        return (1 - part) * points[which[:, None], k] + part * points[
            which[:, None], np.minimum(k + 1, points.shape[1] - 1)
        ]

    return along


def polyline(times: FloatArray, vertices: FloatArray) -> Path:
    """The path that is at vertices[k] at times[k], straight between."""

    def along(t: FloatArray) -> FloatArray:
        return np.stack([np.interp(t, times, column) for column in vertices.T], axis=-1)

    return along


def points_along(along: Path, times: FloatArray) -> FloatArray:
    """The points (..., n) of a path at times (...); ValueError if the function gives something else."""
    points = as_numbers("path", answer("path", along, "a function of times (...) to points (..., n)", times))
    if points.ndim != times.ndim + 1 or points.shape[:-1] != times.shape:
        raise ValueError(f"path returned shape {points.shape} for {_times(times)}; it must add an axis of agents")
    return points


def _times(times: FloatArray) -> str:
    return f"{len(times)} times" if times.ndim == 1 else f"times of shape {times.shape}"


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
    """The first t at which phi_i(t) >= q_i, to the last bit, for every demand: bisection between samples."""
    n = q.shape[-1]
    flat = q.reshape(-1, n)
    reached = np.empty_like(flat)
    for i in range(n):
        demanded, places = np.unique(flat[:, i], return_inverse=True)
        after = np.searchsorted(points[:, i], demanded)
        low, high = sampled[np.maximum(after - 1, 0)], sampled[after]
        while np.any((low < (middle := (low + high) / 2)) & (middle < high)):
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
    points = way_to(demands[None], vertices)[0][0]
    stops = points[1:] if len(points) > 1 else points
    return steps_at(stops, cost, fixed_path(stops, cost, vertices))


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
    integrates=True,
    path=its_corners,
)
