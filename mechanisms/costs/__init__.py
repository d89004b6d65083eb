"""Cost functions C(q) of a production economy, C(0) = 0.

Homogeneous ones depend on the total demand only, C(q) = c(Q) (K section 3); heterogeneous ones know whose unit it is.
"""

from mechanisms.costs.base import (
    Cost,
    HomogeneousCost,
    cost_of,
    cost_of_total,
    finite,
    require_differentiable,
    require_homogeneous,
)
from mechanisms.costs.goods import GoodsPolynomialCost, GoodsTableCost
from mechanisms.costs.heterogeneous import CallableCost, QuadraticFormCost
from mechanisms.costs.homogeneous import PiecewiseLinearCost, PolynomialCost, PowerCost, TabulatedCost

__all__ = [
    "CallableCost",
    "Cost",
    "GoodsPolynomialCost",
    "GoodsTableCost",
    "HomogeneousCost",
    "PiecewiseLinearCost",
    "PolynomialCost",
    "PowerCost",
    "QuadraticFormCost",
    "TabulatedCost",
    "cost_of",
    "cost_of_total",
    "finite",
    "require_differentiable",
    "require_homogeneous",
]
