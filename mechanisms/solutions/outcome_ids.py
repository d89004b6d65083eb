"""Outcomes as integers: equal ids exactly if everybody gets the same.

Whether two outcomes are equal must be transitive, which equality of floating-point numbers up to a tolerance is not.
Outcomes of a game as played are told apart by whole smallest units of points. Where there are only floating-point
numbers, each is put into a class of numbers that cannot be told apart, and the classes are compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import IntArray, as_numbers

RELATIVE_TOLERANCE = 1e-9
LARGEST = 2**62
"""Pairs are whole numbers below it."""
FEW = 8
"""Possible pairs are marked one by one if they are at most so many for each that is there."""


def outcome_ids(outcome: ArrayLike, points: Sequence[IntArray]) -> IntArray:
    """One integer for each outcome of a game as played: what is done, and what everybody is paid.

    Two outcomes are the same if the allocation (quantities, level or alternative) is, and if every type of every
    player gets the same points, in whole smallest units. So equality is exact, and equal outcomes give equal payoffs.

    Parameters
    ----------
    outcome : array_like, shape (...) or (..., m), the allocation at message profiles (...), as `Play.outcome`
    points : for each player an int array (T_i, ...), the points of each type there, in smallest units

    Returns
    -------
    int64 ndarray (...), ids from 0

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> pivotal = load_treatment("treatments/cason_pivotal.toml")
    >>> play = pivotal.play([-6, 8], [[-6, 8], [-6, 9], [-7, 8], [-8, 7]])
    >>> outcome_ids(play.outcome, [play.points[:, i][None] for i in range(2)]).tolist()
    [1, 1, 0, 2]
    """
    profiles = points[0].shape[1:]
    count = math.prod(profiles)
    ids, distinct = np.zeros(count, dtype=np.int64), 1
    columns = [*np.reshape(outcome, (count, -1)).T, *(own.reshape(-1) for part in points for own in part)]
    for column in columns:
        if distinct == count:
            break
        ids, distinct = _refined(ids, distinct, column)
    return ids.reshape(profiles)


def _refined(ids: IntArray, distinct: int, column: np.ndarray) -> tuple[IntArray, int]:
    """The ids of pairs of an id and a number of the column, in lexicographic order, and how many there are."""
    low, high = (int(column.min()), int(column.max())) if column.dtype.kind == "i" else (0, LARGEST)
    if high - low < LARGEST // distinct:
        ranks = column.astype(np.int64) - low
    else:
        ranks = np.unique(column, return_inverse=True)[1]
    span = int(ranks.max()) + 1
    pairs = ids * span + ranks
    if distinct * span <= FEW * len(ids):  # sooner than sorting
        seen = np.zeros(distinct * span, dtype=bool)
        seen[pairs] = True
        return (np.cumsum(seen) - 1)[pairs], int(np.count_nonzero(seen))
    different, ids = np.unique(pairs, return_inverse=True)
    return ids.astype(np.int64), len(different)


def classes_of(numbers: ArrayLike, scale: float) -> IntArray:
    """Numbers (k, m) as the ranks of their classes: integers exactly, others within RELATIVE_TOLERANCE * scale.

    Examples
    --------
    >>> classes_of([[0.3, 5], [0.1 + 0.2, 7]], scale=1).tolist()
    [[0, 1], [0, 2]]
    """
    given = np.asarray(numbers)
    margin = 0.0 if given.dtype.kind in "iu" else RELATIVE_TOLERANCE * scale
    table: np.ndarray = given if given.dtype.kind in "iu" else as_numbers("numbers", given)
    distinct, where = np.unique(table, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(np.diff(distinct) > margin)])
    return starts[where].reshape(table.shape)


def ids_of_rows(classes: IntArray) -> IntArray:
    """The number of each distinct row of a table (k, m) of classes: shape (k,), in the rows' lexicographic order."""
    ids = np.zeros(len(classes), dtype=np.int64)
    for column in classes.T:  # ids stay below k, so that no product overflows
        ids = np.unique(ids * (int(column.max(initial=0)) + 1) + column, return_inverse=True)[1]
    return ids.astype(np.int64)
