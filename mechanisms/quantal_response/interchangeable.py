"""Messages that a game treats alike, so that the logit branch gives them the same probability all along.

Put the messages of all types of all players into classes, so that types that share a class have as many messages of
each class. That is *balanced* if, whenever the messages of a class have the same probability, those of a class do as
well against it, as compared with their type's other messages (balanced colouring; Golubitsky, Stewart and Torok 2005,
"Patterns of synchrony in coupled cell networks with multiple arrows", SIAM J. Appl. Dyn. Syst. 4, Theorem 4.3).
Symmetries of the game, of messages, types or players or of several of them, give such classes. The logit replies to
profiles that are constant on the classes are constant on them, too.
"""

from __future__ import annotations

from itertools import cycle

import numpy as np

from mechanisms.arrays import FloatArray, IntArray, largest
from mechanisms.games.comparisons import margin_of
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.agents import against, averages
from mechanisms.solutions.outcome_ids import classes_of, ids_of_rows

PRIMES = (2**31 - 1, 2**31 - 19)
HIGHEST_WEIGHT = 2**18
"""Residue * weight, summed over up to 2**13 messages, is an int64."""
DRAWS = 4
"""The classes are believed when so many draws of weights in a row have not split one."""


def interchangeable_messages(game: BayesianGame) -> IntArray:
    """The coarsest balanced classes of messages, by refinement until nothing changes.

    Whether two polynomials in the probabilities are the same is decided at random points (Schwartz 1980): modulo primes
    for integer payoffs of one type a player, up to the tolerance of games/comparisons.py otherwise. Payoffs count up to
    what a type's own message does not change.

    Parameters
    ----------
    game : BayesianGame with independent types

    Returns
    -------
    ndarray, shape (T_1 A_1 + … + T_n A_n,): the class of each message of player 1's first type, then of the next and so
    on, from 0

    Examples
    --------
    The battle of the sexes is symmetric, if the players change places and their messages too.

    >>> battle = BayesianGame([[[[3, 0], [0, 1]]], [[[1, 0], [0, 3]]]], [[1], [1]], truthful=None)
    >>> interchangeable_messages(battle).tolist()
    [0, 1, 1, 0]
    """
    shapes = list(zip(game.n_types, game.n_messages, strict=True))
    by_type = np.repeat(game.n_messages, game.n_types)
    sizes = np.repeat(by_type, by_type)
    ends, blocks = np.cumsum(by_type)[:-1], np.cumsum(np.prod(shapes, axis=1))[:-1]
    classes = np.unique(sizes, return_inverse=True)[1]
    exact = margin_of(*game.payoffs)[1] == 0 and set(game.n_types) == {1}
    scale = float(largest(*game.payoffs)) or 1.0
    payoffs = [own if exact else own / scale for own in game.payoffs]
    generator, unchanged, primes = np.random.default_rng(0), 0, cycle(PRIMES)
    while unchanged < DRAWS and (count := int(classes.max()) + 1) < len(classes):
        weights = generator.integers(1, HIGHEST_WEIGHT, count)[classes]
        drawn = [own.reshape(shape) for own, shape in zip(np.split(weights, blocks), shapes, strict=True)]
        if exact:
            prime = next(primes)
            values: list[np.ndarray] = [_advantages_modulo(payoffs[i], drawn, i, prime) for i in range(game.n)]
        else:
            average = averages(game, [own / own.sum(axis=1, keepdims=True) for own in drawn])
            values = [_advantages(payoffs[i], average, i) for i in range(game.n)]
        advantages = np.concatenate([own.reshape(-1) for own in values])
        rows = np.stack([classes, classes_of(advantages[:, None], 1.0)[:, 0]], axis=1)
        whole = [sorted(own.tolist()) for own in np.split(rows, ends)]
        types = np.repeat([whole.index(own) for own in whole], by_type)
        classes = ids_of_rows(np.column_stack([rows, types]))
        unchanged = unchanged + 1 if classes.max() + 1 == count else 0
    return _in_order_of_appearance(classes)


def _advantages(own: np.ndarray, average: list[FloatArray], i: int) -> FloatArray:
    """What each message of position i's types gives against average strategies, less the mean of it: (T_i, A_i)."""
    expected = against(own, average, i)
    return np.asarray(expected - expected.mean(axis=1, keepdims=True))


def _advantages_modulo(own: np.ndarray, weights: list[IntArray], i: int, prime: int) -> np.ndarray:
    """The same, times A_i, for the only type of player i, modulo the prime: (1, A_i).

    As if weights were divided by their sum (and all times these sums).
    """
    expected = np.moveaxis(own[0] % prime, i, 0)
    for others in reversed(weights[:i] + weights[i + 1 :]):
        expected = expected @ others[0] % prime
    return np.asarray((len(expected) * expected - expected.sum()) % prime * weights[i].sum() % prime)[None]


def _in_order_of_appearance(classes: IntArray) -> IntArray:
    first = np.unique(classes, return_index=True)[1]
    return np.asarray(np.argsort(np.argsort(first))[classes])
