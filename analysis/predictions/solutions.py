"""What theory predicts for the game as played, each thing once: payoffs, dominant messages, pure Nash equilibria."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import product
from typing import TypeVar

import numpy as np
import pandas as pd

from analysis.games import treatment_of
from mechanisms.arrays import IntArray
from mechanisms.certificate import Certificate
from mechanisms.shown import Shown
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

Answer = TypeVar("Answer")
MAX_TYPE_PROFILES = 250
MAX_PAYOFFS = 2e7
"""For the description of a treatment all type profiles are solved if they and their payoffs are at most so many; else
only those that were drawn."""

MAX_REMEMBERED = 2.5e7
"""Payoffs that are remembered at a time: 200 MB."""


class Solutions(Shown):
    """Solutions of one game, remembered. What is too large to compute is None, and `too_large` says why.

    Parameters
    ----------
    treatment : Treatment; only its game matters, not its protocol
    """

    def __init__(self, treatment: Treatment) -> None:
        self.treatment = treatment
        self.too_large: dict[str, str] = {}
        self._dominant: dict[tuple[int, float, str], np.ndarray | None] = {}
        self._nash: dict[tuple[float, ...], np.ndarray | None] = {}
        self._own: dict[tuple[int, float], IntArray | None] = {}

    def own_points(self, position: int, type_value: float) -> IntArray | None:
        """Points of a position (from 0) with a type at every profile of messages, (A_1, …, A_n), smallest units."""
        key = (position, type_value)
        if key not in self._own:
            if (len(self._own) + 1) * self.profiles() > MAX_REMEMBERED:
                self._own.clear()
            self._own[key] = self._try("best replies", lambda: self.treatment.own_points(*key))
        return self._own[key]

    def dominant(self, position: int, type_value: float, kind: str = "weak") -> np.ndarray | None:
        """All dominant messages (values) of a position (from 0) with a type, shape (k,)."""
        key = (position, type_value, kind)
        if key not in self._dominant:
            self._dominant[key] = self._try("dominant messages", lambda: self.treatment.dominant_messages(*key))
        return self._dominant[key]

    def nash(self, types: tuple[float, ...]) -> np.ndarray | None:
        """All pure Nash equilibria (message values) among players of the given types, shape (k, n)."""
        if types not in self._nash:
            self._nash[types] = self._try("Nash equilibria", lambda: self.treatment.nash_equilibria(np.array(types)))
        return self._nash[types]

    @cached_property
    def certificate(self) -> Certificate:
        """The theory certificate of the game."""
        return self.treatment.certificate()

    def type_profiles(self) -> list[tuple[float, ...]] | None:
        """All type profiles of positive probability; None if they are too many to solve for a description."""
        possible = [p.types[p.probabilities > 0].tolist() for p in self.treatment.positions]
        count = float(np.prod([len(types) for types in possible]))
        few = count <= MAX_TYPE_PROFILES and count * self.treatment.group_size * self.profiles() <= MAX_PAYOFFS
        return list(product(*possible)) if few else None

    def profiles(self) -> float:
        """Number of message profiles of a group."""
        return float(np.prod([len(position.messages) for position in self.treatment.positions]))

    def _try(self, what: str, compute: Callable[[], Answer]) -> Answer | None:
        try:
            return compute()
        except TooLargeError as error:
            self.too_large[what] = str(error)
            return None


def solutions_of(decisions: pd.DataFrame) -> dict[str, Solutions]:
    """One Solutions a game (identity) in the data."""
    first = decisions.drop_duplicates("identity").sort_values("identity")
    return {str(row.identity): Solutions(treatment_of(str(row.definition))) for row in first.itertuples()}
