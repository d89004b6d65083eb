"""The result of an equilibrium on continuous demands, and the checks that both equilibria share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_array, brief
from mechanisms.costs import HomogeneousCost
from mechanisms.costs.shape import check_convex_increasing
from mechanisms.demand_equilibria.utilities import Utilities
from mechanisms.shown import Shown
from mechanisms.writing import digits

TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class DemandEquilibrium(Shown):
    """A Nash equilibrium of a demand game.

    Attributes
    ----------
    demands : ndarray, shape (n,), units of the good
    cost_shares : ndarray, shape (n,), units of cost
    method : how it was found
    residual : the largest violation of a first-order condition, as part of the marginal cost at the total demand
    tolerance : the largest residual that is accepted. Where the one-pass algorithm was needed, conditions are judged at
        demands that are relatively so much larger or smaller, on either side of a jump of the marginal cost.
    """

    demands: FloatArray
    cost_shares: FloatArray
    method: str
    residual: float
    tolerance: float = TOLERANCE


def as_caps(q_max: ArrayLike | None, utilities: Utilities) -> FloatArray:
    """The highest demand of each agent, shape (n,)."""
    if q_max is None:
        return utilities.highest
    caps = as_array("q_max", q_max)
    if caps.dtype.kind not in "iuf" or caps.shape not in ((), (utilities.n,)):
        raise ValueError(f"q_max is {brief(q_max)}; it must be numbers of shape ({utilities.n},) or one number")
    if not (caps >= 0).all():  # infinite ones are none
        raise ValueError(f"q_max contains {digits(caps[~(caps >= 0)].flat[0])}; a highest demand must be 0 or more")
    return np.minimum(caps, utilities.highest)


def first_order_residual(
    demands: FloatArray,
    gain_above: FloatArray,
    gain_below: FloatArray,
    caps: FloatArray,
    marginal_cost: float,
    utilities: Utilities,
) -> float:
    """The largest gain from another bit or from a bit less, as part of the marginal cost.

    At a cap nobody can have another bit and at 0 nobody a bit less. Where values fall so steeply that rounding a demand
    matters more than the marginal cost, the gain is taken as part of what such a fall amounts to, -q v''(q).
    """
    gain = max(gain_above[demands < caps].max(initial=0.0), gain_below[demands > 0].max(initial=0.0))
    if gain > TOLERANCE * marginal_cost:
        inside = demands > 0
        marginal_cost += float(np.abs(utilities.slope(demands)[inside] * demands[inside]).max(initial=0.0))
    return float(gain) / (marginal_cost or 1.0)


def cost_at(cost: HomogeneousCost, total: float) -> float:
    """c(Q) for one number."""
    return float(cost.total_cost(cast(FloatArray, np.float64(total))))


def marginal_cost_at(cost: HomogeneousCost, total: float) -> float:
    """c'(Q) for one number."""
    return float(cost.marginal_cost(cast(FloatArray, np.float64(total))))


def check_premises(cost: HomogeneousCost, utilities: Utilities, total: float) -> None:
    """ValueError unless the cost is increasing and convex, and every best demand unique, up to twice the total."""
    check_convex_increasing(cost, 2 * total if 0 < total < np.inf else 1.0, strictly=not utilities.strictly_concave)
