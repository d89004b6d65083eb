"""Tie-breaking: which of several equally good outcomes is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import IntArray

RULES = ("first", "last")


@dataclass(frozen=True)
class TieBreaking:
    """Among equally good outcomes the one that comes first in a fixed order is chosen, whatever was reported.

    Attributes
    ----------
    rule : "first" (the order of the list of outcomes), "last" (that order from its end), or a tuple that names every
        outcome once, the preferred one first

    Examples
    --------
    >>> TieBreaking("last").preference(3), TieBreaking((1, 0, 2)).preference(3)
    (array([2, 1, 0]), array([1, 0, 2]))
    """

    rule: str | tuple[int, ...] = "first"

    def __post_init__(self) -> None:
        if isinstance(self.rule, str) and self.rule not in RULES:
            raise ValueError(f"rule is {self.rule!r}; it must be 'first', 'last' or a tuple of all outcomes")

    def preference(self, n_outcomes: int) -> IntArray:
        """The outcomes in the order in which they are preferred, shape (n_outcomes,)."""
        listed = np.arange(n_outcomes)
        if isinstance(self.rule, str):
            return listed if self.rule == "first" else listed[::-1]
        order = np.array(self.rule, dtype=np.int64)
        if not np.array_equal(np.sort(order), listed):
            raise ValueError(f"rule is {list(self.rule)}; it must name each outcome 0…{n_outcomes - 1} exactly once")
        return order

    def in_preference_order(self, tables: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Tables (T_i, n_outcomes) with the outcomes in that order; views where the rule is "first" or "last"."""
        if isinstance(self.rule, str):
            return [table if self.rule == "first" else table[:, ::-1] for table in tables]
        return [table[:, self.preference(table.shape[1])] for table in tables]
