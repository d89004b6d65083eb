"""Concave quasi-linear utilities u_i = v_i(q_i) - x_i of n agents, given by their marginal values v_i'.

What an equilibrium needs of them: v_i'(q_i) for all agents at once, its slope, and the demand that is best when the
marginal cost of the q-th unit is price + slope * q.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, as_numbers
from mechanisms.shown import Shown
from mechanisms.writing import digits

GRID = 33
MAX_STEPS = 100
STEP = 1e-6
PRECISION = 1e-14
NEARLY = 1e-5


class Utilities(Shown, ABC):
    """Marginal values of n agents.

    Attributes
    ----------
    n : number of agents
    highest : ndarray (n,), the demands above which nothing is known of a value; infinite where all is known
    strictly_concave : whether v_i' decreases strictly
    """

    strictly_concave = True

    def __init__(self, n: int, highest: float = np.inf) -> None:
        self.n, self.highest = n, np.full(n, float(highest))

    @abstractmethod
    def marginal(self, demands: FloatArray) -> FloatArray:
        """v_i'(q_i), shape (n,); may be infinite at 0."""

    @abstractmethod
    def slope(self, demands: FloatArray) -> FloatArray:
        """v_i''(q_i) <= 0, shape (n,); may be -inf at 0. It guides the search and need not be exact."""

    @abstractmethod
    def best_demands(self, price: float, slope: float) -> FloatArray:
        """The q_i >= 0 with v_i'(q_i) = price + slope * q_i (0 where v_i'(0) <= price), shape (n,)."""

    def response(self, price: float, slope: float, near: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
        """The best demands and the slopes v_i'' there; a search may begin at the demands `near` (n,)."""
        best = self.best_demands(price, slope)
        return best, self.slope(best)


class LinearUtilities(Utilities):
    """v_i = b_i * q_i (K section 5).

    Parameters
    ----------
    types : array_like, shape (n,), the b_i in units of utility per unit of the good

    Examples
    --------
    >>> LinearUtilities([1, 3]).best_demands(2, 0.5)
    array([0., 2.])
    """

    strictly_concave = False

    def __init__(self, types: ArrayLike) -> None:
        self.types = _as_agents("types", types)
        super().__init__(len(self.types))
        self._no_slope = np.zeros(self.n)

    def marginal(self, demands: FloatArray) -> FloatArray:
        return self.types

    def slope(self, demands: FloatArray) -> FloatArray:
        return self._no_slope

    def best_demands(self, price: float, slope: float) -> FloatArray:
        best = self.types - price
        np.maximum(best, 0, out=best)
        return np.divide(best, slope, out=best) if slope > 0 else np.where(best > 0, np.inf, 0.0)


class QuadraticUtilities(Utilities):
    """v_i = theta_i * q_i - curvature_i / 2 * q_i**2.

    Parameters
    ----------
    types : array_like, shape (n,), the theta_i
    curvature : array_like, shape (n,) or a number for all, more than 0

    Examples
    --------
    >>> QuadraticUtilities([1, 3], 0.5).best_demands(2, 0.5)
    array([0., 1.])
    """

    def __init__(self, types: ArrayLike, curvature: ArrayLike) -> None:
        self.types = _as_agents("types", types)
        super().__init__(len(self.types))
        self.curvature = _for_all("curvature", curvature, self.n)
        if self.curvature.min() <= 0:
            raise ValueError(f"curvature is {digits(self.curvature.min())} for an agent; it must be more than 0")

    def marginal(self, demands: FloatArray) -> FloatArray:
        return self.types - self.curvature * demands

    def slope(self, demands: FloatArray) -> FloatArray:
        return -self.curvature

    def best_demands(self, price: float, slope: float) -> FloatArray:
        best = self.types - price
        best /= self.curvature + slope
        return np.maximum(best, 0, out=best)


@dataclass(frozen=True, eq=False)
class LogMarginal:
    """log v_i' of power values as a function of log q_i: lines, (n,), with a level at q_i = 1 and a fall."""

    level: FloatArray
    fall: FloatArray

    def at(self, log_q: FloatArray) -> FloatArray:
        """The logarithms of the marginal values."""
        falls: FloatArray = self.fall * log_q
        return np.subtract(self.level, falls, out=falls)

    def start(self, price: float, slope: float) -> FloatArray:
        """The logarithm of the lower of the demands at price alone and at slope alone, above the best demands."""
        log_q = (self.level - np.log(slope)) / (1 + self.fall)
        if price > 0:
            np.minimum(log_q, (self.level - np.log(price)) / self.fall, out=log_q)
        return log_q

    def of_every(self, step: int) -> LogMarginal:
        """Those of the first agent and of every so many after it."""
        return LogMarginal(self.level[::step], self.fall[::step])


class PowerUtilities(Utilities):
    """v_i = theta_i * q_i ** exponent_i, with theta_i > 0 and 0 < exponent_i < 1: the first bit is worth any price.

    Parameters
    ----------
    types : array_like, shape (n,), the theta_i
    exponent : array_like, shape (n,) or a number for all

    Examples
    --------
    >>> PowerUtilities([2], 0.5).best_demands(0.75, 0.25).round(9)
    array([1.])
    """

    def __init__(self, types: ArrayLike, exponent: ArrayLike) -> None:
        self.types = _as_agents("types", types)
        super().__init__(len(self.types))
        self.exponent = _for_all("exponent", exponent, self.n)
        if self.types.min() <= 0:
            raise ValueError(f"types is {digits(self.types.min())} for an agent; it must be more than 0")
        if not (self.exponent.min() > 0 and self.exponent.max() < 1):
            bad = self.exponent[(self.exponent <= 0) | (self.exponent >= 1)][0]
            raise ValueError(f"exponent is {digits(bad)} for an agent; it must be between 0 and 1, both excluded")
        self._first, self._minus_fall = self.types * self.exponent, self.exponent - 1
        self.in_logs = LogMarginal(np.log(self._first), 1 - self.exponent)

    def marginal(self, demands: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return self._first * demands**self._minus_fall

    def slope(self, demands: FloatArray) -> FloatArray:
        return self.marginal(demands) * (self.exponent - 1) / demands

    def best_demands(self, price: float, slope: float) -> FloatArray:
        return self.response(price, slope)[0]

    def response(self, price: float, slope: float, near: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
        """By Halley's method for log q, in which log(price + slope * q) - log v'(q) is increasing and convex.

        By default it begins at `LogMarginal.start`.
        """
        level, fall = self.in_logs.level, self.in_logs.fall
        if slope <= 0:
            best = np.full(self.n, np.inf) if price <= 0 else np.exp((level - np.log(price)) / fall)
            return best, self.slope(best)
        log_q = self.in_logs.start(price, slope) if near is None else np.log(near)
        for _ in range(MAX_STEPS):
            best = np.exp(log_q)
            marginal_cost = slope * best
            marginal_cost += price
            step = np.log(marginal_cost)
            step += fall * log_q
            step -= level
            rest = price / marginal_cost
            rise = fall + 1 - rest
            step /= np.maximum(rise - 0.5 * step * rest * (1 - rest) / rise, 0.5 * rise)  # at most twice Newton's
            log_q -= step
            if max(step.max(), -step.min()) < NEARLY:  # convergence is cubic: the error left is no number
                break
        best -= step * best * (1 - 0.5 * step)  # the last step
        return best, -(price + slope * best) * fall / best


class CallableUtilities(Utilities):
    """Any marginal values, given by a function that is checked on a grid.

    Parameters
    ----------
    marginal_value : function, demands (n,) -> marginal values (n,), decreasing in the own demand
    n : number of agents
    highest : the function is used for demands from 0 to `highest`, which no demand can exceed

    Raises
    ------
    ValueError
        If the function returns another shape, a value that is not finite (at 0 it may be inf), or does not decrease.

    Examples
    --------
    >>> CallableUtilities(lambda q: np.array([4, 6]) * np.exp(-q), 2, highest=20).best_demands(2, 0).round(6)
    array([0.693147, 1.098612])
    """

    def __init__(self, marginal_value: Callable[[FloatArray], ArrayLike], n: int, highest: float) -> None:
        if not (np.isfinite(highest) and highest > 0):
            raise ValueError(f"highest is {highest}; it must be a finite number more than 0")
        super().__init__(n, highest)
        self._function = marginal_value
        previous = self._checked(np.zeros(n))
        for level in np.linspace(0, highest, GRID)[1:]:
            values = self._checked(np.full(n, level))
            if not (values < previous).all():
                i = int(np.argmin(values < previous))
                raise ValueError(
                    f"marginal_value does not decrease for agent {i}: it is {digits(previous[i])} before and "
                    f"{digits(values[i])} at demand {digits(level)}; values must be strictly concave"
                )
            previous = values

    def marginal(self, demands: FloatArray) -> FloatArray:
        return np.asarray(self._function(demands), dtype=np.float64)

    def slope(self, demands: FloatArray) -> FloatArray:
        step = STEP * np.where(demands > 0, demands, -self.highest)  # at 0 to the right
        return (self.marginal(demands) - self.marginal(demands - step)) / step

    def best_demands(self, price: float, slope: float) -> FloatArray:
        """By Newton's method within a bracket, and by halving it where that leads out of it."""
        low, high = np.zeros(self.n), self.highest
        none, all_of_it = self.marginal(low) <= price, self.marginal(high) >= price + slope * high
        demands = high / 2
        for _ in range(MAX_STEPS):
            marginal, step = self.marginal(demands), STEP * demands
            gain = marginal - price - slope * demands
            low, high = np.where(gain > 0, demands, low), np.where(gain > 0, high, demands)
            newton = demands - gain / ((marginal - self.marginal(demands - step)) / step - slope)
            better = np.where((newton >= low) & (newton <= high), newton, (low + high) / 2)
            settled = np.abs(better - demands) <= PRECISION * better
            demands = better
            if (settled | none | all_of_it).all():
                break
        return np.where(none, 0.0, np.where(all_of_it, self.highest, demands))

    def _checked(self, demands: FloatArray) -> FloatArray:
        values = self.marginal(demands)
        if values.shape != (self.n,):
            raise ValueError(
                f"marginal_value returned shape {values.shape} for {self.n} demands; it must be ({self.n},)"
            )
        wrong = np.isnan(values) | (values == -np.inf) | ((values == np.inf) & (demands > 0))
        if wrong.any():
            i = int(wrong.argmax())
            at = digits(demands[i])
            raise ValueError(f"marginal_value is {values[i]} for agent {i} at demand {at}; it must be finite")
        return values


def _as_agents(argument: str, values: ArrayLike) -> FloatArray:
    array = as_numbers(argument, values)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{argument} has shape {array.shape}; it must be (n,), one number for each of n >= 1 agents")
    return array


def _for_all(argument: str, values: ArrayLike, n: int) -> FloatArray:
    array = as_numbers(argument, values)
    if array.shape not in ((), (n,)):
        raise ValueError(f"{argument} has shape {array.shape}; it must be ({n},) or a number")
    return np.broadcast_to(array, (n,)).copy()
