"""All ways in which the units could have been assigned to arms, or enough random ones.

Under the null hypothesis that the arm changes nothing, and with units assigned at random (or exchangeable), every
arrangement was equally likely. Up to `MAX_EXACT` of them are enumerated; beyond, `draws` random ones are taken, and the
observed one is counted among them, which keeps the test valid (Phipson and Smyth 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np

from mechanisms.shown import Shown

MAX_EXACT = 200_000
DRAWS = 19_999


@dataclass(frozen=True)
class Arrangements(Shown):
    """rows : ndarray, shape (n_arrangements, n_units): arm of each unit (or its sign); the observed one is among them
    total : how many arrangements there are
    exact : whether rows are all of them
    """

    rows: np.ndarray
    total: int
    exact: bool

    @property
    def words(self) -> str:
        if self.exact:
            return f"exact, all {self.total:,} arrangements"
        return f"Monte Carlo, {len(self.rows) - 1:,} of {self.total:.3g} arrangements"


def assignments(
    labels: np.ndarray, strata: np.ndarray, max_exact: int = MAX_EXACT, draws: int = DRAWS, seed: int = 1
) -> Arrangements:
    """Assignments with the same number of units of each arm in each stratum.

    Parameters
    ----------
    labels : ndarray of int, shape (n_units,): arm of each unit, 0, 1, …
    strata : ndarray of int, shape (n_units,)
    max_exact : up to so many arrangements are enumerated
    draws, seed : of the random ones, if there are more

    Examples
    --------
    >>> assignments(np.array([0, 1, 1]), np.zeros(3)).rows.tolist()
    [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    """
    members = [np.flatnonzero(strata == s) for s in np.unique(strata)]
    counts = [np.bincount(labels[units], minlength=int(labels.max(initial=0)) + 1).tolist() for units in members]
    total = prod(orderings_count(count) for count in counts)
    if total <= max_exact:
        return Arrangements(_product(members, [_orderings(count) for count in counts]), total, True)
    rng = np.random.default_rng(seed)
    rows = np.empty((draws + 1, len(labels)), dtype=np.int8)
    for units in members:
        rows[1:, units] = rng.permuted(np.broadcast_to(labels[units], (draws, len(units))), axis=1)
    rows[0] = labels
    return Arrangements(rows, total, False)


def signs(n: int, max_exact: int = MAX_EXACT, draws: int = DRAWS, seed: int = 1) -> Arrangements:
    """Signs of the differences of n units that were in both arms: which of the two came under which name.

    >>> signs(2).rows.tolist()
    [[1, 1], [-1, 1], [1, -1], [-1, -1]]
    """
    total = 2**n
    if total <= max_exact:
        bits = (np.arange(total)[:, None] >> np.arange(n)) & 1
        return Arrangements((1 - 2 * bits).astype(np.int8), total, True)
    rows = np.random.default_rng(seed).choice(np.array([-1, 1], dtype=np.int8), (draws + 1, n))
    rows[0] = 1
    return Arrangements(rows, total, False)


def orderings_count(counts: Sequence[int]) -> int:
    """Distinct orderings of counts[k] copies of each k: a multinomial coefficient.

    >>> orderings_count([4, 4])
    70
    """
    return prod(comb(sum(counts[: k + 1]), counts[k]) for k in range(len(counts)))


def _orderings(counts: Sequence[int]) -> np.ndarray:
    """All of them, shape (orderings, sum of counts), in lexicographic order."""
    n, first = sum(counts), counts[0]
    if len(counts) == 1:
        return np.zeros((1, n), dtype=np.int8)
    rest = _orderings(counts[1:]) + np.int8(1)
    free = np.ones((comb(n, first), n), dtype=bool)
    if first:
        places = np.fromiter((place for chosen in combinations(range(n), first) for place in chosen), dtype=np.intp)
        np.put_along_axis(free, places.reshape(-1, first), False, axis=1)
    result = np.zeros((len(free), len(rest), n), dtype=np.int8)
    result[np.broadcast_to(free[:, None, :], result.shape)] = np.tile(rest.ravel(), len(free))
    return result.reshape(-1, n)


def _product(members: Sequence[np.ndarray], orderings: Sequence[np.ndarray]) -> np.ndarray:
    """Every combination of the orderings of the strata."""
    shape = [len(rows) for rows in orderings]
    picks = np.unravel_index(np.arange(prod(shape)), shape) if shape else ()
    result = np.empty((prod(shape), sum(map(len, members))), dtype=np.int8)
    for units, rows, pick in zip(members, orderings, picks, strict=True):
        result[:, units] = rows[pick]
    return result
