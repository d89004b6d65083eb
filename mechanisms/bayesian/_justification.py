"""Which reports of one type are best replies to some conjecture: exact screens, then a linear program that grows.

A report is justified unless a mixture of other reports beats it under every conjecture. Conjectures are added one at a
time, each the most favourable against the best mixture so far, so no program is larger than the number of reports.
With whole payoffs both answers are certified in whole numbers: the mixture is checked against all conjectures, the
mixed conjecture against all reports. Answers that rest on the tolerance are counted.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.bayesian._conjectures import Conjectures
from mechanisms.bayesian._weights import LARGEST_INTEGER, MAX_OBJECTS, RELATIVE_TOLERANCE

MAX_CONJECTURES = 1000
PARTS = 1 << 30
"""A mixture of reports is written in whole parts of this, or in fractions."""

DENOMINATORS = (100, 10_000, 10**8)
"""Numbers of the linear program are taken for fractions with denominators up to these, one after the other."""


class Justification:
    """The search for one type.

    Parameters
    ----------
    own : ndarray, shape (A_i, A_j, …), the type's payoffs, the own message first
    conjectures : what may be believed
    slack : the largest difference of weighted sums that counts as none; 0 = exact

    Attributes
    ----------
    best_reply : bool (A_i,), reports known to be best replies to some conjecture
    uncertain : how many answers rest on the tolerance
    """

    def __init__(self, own: np.ndarray, conjectures: Conjectures, slack: float) -> None:
        self.own, self.flat, self.conjectures, self.slack = own, own.reshape(len(own), -1), conjectures, slack
        self.best_reply = np.zeros(len(own), dtype=bool)
        self.uncertain = 0
        sure = own[np.ix_(np.arange(len(own)), *conjectures.certain())].reshape(len(own), -1)
        if sure.size:
            short = (sure.max(axis=0) - sure) * conjectures.weights.sum()
            self.best_reply |= (short <= slack).any(axis=1)

    def justified(self, report: int) -> bool:
        """Whether a report is a best reply to some conjecture."""
        if self.best_reply[report]:
            return True
        gains, dominated = self._greedy(report)
        return not dominated and (bool(self.best_reply[report]) or self._program(report, gains))

    def _most_favourable(self, report: int, contrast: np.ndarray) -> tuple[np.ndarray, int | float]:
        """What `report` gains over each report under the conjecture most favourable to the contrast; its value."""
        profile, value = self.conjectures.most_favourable(contrast)
        sums = self.flat[:, profile] @ self.conjectures.weights
        self.best_reply |= sums.max() - sums <= self.slack
        return sums[report] - sums, value

    def _greedy(self, report: int) -> tuple[list[np.ndarray], bool]:
        """Conjectures favourable against one better reply after the other, until one repeats.

        Returns the gains over each report under each conjecture, and whether a single report dominates this one.
        """
        gain, _ = self._most_favourable(report, self.own[report] * len(self.own) - self.own.sum(axis=0))
        gains, tried = [gain], set()
        while not self.best_reply[report] and (better := int(gain.argmin())) not in tried:
            tried.add(better)
            gain, value = self._most_favourable(report, self.own[report] - self.own[better])
            if value < -self.slack:
                return gains, True
            gains.append(gain)
        return gains, False

    def _program(self, report: int, gains: list[np.ndarray]) -> bool:
        """The same question by linear programs over the conjectures so far."""
        while len(gains) < MAX_CONJECTURES:
            mixture, mixed_conjecture, value = _least_gain(np.array(gains, dtype=np.float64), report)
            near = value >= -RELATIVE_TOLERANCE
            if near and _certified(mixed_conjecture, gains):
                return True
            for parts in (np.rint(mixture * PARTS).astype(np.int64).tolist(), _fractions(mixture, DENOMINATORS[1])):
                contrast = self._against(report, parts)
                gain, favourable = self._most_favourable(report, contrast)
                if favourable < -self.slack * sum(parts):
                    self.uncertain += contrast.dtype.kind == "f"
                    return False
                new = not any(np.array_equal(gain, known) for known in gains)
                if new:
                    gains.append(gain)
                if self.best_reply[report] or new:
                    break
            if self.best_reply[report]:
                return True
            if not new or (near and self.own.dtype.kind == "f"):
                break
        self.uncertain += 1
        return True

    def _against(self, report: int, parts: list[int]) -> np.ndarray:
        """The report's payoff less that of a mixture of reports, times the number of its parts; whole if that fits."""
        own, total = self.own, sum(parts)
        bound = 2 * total * max(abs(int(own.max())), abs(int(own.min()))) * int(self.conjectures.weights.sum())
        if own.dtype.kind == "i" and bound >= LARGEST_INTEGER:
            own = own.astype(object if own.size <= MAX_OBJECTS else np.float64)
        mixture = np.array(parts, dtype=own.dtype)
        return own[report] * mixture.sum() - np.tensordot(mixture, own, axes=1)


def _least_gain(gains: FloatArray, report: int) -> tuple[FloatArray, FloatArray, float]:
    """The mixture of other reports that minimises the largest gain of `report` over it, and the conjecture to match.

    Returns
    -------
    mixture (A_i,), 0 for the report itself; mixture of conjectures (K,); the value, as part of the largest gain or loss
    """
    from scipy.optimize import linprog  # slow to load, and a laboratory starts without it

    others = np.delete(np.arange(gains.shape[1]), report)
    table = gains[:, others] / (np.abs(gains).max() or 1.0)
    n_conjectures, n_others = table.shape
    result = linprog(
        np.append(np.zeros(n_others), 1.0),
        A_ub=np.column_stack([table, -np.ones(n_conjectures)]),
        b_ub=np.zeros(n_conjectures),
        A_eq=np.append(np.ones(n_others), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * n_others + [(None, None)],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    mixture = np.zeros(gains.shape[1])
    mixture[others] = np.maximum(result.x[:-1], 0)
    return mixture, np.maximum(-result.ineqlin.marginals, 0), float(result.fun)


def _certified(mixed: FloatArray, gains: list[np.ndarray]) -> bool:
    """Whether the mixture of conjectures, in fractions, makes the report a best reply in whole numbers."""
    if gains[0].dtype.kind == "f":
        return False
    rows = [row.tolist() for row in gains]
    for largest in DENOMINATORS:
        used = [(part, row) for part, row in zip(_fractions(mixed, largest), rows, strict=True) if part]
        if used and all(sum(part * row[b] for part, row in used) >= 0 for b in range(len(rows[0]))):
            return True
    return False


def _fractions(numbers: FloatArray, largest: int) -> list[int]:
    """The numbers as fractions with denominators up to `largest`, in whole parts of their common denominator."""
    fractions = [Fraction(float(x)).limit_denominator(largest) for x in numbers]
    unit = math.lcm(*(x.denominator for x in fractions))
    return [int(x * unit) for x in fractions]
