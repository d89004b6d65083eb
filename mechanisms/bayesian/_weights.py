"""Expectations without rounding error: priors as whole weights.

A prior with probabilities w_t / D, all w_t and D whole, makes every expectation of whole payoffs a whole number over a
product of such D. Sums over weights are then compared as they are, exactly; only what is shown is divided.
Priors that are no fractions, and payoffs that are no whole numbers, are compared up to RELATIVE_TOLERANCE.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import SupportsInt

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, as_whole, largest
from mechanisms.games.private_types import BayesianGame
from mechanisms.verdicts import Verdict

RELATIVE_TOLERANCE = 1e-9
"""Of the player's largest absolute payoff: differences of expected payoffs up to it count as none (floats only)."""

LARGEST_DENOMINATOR = 10_000
"""A probability within 1e-15 of a fraction with a smaller denominator is taken for that fraction."""

LARGEST_INTEGER = 2**62
MAX_OBJECTS = 200_000
"""Games with no more payoffs than this are computed with Python's unbounded integers where int64 would overflow."""

NO_TRUTH = "messages are no reports of types, so there is no truth"


@dataclass(frozen=True, eq=False)
class WeightedGame:
    """A game whose expectations are weighted sums.

    Attributes
    ----------
    payoffs : tuple of n arrays (T_i, A_1, …, A_n): int64, Python integers, or float64
    weights : tuple of n arrays (T_i,), of the same kind; the probability of type t is weights[i][t] / totals[i]
    totals : tuple of n numbers
    joint : the weights of all type profiles, (T_1, …, T_n), with sum `total`; None if types are independent
    truthful : tuple of n int arrays (T_i,), or None
    tolerance : relative tolerance of comparisons, 0 where the sums are whole numbers
    largest : the largest absolute payoff of each player
    """

    payoffs: tuple[np.ndarray, ...]
    weights: tuple[np.ndarray, ...]
    totals: tuple[int, ...]
    joint: np.ndarray | None
    truthful: tuple[IntArray, ...] | None
    tolerance: float
    largest: tuple[float, ...]

    @property
    def n(self) -> int:
        return len(self.payoffs)

    @property
    def n_messages(self) -> tuple[int, ...]:
        return self.payoffs[0].shape[1:]

    @property
    def total(self) -> int:
        """What sums over everybody's types are to be divided by."""
        return math.prod(self.totals) if self.joint is None else self.totals[0]

    def scale(self, players: Collection[int]) -> int:
        """What sums over the types of these players are to be divided by, types being independent."""
        return math.prod(self.totals[j] for j in players)

    def interim_scale(self, player: int) -> list[int]:
        """What sums over the others' types, given each of the player's, are to be divided by: one number a type."""
        if self.joint is None:
            return [self.scale(self.others(player))] * len(self.weights[player])
        return [weight or self.total for weight in self.weights[player].tolist()]

    def slack(self, scale: float, *players: int) -> float:
        """The largest difference of sums of these players' payoffs, to be divided by `scale`, that counts as none."""
        return self.tolerance * sum(self.largest[i] for i in players) * scale

    def others(self, player: int) -> list[int]:
        return [j for j in range(self.n) if j != player]

    def belief(self, members: Sequence[int], types: Sequence[int]) -> np.ndarray:
        """The weights of the others' type profiles given the members' types, from the joint prior: (T_j, …).

        Types that cannot occur tell nothing about the others: the weights are then the others' marginal ones.
        """
        assert self.joint is not None
        rows = np.moveaxis(self.joint, members, range(len(members)))
        given = rows[tuple(types)]
        return np.asarray(given if np.any(given) else rows.sum(axis=tuple(range(len(members)))))

    def expected_reports(self, tensor: np.ndarray, members: Sequence[int], belief: np.ndarray) -> np.ndarray:
        """Sums of (A_1, …, A_n) over the others' true reports by a belief about their types: the members' (A_i, …)."""
        assert self.truthful is not None
        others = [j for j in range(self.n) if j not in members]
        reports = np.zeros([self.n_messages[j] for j in others], dtype=belief.dtype)
        np.add.at(reports, np.ix_(*(self.truthful[j] for j in others)), belief)
        return np.tensordot(tensor, reports, axes=(others, range(len(others))))

    def report_weights(self, player: int) -> np.ndarray:
        """The weight of each message of a player who tells the truth: shape (A_i,)."""
        assert self.truthful is not None
        weights = np.zeros(self.n_messages[player], dtype=self.weights[player].dtype)
        np.add.at(weights, self.truthful[player], self.weights[player])
        return weights

    def truthful_sums(self, player: int, others: Collection[int]) -> np.ndarray:
        """Sums of a player's payoffs over the true reports of independent `others`, whose axes go: (T_i, A_j, …)."""
        tensor = self.payoffs[player]
        for j in sorted(others, reverse=True):
            weights = self.report_weights(j)
            reported = np.flatnonzero(weights)
            tensor = np.tensordot(tensor.take(reported, axis=1 + j), weights[reported], axes=([1 + j], [0]))
        return tensor


def weighted_game(game: BayesianGame) -> WeightedGame:
    """The game with whole weights if payoffs and priors allow, else with floating-point numbers and a tolerance."""
    by_player = tuple(largest(tensor) for tensor in game.payoffs)
    priors = game.priors if game.joint is None else (game.joint.ravel(),)
    fractions = [_as_fractions(prior) for prior in priors]
    whole = all(tensor.dtype.kind == "i" for tensor in game.payoffs) and None not in fractions
    if whole:
        totals = tuple(math.lcm(*(p.denominator for p in prior)) for prior in fractions if prior)
        numbers = [[int(p * total) for p in prior] for prior, total in zip(fractions, totals, strict=True) if prior]
        bound = 4 * max(game.n, *game.n_messages) * max(*by_player, 1) * math.prod(totals)
        entries = sum(tensor.size for tensor in game.payoffs)
        if bound < LARGEST_INTEGER or entries <= MAX_OBJECTS:
            kind = np.int64 if bound < LARGEST_INTEGER else object
            weights = tuple(np.array(row, dtype=kind) for row in numbers)
            payoffs = tuple(tensor.astype(kind, copy=False) for tensor in game.payoffs)
            return _weighted(game, payoffs, weights, totals, 0.0, by_player)
    floats = tuple(tensor.astype(np.float64, copy=False) for tensor in game.payoffs)
    return _weighted(game, floats, priors, (1,) * len(priors), RELATIVE_TOLERANCE, by_player)


def _weighted(
    game: BayesianGame,
    payoffs: tuple[np.ndarray, ...],
    weights: tuple[np.ndarray, ...],
    totals: tuple[int, ...],
    tolerance: float,
    by_player: tuple[float, ...],
) -> WeightedGame:
    """The game with these weights: one array for each player, or a single one of all type profiles."""
    if game.joint is None:
        return WeightedGame(payoffs, weights, totals, None, game.truthful, tolerance, by_player)
    joint = weights[0].reshape(game.n_types)
    marginal = tuple(np.asarray(joint.sum(axis=tuple(j for j in range(game.n) if j != i))) for i in range(game.n))
    return WeightedGame(payoffs, marginal, totals * game.n, joint, game.truthful, tolerance, by_player)


def _as_fractions(prior: FloatArray) -> list[Fraction] | None:
    """The probabilities as fractions that sum to 1, or None."""
    fractions = [Fraction(float(p)).limit_denominator(LARGEST_DENOMINATOR) for p in prior]
    near = all(abs(float(f) - p) <= 1e-15 for f, p in zip(fractions, prior, strict=True))
    return fractions if near and sum(fractions) == 1 else None


def check_player(game: BayesianGame, player: int) -> None:
    """ValueError unless the game has that player."""
    as_whole("player", player, 0, game.n - 1)


def no_truth(method: str, game: BayesianGame) -> Verdict:
    """The verdict on a property of the truth in a game whose messages are no types."""
    return Verdict("not applicable", method, f"{game.n} players", reason=NO_TRUTH)


def others_at(player: int, profile: Iterable[SupportsInt]) -> tuple[int | None, ...]:
    """The messages of the others as a profile of all, with None in the player's own place."""
    others = [int(message) for message in profile]
    return (*others[:player], None, *others[player:])
