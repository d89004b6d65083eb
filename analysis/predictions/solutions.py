"""What theory predicts for the game as played, each thing once: payoffs, dominant messages, pure Nash equilibria."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd

from analysis.games import treatment_of
from mechanisms.arrays import FloatArray, IntArray
from mechanisms.bayesian import SequentialEquilibrium
from mechanisms.certificate import Certificate, CrowdTheory, Theory, certificate_of, theory_of
from mechanisms.session.in_turn import equilibrium_in_turn
from mechanisms.shown import Shown
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

Answer = TypeVar("Answer")
MAX_TYPE_PROFILES = 250
MAX_PAYOFFS = 2e7
"""For the description of a treatment all type profiles are solved if they and their payoffs are at most so many; else
only those that were drawn."""


class Solutions(Shown):
    """The theory of one game in the words of the data: types and messages are values. What is too large to compute is
    None, and `too_large` says why.

    Parameters
    ----------
    treatment : Treatment; only its game matters, not its protocol
    """

    def __init__(self, treatment: Treatment) -> None:
        self.treatment = treatment
        self.theory: Theory | CrowdTheory = theory_of(treatment)
        self.too_large: dict[str, str] = {}
        self._in_sequence: dict[tuple[int, ...] | None, Solutions] = {}

    def in_sequence(self, treatment: Treatment) -> Solutions:
        """Those of the same treatment in the order of reports of some rounds, each computed once."""
        if treatment.sequence == self.treatment.sequence:
            return self
        if treatment.sequence not in self._in_sequence:
            found = Solutions(treatment)
            found.too_large = self.too_large
            self._in_sequence[treatment.sequence] = found
        return self._in_sequence[treatment.sequence]

    def in_turn(self, types: tuple[float, ...]) -> tuple[SequentialEquilibrium, tuple[int, ...]] | None:
        """Backward induction among players of the given types, and the places of these in it; None where all messages
        are sent at the same time."""
        if self.treatment.sequence is None:
            return None
        return self._try("reports in turn", lambda: equilibrium_in_turn(self.treatment, types))

    def own_points(self, position: int, type_value: float) -> IntArray | None:
        """Points of a position (from 0) with a type at every profile of messages, (A_1, …, A_n), smallest units."""
        theory = self.theory
        if isinstance(theory, CrowdTheory):
            return None
        return self._try("best replies", lambda: theory.own_points(position, self._type(position, type_value)))

    def points_against(self, position: int, type_value: float, others: IntArray) -> IntArray:
        """The same against some profiles of the others alone, indices (k, n - 1): (k, A), by the rule itself. This is
        how games are asked that have no table of all profiles."""
        theory, t = self.theory, self._type(position, type_value)
        assert isinstance(theory, CrowdTheory)
        return theory.points_against(position, t, others)

    def all_against(self, position: int, type_value: float) -> tuple[IntArray, FloatArray] | None:
        """Own points by own message and by all that matters of the others, (A, C), and how many of the others'
        profiles are so, (C,), which sums to 1; None where the structure does not say."""
        theory, t = self.theory, self._type(position, type_value)
        if not isinstance(theory, CrowdTheory):
            return None
        faced = self._try("losses against dominant messages", lambda: theory.facing(position, t))
        return (faced.points, faced.share) if faced is not None and faced.complete else None

    def dominant(self, position: int, type_value: float, kind: str = "weak") -> np.ndarray | None:
        """All dominant messages (values) of a position (from 0) with a type, shape (k,)."""
        t = self._type(position, type_value)
        found = self._try("dominant messages", lambda: self.theory.dominant(position, t, kind))
        return None if found is None else self.treatment.positions[position].messages[found]

    def nash(self, types: tuple[float, ...]) -> np.ndarray | None:
        """All pure Nash equilibria (message values) among players of the given types, shape (k, n)."""
        indices = tuple(self._type(i, value) for i, value in enumerate(types))
        found = self._try("Nash equilibria", lambda: self.theory.nash_at(indices))
        if found is None:
            return None
        return np.stack([place.messages[found[:, i]] for i, place in enumerate(self.treatment.positions)], axis=-1)

    def nash_area(self, types: tuple[float, ...]) -> float | None:
        """Which part of all message profiles the pure Nash equilibria are, also where they are too many to list."""
        theory = self.theory
        if not isinstance(theory, CrowdTheory):
            return None
        indices = tuple(self._type(i, value) for i, value in enumerate(types))
        found = self._try("Nash equilibria", lambda: theory.equilibria(indices))
        return None if found is None else found.total / self.profiles()

    def efficient_surplus(self, types: np.ndarray) -> np.ndarray:
        """The largest surplus of type profiles (k, n): (k,); NaN where it is too large to compute."""
        found = self._try("efficient surplus", lambda: self.treatment.efficient_surplus(types))
        return np.full(len(types), np.nan) if found is None else found

    @cached_property
    def certificate(self) -> Certificate:
        """The theory certificate of the game."""
        return certificate_of(self.theory)

    def type_profiles(self) -> list[tuple[float, ...]] | None:
        """All type profiles of positive probability; None if they are too many to solve for a description."""
        found = self.theory.few_type_profiles(MAX_TYPE_PROFILES, MAX_PAYOFFS)
        if found is None:
            return None
        places = self.treatment.positions
        return [tuple(float(place.types[t]) for place, t in zip(places, types, strict=True)) for types in found]

    def profiles(self) -> float:
        """Number of message profiles of a group."""
        return self.theory.profiles

    def _type(self, position: int, value: float) -> int:
        return int(np.flatnonzero(self.treatment.positions[position].types == value)[0])

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
