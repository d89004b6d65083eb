"""Profile-likelihood intervals: they need no quadratic likelihood, and exist where an estimate is at its bound.

The interval holds the values that a likelihood-ratio test at 1 - level with one degree of freedom does not reject, all
other parameters being fitted again. Where a bound of estimation is not rejected it ends at the natural boundary beyond
(0 for a precision or a share, 1 for a share, no limit for a precision), which gives the same likelihood. For an
estimate at its bound it is conservative. Values that the scan of the range saw above the limit belong to it, so that it
spans all peaks that are not rejected.

Clustered intervals divide the deviance by the ratio of the sandwich variance to that of the Hessian and compare with
Student's t, U - 1 degrees of freedom (Chandler and Bate 2007, "vertical" adjustment); an estimate at its bound has
none.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm
from scipy.stats import t as student

from analysis.behaviour.estimation.estimates import Estimate
from analysis.behaviour.estimation.likelihood import log_likelihood
from analysis.behaviour.estimation.search import ROUGH, Found, climb
from analysis.behaviour.models.model import Model, from_link, to_link
from analysis.behaviour.models.participant_mixture import ParticipantMixture
from mechanisms.arrays import FloatArray

FIRST_STEP = 0.1
TOLERANCE = 1e-3
"""Of the root of the deviance at an end (1.96 for 95 %), and of an end on the scale of the link."""
MOST_STEPS = 30
WIDE = 3.0
"""A Wald interval of one of several parameters that is longer than that, in logarithms or logits, is replaced."""
PROFILE = "profile likelihood"
WIDEST_SHARES = np.array([1e-6, 1 - 1e-6])
"""Shares of classes are followed so far; then they are 0 or 1."""


def profiled(model: Model, searched: Found, found: tuple[Estimate, ...], level: float) -> tuple[Estimate, ...]:
    """The estimates with profile-likelihood intervals, where the likelihood depends on the parameter.

    In models of several parameters each point of a profile is a search: there estimates keep their Wald intervals if
    these are short on the scale of the link (WIDE), far from all bounds.

    Parameters
    ----------
    model, searched : what was fitted, and its optimum
    found : estimates with Wald intervals at the optimum, one a parameter
    level : of the intervals
    """
    return tuple(
        _with_interval(model, searched, found, k, level) if e.at_bound or _is_wide(e, len(found)) else e
        for k, e in enumerate(found)
    )


def _is_wide(e: Estimate, parameters: int) -> bool:
    """Whether the Wald interval is not to be relied on."""
    if parameters == 1 or not np.isfinite(e.se):
        return parameters == 1
    link = "log" if e.interval.endswith("logarithm") else "logit"
    low, high = to_link(np.array([e.low, e.high]), [link] * 2)
    return bool(high - low > WIDE)


def _with_interval(model: Model, searched: Found, found: tuple[Estimate, ...], k: int, level: float) -> Estimate:
    e = found[k]
    profile = _Profile(model, searched, k)
    step = e.se * profile.slope if np.isfinite(e.se) else FIRST_STEP
    low, high = profile.interval(float(norm.ppf((1 + level) / 2)), step)
    if (low, high) == profile.natural and not np.isfinite(e.se):
        return e
    low_cluster = high_cluster = np.nan
    if np.isfinite(e.se_cluster) and e.se > 0:
        units = len(np.unique(model.choices.unit[model.choices.decisions]))
        quantile = float(student.ppf((1 + level) / 2, units - 1)) * e.se_cluster / e.se
        low_cluster, high_cluster = profile.interval(quantile, step)
    how = f"{PROFILE}: {e.interval.removeprefix('none: ')}" if np.isnan(e.se) else PROFILE
    # the likelihood at a bound of estimation is that at the natural boundary: the estimate is 0 there, or 1
    value = profile.natural[profile.bound_of(e.value)] if e.at_bound else e.value
    value = float(value) if np.isfinite(value) else e.value
    limited = replace(e, value=value, low=low, high=high, interval=how)
    return replace(limited, low_cluster=low_cluster, high_cluster=high_cluster)


class _Profile:
    """The likelihood of one reported parameter, on the scale of its link; the others are fitted again."""

    def __init__(self, model: Model, searched: Found, k: int) -> None:
        self.model, self.k, self.best = model, k, searched
        self.link, self.natural = model.parameters[k].link, model.parameters[k].natural
        # a mixture of K classes has K shares first, made from K - 1 numbers
        classes = len(model.classes) if isinstance(model, ParticipantMixture) else 0
        self.free = k - min(classes, 1) if k >= classes else None
        ends = model.bounds[self.free] if self.free is not None else to_link(WIDEST_SHARES, ["logit"] * 2)
        self.bounds = float(ends[0]), float(ends[1])
        self.at = float(np.clip(self.of(searched.x), *self.bounds))
        self.top = log_likelihood(model, searched.x)

    @property
    def slope(self) -> float:
        """d link / d value at the estimate."""
        value = float(from_link(np.array([self.at]), [self.link])[0])
        return 1 / value if self.link == "log" else 1 / (value * (1 - value))

    def of(self, x: FloatArray) -> float:
        """The parameter on the scale of its link."""
        if self.free is not None:
            return float(x[self.free])
        with np.errstate(divide="ignore"):
            return float(to_link(self.model.to_values(x)[[self.k]], [self.link])[0])

    def bound_of(self, value: float) -> int:
        """The nearer bound: 0 the lower, 1 the upper."""
        middle = float(from_link(np.array([sum(self.bounds) / 2]), [self.link])[0])
        return int(value > middle)

    def interval(self, quantile: float, step: float) -> tuple[float, float]:
        """Values whose signed root of the deviance is within the quantile."""
        low, high = (self._end(side, quantile, max(1.2 * step * quantile, TOLERANCE)) for side in (0, 1))
        return low, high

    def _end(self, side: int, quantile: float, step: float) -> float:
        inside, warm = self._outermost(side, self.top - quantile**2 / 2)
        bound, below = self.bounds[side], -quantile
        while inside != bound:
            outside = max(bound, inside - step) if side == 0 else min(bound, inside + step)
            above, reached = self._excess(outside, warm, quantile)
            if above > 0:
                end = self._crossing(inside, outside, below, above, warm, quantile)
                return float(from_link(np.array([end]), [self.link])[0])
            inside, below, warm, step = outside, above, reached, 2 * step
        return float(self.natural[side])

    def _crossing(
        self, inside: float, outside: float, below: float, above: float, warm: FloatArray, quantile: float
    ) -> float:
        """Where the excess is 0, by false position with halving (the root of a deviance is nearly a line)."""
        for _ in range(MOST_STEPS):
            middle = outside - above * (outside - inside) / (above - below)
            excess, reached = self._excess(middle, warm, quantile)
            if abs(excess) < TOLERANCE or abs(outside - inside) < TOLERANCE:
                return middle
            if excess < 0:
                inside, below, warm, above = middle, excess, reached, above / 2
            else:
                outside, above, below = middle, excess, below / 2
        return inside

    def _excess(self, value: float, warm: FloatArray, quantile: float) -> tuple[float, FloatArray]:
        """Signed root of the deviance less the quantile, and the x that was fitted, from the nearest x inside."""
        reached, x = self._fitted(value, warm)
        return float(np.sqrt(2 * max(self.top - reached, 0.0))) - quantile, x

    def _outermost(self, side: int, lowest: float) -> tuple[float, FloatArray]:
        """The farthest point that is known to be inside, and where it was seen."""
        inside = [(self.at, self.best.x)]
        for x, seen in zip(self.best.scanned, self.best.seen, strict=True):
            if seen > lowest and self.bounds[0] <= self.of(x) <= self.bounds[1]:
                inside.append((self.of(x), x))
        return (max if side else min)(inside, key=lambda pair: pair[0])

    def _fitted(self, value: float, start: FloatArray) -> tuple[float, FloatArray]:
        """The likelihood with the parameter held, the others fitted from `start`."""
        if self.free is not None:
            held, begun = self.model.bounds.copy(), start.copy()
            held[self.free] = begun[self.free] = value
            return climb(self.model, begun, held) if len(start) > 1 else (log_likelihood(self.model, begun), begun)
        size = max(1, len(self.model.choices.decisions))
        result = minimize(
            lambda x: -log_likelihood(self.model, x) / size,
            start,
            method="SLSQP",
            bounds=self.model.bounds,
            constraints={"type": "eq", "fun": lambda x: self.of(x) - value},
            options=ROUGH,
        )
        return -float(result.fun) * size, result.x
