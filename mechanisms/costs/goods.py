"""Costs of personalised goods as files give them: a polynomial in everybody's units, or a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_demands, as_number, as_numbers, as_whole
from mechanisms.costs.base import Cost
from mechanisms.writing import digits

MAX_POWER = 20


@dataclass(frozen=True)
class GoodsPolynomialCost(Cost):
    """C(q) = sum of coefficient * q_1 ** powers[0] * … * q_n ** powers[n-1] over the terms (coefficient, powers).

    Whole powers, in each term at least one above 0, so that C(0) = 0.

    >>> cost = GoodsPolynomialCost(((2, (1, 0)), (1, (0, 2)), (0.5, (1, 1))))
    >>> cost.cost([2, 3]), cost.gradient([2, 3])
    (np.float64(16.0), array([3.5, 7. ]))
    """

    terms: tuple[tuple[float, tuple[int, ...]], ...]

    def __post_init__(self) -> None:
        if not len(self.terms):
            raise ValueError("terms is empty; it must have at least one (coefficient, powers)")
        n = len(self.terms[0][1])
        for coefficient, powers in self.terms:
            as_number("coefficient", coefficient)
            whole = [as_whole("powers", power, 0, MAX_POWER) for power in powers]
            if len(whole) != n or not any(whole):
                raise ValueError(f"powers is {list(powers)}; it must have {n} whole numbers, one of them above 0")

    @property
    def goods(self) -> int:
        """The number of agents, each with a good of the own."""
        return len(self.terms[0][1])

    def cost(self, demands: ArrayLike) -> FloatArray:
        of = self._powers(demands)
        return np.sum([c * _product(of, powers) for c, powers in self.terms], axis=0)

    def gradient(self, demands: ArrayLike) -> FloatArray:
        of = self._powers(demands)
        found = np.zeros((*of[0][0].shape, self.goods))
        for c, powers in self.terms:
            for i in np.flatnonzero(powers):
                lower = tuple(power - (k == i) for k, power in enumerate(powers))
                found[..., i] += c * powers[i] * _product(of, lower)
        return found

    def _powers(self, demands: ArrayLike) -> list[list[FloatArray]]:
        """q_i ** 0, q_i ** 1, … up to the highest power of each good, by multiplication: ten times as fast as **."""
        q = _for(self.goods, demands)
        highest = np.max([powers for _, powers in self.terms], axis=0)
        return [
            list(accumulate([np.ones_like(own), *[own] * top], np.multiply))
            for own, top in zip(np.moveaxis(q, -1, 0), highest.tolist(), strict=True)
        ]


@dataclass(frozen=True, eq=False)
class GoodsTableCost(Cost):
    """C(q) = values[q_1, …, q_n] for whole demands q_i = 0, 1, 2, …; values[0, …, 0] must be 0.

    Attributes
    ----------
    values : ndarray, shape (m_1 + 1, …, m_n + 1), units of cost

    Examples
    --------
    >>> GoodsTableCost([[0, 1, 3], [2, 4, 7]]).cost([1, 2])
    np.float64(7.0)
    """

    values: FloatArray
    differentiable = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", as_numbers("values", self.values))
        if self.values.ndim < 1 or not self.values.size or self.values.flat[0] != 0:
            raise ValueError(
                "values must start with 0, the cost of producing nothing, in an array with an axis for each agent"
            )

    @property
    def goods(self) -> int:
        """The number of agents, each with a good of the own."""
        return self.values.ndim

    def cost(self, demands: ArrayLike) -> FloatArray:
        q = _for(self.goods, demands)
        steps = np.rint(q).astype(np.int64)
        off = (np.abs(q - steps) > 1e-9) | (steps >= self.values.shape)
        if off.any():
            most: Sequence[int] = [size - 1 for size in self.values.shape]
            raise ValueError(
                f"demands have {digits(q[off][0])}, which is not in the cost table; it has whole demands up to {most}"
            )
        return self.values[tuple(np.moveaxis(steps, -1, 0))][()]

    def gradient(self, demands: ArrayLike) -> FloatArray:
        raise ValueError("a table of costs at whole demands has no marginal costs")


def _product(of: list[list[FloatArray]], powers: Sequence[int]) -> FloatArray:
    """The product of each good's power, without those that are 1."""
    return reduce(np.multiply, [own[power] for own, power in zip(of, powers, strict=True) if power], of[0][0])


def _for(goods: int, demands: ArrayLike) -> FloatArray:
    q = as_demands(demands)
    if q.shape[-1] != goods:
        raise ValueError(f"demands has {q.shape[-1]} agents; this cost is for {goods}")
    return q
