"""Which reports of one type are best replies to some conjecture: exact screens, then a linear program that grows.

A report is justified unless a mixture of other reports beats it under every conjecture. Conjectures are added one at a
time, each the most favourable against the best mixture so far, and matrix_games.py decides, in whole numbers, on those
that are there. With whole payoffs both answers are exact: the mixture is checked against all conjectures, the mixed
conjecture against all reports. Answers that rest on the tolerance are counted.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cached_property

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.bayesian._conjectures import Conjectures
from mechanisms.bayesian._weights import LARGEST_INTEGER, MAX_OBJECTS
from mechanisms.solutions.matrix_games import as_wide, exceed_from

MAX_CONJECTURES = 1000
PARTS = 1 << 30
"""A mixture of reports is written in at most so many whole parts, and exactly where that does not decide."""

STEPS = 1000
"""Floating-point sums are rounded to this part of the largest difference that counts as none."""


class Justification:
    """The search for one type.

    Parameters
    ----------
    own : ndarray, shape (A_i, A_j, …), the type's payoffs, the own message first
    conjectures : what may be believed
    slack : the largest difference of weighted sums that counts as none; 0 = exact

    Attributes
    ----------
    proofs : for each report known to be a best reply to some conjecture, those that it is a mixture of: flat indices of
        the profile of messages that is expected for each combination of sets, (G,)
    uncertain : how many answers rest on the tolerance
    """

    def __init__(self, own: np.ndarray, conjectures: Conjectures, slack: float) -> None:
        self.own, self.flat, self.conjectures, self.slack = own, own.reshape(len(own), -1), conjectures, slack
        self.proofs: dict[int, list[IntArray]] = {}
        self.uncertain = 0

    def justified(self, report: int) -> bool:
        """Whether a report is a best reply to some conjecture."""
        if report in self.proofs:
            return True
        tried, profiles, gains, dominated = self._greedy(report)
        return not dominated and (report in self.proofs or self._program(report, tried, profiles, gains))

    def _most_favourable(self, report: int, contrast: np.ndarray) -> tuple[IntArray, np.ndarray, int | float]:
        """The conjecture most favourable to the contrast, what `report` gains over each report there, its value."""
        profile, value = self.conjectures.most_favourable(contrast)
        sums = self.flat[:, profile] @ self.conjectures.weights
        for best in np.flatnonzero(sums.max() - sums <= self.slack).tolist():
            self.proofs.setdefault(best, [profile])
        return profile, sums[report] - sums, value

    @cached_property
    def _sum_of_all(self) -> np.ndarray:
        return np.asarray(self.own.sum(axis=0))

    def _greedy(self, report: int) -> tuple[list[int], list[IntArray], list[np.ndarray], bool]:
        """Conjectures favourable against one better reply after the other, until one repeats.

        Returns the better replies, the conjectures and the gains over each report there, and whether a single report
        dominates this one.
        """
        profile, gain, _ = self._most_favourable(report, self.own[report] * len(self.own) - self._sum_of_all)
        tried: list[int] = []
        profiles, gains = [profile], [gain]
        while report not in self.proofs and (better := int(gain.argmin())) not in tried:
            tried.append(better)
            profile, gain, value = self._most_favourable(report, self.own[report] - self.own[better])
            if value < -self.slack:
                return tried, profiles, gains, True
            profiles.append(profile)
            gains.append(gain)
        return tried, profiles, gains, False

    def _program(self, report: int, tried: list[int], profiles: list[IntArray], gains: list[np.ndarray]) -> bool:
        """The same question by linear programs over the conjectures so far."""
        part = tried, list(range(len(gains)))
        while len(gains) < MAX_CONJECTURES:
            table, limit = self._losses(gains)
            found, part = exceed_from(table, limit, part)
            if not found.exceeds:
                self.proofs[report] = [profiles[k] for k in found.support]
                self.uncertain += self.slack > 0
                return True
            for weights in (_rounded(found.weights), found.weights):
                contrast, total = self._against(report, found.support, weights)
                profile, gain, favourable = self._most_favourable(report, contrast)
                if favourable < -self.slack * total:
                    self.uncertain += contrast.dtype.kind == "f"
                    return False
                if report in self.proofs:
                    return True
                if new := not any(np.array_equal(gain, known) for known in gains):
                    part[1].append(len(gains))
                    profiles.append(profile)
                    gains.append(gain)
                    break
            if not new:
                break
        self.uncertain += 1
        return True

    def _losses(self, gains: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """What each report is better under each conjecture, (A_i, K), and by how much that must be, in whole units."""
        losses, limit = -np.stack(gains, axis=1), np.zeros(len(gains), dtype=np.int64)
        if losses.dtype.kind != "f":
            return as_wide(losses), limit
        unit = self.slack / STEPS
        return np.rint(losses / (unit or 1.0)).astype(np.int64), limit + (STEPS if unit else 0)

    def _against(self, report: int, reports: IntArray, weights: tuple[Fraction, ...]) -> tuple[np.ndarray, int]:
        """The report's payoff less that of a mixture, times its parts, and how many these are; whole if that fits."""
        own, total = self.own, math.lcm(*(weight.denominator for weight in weights))
        bound = 2 * total * max(abs(int(own.max())), abs(int(own.min()))) * int(self.conjectures.weights.sum())
        if own.dtype.kind == "i" and bound >= LARGEST_INTEGER:
            own = own.astype(object if own.size <= MAX_OBJECTS else np.float64)
        parts = np.array([int(weight * total) for weight in weights], dtype=own.dtype)
        return own[report] * parts.sum() - np.tensordot(parts, own[reports], axes=1), total


def _rounded(weights: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """The weights with a common denominator that is not large."""
    if math.lcm(*(weight.denominator for weight in weights)) <= PARTS:
        return weights
    parts = [round(weight * PARTS) for weight in weights]
    return tuple(Fraction(part, sum(parts)) for part in parts)
