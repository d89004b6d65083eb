"""Homogeneous costs C(q) = c(Q): the cost depends on the total demand Q only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray, as_given, as_number, as_numbers, brief
from mechanisms.costs.base import HomogeneousCost
from mechanisms.writing import digits


@dataclass(frozen=True)
class PowerCost(HomogeneousCost):
    """c(Q) = coefficient * Q ** exponent, with coefficient >= 0 and exponent > 0.

    >>> PowerCost(1, 2).cost([4, 6])
    np.float64(100.0)
    """

    coefficient: float
    exponent: float

    def __post_init__(self) -> None:
        as_number("coefficient", self.coefficient, low=0)
        as_number("exponent", self.exponent, above=0)  # so that c(0) = 0

    def total_cost(self, total: FloatArray) -> FloatArray:
        return self.coefficient * as_given("total", total) ** self.exponent

    def marginal_cost(self, total: FloatArray) -> FloatArray:
        return self.coefficient * self.exponent * as_given("total", total) ** (self.exponent - 1)


@dataclass(frozen=True)
class PolynomialCost(HomogeneousCost):
    """c(Q) = coefficients[0] * Q + coefficients[1] * Q**2 + …, so that c(0) = 0.

    >>> float(PolynomialCost((1, 0.5)).cost([1, 1]))
    4.0
    """

    coefficients: tuple[float, ...]

    def __post_init__(self) -> None:
        if as_numbers("coefficients", self.coefficients).ndim != 1 or not len(self.coefficients):
            raise ValueError(
                f"coefficients is {brief(self.coefficients)}; it must be a list, at least the coefficient of Q"
            )

    def total_cost(self, total: FloatArray) -> FloatArray:
        total = as_given("total", total)
        return _horner(self.coefficients, total) * total

    def marginal_cost(self, total: FloatArray) -> FloatArray:
        derivative = [k * c for k, c in enumerate(self.coefficients, start=1)]
        return _horner(derivative, as_given("total", total))


def _horner(coefficients: Sequence[float], x: FloatArray) -> FloatArray:
    """coefficients[0] + coefficients[1] * x + …"""
    value = 0.0 * x
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


@dataclass(frozen=True)
class PiecewiseLinearCost(HomogeneousCost):
    """c(Q) with c(0) = 0 and marginal cost slopes[k] between breakpoints[k-1] and breakpoints[k] (from 0, to infinity).

    >>> PiecewiseLinearCost(breakpoints=(10,), slopes=(1, 3)).cost([8, 4])
    np.float64(16.0)
    """

    breakpoints: tuple[float, ...]
    slopes: tuple[float, ...]

    def __post_init__(self) -> None:
        corners, slopes = as_numbers("breakpoints", self.breakpoints), as_numbers("slopes", self.slopes)
        for name, array in (("breakpoints", corners), ("slopes", slopes)):
            if array.ndim != 1:
                raise ValueError(f"{name} is {brief(array.tolist())}; it must be a list of numbers")
        if len(self.slopes) != len(corners) + 1:
            raise ValueError(
                f"slopes has {len(self.slopes)} entries; {len(corners)} breakpoints need {len(corners) + 1}"
            )
        if np.any(np.diff(corners, prepend=0.0) <= 0):
            raise ValueError(f"breakpoints is {brief(corners.tolist())}; they must be more than 0 and ascending")

    def total_cost(self, total: FloatArray) -> FloatArray:
        total, changes = as_given("total", total), np.diff(self.slopes)
        kinks = np.maximum(total[..., None] - np.asarray(self.breakpoints, dtype=np.float64), 0) @ changes
        return self.slopes[0] * total + kinks

    def marginal_cost(self, total: FloatArray) -> FloatArray:
        """The slope to the right of Q."""
        total = as_given("total", total)
        segment = np.searchsorted(np.asarray(self.breakpoints, dtype=np.float64), total, side="right")
        return np.asarray(self.slopes, dtype=np.float64)[segment]


@dataclass(frozen=True)
class TabulatedCost(HomogeneousCost):
    """c(Q) = values[Q] for whole Q = 0, 1, 2, …; values[0] must be 0.

    >>> TabulatedCost((0, 1, 4, 9)).cost([1, 2])
    np.float64(9.0)
    """

    values: tuple[float, ...]
    differentiable = False

    def __post_init__(self) -> None:
        table = as_numbers("values", self.values)
        if table.ndim != 1 or len(table) < 2 or table[0] != 0:
            raise ValueError(
                f"values is {brief(table.tolist())}; it must start with c(0) = 0 and go on with c(1), c(2), …"
            )

    def total_cost(self, total: FloatArray) -> FloatArray:
        return np.asarray(self.values, dtype=np.float64)[self._steps(total)]

    def marginal_cost(self, total: FloatArray) -> FloatArray:
        """c(Q) - c(Q - 1), the cost of the last unit; that of the first one where Q = 0."""
        return np.diff(np.asarray(self.values, dtype=np.float64))[np.maximum(self._steps(total) - 1, 0)]

    def _steps(self, total: FloatArray) -> np.ndarray:
        total = as_given("total", total)
        steps = np.rint(total).astype(np.int64)
        off = (np.abs(total - steps) > 1e-9) | (steps >= len(self.values)) | (steps < 0)
        if np.any(off):
            raise ValueError(
                f"demands have the total {digits(np.asarray(total)[off].flat[0])}, which is not in the cost table; "
                f"it has whole totals from 0 to {len(self.values) - 1}"
            )
        return steps
