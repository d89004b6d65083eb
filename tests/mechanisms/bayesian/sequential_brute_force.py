"""Public reports one after another, by brute force in fractions: all strategies, each checked at every history."""

from fractions import Fraction
from itertools import product
from math import prod

from hypothesis import strategies as st

from tests.mechanisms.bayesian.random_games import fractions_of, games


@st.composite
def ordered_games(draw, **sizes):
    """A small game with independent types, and an order of its players."""
    game = draw(games(correlated=False, **sizes))
    return game, tuple(draw(st.permutations(range(game.n))))


def histories(game, order, depth):
    return list(product(*(range(game.n_messages[i]) for i in order[:depth])))


def places(game, order):
    """(player, history, type) of every decision, the first mover first."""
    return [
        (i, history, t)
        for depth, i in enumerate(order)
        for history in histories(game, order, depth)
        for t in range(game.n_types[i])
    ]


def number_of_strategies(game, order):
    return prod(game.n_messages[i] for i, _history, _type in places(game, order))


def expected(game, order, strategy, player, own_type, said):
    """The player's expected payoff in fractions when these messages were sent and all who follow use the strategy."""
    if len(said) == len(order):
        return Fraction(int(game.payoffs[player][(own_type, *(said[order.index(j)] for j in range(game.n)))]))
    mover = order[len(said)]
    chances = fractions_of(game.priors[mover])
    return sum(
        chance * expected(game, order, strategy, player, own_type, (*said, strategy[mover, said, t]))
        for t, chance in enumerate(chances)
        if chance
    )


def is_equilibrium(game, order, strategy):
    for i, history, t in places(game, order):
        reached = [expected(game, order, strategy, i, t, (*history, m)) for m in range(game.n_messages[i])]
        if reached[strategy[i, history, t]] < max(reached):
            return False
    return True


def all_strategies(game, order):
    where = places(game, order)
    for messages in product(*(range(game.n_messages[i]) for i, _history, _type in where)):
        yield dict(zip(where, messages, strict=True))


def plan(game, order, strategy):
    """What every type profile sends on the path, by player."""
    said = {}
    for types in product(*map(range, game.n_types)):
        path = ()
        for mover in order:
            path = (*path, strategy[mover, path, types[mover]])
        said[types] = tuple(path[order.index(j)] for j in range(game.n))
    return said
