"""Messages that a game treats alike, so that the logit branch gives them the same probability all along.

Put all players' messages into classes, so that players who share a class have as many messages of each class. That is
*balanced* if, whenever the messages of a class have the same probability, those of a class do as well against it, as
compared with their player's other messages (balanced colouring; Golubitsky, Stewart and Torok 2005, "Patterns of
synchrony in coupled cell networks with multiple arrows", SIAM J. Appl. Dyn. Syst. 4, Theorem 4.3). Symmetries of the
game, of messages, of players or of both, give such classes. The logit replies to profiles that are constant on the
classes are constant on them, too.
"""

from __future__ import annotations

from itertools import cycle

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.games.comparisons import margin_of
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.outcome_ids import classes_of, ids_of_rows

PRIMES = (2**31 - 1, 2**31 - 19)
HIGHEST_WEIGHT = 2**18
"""Residue * weight, summed over up to 2**13 messages, is an int64."""
DRAWS = 4
"""The classes are believed when so many draws of weights in a row have not split one."""


def interchangeable_messages(game: NormalFormGame) -> IntArray:
    """The coarsest balanced classes of messages, by refinement until nothing changes.

    Whether two polynomials in the probabilities are the same is decided at random points (Schwartz 1980): modulo primes
    for integer payoffs, up to the tolerance of games/comparisons.py for floating-point ones. Payoffs count up to what
    a player's own message does not change.

    Parameters
    ----------
    game : NormalFormGame

    Returns
    -------
    ndarray, shape (A_1 + … + A_n,): the class of each message of player 1, then of player 2 and so on, from 0

    Examples
    --------
    The battle of the sexes is symmetric, if the players change places and their messages too.

    >>> interchangeable_messages(NormalFormGame([[[3, 0], [0, 1]], [[1, 0], [0, 3]]])).tolist()
    [0, 1, 1, 0]
    """
    ends = np.cumsum(game.shape)[:-1]
    sizes = np.repeat(game.shape, game.shape)
    classes = np.unique(sizes, return_inverse=True)[1]
    exact = margin_of(game.payoffs)[1] == 0
    payoffs = game.payoffs if exact else game.payoffs / (np.abs(game.payoffs).max() or 1.0)
    generator, unchanged, primes = np.random.default_rng(0), 0, cycle(PRIMES)
    while unchanged < DRAWS and (count := int(classes.max()) + 1) < len(classes):
        weights = generator.integers(1, HIGHEST_WEIGHT, count)[classes]
        drawn = np.split(weights, ends)
        if not exact:
            drawn = [own / own.sum() for own in drawn]
        prime = next(primes)
        values = [_advantages(payoffs[i], drawn, i, prime) for i in range(game.n)]
        rows = np.stack([classes, classes_of(np.concatenate(values)[:, None], 1.0)[:, 0]], axis=1)
        whole = [sorted(own.tolist()) for own in np.split(rows, ends)]
        players = np.repeat([whole.index(own) for own in whole], game.shape)
        classes = ids_of_rows(np.column_stack([rows, players]))
        unchanged = unchanged + 1 if classes.max() + 1 == count else 0
    return _in_order_of_appearance(classes)


def _advantages(own: np.ndarray, weights: list[np.ndarray], i: int, prime: int) -> IntArray | FloatArray:
    """What each message of player i gives at these weights, less the mean of it: (A_i,).

    With integers A_i times that, modulo the prime, as if weights were divided by their sum (and all times these sums).
    """
    exact = own.dtype.kind == "i"
    expected = np.moveaxis(own % prime if exact else own, i, 0)
    for others in reversed(weights[:i] + weights[i + 1 :]):
        expected = expected @ others
        if exact:
            expected %= prime
    if not exact:
        return np.asarray(expected - expected.mean())
    return np.asarray((len(expected) * expected - expected.sum()) % prime * weights[i].sum() % prime)


def _in_order_of_appearance(classes: IntArray) -> IntArray:
    first = np.unique(classes, return_index=True)[1]
    return np.asarray(np.argsort(np.argsort(first))[classes])
