"""Moulin–Shenker (ordinal) cost sharing: the fixed path method of d phi_i / dt = 1 / d_iC(phi), phi(0) = 0 (K, 3).

On the path every good adds equally to the cost, as if nobody were served yet. What is paid is the marginal cost of what
is really produced, d_iC(phi(t) ^ q): after the first is served the shares of the others are equal only if the goods of
those served change their marginal costs alike (between two players, always). For a homogeneous cost the path is the
diagonal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.cost_sharing.fixed_path import Path, first_reach, for_all
from mechanisms.cost_sharing.friedman_moulin import diagonal_steps, friedman_moulin
from mechanisms.cost_sharing.path_integral import share_along
from mechanisms.cost_sharing.steps import PathSteps, steps_at, until_met
from mechanisms.cost_sharing.trajectory import RestlessError, trajectory
from mechanisms.costs import Cost, HomogeneousCost, require_differentiable
from mechanisms.rule import Rule
from mechanisms.writing import digits

TOLERANCE = 1e-11
START = 1e-7
MAX_LENGTH = 1e18
"""Of the path, in units of the largest demands together: the marginal costs of goods may differ by so much."""
BETWEEN = 12
"""Straight pieces of a drawing of the path, for each step."""


@takes(cost=Cost)
def moulin_shenker(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Moulin–Shenker cost shares.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the goods
    cost : Cost, differentiable, with positive marginal costs (where they start at 0, all must do so alike)

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Raises
    ------
    ValueError
        If a marginal cost on the path is not positive, or the path stops short of a demand.

    Examples
    --------
    >>> from mechanisms.costs import QuadraticFormCost
    >>> moulin_shenker([1, 1], QuadraticFormCost([[1, 0], [0, 4]])).round(6)
    array([1., 4.])
    """
    q = as_demands(demands)
    require_differentiable(cost, "Moulin–Shenker")
    n = q.shape[-1]
    highest = q.reshape(-1, n).max(axis=0, initial=0.0)
    if isinstance(cost, HomogeneousCost) or not highest.any():
        return friedman_moulin(q, cost)
    path, steps = _solve_path(cost, highest)
    points = path(steps)
    if np.any(points[-1] < highest):
        i = int(np.argmax(highest - points[-1]))
        raise ValueError(
            f"the path stops short: agent {i} demands up to {digits(highest[i])}, the path ends at "
            f"{digits(points[-1, i])}"
        )
    return share_along(q, cost, for_all(path), first_reach(path, steps, points, q), steps)


def _solve_path(cost: Cost, highest: FloatArray) -> tuple[Path, FloatArray]:
    """The path by total quantity s, d phi_i / ds = (1 / d_iC) / sum_k (1 / d_kC), and the ends of its pieces."""
    scale = float(highest.sum())
    start = np.zeros_like(highest)
    at_start = cost.gradient(start)
    if not np.all((at_start > 0) & np.isfinite(at_start)):
        start = START * scale * _initial_direction(cost, START * scale, len(highest))

    def velocity(points: FloatArray) -> FloatArray:
        marginal = cost.gradient(np.maximum(points, 0))
        wrong = ~((marginal > 0) & np.isfinite(marginal)).all(axis=-1)
        if wrong.any():
            k = int(wrong.argmax())
            at = np.maximum(points[k], 0).round(6).tolist()
            raise ValueError(f"the marginal costs at {at} are {marginal[k].tolist()}; they must be positive and finite")
        return 1 / marginal / (1 / marginal).sum(axis=-1, keepdims=True)

    def arrived(point: FloatArray) -> bool:
        return bool(np.all(point >= highest * (1 + 1e-9)))

    first = float(start.sum())
    try:
        on = trajectory(velocity, start, (first, MAX_LENGTH * scale), arrived, TOLERANCE, scale)
    except RestlessError as error:
        raise ValueError(
            f"gradient of {cost} jumps about near {error.args[0].round(6).tolist()}: the path cannot be followed"
        ) from None

    def path(s: FloatArray) -> FloatArray:
        points = on(np.maximum(s, first))
        before = np.divide(s, first, out=np.ones(np.shape(s)), where=np.asarray(s < first))
        return np.maximum(points * before[..., None], 0)

    return path, np.concatenate([[0.0], on.times]) if first else on.times


def _initial_direction(cost: Cost, length: float, n: int) -> FloatArray:
    """Where marginal costs start at 0: the direction d, sum 1, along which all d_i * d_iC(length * d) are equal."""
    direction = np.full(n, 1 / n)
    for _ in range(500):
        marginal = cost.gradient(length * direction)
        if not np.all(marginal > 0):
            break
        new = np.sqrt(direction / marginal)
        new /= new.sum()
        if np.abs(new - direction).max() < 1e-14:
            return new
        direction = new
    raise ValueError("the marginal costs at 0 are not all positive and the path has no direction to leave 0")


def ordinal_steps(demands: FloatArray, cost: Cost) -> PathSteps:
    """The steps of demands (n,): up to the moments at which a demand is met."""
    if isinstance(cost, HomogeneousCost) or not demands.any():
        return diagonal_steps(demands, cost)
    path, times = _solve_path(cost, demands)
    reached = first_reach(path, times, path(times), demands)
    points, trace = until_met(path, reached, demands, between=BETWEEN)
    return steps_at(points, cost, moulin_shenker(points, cost), trace)


RULE = Rule(
    name="moulin_shenker",
    messages="demands",
    function=moulin_shenker,
    source="Sprumont 1998; Kumar 2013, section 3",
    sentence="Moulin–Shenker cost sharing: the fixed path method whose path is dφ_i/dt = 1/∂_iC(φ), φ(0) = 0: the "
    "units of all would add equally to the cost at each moment if nobody's demand had been met; everybody pays what "
    "the own units add to the cost of those really produced, ∂_iC(φ ∧ q).",
    environments=("production",),
    explain=ordinal_steps,
    goods="own",
    integrates=True,
    others="levels",
)
