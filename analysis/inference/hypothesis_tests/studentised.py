"""The studentised permutation distribution of a difference of two means (Chung and Romano 2013, Ann. Statist. 41).

T is the difference D of the arms' means over its standard error, sqrt(V) with V = s_0² / n_0 + s_1² / n_1, computed
anew in each arrangement. The test is exact if the arms have the same distribution, and has its level in large samples
if only their means are the same, however the arms differ in size and dispersion; the plain difference has not. How
strata are weighted, and what V is with one unit in an arm, is in strata.py.

With arms of other numbers of units that alone is not enough: with 4 + 12 units, the few varying three times as much, it
rejects in 16 %, with 2 + 6 in each of two strata, five times as much, in 19 %. Where a stratum has more units of one
arm, the one-sided p is therefore the larger of that of the permutations and of Welch's t test (within strata D over the
root of V, with the degrees of freedom of V), so that the test is valid for equal distributions of any form, and near
its level for normal means of any dispersion. The same between different games, whose units are not exchangeable even
where nothing is to be found: where one of two arms of four hardly varies, the other lies wholly on one side of it in
one of eight cases, which is the least p-value of a test that sees no more than order.

With arms of equal size permutations are near the level of 5 %, but not of 1 % (5 + 5 units, five times as much: the
least p, 0.8 %, comes up in 2.5 %). Corrections for several tests are therefore of the larger p in any case (`guard`).

A shift δ of the second arm is tested on the data less the shift; the interval is the hull of what is not rejected,
without what lies beyond a shift that the test itself is of (0, say) and rejects: p need not fall steadily with the
distance, and test and interval are to agree. In each arrangement D is linear and V quadratic in δ, so that their values
at three shifts give them at all. Where V is 0 (strata that differ alike by chance, units that do not vary) Welch's test
does not exist, and an interval would be D itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import t as student

from analysis.inference.strata import Strata, cells_of, satterthwaite
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

    @cached_property
    def within(self) -> Strata:
        """The strata that have units of both arms."""
        return cells_of(self.labels.astype(float), self.labels, self.strata)[0]

    @property
    def guarded(self) -> str:
        """Why p is never below that of Welch's t test: a stratum has more units of one arm, or the arms are other
        games; or ""."""
        if not np.all(self._freedom > 0):
            return ""
        if not self.exchangeable:
            return "different games"
        return "unequal arms" if (np.diff(self.within.sizes) != 0).any() else ""

    @property
    def _spread(self) -> float:
        return float(np.ptp(self.values)) or 1.0

    def p(self, alternative: str = "two-sided", shift: float = 0.0, guard: bool | None = None) -> np.ndarray:
        """p-value of the hypothesis that the second arm's mean is `shift` above that of the first; guard : not below
        that of Welch's t test (None: where `guarded` says why; one that does not exist is no bound)."""
        if alternative not in ALTERNATIVES:
            raise ValueError(f"alternative: {alternative!r}; expected {', '.join(ALTERNATIVES)}")
        moved = self.values - shift * self.labels
        own, all_ = self._t(self.labels[None, :], moved), self._t(self.rows, moved)
        tie = _tie(own)
        above, below = (all_ >= own - tie).mean(axis=-1), (all_ <= own + tie).mean(axis=-1)
        if self.guarded if guard is None else guard:
            above, below = (np.fmax(p, bound) for p, bound in zip((above, below), self.welch(shift), strict=True))
        return {"greater": above, "less": below, "two-sided": np.minimum(1, 2 * np.minimum(above, below))}[alternative]

    def welch(self, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """One-sided p-values of Welch's t test within strata, of a larger second arm and of a smaller one; NaN where
        nothing is known of what varies."""
        moved = self.values - shift * self.labels
        difference, variance = (own[..., 0] for own in self._difference_and_variance(self.labels[None, :], moved))
        error, freedom = np.sqrt(variance), self._freedom
        known = (freedom > 0) & (error > _floor(moved)[..., 0])
        t = difference / np.where(known, error, np.nan)
        return student.sf(t, freedom), student.cdf(t, freedom)

    def interval(
        self, level: float = 0.95, alternative: str = "two-sided", tested: tuple[float, ...] = (0.0,)
    ) -> tuple[float, float]:
        """The outermost shifts that are not rejected; infinite where the arrangements are too few for a limit.

        tested : shifts that are tested beside; the interval holds those, and only those, that are not rejected
        """
        alpha = (1 - level) / (2 if alternative == "two-sided" else 1)
        centre = float(self.observed)
        share = self._shares()
        low = centre - self._reach(share, -1.0, alpha, tested) if alternative != "less" else -np.inf
        high = centre + self._reach(share, 1.0, alpha, tested) if alternative != "greater" else np.inf
        return low, high

    def _reach(self, share: Callable[[float], float], sign: float, alpha: float, tested: tuple[float, ...]) -> float:
        """Distance from the difference, on one side, of the outermost shift that a one-sided test does not reject."""
        centred, allowed = self.values - float(self.observed) * self.labels, alpha * (1 + 1e-9)
        error = float(np.sqrt(self._difference_and_variance(self.labels[None, :], centred)[1][0]))

        def kept(distance: float) -> bool:
            return share(sign * distance) > allowed

        if kept(FAR * self._spread):
            return float(np.inf)
        if not error > _floor(centred)[0]:
            return 0.0
        side = "less" if sign > 0 else "greater"
        beside = {sign * (shift - float(self.observed)): self.p(side, shift) > allowed for shift in tested}
        end = min((distance for distance, is_kept in beside.items() if distance > 0 and not is_kept), default=np.inf)
        inside = self._outermost(kept, end)
        if self.guarded:
            inside = max(inside, error * float(student.isf(alpha, self._freedom)))
        return max([inside, *(distance for distance, is_kept in beside.items() if is_kept and distance < end)])

    def _outermost(self, kept: Callable[[float], bool], end: float) -> float:
        """The largest distance below `end` that is kept, found on a grid and then by halving."""
        grid = np.geomspace(FAR, NEAR, STEPS) * self._spread
        distances = [min(end, float(grid[0])), *grid[grid < min(end, grid[0])].tolist(), 0.0]
        place = next((k for k, distance in enumerate(distances[1:-1], 1) if kept(distance)), len(distances) - 1)
        outside, inside = distances[place - 1], distances[place]
        for _ in range(STEPS // 2):
            middle = (outside + inside) / 2
            outside, inside = (outside, middle) if kept(middle) else (middle, inside)
        return inside

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

    @cached_property
    def _freedom(self) -> np.ndarray:
        """Of the variance of the difference as it is, (...); 0: nothing is known of what varies."""
        return self.within.freedom(cells_of(self.values, self.labels, self.strata)[2])

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
                parts.append(_moments(rows[:, here], values[..., here], n, m))
        if not parts:
            return np.zeros((*values.shape[:-1], len(rows))), np.zeros((*values.shape[:-1], len(rows)))
        differences, squares = (np.array(part) for part in zip(*parts, strict=True))
        within = self.within
        return within.difference(differences), within.variance(differences, squares)


def welch(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of samples (..., n) and (..., m): the standard error of the difference of their means, and the degrees of freedom
    of Welch and Satterthwaite, (...) each; the least possible ones where nothing varies."""
    errors = np.array([arm.var(axis=-1, ddof=1) / arm.shape[-1] for arm in (first, second)])
    return np.sqrt(errors.sum(axis=0)), satterthwaite(errors, np.array([first.shape[-1], second.shape[-1]]) - 1)


def _tie(own: np.ndarray) -> np.ndarray:
    return TIE * np.maximum(1.0, np.abs(own))


def _floor(values: np.ndarray) -> np.ndarray:
    """The least standard error that is not taken for rounding, (..., 1); 1 where all values are the same."""
    floor = FLOOR * np.abs(values - values[..., :1]).max(axis=-1, keepdims=True)
    return np.where(floor > 0, floor, 1.0)


def _moments(rows: np.ndarray, values: np.ndarray, n: int, m: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Of one stratum, (..., n_rows) each: difference of means, and sums of squared deviations of both arms."""
    second = rows.astype(float).T
    centred = values - values[..., :1]
    sums, squares = centred @ second, centred**2 @ second
    total, total_squares = centred.sum(axis=-1, keepdims=True), (centred**2).sum(axis=-1, keepdims=True)
    means = (total - sums) / (n - m), sums / m
    deviations = total_squares - squares - (n - m) * means[0] ** 2, squares - m * means[1] ** 2
    return means[1] - means[0], [np.maximum(part, 0.0) for part in deviations]
