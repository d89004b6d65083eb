"""All pure Bayesian equilibria: one message for each type, each a best reply to the others' strategies."""

from __future__ import annotations

import math

import numpy as np

from mechanisms.arrays import IntArray, takes
from mechanisms.bayesian._weights import WeightedGame, weighted_game
from mechanisms.bayesian.rationalizability import Rationalizable, interim_correlated_rationalizability
from mechanisms.games.copies import Distinct, distinct_messages
from mechanisms.games.private_types import BayesianGame
from mechanisms.verdicts import TooLargeError

MAX_PROFILES = 20_000_000
"""Profiles of pure strategies."""

MAX_NUMBERS = 100_000_000
"""Numbers in a table of strategies, of one player or of all equilibria: 800 MB."""


@takes(game=BayesianGame)
def pure_bayesian_equilibria(game: BayesianGame) -> tuple[IntArray, ...]:
    """All pure Bayesian equilibria (the equilibria of S Theorem 3 without randomisation).

    A strategy names a message for each type. In equilibrium each type's message maximises its expected payoff among all
    its messages, given the others' strategies and its belief about their types; types with probability 0 best reply
    too. Only interim correlated rationalizable messages can be part of one, so only profiles of these are gone through.

    Parameters
    ----------
    game : BayesianGame; its messages need not be reports of types

    Returns
    -------
    tuple of n int arrays, entry i of shape (k, T_i): player i's messages in each of the k equilibria, which are in
        lexicographic order

    Raises
    ------
    TooLargeError
        If more than MAX_PROFILES profiles of strategies are rationalizable, or their tables exceed MAX_NUMBERS.

    Examples
    --------
    >>> both = [[1, 0], [0, 1]]
    >>> strategies = pure_bayesian_equilibria(BayesianGame([[both], [both, both]], [[1], [0.5, 0.5]], None))
    >>> strategies[0].tolist(), strategies[1].tolist()
    ([[0], [1]], [[0, 0], [1, 1]])
    """
    return equilibria_among(distinct_messages(game), interim_correlated_rationalizability(game))


def equilibria_among(distinct: Distinct, rationalizable: Rationalizable) -> tuple[IntArray, ...]:
    """The same from what is rationalizable in the whole game."""
    game = distinct.whole
    surviving = rationalizable.surviving
    counts = [math.prod(float(row.sum()) for row in left) for left in surviving]
    _check(math.prod(counts), MAX_PROFILES, "profiles of rationalizable pure strategies", game)
    widest = max(count * sum(left.shape) for count, left in zip(counts, surviving, strict=True))
    _check(widest, MAX_NUMBERS, "numbers in the table of one player's strategies", game)
    strategies = [_strategies([np.flatnonzero(row) for row in left]) for left in surviving]
    different = [
        np.unique(place[table], axis=0, return_inverse=True)
        for place, table in zip(distinct.places, strategies, strict=True)
    ]
    among = _equilibria(weighted_game(distinct.game), [table for table, _ in different])
    equilibrium = among[np.ix_(*(which.ravel() for _, which in different))]
    n_found = np.count_nonzero(equilibrium)
    _check(float(n_found * sum(game.n_types)), MAX_NUMBERS, f"numbers in {n_found} equilibria", game)
    found = np.unravel_index(np.flatnonzero(equilibrium), equilibrium.shape)
    return tuple(table[index] for table, index in zip(strategies, found, strict=True))


def _equilibria(weighted: WeightedGame, strategies: list[IntArray]) -> np.ndarray:
    """Whether all best reply to each other: bool, (S_1, …, S_n). Some strategy is a best reply to all of the others."""
    equilibrium = np.ones(tuple(map(len, strategies)), dtype=bool)
    for i in range(weighted.n):
        candidates = [np.unique(messages) for messages in strategies[i].T]
        equilibrium &= np.moveaxis(_best_replies(weighted, i, candidates, strategies), 0, i)
    return equilibrium


def _check(size: float, limit: float, what: str, game: BayesianGame) -> None:
    if size > limit:
        types = sum(game.n_types)
        raise TooLargeError(
            f"too large: {what} are {size:.3g}, more than {limit:.3g}; "
            f"{limit ** (1 / types):.1f} rationalizable messages for each of the {types} types, on average, would fit"
        )


def _strategies(messages: list[IntArray]) -> IntArray:
    """All pure strategies that choose for each type one of its messages: shape (S, T), lexicographic."""
    return np.stack(np.meshgrid(*messages, indexing="ij"), axis=-1).reshape(-1, len(messages))


def _best_replies(weighted: WeightedGame, i: int, candidates: list[IntArray], strategies: list[IntArray]) -> np.ndarray:
    """Whether every type of i best replies: bool, shape (S_i, S_1, …, S_n) without a second axis for i."""
    others, scale = weighted.others(i), weighted.interim_scale(i)
    best = np.ones((len(strategies[i]), *(len(strategies[j]) for j in others)), dtype=bool)
    weights = {j: _message_weights(weighted, j, strategies[j]) for j in others} if weighted.joint is None else {}
    for t, messages in enumerate(candidates):
        if len(messages) == 1:
            continue
        own = [weighted.payoffs[i][t].take(m, axis=i) for m in messages]
        if weighted.joint is None:
            sums = np.stack([_sums(tensor, others, weights) for tensor in own])
        else:
            belief = weighted.belief([i], [t])
            sums = np.stack([_sums_by_belief(tensor, belief, [strategies[j] for j in others]) for tensor in own])
        optimal = sums.max(axis=0) - sums <= weighted.slack(scale[t], i)
        best &= optimal[np.searchsorted(messages, strategies[i][:, t])]
    return best


def _message_weights(weighted: WeightedGame, j: int, strategies: IntArray) -> np.ndarray:
    """The weight of each message of player j under each strategy: shape (S_j, A_j)."""
    weights = np.zeros((len(strategies), weighted.n_messages[j]), dtype=weighted.weights[j].dtype)
    for t, weight in enumerate(weighted.weights[j]):
        weights[np.arange(len(strategies)), strategies[:, t]] += weight
    return weights


def _sums(own: np.ndarray, others: list[int], weights: dict[int, np.ndarray]) -> np.ndarray:
    """A message's payoff (A_j, …) summed over the others' strategies: shape (S_j, …). Players with few go first."""
    for axis in sorted(range(len(others)), key=lambda k: len(weights[others[k]])):
        own = np.moveaxis(np.tensordot(weights[others[axis]], own, axes=([1], [axis])), 0, axis)
    return np.asarray(own)


def _sums_by_belief(own: np.ndarray, belief: np.ndarray, strategies: list[IntArray]) -> np.ndarray:
    """A message's payoff (A_j, …) summed over the others' strategies by the weights of their types: shape (S_j, …)."""
    sums = np.zeros([len(table) for table in strategies], dtype=belief.dtype)
    for types in np.argwhere(belief):
        said = np.ix_(*(table[:, t] for table, t in zip(strategies, types, strict=True)))
        sums += np.asarray(own)[said] * belief[tuple(types)]
    return sums
