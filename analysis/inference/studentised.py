"""The studentised permutation distribution of a difference of two means (Chung and Romano 2013, Ann. Statist. 41).

T is the difference D of the arms' means over its standard error, sqrt(V) with V = s_0² / n_0 + s_1² / n_1, computed
anew in each arrangement. The test is exact if the arms have the same distribution, and has its level in large samples
if only their means are the same, however the arms differ in size and dispersion; the plain difference has not. Strata:
differences weighted by n_0 n_1 / (n_0 + n_1), variances added; where a stratum has one unit in an arm (pairs, say), the
variance is that of the strata's differences. One unit in an arm and no strata: the variance of the other arm stands
for both.

With arms of other numbers of units that alone is not enough: with 4 + 12 units, the few varying three times as much, it
rejects in 16 %. There the one-sided p is the larger of that of the permutations and of Welch's t test, so that the
test is valid for equal distributions of any form, and near its level for normal means of any dispersion. The same
between different games, whose units are not exchangeable even where nothing is to be found: where one of two arms of
four hardly varies, the other lies wholly on one side of it in one of eight cases, which is the least p-value of a test
that sees no more than order.

A shift δ of the second arm is tested on the data less the shift; the interval is the hull of what is not rejected. In
each arrangement D is linear and V quadratic in δ, so that their values at three shifts give them at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from mechanisms.shown import Shown

FLOOR = 1e-7
"""A standard error below it, relative to the largest deviation, is 0 but for rounding."""
TIE = 1e-8
"""Statistics that differ by less, relative to 1 or the larger of them, are ties."""
FAR, NEAR, STEPS = 1e3, 1e-3, 60
"""Limits are looked for between FAR and NEAR ranges of the values from the difference, in so many steps."""
ALTERNATIVES = ("two-sided", "greater", "less")


@dataclass(frozen=True)
class Studentised(Shown):
    """values : ndarray (..., n_units); labels : 0 or 1, (n_units,); strata : int (n_units,); rows : arrangements
    (n, n_units), the observed one among them; exchangeable : False between different games"""

    values: np.ndarray
    labels: np.ndarray
    strata: np.ndarray
    rows: np.ndarray
    exchangeable: bool = True

    @property
    def observed(self) -> np.ndarray:
        """The difference of means, (...)."""
        return self._difference_and_variance(self.labels[None, :], self.values)[0][..., 0]

    @property
    def guarded(self) -> str:
        """Why p is never below that of Welch's t test: the arms have other numbers of units, or other games; or ""."""
        n = len(self.labels) - int(self.labels.sum()), int(self.labels.sum())
        if min(n) < 2 or not np.all(self._welch_freedom() > 0):
            return ""
        if not self.exchangeable:
            return "different games"
        return "unequal arms" if n[0] != n[1] and len(np.unique(self.strata)) == 1 else ""

    @property
    def _spread(self) -> float:
        return float(np.ptp(self.values)) or 1.0

    def p(self, alternative: str = "two-sided", shift: float = 0.0, alone: bool = False) -> np.ndarray:
        """p-value of the hypothesis that the second arm's mean is `shift` above that of the first; alone : of the
        permutations, whatever Welch's is."""
        if alternative not in ALTERNATIVES:
            raise ValueError(f"alternative: {alternative!r}; expected {', '.join(ALTERNATIVES)}")
        moved = self.values - shift * self.labels
        own, all_ = self._t(self.labels[None, :], moved), self._t(self.rows, moved)
        tie = _tie(own)
        above, below = (all_ >= own - tie).mean(axis=-1), (all_ <= own + tie).mean(axis=-1)
        if self.guarded and not alone:
            freedom = self._welch_freedom()
            above = np.maximum(above, student.sf(own[..., 0], freedom))
            below = np.maximum(below, student.cdf(own[..., 0], freedom))
        return {"greater": above, "less": below, "two-sided": np.minimum(1, 2 * np.minimum(above, below))}[alternative]

    def interval(self, level: float = 0.95, alternative: str = "two-sided") -> tuple[float, float]:
        """The outermost shifts that are not rejected; infinite where the arrangements are too few for a limit."""
        alpha = (1 - level) / (2 if alternative == "two-sided" else 1)
        centre = float(self.observed)
        share = self._shares()
        low = centre - self._reach(share, -1.0, alpha) if alternative != "less" else -np.inf
        high = centre + self._reach(share, 1.0, alpha) if alternative != "greater" else np.inf
        return low, high

    def _reach(self, share: Callable[[float], float], sign: float, alpha: float) -> float:
        """Distance from the difference, on one side, of the outermost shift that a one-sided test does not reject."""
        spread, allowed = self._spread, alpha * (1 + 1e-9)

        def kept(distance: float) -> bool:
            return share(sign * distance) > allowed

        if kept(FAR * spread):
            return float(np.inf)
        distances = [*np.geomspace(FAR, NEAR, STEPS) * spread, 0.0]
        place = next((k for k, distance in enumerate(distances) if kept(float(distance))), STEPS)
        outside, inside = float(distances[place - 1]), float(distances[place])
        for _ in range(STEPS // 2):
            middle = (outside + inside) / 2
            outside, inside = (outside, middle) if kept(middle) else (middle, inside)
        if not self.guarded:
            return inside
        error = np.sqrt(self._difference_and_variance(self.labels[None, :], self.values)[1][0])
        return max(inside, float(error * student.isf(alpha, self._welch_freedom())))

    def _shares(self) -> Callable[[float], float]:
        """Share of arrangements at least as extreme, on its own side, as the data at a distance from the difference.

        Of values (n_units,). Below the difference it is the p-value of "greater", above it that of "less".
        """
        centred = self.values - float(self.observed) * self.labels
        step = self._spread
        rows = np.concatenate([self.labels[None, :], self.rows])
        left, here, right = (self._difference_and_variance(rows, centred - k * step * self.labels) for k in (-1, 0, 1))
        slope = (right[0] - left[0]) / (2 * step)
        linear, square = (right[1] - left[1]) / (2 * step), (right[1] + left[1] - 2 * here[1]) / (2 * step**2)

        def share(distance: float) -> float:
            variance = here[1] + distance * (linear + distance * square)
            floor = _floor(centred - distance * self.labels)
            t = (here[0] + distance * slope) / np.sqrt(np.maximum(variance, floor**2))
            own, all_ = t[0], t[1:]
            return float((all_ <= own + _tie(own)).mean() if distance > 0 else (all_ >= own - _tie(own)).mean())

        return share

    def _welch_freedom(self) -> np.ndarray:
        """Of Welch and Satterthwaite, over the arms of all strata; strata less one, where what varies is between them;
        0: nothing is known of what varies."""
        parts = []
        for s in np.unique(self.strata):
            arms = [self.values[..., (self.strata == s) & (self.labels == k)] for k in (0, 1)]
            n, m = (arm.shape[-1] for arm in arms)
            if n and m:
                parts += [(n * m / (n + m), arm) for arm in arms]
        if len(parts) > 2 and min(arm.shape[-1] for _, arm in parts) < 2:
            return np.array(len(parts) / 2 - 1)
        if not parts or min(arm.shape[-1] for _, arm in parts) < 2:
            return np.array(0.0)
        return _freedom([w**2 * _squared_error(arm) for w, arm in parts], [arm.shape[-1] for _, arm in parts])

    def _t(self, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
        difference, variance = self._difference_and_variance(rows, values)
        return difference / np.maximum(np.sqrt(variance), _floor(values))

    def _difference_and_variance(self, rows: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """D and V, (..., n_rows) each."""
        parts = []
        for s in np.unique(self.strata):
            here = self.strata == s
            n, m = int(here.sum()), int(self.labels[here].sum())
            if 0 < m < n:
                parts.append((m * (n - m) / n, *_moments(rows[:, here], values[..., here], n, m)))
        if not parts:
            return np.zeros((*values.shape[:-1], len(rows))), np.zeros((*values.shape[:-1], len(rows)))
        weights = np.array([part[0] for part in parts]) / sum(part[0] for part in parts)
        difference = sum(w * part[1] for w, part in zip(weights, parts, strict=True))
        if len(parts) > 1 and any(part[2] is None for part in parts):
            count = len(parts)
            squares = sum((w * (part[1] - difference)) ** 2 for w, part in zip(weights, parts, strict=True))
            return np.asarray(difference), np.asarray(squares * count / (count - 1))
        variance = sum(w**2 * _variance(part) for w, part in zip(weights, parts, strict=True))
        return np.asarray(difference), np.asarray(variance)


def welch(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of samples (..., n) and (..., m): the standard error of the difference of their means, and the degrees of freedom
    of Welch and Satterthwaite, (...) each; the least possible ones where nothing varies."""
    errors = [_squared_error(arm) for arm in (first, second)]
    return np.sqrt(errors[0] + errors[1]), _freedom(errors, [first.shape[-1], second.shape[-1]])


def _squared_error(values: np.ndarray) -> np.ndarray:
    """Of the mean of values (..., n), n at least 2."""
    return np.asarray(values.var(axis=-1, ddof=1) / values.shape[-1])


def _freedom(errors: Sequence[np.ndarray], sizes: Sequence[int]) -> np.ndarray:
    """Degrees of freedom of a sum of squared errors of means of samples of these sizes (Satterthwaite 1946)."""
    total, below = sum(errors), sum(error**2 / (n - 1) for error, n in zip(errors, sizes, strict=True))
    least = np.full(np.shape(below), float(min(sizes) - 1))
    return np.divide(np.asarray(total) ** 2, below, out=least, where=np.asarray(below) > 0)


def _tie(own: np.ndarray) -> np.ndarray:
    return TIE * np.maximum(1.0, np.abs(own))


def _floor(values: np.ndarray) -> np.ndarray:
    """The least standard error that is not taken for rounding, (..., 1); 1 where all values are the same."""
    floor = FLOOR * np.abs(values - values[..., :1]).max(axis=-1, keepdims=True)
    return np.where(floor > 0, floor, 1.0)


def _moments(rows: np.ndarray, values: np.ndarray, n: int, m: int) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Of one stratum: difference of means, its variance (None: one unit in an arm), and what stands for it then."""
    second = rows.astype(float).T
    centred = values - values[..., :1]
    sums, squares = centred @ second, centred**2 @ second
    total, total_squares = centred.sum(axis=-1, keepdims=True), (centred**2).sum(axis=-1, keepdims=True)
    means = (total - sums) / (n - m), sums / m
    deviations = total_squares - squares - (n - m) * means[0] ** 2, squares - m * means[1] ** 2
    first, other = (np.maximum(part, 0.0) for part in deviations)
    if min(m, n - m) > 1:
        return means[1] - means[0], first / ((n - m) * (n - m - 1)) + other / (m * (m - 1)), first
    return means[1] - means[0], None, (first + other) / max(n - 2, 1) * (1 / m + 1 / (n - m))


def _variance(part: tuple) -> np.ndarray:
    return np.asarray(part[3] if part[2] is None else part[2])
