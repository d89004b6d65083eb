"""The agents of a game: one for each type of each position that somebody can have (agent form).

Types are independent and values are private, so that an agent's expected payoff depends on the *average* strategy of
each other position over its types, and on nothing else. Under complete information the game of each type profile has
one agent a position. Payoffs are in points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.quantal_response.branch import LogitBranch

Strategies = list[FloatArray]
"""One array (T_i, A_i) a position: a row of numbers for each agent."""


def largest_range(payoffs: tuple[FloatArray, ...]) -> float:
    """The largest difference of points within a type, payoffs (T_i, …) of each position; 1 if there is none."""
    return max(float(np.ptp(own.reshape(len(own), -1), axis=1).max()) for own in payoffs) or 1.0


@dataclass(frozen=True, eq=False)
class AgentForm:
    """A game among agents.

    Attributes
    ----------
    payoffs : n arrays (T_i, A_1, …, A_n): points of each type of position i
    priors : n arrays (T_i,): the probability of each type

    Examples
    --------
    >>> own = (np.array([[[3.0, 0.0], [0.0, 1.0]]]), np.array([[[1.0, 0.0], [0.0, 1.0]]]))
    >>> form = AgentForm(own, (np.ones(1),) * 2)
    >>> form.expected(form.uniform())[0]
    array([[1.5, 0.5]])
    """

    payoffs: tuple[FloatArray, ...]
    priors: tuple[FloatArray, ...]

    @property
    def n(self) -> int:
        """The number of positions."""
        return len(self.payoffs)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """(A_1, …, A_n)."""
        return self.payoffs[0].shape[1:]

    @cached_property
    def first(self) -> list[int]:
        """The number of each position's first agent, and of all agents at the end: n + 1 numbers."""
        return [0, *np.cumsum([len(part) for part in self.payoffs]).tolist()]

    @cached_property
    def range(self) -> float:
        """The largest difference of an agent's points; 1 if all are equal. The scale of noise."""
        return largest_range(self.payoffs)

    @cached_property
    def branch(self) -> LogitBranch:
        """The logit equilibria, found once and followed as far as asked for."""
        return LogitBranch(self)

    def uniform(self) -> Strategies:
        """Everybody plays all messages with the same probability."""
        return [np.full((len(part), size), 1 / size) for part, size in zip(self.payoffs, self.sizes, strict=True)]

    def against(self, averages: list[FloatArray], i: int, kept: tuple[int, ...] = ()) -> FloatArray:
        """Expected points of the types of position i against average strategies (A_j,): (T_i, A_i), axes of the
        positions `kept` being left: (T_i, A_j, …), in the order of positions."""
        result = self.payoffs[i]
        for j in reversed(range(self.n)):
            if j != i and j not in kept:
                result = np.tensordot(result, averages[j], axes=([j + 1], [0]))
        return result

    def averages(self, strategies: Strategies) -> list[FloatArray]:
        """Average strategies over types: n arrays (A_i,)."""
        return [prior @ own for prior, own in zip(self.priors, strategies, strict=True)]

    def expected(self, strategies: Strategies) -> Strategies:
        """Expected points of every message of every agent."""
        averages = self.averages(strategies)
        return [self.against(averages, i) for i in range(self.n)]

    def table(self, rows: Strategies, width: int, fill: float) -> FloatArray:
        """Rows of all agents below each other (agents, width), padded with `fill`."""
        padded = [np.pad(part, ((0, 0), (0, width - part.shape[1])), constant_values=fill) for part in rows]
        return np.concatenate(padded)
