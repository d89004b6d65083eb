"""Costs of personalised goods: what one unit costs depends on whose it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, answer, as_a, as_demands, as_number, as_numbers, as_whole, brief
from mechanisms.costs.base import Cost
from mechanisms.writing import digits

MAX_AGENTS = 1000
"""The gradient is checked for each of them."""
FUNCTION = "a function of demands (..., n) to costs (...), with q[..., 0] for the first demand"
GRADIENT = "a function of demands (..., n) to partial derivatives (..., n)"
CHECK_POINTS = 20
CHECK_TOLERANCE = 1e-5


class QuadraticFormCost(Cost):
    """C(q) = q' matrix q + linear · q.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
    linear : array_like, shape (n,), or a number for all. Default: 0.

    Examples
    --------
    >>> cost = QuadraticFormCost([[1, 0.5], [0.5, 2]], [0, 1])
    >>> cost.cost([2, 1]), cost.gradient([2, 1])
    (np.float64(9.0), array([5., 7.]))
    """

    def __init__(self, matrix: ArrayLike, linear: ArrayLike = 0.0) -> None:
        self.matrix = as_numbers("matrix", matrix)
        if self.matrix.ndim != 2 or self.matrix.shape[0] != self.matrix.shape[1] or self.matrix.size == 0:
            raise ValueError(f"matrix has shape {self.matrix.shape}; it must be (n, n)")
        given = as_numbers("linear", linear)
        if given.shape not in ((), (len(self.matrix),)):
            raise ValueError(f"linear has shape {given.shape}; it must be ({len(self.matrix)},) or a number")
        self.linear = np.broadcast_to(given, (len(self.matrix),)).copy()

    def cost(self, demands: ArrayLike) -> FloatArray:
        q = self._demands(demands)
        return ((q @ self.matrix + self.linear) * q).sum(axis=-1)

    def gradient(self, demands: ArrayLike) -> FloatArray:
        return self._demands(demands) @ (self.matrix + self.matrix.T) + self.linear

    def _demands(self, demands: ArrayLike) -> FloatArray:
        q = as_demands(demands)
        if q.shape[-1] != len(self.matrix):
            raise ValueError(f"demands has {q.shape[-1]} agents; the matrix of this cost is for {len(self.matrix)}")
        return q


class CallableCost(Cost):
    """Any cost given by two functions; the gradient is compared with differences of the cost once.

    Parameters
    ----------
    function : callable, demands (..., n) -> costs (...), with function(0) = 0
    gradient : callable, demands (..., n) -> partial derivatives (..., n)
    n : int, the number of agents
    upper : float, the check is made at points between 0 and `upper`

    Raises
    ------
    ValueError
        If function(0) is not 0 or the gradient is not that of the function.

    Examples
    --------
    >>> import numpy as np
    >>> product = lambda q: q[..., 0] * (1 + q[..., 1])
    >>> cost = CallableCost(product, lambda q: np.stack([1 + q[..., 1], q[..., 0]], axis=-1), n=2)
    >>> cost.cost([1, 2])
    np.float64(3.0)
    """

    def __init__(
        self,
        function: Callable[[FloatArray], FloatArray],
        gradient: Callable[[FloatArray], FloatArray],
        n: int,
        upper: float = 10.0,
    ) -> None:
        as_a("function", function, Callable), as_a("gradient", gradient, Callable)
        n, upper = as_whole("n", n, 1, MAX_AGENTS), as_number("upper", upper, above=0)
        self._function, self._gradient = function, gradient
        found = self.cost(np.zeros((1, n)))
        if found.shape != (1,):
            raise ValueError(f"function returned shape {found.shape} for demands of shape {(1, n)}; it must be (1,)")
        nothing = float(found[0])
        if not abs(nothing) <= CHECK_TOLERANCE:
            raise ValueError(f"function(0) is {digits(nothing)}; a cost of nothing must be 0")
        points = upper * np.random.Generator(np.random.PCG64(1)).random((CHECK_POINTS, n))
        step = 1e-5 * upper
        claimed, costs = self.gradient(points), self.cost(points)
        if not np.isfinite(costs).all():
            k = int(np.argmax(~np.isfinite(costs)))
            raise ValueError(f"function gives {costs[k]} at {points[k].round(3).tolist()}; it must be a finite number")
        typical = np.abs(costs).max() / upper
        for i in range(n):
            moved = step * np.eye(n)[i]
            measured = (self.cost(points + moved) - self.cost(np.maximum(points - moved, 0))) / (
                points[:, i] + step - np.maximum(points[:, i] - step, 0)
            )
            wrong = ~(np.abs(measured - claimed[:, i]) <= CHECK_TOLERANCE * (typical + np.abs(measured)))
            if wrong.any():
                k = int(wrong.argmax())
                raise ValueError(
                    f"gradient gives {digits(claimed[k, i])} for agent {i} at {points[k].round(3).tolist()}; "
                    f"differences of function give {digits(measured[k])}"
                )

    def _facts(self) -> dict[str, object]:
        return {"function": self._function, "gradient": self._gradient}

    def cost(self, demands: ArrayLike) -> FloatArray:
        return _result("function", answer("function", self._function, FUNCTION, as_demands(demands)))[()]

    def gradient(self, demands: ArrayLike) -> FloatArray:
        q = as_demands(demands)
        result = _result("gradient", answer("gradient", self._gradient, GRADIENT, q))
        if result.shape != q.shape:
            raise ValueError(
                f"gradient returned shape {result.shape} for demands of shape {q.shape}; they must be equal"
            )
        return result


def _result(name: str, found: object) -> FloatArray:
    """What a user's function gives, as numbers; whether they are finite is asked where they are used."""
    array = np.asarray(found)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} returned {brief(found)}; it must return an array of numbers")
    return array.astype(np.float64, copy=False)
