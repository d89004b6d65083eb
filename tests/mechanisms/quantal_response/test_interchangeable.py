"""Interchangeable messages against their definition, over all classifications of small games; symmetries."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from scipy.special import softmax

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response import interchangeable
from mechanisms.quantal_response.interchangeable import PRIMES
from tests.mechanisms.small_games import expected_payoffs, games
from tests.shared import examples


def interchangeable_messages(game):
    """Those of a game with one type a player."""
    return interchangeable.interchangeable_messages(
        BayesianGame([own[None] for own in game.payoffs], [[1]] * game.n, truthful=None)
    )


def partitions(size):
    """All classifications of `size` things, as lists of class numbers in order of appearance."""
    found = [[]]
    for _ in range(size):
        found = [[*part, k] for part in found for k in range(max(part, default=-1) + 2)]
    return found


def players_agree(parts):
    """Whether players who share a class have as many messages of each class."""
    return all(sorted(a) == sorted(b) for a, b in product(parts, repeat=2) if set(a) & set(b))


def is_balanced(game, classes, rng):
    """Whether the logit replies to random profiles that are constant on the classes are constant on them."""
    ends = np.cumsum(game.shape)[:-1]
    if not players_agree([part.tolist() for part in np.split(classes, ends)]):
        return False
    for _ in range(2):
        weights = np.split(rng.uniform(1, 2, classes.max() + 1)[classes], ends)
        strategies = [own / own.sum() for own in weights]
        replies = np.concatenate([softmax(expected_payoffs(game, strategies, i)) for i in range(game.n)])
        if any(np.ptp(replies[classes == k]) > 1e-10 for k in range(classes.max() + 1)):
            return False
    return True


@pytest.mark.parametrize("scale", [1, 0.1])  # 0.1: floating-point payoffs
@given(game=games(highest=1, players=3, messages=3).filter(lambda game: sum(game.shape) <= 6))
@examples(150)
def test_it_is_the_coarsest_of_all_balanced_classifications(scale, game):
    game = NormalFormGame(game.payoffs * scale)
    found = interchangeable_messages(game)
    rng = np.random.default_rng(3)
    balanced = [part for part in map(np.array, partitions(len(found))) if is_balanced(game, part, rng)]
    fewest = min(len(set(part.tolist())) for part in balanced)
    assert [part.tolist() for part in balanced if len(set(part.tolist())) == fewest] == [found.tolist()]


@pytest.mark.parametrize("n", [2, 3])
def test_symmetric_players_are_interchangeable_whatever_the_order_of_their_messages(n):
    rng = np.random.default_rng(4)
    for _ in range(20):
        base = rng.integers(0, 9, (3,) * n)
        base = base + base.swapaxes(1, n - 1)  # the others are alike
        payoffs = np.stack([np.moveaxis(base, 0, i) for i in range(n)])
        orders = [rng.permutation(3) for _ in range(n)]
        found = interchangeable_messages(NormalFormGame(payoffs[:, *np.ix_(*orders)])).reshape(n, 3)
        for order, own in zip(orders, found, strict=True):
            assert [own[order.tolist().index(m)] for m in range(3)] == found[0][np.argsort(orders[0])].tolist()


def test_payoffs_that_the_own_message_does_not_change_do_not_matter():
    stag_hunt = np.array([[[4, 0], [3, 3]], [[4, 3], [0, 3]]])
    assert interchangeable_messages(NormalFormGame(stag_hunt)).tolist() == [0, 1, 0, 1]
    stag_hunt[0] += [100, -7]
    assert interchangeable_messages(NormalFormGame(stag_hunt)).tolist() == [0, 1, 0, 1]


def test_integers_are_compared_exactly():
    """One unit of a billion billions is a difference; between floating-point numbers it is none."""
    payoffs = np.array([[[10**18, 0], [0, 10**18]], [[10**18, 0], [0, 10**18 + 1]]])
    assert interchangeable_messages(NormalFormGame(payoffs)).tolist() == [0, 1, 2, 3]
    assert interchangeable_messages(NormalFormGame(payoffs.astype(float))).tolist() == [0, 0, 0, 0]
    payoffs[1, 1, 1] += PRIMES[0] - 1  # the same modulo one prime
    assert interchangeable_messages(NormalFormGame(payoffs)).tolist() == [0, 1, 2, 3]
    payoffs[1, 1, 1] -= PRIMES[0]
    assert interchangeable_messages(NormalFormGame(payoffs)).tolist() == [0, 0, 0, 0]


def test_a_game_without_symmetry_and_a_constant_one():
    rng = np.random.default_rng(5)
    assert interchangeable_messages(NormalFormGame(rng.random((3, 2, 3, 4)))).tolist() == list(range(9))
    assert interchangeable_messages(NormalFormGame(np.zeros((2, 2, 3)))).tolist() == [0, 0, 1, 1, 1]
