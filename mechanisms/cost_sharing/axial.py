"""The diagonal after axial normalisation (Sprumont 1998; Friedman 2002).

Goods are first measured by what they cost alone, C(q_i e_i); the path then follows the diagonal of these measures: at
each moment every good not yet fully produced would cost the same if it were produced alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, takes
from mechanisms.cost_sharing.fixed_path import for_all
from mechanisms.cost_sharing.path_integral import share_along
from mechanisms.cost_sharing.steps import PathSteps, steps_at, until_met
from mechanisms.costs import Cost, cost_of, require_differentiable
from mechanisms.rule import Rule

STEPS = 80
EXACT = 4 * np.finfo(np.float64).eps
"""Of a point of the path."""
BETWEEN = 12
"""Straight pieces of a drawing of the path, for each step."""


@takes(cost=Cost)
def axial(demands: ArrayLike, cost: Cost) -> FloatArray:
    """Cost shares along the diagonal after axial normalisation. They do not depend on the units of the goods.

    Parameters
    ----------
    demands : array_like, shape (..., n), units of the goods
    cost : Cost, differentiable, with every stand-alone cost increasing

    Returns
    -------
    ndarray, shape (..., n), units of cost

    Raises
    ------
    ValueError
        If a stand-alone cost does not increase up to the largest demand.

    Examples
    --------
    >>> from mechanisms.costs import QuadraticFormCost
    >>> axial([1, 1], QuadraticFormCost([[1, 0], [0, 4]])).round(9)
    array([1., 4.])
    """
    q = as_demands(demands)
    require_differentiable(cost, "axial")
    n = q.shape[-1]
    highest = q.reshape(-1, n).max(axis=0, initial=0.0)

    steps = _alone(np.linspace(0, 1, 101)[:, None] * highest, cost)
    if np.any(np.diff(steps, axis=0)[:, highest > 0] <= 0):
        raise ValueError("cost does not increase in every good alone; axial normalisation measures goods by that cost")

    return share_along(q, cost, for_all(lambda t: _path(t, highest, cost)), np.sqrt(_alone(q, cost)))


def _alone(amounts: FloatArray, cost: Cost) -> FloatArray:
    """C(amounts_i e_i) for amounts (..., n): shape (..., n)."""
    return cost_of(cost, amounts[..., None] * np.eye(amounts.shape[-1]))


def _alone_marginal(amounts: FloatArray, cost: Cost) -> FloatArray:
    """d_iC(amounts_i e_i), like `_alone`."""
    return np.diagonal(cost.gradient(amounts[..., None] * np.eye(amounts.shape[-1])), axis1=-2, axis2=-1)


def _path(t: FloatArray, highest: FloatArray, cost: Cost) -> FloatArray:
    """The points (..., n) at which every stand-alone cost is t ** 2, or the good's highest amount is reached.

    The square root of the stand-alone cost as time keeps the path smooth where marginal costs start at 0. Newton's
    method on logarithms, on which powers are straight lines; bisection where it leaves the bracket, and to the last
    bit: jumps of marginal costs on the path are told from errors by it.
    """
    wanted = np.minimum(t[..., None] ** 2, _alone(highest, cost))
    low, high = np.zeros_like(wanted), np.broadcast_to(highest, wanted.shape)

    def narrow(point: FloatArray) -> FloatArray:
        nonlocal low, high
        reached = _alone(point, cost)
        low, high = np.where(reached < wanted, point, low), np.where(reached < wanted, high, point)
        return reached

    point = np.where(wanted > 0, high, 0.0)
    for _ in range(STEPS):
        reached, before = narrow(point), point
        with np.errstate(all="ignore"):  # what is no number is halved
            newton = point * (wanted / reached) ** (reached / (point * _alone_marginal(point, cost)))
        point = np.where((newton >= low) & (newton <= high), newton, (low + high) / 2)
        if np.all(np.abs(point - before) <= EXACT * point):
            break
    for near in (point * (1 - 2 * EXACT), point * (1 + 2 * EXACT)):
        narrow(np.clip(near, low, high))
    while np.any((low < (middle := (low + high) / 2)) & (middle < high)):
        narrow(middle)
    return high


def normalised_steps(demands: FloatArray, cost: Cost) -> PathSteps:
    """The steps of demands (n,): up to the moments at which a demand is met."""
    reached = np.sqrt(_alone(demands, cost))
    points, trace = until_met(lambda t: _path(t, demands, cost), reached, demands, between=BETWEEN)
    return steps_at(points, cost, axial(points, cost), trace)


RULE = Rule(
    name="axial",
    messages="demands",
    function=axial,
    source="Sprumont 1998; Friedman 2002; Kumar 2013, section 3",
    sentence="The diagonal after axial normalisation: goods are produced at such a pace that at each moment each good "
    "alone would cost the same; everybody pays what the own units add to the cost when they are produced.",
    environments=("production",),
    explain=normalised_steps,
    goods="own",
    integrates=True,
    others="levels",
)
