"""The equilibrium of the demand game on a grid of quantities, at every profile of reports; it must be the only one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.verdicts import TooLargeError

RELATIVE_TOLERANCE = 1e-12
"""Payoffs that differ by less than this part of the largest value or cost share are equally good."""
MAX_WORK = 3e9
"""Profiles of reports but the last agent's, times profiles of demands: some seconds."""
MAX_TABLE = 200_000_000
"""Entries of the tables of best demands, a byte each."""


class NotOneEquilibriumError(ValueError):
    """A demand game without a pure equilibrium, or with several.

    Attributes
    ----------
    reports : tuple of n int, the first profile of reports at which this is so, by their places
    equilibria : ndarray (k, n), all equilibria there, places of demands; k is 0, or 2 and more
    """

    def __init__(self, reports: tuple[int, ...], equilibria: IntArray) -> None:
        self.reports, self.equilibria = reports, equilibria
        super().__init__(f"with the reports {reports} the demand game has {len(equilibria)} equilibria")


def grid_equilibria(values: Sequence[FloatArray], shares: FloatArray) -> IntArray:
    """The only pure equilibrium at every profile of reports.

    Parameters
    ----------
    values : n arrays (A_i, K), what each quantity is worth to each reported type, units of utility
    shares : ndarray (K, …, K, n), cost shares at every profile of demands

    Returns
    -------
    int64 ndarray (A_1, …, A_n), the equilibrium demands as an index of the profiles in lexicographic order

    Raises
    ------
    NotOneEquilibriumError
        If there is a profile of reports with no equilibrium or with several.
    TooLargeError
        Before anything is computed, if it would take minutes.

    Examples
    --------
    c(Q) = Q**2 and linear values: at (16.1, 20.1) four and six units are demanded, the profile 3 * 12 + 5.

    >>> from mechanisms.cost_sharing import serial
    >>> from mechanisms.costs import PowerCost
    >>> q = np.arange(1.0, 13)
    >>> shares = serial(np.stack(np.meshgrid(q, q, indexing="ij"), axis=-1), PowerCost(1, 2))
    >>> grid_equilibria([np.outer([16.1], q), np.outer([12.1, 20.1], q)], shares)
    array([[50, 41]])
    """
    n, shape = shares.shape[-1], shares.shape[:-1]
    profiles, reports = math.prod(shape), [len(table) for table in values]
    if math.prod(reports[:-1]) * profiles > MAX_WORK or sum(reports) * profiles > MAX_TABLE:
        raise TooLargeError(
            f"too large: {' × '.join(map(str, reports))} reports and {' × '.join(map(str, shape))} demands take too "
            "long to solve: fewer reports or quantities are needed"
        )
    best = [_best_demands(i, table, shares) for i, table in enumerate(values)]
    found = np.empty(reports, dtype=np.int64)
    for first in np.ndindex(*reports[:-1]):
        so_far = np.ones(profiles, dtype=bool)
        for i, report in enumerate(first):
            so_far &= best[i][report]
        candidates = np.flatnonzero(so_far)
        stable = best[n - 1][:, candidates]
        wrong = np.flatnonzero(stable.sum(axis=1) != 1)
        if len(wrong):
            several = candidates[stable[wrong[0]]]
            at = np.stack(np.unravel_index(several, shape), axis=-1)
            raise NotOneEquilibriumError((*first, int(wrong[0])), at)
        found[first] = candidates[stable.argmax(axis=1)]
    return found


def _best_demands(i: int, values: FloatArray, shares: FloatArray) -> np.ndarray:
    """Whether i's demand is a best reply to the others', for each report: bool (A_i, K**n)."""
    n = shares.shape[-1]
    along = [1] * n
    along[i] = -1
    margin = RELATIVE_TOLERANCE * (np.abs(values).max() + np.abs(shares).max())
    best = np.empty((len(values), shares[..., 0].size), dtype=bool)
    for row, value in enumerate(values):
        payoffs = value.reshape(along) - shares[..., i]
        best[row] = (payoffs >= payoffs.max(axis=i, keepdims=True) - margin).ravel()
    return best
