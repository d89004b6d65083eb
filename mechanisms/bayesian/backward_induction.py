"""Public reports one after another: what backward induction says (S section 6, on the game as played).

Players send their messages in a given order, each once and in public. Who moves knows the own type and what has been
said, and expects the types of those who are still to come as the priors say. Values are private, so that it does not
matter what an earlier message tells of its sender's type: an assessment is sequentially rational exactly if the message
of every type maximises, at every history, the own expected payoff under the later players' strategies. Histories that
no strategy leads to, and types with probability 0, are held to it like all others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import IntArray, as_order, takes
from mechanisms.bayesian._weights import WeightedGame, no_truth, weighted_game
from mechanisms.games.private_types import BayesianGame
from mechanisms.shown import Shown
from mechanisms.verdicts import TooLargeError, Verdict

METHOD = "backward induction over all histories"
MAX_STRATEGIES = 50_000_000
"""Pairs of a history and a type for which messages are compared, over all players."""


@dataclass(frozen=True, eq=False)
class SequentialEquilibrium(Shown):
    """One equilibrium in pure strategies of public reports one after another.

    Attributes
    ----------
    order : tuple of the players, who moves first, second, …
    strategies : tuple of n int arrays by player: [history, type] -> message; the history has one axis for each earlier
        mover, in the order of moving
    best : tuple of n bool arrays by player, [history, type, message]: whether the message maximises the expected payoff
        when the later players follow their strategies
    losses : tuple of n arrays by player, the same axes: what a message loses in expected payoff against a best one
    tolerance : relative tolerance of comparisons; 0 = exact
    """

    order: tuple[int, ...]
    strategies: tuple[IntArray, ...]
    best: tuple[np.ndarray, ...]
    losses: tuple[np.ndarray, ...]
    tolerance: float

    def path(self, types: Sequence[int]) -> tuple[int, ...]:
        """The messages by player that these types send in equilibrium."""
        said: list[int] = []
        for player in self.order:
            said.append(int(self.strategies[player][(*said, types[player])]))
        return tuple(said[self.order.index(player)] for player in range(len(self.order)))


@takes(game=BayesianGame)
def sequential_equilibrium(game: BayesianGame, order: Sequence[int] | None = None) -> SequentialEquilibrium:
    """One pure equilibrium by backward induction: of several best messages the truth is sent, else the first one.

    Where truth-telling at every history is an equilibrium, it is the one that is found.

    Parameters
    ----------
    game : BayesianGame with independent types
    order : the players 0…n-1, who moves first, second, …. Default: 0, 1, …, n-1.

    Raises
    ------
    TooLargeError
        If there are more than MAX_STRATEGIES pairs of a history and a type, or of a player's message profiles.
    ValueError
        If `order` is no order of the players, or types are correlated.

    Examples
    --------
    The second player matches the first one, who likes 1 better:

    >>> game = BayesianGame([[[[1, 0], [0, 2]]], [[[1, 0], [0, 1]]]], [[1], [1]], None)
    >>> found = sequential_equilibrium(game)
    >>> found.strategies[1][:, 0], found.path((0, 0))
    (array([0, 1]), (1, 1))
    """
    moves, weighted = prepared(game, order)
    known = [np.moveaxis(tensor, [1 + i for i in moves], range(1, game.n + 1)) for tensor in weighted.payoffs]
    n = game.n
    strategies: list[IntArray] = [np.empty(0, dtype=np.int64)] * n
    best, losses = [np.empty(0)] * n, [np.empty(0)] * n
    for depth in reversed(range(n)):
        i = moves[depth]
        own = np.moveaxis(known[i], 0, -2)  # (history, type, message)
        scale = weighted.scale(moves[depth + 1 :])
        behind = own.max(axis=-1, keepdims=True) - own
        best[i] = np.asarray(behind <= weighted.slack(scale, i), dtype=bool)
        losses[i] = behind.astype(np.float64) / scale
        chosen = best[i].argmax(axis=-1)
        if game.truthful is not None:
            truth = np.broadcast_to(game.truthful[i], chosen.shape)
            honest = np.take_along_axis(best[i], truth[..., None], axis=-1)[..., 0]
            chosen = np.where(honest, truth, chosen)
        strategies[i] = chosen
        for j in moves[:depth]:
            known[j] = _expected(known[j], chosen, weighted.weights[i])
    return SequentialEquilibrium(moves, tuple(strategies), tuple(best), tuple(losses), weighted.tolerance)


def _expected(payoffs: np.ndarray, chosen: IntArray, weights: np.ndarray) -> np.ndarray:
    """Payoffs (T_j, history, message) summed over the mover's types, who send `chosen` (history, type)."""
    total = np.zeros(payoffs.shape[:-1], dtype=payoffs.dtype)
    for t, weight in enumerate(weights):
        index = np.broadcast_to(chosen[..., t], payoffs.shape[:-1])[..., None]
        total = total + weight * np.take_along_axis(payoffs, index, axis=-1)[..., 0]
    return total


@dataclass(frozen=True)
class SequentialLie(Shown):
    """Where the truth is not sequentially rational.

    player, type : who, of which type
    history : the messages of those who moved before, in the order of moving
    lie : the message that is better when all who move later tell the truth
    gain : by how much, in expected payoff
    """

    player: int
    type: int
    history: tuple[int, ...]
    lie: int
    gain: float


@takes(game=BayesianGame)
def sequential_truth(game: BayesianGame, order: Sequence[int] | None = None) -> Verdict:
    """Whether all types telling the truth after every history is an equilibrium of public reports in this order.

    Returns
    -------
    Verdict with a SequentialLie as witness: the largest gain of the first mover who has one

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> sequential_truth(load_treatment("treatments/park_pairwise.toml").bayesian_game()).status
    'holds'
    """
    if game.truthful is None:
        return no_truth(METHOD, game)
    moves, weighted = prepared(game, order)
    compared = 0
    for depth, i in enumerate(moves):
        sums, scale = weighted.truthful_sums(i, moves[depth + 1 :]), weighted.scale(moves[depth + 1 :])
        earlier = sorted(moves[: depth + 1])  # the axes that are left, in the order of the players
        own = np.moveaxis(sums, [1 + earlier.index(j) for j in moves[: depth + 1]], range(1, depth + 2))
        own = np.moveaxis(own, 0, -2)
        truth = np.broadcast_to(game.truthful[i], own.shape[:-1])[..., None]
        gains = own - np.take_along_axis(own, truth, axis=-1)
        compared += own.size
        if gains.max() > weighted.slack(scale, i):
            *history, t, lie = map(int, np.unravel_index(int(np.argmax(gains)), gains.shape))
            found = SequentialLie(i, t, tuple(history), lie, float(gains.max()) / scale)
            return Verdict("fails", METHOD, f"{compared} messages at histories", weighted.tolerance, found)
    return Verdict("holds", METHOD, f"{compared} messages at histories", weighted.tolerance)


def prepared(game: BayesianGame, order: Sequence[int] | None) -> tuple[tuple[int, ...], WeightedGame]:
    """The checked order, and the game with whole weights; says at once what is too large."""
    moves = as_order(range(game.n) if order is None else order, game.n)
    if game.joint is not None:
        raise ValueError("game has correlated types; public reports one after another need independent ones")
    size = sum(
        game.n_types[i] * math.prod(float(game.n_messages[j]) for j in moves[: depth + 1])
        for depth, i in enumerate(moves)
    )
    if size > MAX_STRATEGIES:
        raise TooLargeError(
            f"too large: {size:.3g} messages of types at histories, more than {MAX_STRATEGIES:.3g}; a coarser grid of "
            "messages, or fewer players, would fit"
        )
    return moves, weighted_game(game)
