"""The game as played: ONE function from types and messages to integer points.

``DemandGame`` takes demands (serial, proportional), ``DirectGame`` takes reported types (VCG, Groves, AGV, pairwise
compensation), ``ChoiceGame`` takes reported types and carries out a demand game's equilibrium. Payoffs, screens, bots,
audit and predictions all call their ``play``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.arrays import FloatArray, IntArray, as_numbers, grid_index
from mechanisms.environments import Production, PublicProject, SinglePeaked
from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.environments.tie_breaking import TieBreaking
from mechanisms.played.points import PointsRule
from mechanisms.shown import Shown

Environment = Production | SinglePeaked | PublicProject


@dataclass(frozen=True, eq=False)
class Play(Shown):
    """What happened in one or many groups; leading axes (...) as in the input, positions on the last axis.

    Attributes
    ----------
    outcome : quantities (..., n), level (...) or index of the outcome (...)
    quantities : ndarray (..., n), or None where nothing is produced
    values : ndarray (..., n), what the outcome is worth to each at the true type, units of utility
    cost_shares : ndarray (..., n), paid
    transfers : ndarray (..., n), received (negative: paid)
    payments : ndarray (..., n, n), [..., i, j] is what j pays i; None unless payments are pairwise
    utilities : ndarray (..., n), values - cost_shares + transfers
    points : int64 ndarray (..., n), in smallest units
    """

    outcome: np.ndarray
    quantities: FloatArray | None
    values: FloatArray
    cost_shares: FloatArray
    transfers: FloatArray
    payments: FloatArray | None
    utilities: FloatArray
    points: IntArray


@dataclass(frozen=True, eq=False)
class DemandGame(Shown):
    """A demand game: everybody gets the quantity demanded and pays the method's cost share.

    `others` says what of the others' demands matters for the own share, as in the rule's record; None where it
    depends on who demands what.
    """

    environment: Production
    types: tuple[FloatArray, ...]
    messages: tuple[FloatArray, ...]
    points: PointsRule
    others: Literal["total", "levels", "counts"] | None = None

    def play(self, types: ArrayLike, messages: ArrayLike) -> Play:
        """Outcome and payoffs for true types (..., n) and messages (..., n), both as values; they broadcast."""
        theta, _ = _on_grids("types", types, self.types)
        demands, _ = _on_grids("messages", messages, self.messages)
        theta, demands = np.broadcast_arrays(theta, demands)
        values = self.environment.value.value(theta, demands)
        shares = self.environment.shares_at(demands)
        utilities = values - shares
        nothing = np.zeros_like(utilities)
        return Play(demands, demands, values, shares, nothing, None, utilities, self.points.units(utilities))

    def play_all(self, types: ArrayLike) -> Play:
        """The same for one type profile (n,) at every message profile (A_1, …, A_n)."""
        return self.play(types, np.stack(np.meshgrid(*self.messages, indexing="ij"), axis=-1))


@dataclass(frozen=True, eq=False)
class DirectGame(Shown):
    """A direct mechanism: everybody reports a type, the efficient outcome for the reports is chosen, transfers are
    made.

    Attributes
    ----------
    types : tuple of n ndarrays, the types that positions can have; each is on the grid of messages
    messages : tuple of n ndarrays, the types that positions can report
    priors : tuple of n ndarrays, probabilities of the messages being the true type
    ties : TieBreaking, which of several efficient outcomes is chosen
    transfers : function of the SocialChoiceProblem to transfers (n, A_1, …, A_n)
    revisions : function of the SocialChoiceProblem to how each report revises expectations; None unless pairwise
    """

    environment: Environment
    types: tuple[FloatArray, ...]
    messages: tuple[FloatArray, ...]
    priors: tuple[FloatArray, ...]
    points: PointsRule
    ties: TieBreaking
    transfers: Callable[[SocialChoiceProblem], FloatArray]
    revisions: Callable[[SocialChoiceProblem], list[FloatArray]] | None = None

    @cached_property
    def problem(self) -> SocialChoiceProblem:
        return self.environment.problem(self.messages, self.priors, self.ties)

    @cached_property
    def all_transfers(self) -> FloatArray:
        return self.transfers(self.problem)

    @cached_property
    def all_revisions(self) -> list[FloatArray]:
        assert self.revisions is not None
        return [np.broadcast_to(array, (len(array), *self.problem.shape)) for array in self.revisions(self.problem)]

    def play(self, types: ArrayLike, messages: ArrayLike) -> Play:
        """Outcome and payoffs for true types (..., n) and messages (..., n), both as values; they broadcast."""
        theta, _ = _on_grids("types", types, self.types)
        _, reports = _on_grids("messages", messages, self.messages)
        theta, reports = np.broadcast_arrays(theta, reports)
        profile = tuple(np.moveaxis(reports, -1, 0))
        payments = None if self.revisions is None else self._payments(profile)
        return self._made(theta, self.problem.efficient_outcome[profile], _at(profile, self.all_transfers), payments)

    def play_all(self, types: ArrayLike) -> Play:
        """The same for one type profile (n,) at every message profile (A_1, …, A_n), but who pays whom."""
        theta, _ = _on_grids("types", types, self.types)
        return self._made(theta, self.problem.efficient_outcome, np.moveaxis(self.all_transfers, 0, -1), None)

    def _made(self, theta: FloatArray, index: IntArray, transfers: FloatArray, payments: FloatArray | None) -> Play:
        """What is done, the outcome of each group being numbered by `index` (...)."""
        values = self.environment.gross_values(theta, index)
        shares = self.environment.cost_shares(index)
        utilities = values - shares + transfers
        outcome = self.environment.outcome(index)
        quantities = outcome if isinstance(self.environment, Production) else None
        return Play(outcome, quantities, values, shares, transfers, payments, utilities, self.points.units(utilities))

    def _payments(self, profile: tuple[IntArray, ...]) -> FloatArray:
        payments = np.stack([_at(profile, revision) for revision in self.all_revisions], axis=-2)
        positions = np.arange(payments.shape[-1])
        payments[..., positions, positions] = 0
        return payments


@dataclass(frozen=True, eq=False)
class ChoiceGame(Shown):
    """A social choice function as a direct mechanism: everybody reports a type, and the equilibrium of the demand game
    at the reports is carried out. There are no transfers.

    Attributes
    ----------
    types, messages : tuples of n ndarrays, the types that positions can have, and those that they can report
    quantities : ndarray (A_1, …, A_n, n), what everybody gets at every profile of reports
    """

    environment: Production
    types: tuple[FloatArray, ...]
    messages: tuple[FloatArray, ...]
    points: PointsRule
    quantities: FloatArray

    @cached_property
    def all_shares(self) -> FloatArray:
        """What everybody pays at every profile of reports, shape (A_1, …, A_n, n)."""
        return self.environment.share_cost(self.quantities, self.environment.cost)

    def play(self, types: ArrayLike, messages: ArrayLike) -> Play:
        """Outcome and payoffs for true types (..., n) and messages (..., n), both as values; they broadcast."""
        theta, _ = _on_grids("types", types, self.types)
        _, reports = _on_grids("messages", messages, self.messages)
        theta, reports = np.broadcast_arrays(theta, reports)
        profile = tuple(np.moveaxis(reports, -1, 0))
        return self._made(theta, self.quantities[profile], self.all_shares[profile])

    def play_all(self, types: ArrayLike) -> Play:
        """The same for one type profile (n,) at every message profile (A_1, …, A_n)."""
        return self._made(_on_grids("types", types, self.types)[0], self.quantities, self.all_shares)

    def _made(self, theta: FloatArray, quantities: FloatArray, shares: FloatArray) -> Play:
        values = self.environment.value.value(theta, quantities)
        utilities = values - shares
        nothing = np.zeros_like(utilities)
        return Play(quantities, quantities, values, shares, nothing, None, utilities, self.points.units(utilities))


GameAsPlayed = DemandGame | DirectGame | ChoiceGame


def _on_grids(argument: str, values: ArrayLike, grids: Sequence[FloatArray]) -> tuple[FloatArray, IntArray]:
    """Values (..., n) checked against one grid a position, and their indices."""
    array = as_numbers(argument, values)
    n = len(grids)
    if array.ndim == 0 or array.shape[-1] != n:
        raise ValueError(f"{argument} has shape {array.shape}; its last axis must be the {n} positions")
    index = [grid_index(f"{argument}[..., {i}]", array[..., i], grid) for i, grid in enumerate(grids)]
    return array, np.stack(index, axis=-1)


def _at(profile: tuple[IntArray, ...], tensor: FloatArray) -> FloatArray:
    """A tensor (n, A_1, …, A_n) at message profiles (...), agents last: (..., n)."""
    everybody: tuple[slice | IntArray, ...] = (slice(None), *profile)
    return np.moveaxis(tensor[everybody], 0, -1)
