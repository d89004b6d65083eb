"""Profile-likelihood intervals: they need no quadratic likelihood, and exist where an estimate is at its bound.

The interval holds the values that a likelihood-ratio test at 1 - level with one degree of freedom does not reject, all
other parameters being fitted again. Where a bound of estimation is not rejected it ends at the natural boundary beyond
(0 for a precision or a share, 1 for a share, no limit for a precision), which gives the same likelihood. For an
estimate at its bound it is conservative. Values that the scan of the range saw above the limit belong to it, so that it
spans all peaks that are not rejected.

Clustered intervals divide the deviance by the ratio of the sandwich variance to that of the Hessian and compare with
Student's t, U - 1 degrees of freedom (Chandler and Bate 2007, "vertical" adjustment); an estimate at its bound has
none. They are read from the same profile, of which every point is fitted once, from its nearest neighbour.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm
from scipy.stats import t as student

from analysis.behaviour.estimation.estimates import BOUNDARY, Estimate
from analysis.behaviour.estimation.held import Held, held
from analysis.behaviour.estimation.likelihood import likelihood_of
from analysis.behaviour.estimation.search import Found
from mechanisms.arrays import FloatArray
from mechanisms.subjects.models.model import Model, from_link, to_link

FIRST_STEP = 0.3
TOLERANCE = 3e-3
"""Of the root of the deviance at an end (1.96 for 95 %), and of an end on the scale of the link."""
ENOUGH = 1e-4
"""Log-likelihood gained by the last step of a search at one point of the profile."""
MOST_STEPS = 30
WIDE = 3.0
"""A Wald interval of one of several parameters that is longer than that, in logarithms or logits, is replaced."""
PROFILE = "profile likelihood"
FLAT_ABOVE = f"{BOUNDARY} upper bound, up to which the likelihood is flat"


def profiled(model: Model, searched: Found, found: tuple[Estimate, ...], level: float) -> tuple[Estimate, ...]:
    """The estimates with profile-likelihood intervals, where the likelihood depends on the parameter.

    Precisions and estimates at a bound always; others keep their Wald intervals where these are short on the scale of
    the link (WIDE), far from all bounds.

    Parameters
    ----------
    model, searched : what was fitted, and its optimum
    found : estimates with Wald intervals at the optimum, one a parameter
    level : of the intervals
    """
    return tuple(
        _with_interval(model, searched, e, k, level) if _is_wanted(e, model.parameters[k].link) else e
        for k, e in enumerate(found)
    )


def _is_wanted(e: Estimate, link: str) -> bool:
    """Whether the Wald interval is not to be relied on."""
    if e.at_bound or link == "log":
        return True
    if not np.isfinite(e.se):
        return False
    low, high = to_link(np.array([e.low, e.high]), [link] * 2)
    return bool(high - low > WIDE)


def _with_interval(model: Model, searched: Found, e: Estimate, k: int, level: float) -> Estimate:
    profile = _Profile(model, searched, held(model, searched.x, k), e)
    low, high = profile.interval(float(norm.ppf((1 + level) / 2)))
    if (low, high) == profile.natural and not np.isfinite(e.se):
        return e
    low_cluster = high_cluster = np.nan
    if np.isfinite(e.se_cluster) and e.se > 0:
        units = len(np.unique(model.choices.unit[model.choices.decisions]))
        quantile = float(student.ppf((1 + level) / 2, units - 1)) * e.se_cluster / e.se
        low_cluster, high_cluster = profile.interval(quantile)
    how = f"{PROFILE}: {e.interval.removeprefix('none: ')}" if np.isnan(e.se) else PROFILE
    if profile.is_flat_above and np.isinf(high):
        return replace(e, value=profile.highest, low=low, high=high, interval=f"{PROFILE}: {FLAT_ABOVE}")
    # the likelihood at a bound of estimation is that at the natural boundary: the estimate is 0 there, or 1
    value = profile.natural[profile.side] if profile.side is not None else e.value
    value = value if np.isfinite(value) else e.value
    limited = replace(e, value=value, low=low, high=high, interval=how)
    return replace(limited, low_cluster=low_cluster, high_cluster=high_cluster)


class _Profile:
    """The likelihood of one reported parameter, on the scale of its link; the others are fitted again."""

    def __init__(self, model: Model, searched: Found, held: Held, e: Estimate) -> None:
        self.model, self.held, self.searched, self.e = model, held, searched, e
        self.natural = model.parameters[held.k].natural
        self.at = float(np.clip(held.value, *held.bounds))
        middle = float(from_link(np.array([sum(held.bounds) / 2]), [held.link])[0])
        self.side = int(e.value > middle) if e.at_bound else None
        slope = 1 / e.value if held.link == "log" else 1 / max(e.value * (1 - e.value), 1e-12)
        self.step = float(e.se * slope) if np.isfinite(e.se) and e.se > 0 else FIRST_STEP
        self.top = likelihood_of(model, held.values(self.at, held.rest))
        self.known: dict[float, tuple[float, FloatArray]] = {self.at: (0.0, held.rest)}
        self.scanned: list[tuple[float, float, FloatArray]] = []
        for x, seen in zip(searched.scanned, searched.seen, strict=True):
            value, rest = held.split(x)
            if held.bounds[0] <= value <= held.bounds[1]:
                self.scanned.append((value, self._below_top(seen), rest))

    @property
    def highest(self) -> float:
        """The upper bound of estimation."""
        return float(from_link(np.array([self.held.bounds[1]]), [self.held.link])[0])

    @property
    def is_flat_above(self) -> bool:
        """Whether the bound of estimation is as likely as an estimate far from it that nothing tells apart: any number
        between them would be arbitrary."""
        none = self.side is None and not np.isfinite(self.e.se)
        return none and self._root(self.held.bounds[1], TOLERANCE) <= TOLERANCE

    def interval(self, quantile: float) -> tuple[float, float]:
        """Values whose root of the deviance is within the quantile."""
        return self._end(0, quantile), self._end(1, quantile)

    def _end(self, side: int, quantile: float) -> float:
        if side == self.side:
            return float(self.natural[side])
        ends = max if side else min
        inside = ends(value for value, (root, _) in self.known.items() if root <= quantile)
        farther, _, rest = ends(
            (one for one in self.scanned if one[1] <= quantile), default=(inside, 0.0, None), key=lambda one: one[0]
        )
        if rest is not None and ends(farther, inside) != inside:
            inside = farther
            self._root(inside, quantile, rest)
        bound, step = self.held.bounds[side], max(1.1 * self.step * quantile, TOLERANCE)
        while inside != bound:
            beyond = [v for v in self.known if (v > inside if side else v < inside)]
            outside = (min if side else max)(beyond, default=None)
            if outside is None or abs(outside - inside) > 2 * step:
                outside = min(bound, inside + step) if side else max(bound, inside - step)
            if self._root(outside, quantile) > quantile:
                return float(from_link(np.array([self._crossing(inside, outside, quantile)]), [self.held.link])[0])
            inside, step = outside, 2 * step
        return float(self.natural[side])

    def _crossing(self, inside: float, outside: float, quantile: float) -> float:
        """Where the root of the deviance is the quantile, by false position with halving (it is nearly a line)."""
        below, above = (self._root(value, quantile) - quantile for value in (inside, outside))
        for _ in range(MOST_STEPS):
            middle = outside - above * (outside - inside) / (above - below)
            excess = self._root(middle, quantile) - quantile
            if abs(excess) < TOLERANCE or abs(outside - inside) < TOLERANCE:
                return middle
            if excess < 0:
                inside, below, above = middle, excess, above / 2
            else:
                outside, above, below = middle, excess, below / 2
        return inside

    def _root(self, value: float, quantile: float, start: FloatArray | None = None) -> float:
        """Root of the deviance, the others being fitted.

        They are climbed from `start`, or where they are expected from the points that are known; if the value seems to
        be outside, from where they are at the optimum too: far out on a scale of logits a climb can be stuck.
        """
        if value in self.known:
            return self.known[value][0]
        begun = self._expected(value) if start is None else start
        found = self._climbed(value, begun)
        if len(begun) and self._below_top(found[0]) > quantile - TOLERANCE:
            found = max(found, self._climbed(value, self.held.rest), key=lambda pair: pair[0])
        self.known[value] = self._below_top(found[0]), found[1]
        return self.known[value][0]

    def _expected(self, value: float) -> FloatArray:
        """The rest, by the line through the two nearest points that are known."""
        near = sorted(self.known, key=lambda other: (abs(other - value), other))[:2]
        first, rest = near[0], self.known[near[0]][1]
        if len(near) < 2 or not len(rest):
            return rest
        slope = (self.known[near[1]][1] - rest) / (near[1] - first)
        return np.clip(rest + np.clip(slope * (value - first), -1, 1), *self.held.rest_bounds.T)

    def _below_top(self, log_likelihood: float) -> float:
        return float(np.sqrt(2 * max(self.top - log_likelihood, 0.0)))

    def _climbed(self, value: float, start: FloatArray) -> tuple[float, FloatArray]:
        """The likelihood with the parameter held, and the rest."""
        if not len(start):
            return likelihood_of(self.model, self.held.values(value, start)), start
        size = max(1, len(self.model.choices.decisions))
        result = minimize(
            lambda rest: -likelihood_of(self.model, self.held.values(value, rest)) / size,
            start,
            method="SLSQP",
            bounds=self.held.rest_bounds,
            options={"ftol": ENOUGH / size, "maxiter": 50},
        )
        return -float(result.fun) * size, result.x
