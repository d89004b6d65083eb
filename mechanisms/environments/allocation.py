"""The allocation of identical objects: who gets one of k, each being worth one's type to whoever gets it, else nothing.

Everybody wants one object at most. Under VCG this is an auction: with one object the second-price auction (Vickrey
1961), with k objects the k highest bids win and each winner pays the highest bid that does not win.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.environments.public_project import PublicProject


@dataclass(frozen=True, eq=False)
class Allocation(PublicProject):
    """A public project whose outcomes are the groups of k who get an object, those of the first positions first.

    Attributes
    ----------
    winners : tuple of tuples of k int, for each outcome the positions that get an object

    Examples
    --------
    >>> bids = np.array([0.0, 5.0, 9.0])
    >>> auction = Allocation.of(("Ann", "Bob", "Cem"), (bids,) * 3, objects=2)
    >>> auction.outcomes, auction.winners
    (('Ann; Bob', 'Ann; Cem', 'Bob; Cem'), ((0, 1), (0, 2), (1, 2)))
    >>> auction.efficient_surplus([5, 0, 9])
    np.float64(14.0)
    """

    winners: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def of(cls, names: Sequence[str], messages: tuple[FloatArray, ...], objects: int) -> Allocation:
        """k = `objects` for agents with these names; positions' numbers stand for names that are not distinct."""
        n = len(messages)
        called = list(names) if len(set(names)) == n else [str(i + 1) for i in range(n)]
        winners = tuple(combinations(range(n), objects))
        gets = np.array([[i in group for group in winners] for i in range(n)], dtype=np.float64)
        tables = tuple(np.outer(grid, own) for grid, own in zip(messages, gets, strict=True))
        return cls(tuple("; ".join(called[i] for i in group) for group in winners), messages, tables, winners)
