"""What the rows of a certificate share: the games of a treatment, computed once, and words for what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import product

import numpy as np

from mechanisms.certificate.certificate import Finding
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.played.play import Play
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import listed, number

MORE_DECIMALS = 12
MAX_TYPE_PROFILES = 1000
MAX_WORK = 2_000_000_000
"""Payoffs of all type profiles together that are gone through; more would take minutes."""


class Theory:
    """The games of one treatment.

    Attributes
    ----------
    treatment : Treatment
    n : int, players
    """

    def __init__(self, treatment: Treatment) -> None:
        self.treatment = treatment
        self.n = treatment.group_size

    @cached_property
    def game(self) -> BayesianGame:
        """The game with private types, in points."""
        return self.treatment.bayesian_game()

    @cached_property
    def type_profiles(self) -> list[tuple[int, ...]]:
        """All type profiles of positive probability, as indices; TooLargeError if they are too many."""
        possible = [np.flatnonzero(place.probabilities > 0).tolist() for place in self.treatment.positions]
        count = float(np.prod([len(types) for types in possible]))
        work = count * self.n * float(np.prod(self.game.n_messages))
        if count > MAX_TYPE_PROFILES or work > MAX_WORK:
            raise TooLargeError(
                f"too large: {count:.3g} type profiles with {work / count:.3g} payoffs each; fewer types, or a coarser "
                f"grid of messages, would fit (at most {MAX_TYPE_PROFILES} profiles, {MAX_WORK:.3g} payoffs together)"
            )
        return list(product(*possible))

    def games(self) -> Iterator[tuple[tuple[int, ...], NormalFormGame]]:
        """The game of complete information of every type profile."""
        for types in self.type_profiles:
            yield types, self.game.at(types)

    @cached_property
    def nash(self) -> dict[tuple[int, ...], np.ndarray]:
        """All pure Nash equilibria (k, n) of every type profile."""
        return {types: pure_nash_equilibria(game) for types, game in self.games()}

    @cached_property
    def social_choice(self) -> np.ndarray | None:
        """The messages (T_1, …, T_n, n) that every type profile sends: the truth, or the unique Nash equilibrium."""
        if self.game.truthful is not None:
            return np.stack(np.meshgrid(*self.game.truthful, indexing="ij"), axis=-1)
        if any(len(equilibria) != 1 for equilibria in self.nash.values()) or not self._all_types_occur:
            return None
        return np.stack([equilibria[0] for equilibria in self.nash.values()]).reshape(*self.game.n_types, self.n)

    @property
    def _all_types_occur(self) -> bool:
        return all(place.probabilities.min() > 0 for place in self.treatment.positions)

    @cached_property
    def grid_play(self) -> Play:
        """Every message profile played by the first types: outcomes, transfers and the like, (A_1, …, A_n, …)."""
        _ = self.game  # says so if it is too large, before this takes the memory
        grids = [place.messages for place in self.treatment.positions]
        profiles = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1)
        return self.treatment.play([float(place.types[0]) for place in self.treatment.positions], profiles)

    @property
    def size(self) -> str:
        """How much was gone through, in words."""
        profiles = int(np.prod(self.game.n_messages))
        count = len(self.type_profiles)
        return f"{profiles} message profiles" + (f" x {count} type profiles" if count > 1 else "")

    # --- words ---

    def role(self, i: int) -> str:
        return self.treatment.positions[i].role

    def type(self, i: int, t: int) -> str:
        """A type by its label and value: "low (13)", or "13"."""
        place = self.treatment.positions[i]
        return place.name(float(place.types[t]))

    def who(self, i: int, t: int) -> str:
        """A player of a type: "Player 1 of type 13"; only the role where there is one type."""
        several = len(self.treatment.positions[i].types) > 1
        return f"{self.role(i)} of type {self.type(i, t)}" if several else self.role(i)

    def message(self, i: int, m: int) -> str:
        return number(float(self.treatment.positions[i].messages[m]))

    def messages(self, profile: Sequence[int], without: Sequence[int] = ()) -> str:
        """A message profile: "Player 1 reports 3 and Player 2 reports 5"."""
        said = [f"{self.role(i)} {self.verb} {self.message(i, m)}" for i, m in enumerate(profile) if i not in without]
        return listed(said)

    def types(self, profile: Sequence[int]) -> str:
        """A type profile: "types (13, 16, 19)"; empty where nobody has a choice of types."""
        if all(len(place.types) == 1 for place in self.treatment.positions):
            return ""
        return "types (" + ", ".join(self.type(i, t) for i, t in enumerate(profile)) + ")"

    def points(self, units: float, beside: float = 0.0) -> str:
        """Smallest units as points; expected ones with two more decimals, or as many as tell them from `beside`."""
        if float(units).is_integer():
            return f"{self.treatment.format_points(int(units))} point" + ("" if abs(units) == 1 else "s")
        unit, fewest = 10**self.treatment.rounding, self.treatment.rounding + 2
        written = [(f"{units / unit:.{k}f}", f"{beside / unit:.{k}f}") for k in range(fewest, fewest + MORE_DECIMALS)]
        return next((own for own, other in written if own != other), written[-1][0]) + " points"

    @property
    def verb(self) -> str:
        return "reports" if self.treatment.messages_are == "reports" else "demands"

    @property
    def act(self) -> str:
        return "reporting" if self.treatment.messages_are == "reports" else "demanding"


Question = Callable[[Theory], Finding]
