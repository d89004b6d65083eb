"""Whether people differ in λ: noisy best reply in which each participant has a precision of their own, log-normal.

log λ_i ~ Normal(log m, σ²). Given what everybody saw, decisions are independent given λ_i, so that the likelihood of a
participant is the integral of the product of the own choice probabilities. It is tabulated once by log λ and
interpolated; the integral over the normal distribution is a sum over equally spaced points, whose error falls faster
than any power of their distance. σ = 0 is the model with one λ for all. It lies at the end of the range of σ, so that
the likelihood ratio has the distribution ½ χ²₀ + ½ χ²₁ under it (Self and Liang 1987). The interval of σ holds what
this test does not reject (profile likelihood), 0 included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq, minimize_scalar
from scipy.special import logsumexp
from scipy.stats import chi2, norm

from mechanisms.arrays import FloatArray
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.noisy_best_reply import NoisyBestReply

GRID = 120
"""Values of log λ at which the likelihoods of participants are computed."""
NODES = np.linspace(-6, 6, 241)
"""Of the standard normal distribution; what is beyond has a share of 2e-9."""
LARGEST = 4.0
"""Of σ: with it the 16th and the 84th of 100 people differ in λ by a factor of 3,000."""
FINE = 241
WIDE = 1.5
"""How far from the best mean for one σ that for the next one is looked for."""
LEAST_RATIO = 1e-4
"""A gain below it is that of rounding."""


@dataclass(frozen=True)
class Spread:
    """median, sigma : of λ, and of log λ; interval : of σ; common : the one λ for all; ratio : twice the gain in
    log-likelihood; p : of the test of σ = 0; people, decisions : how many"""

    median: float
    sigma: float
    interval: tuple[float, float]
    common: float
    ratio: float
    p: float
    people: int
    decisions: int


class Likelihoods:
    """Log-likelihoods of participants by log λ."""

    def __init__(self, grid: FloatArray, logs: FloatArray) -> None:
        """grid : (GRID,) values of log λ, ascending; logs : (n_people, GRID)"""
        self.ends = float(grid[0]), float(grid[-1])
        self._spline = CubicSpline(grid, logs, axis=1)
        self._weights = norm.logpdf(NODES) - logsumexp(norm.logpdf(NODES))

    def at(self, mean: float, sigma: float) -> float:
        """Log-likelihood of log λ ~ Normal(mean, sigma²); beyond the ends of the grid play stays what it is there."""
        places = np.clip(mean + sigma * NODES, *self.ends)
        if sigma == 0:
            return float(self._spline(np.clip(mean, *self.ends)).sum())
        return float(logsumexp(self._spline(places) + self._weights, axis=1).sum())

    def common(self) -> tuple[float, float]:
        """The one log λ that fits all best, and its log-likelihood: on the grid first, since there may be peaks."""
        places = np.linspace(*self.ends, FINE)
        values = self._spline(places).sum(axis=0)
        k = int(np.argmax(values))
        return self._climb(0.0, float(places[max(k - 1, 0)]), float(places[min(k + 1, FINE - 1)]))

    @property
    def unlimited(self) -> bool:
        """Whether the largest λ that is tried fits as well as any: everybody always gives a best reply."""
        return self.common()[1] - self.at(self.ends[1], 0.0) < LEAST_RATIO

    def best(self, sigma: float, near: float) -> tuple[float, float]:
        """The mean that fits best with this σ, and its log-likelihood."""
        return self._climb(sigma, max(near - WIDE, self.ends[0]), min(near + WIDE, self.ends[1]))

    def _climb(self, sigma: float, low: float, high: float) -> tuple[float, float]:
        found = minimize_scalar(lambda mean: -self.at(mean, sigma), bounds=(low, high), method="bounded",
                                options={"xatol": 1e-4})  # fmt: skip
        return float(found.x), -float(found.fun)


def profile(likelihoods: Likelihoods) -> tuple[FloatArray, FloatArray, FloatArray]:
    """σ from 0 to LARGEST, the mean that fits best with each, and the log-likelihood."""
    mean, value = likelihoods.common()
    sigmas = np.concatenate([[0.0], np.geomspace(0.05, LARGEST, 14)])
    means, values = [mean], [value]
    for sigma in sigmas[1:]:
        mean, value = likelihoods.best(float(sigma), mean)
        means.append(mean)
        values.append(value)
    return sigmas, np.array(means), np.array(values)


def spread_of(likelihoods: Likelihoods, people: int, decisions: int, level: float = 0.95) -> Spread:
    """Estimates, interval and test."""
    sigmas, means, values = profile(likelihoods)

    def value(sigma: float) -> float:
        return likelihoods.best(sigma, float(np.interp(sigma, sigmas, means)))[1] if sigma else float(values[0])

    k = int(np.argmax(values))
    around = float(sigmas[max(k - 1, 0)]), float(sigmas[min(k + 1, len(sigmas) - 1)])
    found = minimize_scalar(lambda s: -value(float(s)), bounds=around, method="bounded", options={"xatol": 1e-3})
    sigma, most = (float(found.x), -float(found.fun)) if -found.fun > values[k] else (float(sigmas[k]), values[k])
    ratio = 2 * float(most - values[0])
    if ratio < LEAST_RATIO:
        sigma, most, ratio = 0.0, values[0], 0.0
    limits = _limits(value, sigma, float(most), ratio, level)
    p = 0.5 * float(chi2.sf(ratio, 1)) if ratio else 1.0
    median = likelihoods.best(sigma, float(np.interp(sigma, sigmas, means)))[0] if sigma else float(means[0])
    return Spread(float(np.exp(median)), sigma, limits, float(np.exp(means[0])), ratio, p, people, decisions)


def _limits(
    value: Callable[[float], float], sigma: float, most: float, ratio: float, level: float
) -> tuple[float, float]:
    """All σ that the likelihood ratio does not reject: of ½ χ²(0) + ½ χ²(1) at 0, of χ²(1) elsewhere."""
    reach = float(chi2.isf(1 - level, 1)) / 2

    def above(s: float) -> float:
        return value(s) - most + reach

    kept = ratio <= float(chi2.isf(2 * (1 - level), 1)) or above(0.0) >= 0
    low = 0.0 if kept else float(brentq(above, 0.0, sigma, xtol=1e-3))
    high = float(np.inf) if above(LARGEST) > 0 else float(brentq(above, sigma, LARGEST, xtol=1e-3))
    return low, high


def likelihoods_of(choices: Choices) -> tuple[Likelihoods, int]:
    """Of the participants who have decided, and how many they are."""
    model = NoisyBestReply(choices)
    (parameter,) = model.parameters
    grid = np.linspace(np.log(parameter.lowest), np.log(parameter.highest), GRID)
    who = choices.participant[choices.decisions]
    _, own = np.unique(who, return_inverse=True)
    logs = [np.bincount(own, weights=model.log_probabilities(np.array([rate]))) for rate in np.exp(grid)]
    return Likelihoods(grid, np.stack(logs, axis=1)), int(own.max()) + 1
