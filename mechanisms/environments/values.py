"""Value functions v(q; theta) of a production economy: what the quantity q is worth to somebody of type theta."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_given, as_number, as_numbers, brief, grid_index
from mechanisms.shown import Shown


def arrays(types: ArrayLike, quantities: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both as arrays. Values are asked for often, so that what is an array is taken as it is; lists are checked."""
    theta, q = as_given("types", types), as_given("quantities", quantities)
    try:
        np.broadcast(theta, q)
    except ValueError:
        raise ValueError(
            f"quantities has shape {q.shape}; with types of shape {theta.shape} there is no pairing"
        ) from None
    return theta, q


class ValueFunction(Shown, ABC):
    """v(q; theta), evaluated on arrays that broadcast together."""

    @abstractmethod
    def value(self, types: ArrayLike, quantities: ArrayLike) -> FloatArray:
        """v(q; theta) in units of utility."""

    def marginal(self, types: FloatArray, quantities: FloatArray) -> FloatArray:
        """v'(q; theta), infinite where it is at 0; ValueError for values without a derivative."""
        raise ValueError("values from a table have no derivative, which continuous demands need")


@dataclass(frozen=True)
class LinearValue(ValueFunction):
    """v = theta * q: every unit is worth theta.

    >>> import numpy as np
    >>> LinearValue().value(np.array(3.0), np.array([0.0, 2.0]))
    array([0., 6.])
    """

    def value(self, types: ArrayLike, quantities: ArrayLike) -> FloatArray:
        theta, q = arrays(types, quantities)
        return theta * q

    def marginal(self, types: FloatArray, quantities: FloatArray) -> FloatArray:
        theta, q = arrays(types, quantities)
        return theta + np.zeros_like(q)


@dataclass(frozen=True)
class QuadraticValue(ValueFunction):
    """v = theta * q - curvature / 2 * q**2: each further unit is worth `curvature` less.

    >>> import numpy as np
    >>> QuadraticValue(1).value(np.array(6.0), np.array([1.0, 2.0]))
    array([ 5.5, 10. ])
    """

    curvature: float

    def __post_init__(self) -> None:
        as_number("curvature", self.curvature)

    def value(self, types: ArrayLike, quantities: ArrayLike) -> FloatArray:
        theta, q = arrays(types, quantities)
        return theta * q - self.curvature / 2 * q**2

    def marginal(self, types: FloatArray, quantities: FloatArray) -> FloatArray:
        theta, q = arrays(types, quantities)
        return theta - self.curvature * q


@dataclass(frozen=True)
class PowerValue(ValueFunction):
    """v = theta * q**exponent.

    >>> import numpy as np
    >>> PowerValue(0.5).value(np.array(3.0), np.array([0.0, 4.0]))
    array([0., 6.])
    """

    exponent: float

    def __post_init__(self) -> None:
        as_number("exponent", self.exponent, above=0)

    def value(self, types: ArrayLike, quantities: ArrayLike) -> FloatArray:
        theta, q = arrays(types, quantities)
        return theta * q**self.exponent

    def marginal(self, types: FloatArray, quantities: FloatArray) -> FloatArray:
        theta, q = arrays(types, quantities)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = theta * self.exponent * q ** (self.exponent - 1)
        return np.where(theta == 0, 0.0, found)


@dataclass(frozen=True)
class TabulatedValue(ValueFunction):
    """v = rows[t][k] for the t-th type and the k-th quantity of two ascending grids.

    Attributes
    ----------
    types : ndarray, shape (T,)
    quantities : ndarray, shape (K,)
    rows : ndarray, shape (T, K), units of utility
    """

    types: FloatArray
    quantities: FloatArray
    rows: FloatArray

    def __post_init__(self) -> None:
        for name in ("types", "quantities"):
            axis = as_numbers(name, getattr(self, name))
            if axis.ndim != 1 or not len(axis) or (np.diff(axis) <= 0).any():
                raise ValueError(f"{name} is {brief(axis.tolist())}; it must be a list of numbers, ascending")
            object.__setattr__(self, name, axis)
        object.__setattr__(self, "rows", as_numbers("rows", self.rows))
        if self.rows.shape != (len(self.types), len(self.quantities)):
            shape = (len(self.types), len(self.quantities))
            raise ValueError(f"rows has shape {self.rows.shape}; with these types and quantities it must be {shape}")

    def value(self, types: ArrayLike, quantities: ArrayLike) -> FloatArray:
        return self.rows[grid_index("types", types, self.types), grid_index("quantities", quantities, self.quantities)]
