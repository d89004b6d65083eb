"""Expected payoffs when the others tell the truth: interim (the own type is known) and ex ante (no type is)."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray, takes
from mechanisms.bayesian._weights import NO_TRUTH, WeightedGame, check_player, weighted_game
from mechanisms.games.private_types import BayesianGame


@takes(game=BayesianGame)
def interim_payoffs(game: BayesianGame, player: int) -> FloatArray:
    """What each type of a player expects from each message when the others tell the truth.

    The objective of S Proposition 1: E over theta_{-i} of payoffs[i][t, …, m_i, …] at the others' true reports; given
    theta_i, if types are correlated.

    Parameters
    ----------
    game : BayesianGame with truthful messages
    player : from 0

    Returns
    -------
    ndarray, shape (T_i, A_i), points

    Raises
    ------
    ValueError
        If there is no such player, or messages are no reports of types.

    Examples
    --------
    >>> game = BayesianGame([[[[3, 0]], [[1, 2]]], [[[0, 1]], [[4, 2]]]], [[0.5, 0.5], [0.25, 0.75]], [[0, 0], [0, 1]])
    >>> interim_payoffs(game, 0), interim_payoffs(game, 1)
    (array([[0.75],
           [1.75]]), array([[0., 1.],
           [4., 2.]]))
    """
    check_player(game, player)
    if game.truthful is None:
        raise ValueError(f"game has no truthful messages: {NO_TRUTH}")
    weighted = weighted_game(game)
    scale = np.array(weighted.interim_scale(player), dtype=np.float64)
    return interim_sums(weighted, player).astype(np.float64) / scale[:, None]


@takes(game=BayesianGame)
def ex_ante_payoffs(game: BayesianGame) -> FloatArray:
    """What each player expects before types are drawn, if everybody tells the truth.

    Returns
    -------
    ndarray, shape (n,), points

    Raises
    ------
    ValueError
        If messages are no reports of types.

    Examples
    --------
    >>> game = BayesianGame([[[[3, 0]], [[1, 2]]], [[[0, 1]], [[4, 2]]]], [[0.5, 0.5], [0.25, 0.75]], [[0, 0], [0, 1]])
    >>> ex_ante_payoffs(game)
    array([1.25, 1.5 ])
    """
    if game.truthful is None:
        raise ValueError(f"game has no truthful messages: {NO_TRUTH}")
    weighted = weighted_game(game)
    return np.array([float(ex_ante_sum(weighted, i)) / weighted.total for i in range(game.n)])


def interim_sums(weighted: WeightedGame, player: int) -> np.ndarray:
    """Interim payoffs times weighted.interim_scale: shape (T_i, A_i), whole numbers where possible."""
    if weighted.joint is None:
        return weighted.truthful_sums(player, weighted.others(player))
    beliefs = (weighted.belief([player], [t]) for t in range(len(weighted.weights[player])))
    own = zip(weighted.payoffs[player], beliefs, strict=True)
    return np.stack([weighted.expected_reports(tensor, [player], belief) for tensor, belief in own])


def ex_ante_sum(weighted: WeightedGame, player: int) -> int | float:
    """The ex-ante payoff times weighted.total."""
    assert weighted.truthful is not None
    truth = np.take_along_axis(interim_sums(weighted, player), weighted.truthful[player][:, None], axis=1)[:, 0]
    weights = weighted.weights[player]
    return (weights * truth).sum() if weighted.joint is None else truth[weights > 0].sum()
