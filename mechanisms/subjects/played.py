"""The game of a treatment as arrays of floats, in points: what every model of behaviour asks about payoffs.

A *situation* is a position with a type; situations are numbered through all positions. Payoffs are own points, those of
one's own type only (values are private). A *profile of the others* is numbered in C order of the other positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.games.best_responses import best_replies
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.agents import largest_range
from mechanisms.shown import Shown
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

MAX_PAYOFFS = 5_000_000
"""Own payoffs of all types: models go through all of them many times."""


@dataclass(frozen=True, eq=False)
class PlayedGame(Shown):
    """The payoffs of a treatment.

    Parameters
    ----------
    treatment : Treatment

    Raises
    ------
    TooLargeError
        On the first use of payoffs, if there are more than MAX_PAYOFFS.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> game = PlayedGame(load_treatment("treatments/chen_serial.toml"))
    >>> game.sizes, game.width, game.n_types, float(game.points[0][0, 3, 5])
    ((12, 12), 12, (1, 1), 324.0)
    """

    treatment: Treatment

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """(A_1, …, A_n), the numbers of messages."""
        return tuple(len(place.messages) for place in self.treatment.positions)

    @cached_property
    def n_types(self) -> tuple[int, ...]:
        """(T_1, …, T_n)."""
        return tuple(len(place.types) for place in self.treatment.positions)

    @property
    def width(self) -> int:
        """The largest number of messages: tables are padded to it."""
        return max(self.sizes)

    @cached_property
    def first_situation(self) -> IntArray:
        """The number of the first situation of each position, and of all situations at the end: (n + 1,)."""
        return np.concatenate([[0], np.cumsum(self.n_types)])

    @cached_property
    def units(self) -> tuple[IntArray, ...]:
        """Own payoffs in smallest units, exact: n int64 arrays (T_i, A_1, …, A_n)."""
        entries = sum(self.n_types) * float(np.prod(self.sizes))
        if entries > MAX_PAYOFFS:
            raise TooLargeError(
                f"too large: the types have {entries:.3g} payoffs, more than {MAX_PAYOFFS:.3g}; a coarser grid fits"
            )
        return self.treatment.bayesian_game().payoffs

    @cached_property
    def points(self) -> tuple[FloatArray, ...]:
        """Own payoffs in points: n arrays (T_i, A_1, …, A_n)."""
        return tuple(own / 10.0**self.treatment.rounding for own in self.units)

    @cached_property
    def range(self) -> float:
        """The largest difference of a situation's points; 1 if all are equal."""
        return largest_range(self.points)

    @cached_property
    def columns(self) -> tuple[FloatArray, ...]:
        """Own points by profile of the others: n arrays (T_i, profiles of the others, A_i)."""
        return tuple(_columns(own, i) for i, own in enumerate(self.points))

    @cached_property
    def best_replies(self) -> tuple[np.ndarray, ...]:
        """Which messages are best replies to each profile of the others, exactly: like `columns`, bool."""
        return tuple(best_replies(_columns(own, i), 2, 0) for i, own in enumerate(self.units))

    @cached_property
    def is_message(self) -> np.ndarray:
        """Which columns of a padded table are messages of a situation: bool (situations, width)."""
        return np.arange(self.width) < np.repeat(self.sizes, self.n_types)[:, None]

    def number_of(self, message: IntArray) -> IntArray:
        """Number of the others' profile for each member of whole groups (k * n,), members one after the other in the
        order of positions; -1 where somebody has not decided."""
        n = len(self.sizes)
        strides = np.zeros((n, n), dtype=np.int64)
        for i in range(n):
            stride = 1
            for j in reversed([j for j in range(n) if j != i]):
                strides[i, j] = stride
                stride *= self.sizes[j]
        groups = message.reshape(-1, n)
        found = groups @ strides.T
        found[(groups < 0).any(axis=1)] = -1
        return np.asarray(found.reshape(-1))

    def against(self, i: int, numbers: IntArray) -> FloatArray:
        """Own points of position i against profiles of the others: (T_i, k, A_i)."""
        return self.columns[i][:, numbers]

    @cached_property
    def against_uniform(self) -> tuple[FloatArray, ...]:
        """Own points against uniform play: n arrays (T_i, A_i)."""
        return tuple(own.mean(axis=1) for own in self.columns)

    def form(self, types: IntArray | None = None) -> BayesianGame:
        """The game with private types in points, or that of one type profile (n indices) if all know it."""
        key = None if types is None else tuple(types.tolist())
        if key not in self._forms:
            self._forms[key] = self._form(types)
        return self._forms[key]

    @cached_property
    def _forms(self) -> dict[tuple[int, ...] | None, BayesianGame]:
        return {}

    def _form(self, types: IntArray | None) -> BayesianGame:
        if types is None:
            priors = [place.probabilities for place in self.treatment.positions]
            return BayesianGame(self.points, priors, truthful=None)
        own = [points[t : t + 1] for points, t in zip(self.points, types, strict=True)]
        return BayesianGame(own, [[1.0]] * len(own), truthful=None)


def _columns(own: np.ndarray, i: int) -> np.ndarray:
    """(T, A_1, …, A_n) -> (T, profiles of the others, A_i)."""
    moved = np.moveaxis(own, i + 1, -1)
    return np.ascontiguousarray(moved.reshape(len(own), -1, moved.shape[-1]))
