"""What groups left on the table: the most that a coalition could have gained by changing its messages together.

The others' messages stay as they were, and gains are in the points that were paid. With side payments only the total of
the members counts; without, every member must gain, and their total is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mechanisms.arrays import IntArray, check_sums
from mechanisms.solutions.coalitions import coalitions
from mechanisms.verdicts import TooLargeError

MAX_OPERATIONS = 1e9
"""Comparisons of payoffs at one type profile."""

CHUNK_ENTRIES = 1 << 20


class Gains(NamedTuple):
    """Of k profiles: the largest gains, int arrays (k,), and who attains them: indices in `coalitions(n, smallest=2)`,
    the smallest coalition if there are several; -1 where there is no gain."""

    paid: IntArray
    paid_by: IntArray
    agreed: IntArray
    agreed_by: IntArray


def coalition_gains(own: Sequence[IntArray], profiles: IntArray) -> Gains:
    """The largest joint gain of any coalition of two or more at each profile.

    Parameters
    ----------
    own : n int arrays (A_1, …, A_n): payoffs of each player
    profiles : int array (k, n), message indices

    Returns
    -------
    Gains: with side payments (`paid`) the largest total gain of the members of a coalition of two or more; without
    (`agreed`) the same over those joint changes that make each of its members strictly better off. 0 if there is none.

    Raises
    ------
    TooLargeError
        If more than MAX_OPERATIONS payoffs would have to be compared.

    Examples
    --------
    In the prisoners' dilemma both gain 1 by leaving (1, 1). At (0, 1) a pair with side payments gains 1 by going to
    (0, 0), which the second player would not agree to without.

    >>> own = np.array([[[2, 0], [3, 1]], [[2, 3], [0, 1]]])
    >>> [gains.tolist() for gains in coalition_gains(own, np.array([[1, 1], [0, 1], [0, 0]]))]
    [[2, 1, 0], [0, 0, -1], [2, 0, 0], [0, -1, -1]]
    """
    check_sums(2 * len(own), *own)
    distinct, which = np.unique(profiles, axis=0, return_inverse=True)
    paid, agreed = np.zeros((2, len(distinct)), dtype=np.int64)
    paid_by, agreed_by = np.full((2, len(distinct)), -1)
    for k, members in enumerate(coalitions(len(own), smallest=2)):
        total = np.add.reduce([own[i] for i in members])
        now = total[tuple(distinct.T)]
        at = tuple(0 if i in members else distinct[:, i] for i in range(len(own)))
        most = total.max(axis=members, keepdims=True)[at] - now
        open_ = np.flatnonzero(most > agreed)  # where the total can grow by no more, nothing is to be found
        for best, by, here, gain in (
            (paid, paid_by, np.arange(len(distinct)), most),
            (agreed, agreed_by, open_, _agreed(own, members, distinct[open_])),
        ):
            better = gain > best[here]
            best[here[better]], by[here[better]] = gain[better], k
    return Gains(*(part[which.ravel()] for part in (paid, paid_by, agreed, agreed_by)))


def _agreed(own: Sequence[IntArray], members: tuple[int, ...], profiles: IntArray) -> IntArray:
    """The largest total gain of one coalition with a gain for each member, at profiles (k, n); 0 if there is none."""
    order = (*(i for i in range(len(own)) if i not in members), *members)
    arranged = [own[i].transpose(order) for i in members]
    shape = arranged[0].shape[: len(own) - len(members)]
    arranged = [part.reshape(*shape, -1) for part in arranged]
    deviations = arranged[0].shape[-1]
    work = float(len(profiles)) * deviations * len(members)
    if work > MAX_OPERATIONS:
        raise TooLargeError(
            f"too large: {len(profiles)} profiles x {deviations:.3g} joint changes of coalition {members} make "
            f"{work:.3g} comparisons, more than {MAX_OPERATIONS:.3g}; a coarser grid of messages would fit"
        )
    best = np.zeros(len(profiles), dtype=np.int64)
    size = max(1, CHUNK_ENTRIES // (deviations * len(members)))
    for start in range(0, len(profiles), size):
        some = profiles[start : start + size]
        others = tuple(some[:, i] for i in order[: len(shape)])
        total = np.zeros((len(some), deviations), dtype=np.int64)
        everybody = np.ones((len(some), deviations), dtype=bool)
        for part, i in zip(arranged, members, strict=True):
            gain = part[others] - own[i][tuple(some.T)][:, None]
            total += gain
            everybody &= gain > 0
        best[start : start + size] = np.where(everybody, total, 0).max(axis=1, initial=0)
    return best
