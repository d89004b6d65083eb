"""Outcomes as integers: equal ids exactly if everybody gets the same.

Whether two outcomes are equal must be transitive, which equality of floating-point numbers up to a tolerance is not.
So every number is first put into a class of numbers that cannot be told apart, and the classes are compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_numbers
from mechanisms.played.play import Play

RELATIVE_TOLERANCE = 1e-9


def outcome_ids(play: Play) -> IntArray:
    """One integer for each outcome of a play: what is done, and what everybody pays and receives.

    Two outcomes are the same if the allocation (quantities, level or alternative) and the net payment, transfer less
    cost share, of everybody are the same. True types do not matter.

    Parameters
    ----------
    play : Play at message profiles (...), for instance at all of them, (A_1, …, A_n)

    Returns
    -------
    int64 ndarray (...), ids from 0. Numbers count as equal within 1e-9 of the largest quantity, amounts of money
        within 1e-9 of the player's largest; those that are linked by a chain of such steps are in one class.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> pivotal = load_treatment("treatments/cason_pivotal.toml")
    >>> outcome_ids(pivotal.play([-6, 8], [[-6, 8], [-6, 9], [-7, 8], [-8, 7]])).tolist()
    [1, 1, 0, 2]
    """
    profiles = play.transfers.shape[:-1]
    money = np.reshape(play.transfers - play.cost_shares, (-1, play.transfers.shape[-1]))
    amounts = [play.values, play.transfers, play.cost_shares]
    allocation = np.reshape(play.outcome, (len(money), -1))
    players = range(money.shape[1])
    classes = [
        classes_of(allocation, _largest(allocation)),
        *(classes_of(money[:, [i]], max(_largest(part[..., i]) for part in amounts)) for i in players),
    ]
    return ids_of_rows(np.concatenate(classes, axis=1)).reshape(profiles)


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


def _largest(numbers: FloatArray) -> float:
    return float(np.abs(numbers).max(initial=0))
