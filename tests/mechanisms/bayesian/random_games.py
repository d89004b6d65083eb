"""Random games with private types, direct mechanisms as games, and expectations in fractions for brute force."""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
from hypothesis import strategies as st

from mechanisms.games.private_types import BayesianGame
from mechanisms.treatments import load_treatment
from tests.strategies import priors


@st.composite
def games(draw, max_players=3, max_types=3, max_messages=3, correlated=None):
    """Small games with few distinct whole payoffs, so that ties are common, and odd priors with zeros.

    Types are independent or not, as drawn, unless `correlated` says.
    """
    n = draw(st.integers(1, max_players))
    n_types = [draw(st.integers(1, max_types)) for _ in range(n)]
    n_messages = [draw(st.integers(1, max_messages)) for _ in range(n)]
    payoffs = []
    for size in n_types:
        shape = (size, *n_messages)
        numbers = st.lists(st.integers(0, 3), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))
        payoffs.append(np.reshape(draw(numbers), shape))
    truthful = [[draw(st.integers(0, a - 1)) for _ in range(t)] for t, a in zip(n_types, n_messages, strict=True)]
    if draw(st.booleans()) if correlated is None else correlated:
        return BayesianGame(payoffs, joint_prior(draw, n_types), truthful)
    return BayesianGame(payoffs, [[float(p) for p in draw(priors(t))] for t in n_types], truthful)


def joint_prior(draw, n_types):
    return np.reshape([float(p) for p in draw(priors(prod(n_types)))], n_types)


def prior_of(game):
    """What BayesianGame takes as priors."""
    return game.priors if game.joint is None else game.joint


def direct_game(problem, transfers):
    """The direct mechanism in unrounded utilities: values at the outcome that the reports choose, plus transfers."""
    payoffs = [problem.values[i][:, problem.efficient_outcome] + transfers[i] for i in range(problem.n)]
    return BayesianGame(payoffs, problem.priors, [range(size) for size in problem.shape])


def surplus_of(problem):
    """The sum of values for true types and reports: (T_1, …, T_n, T_1, …, T_n)."""
    n = problem.n
    total = np.zeros((1,) * (2 * n))
    for i in range(n):
        own = problem.values[i][:, problem.efficient_outcome]
        total = total + own.reshape([-1 if k == i else 1 for k in range(n)] + list(problem.shape))
    return total


def park(name):
    """The park of S section 3.1 in points, ten for each unit of utility."""
    return load_treatment(f"treatments/park_{name}.toml").bayesian_game()


def fractions_of(prior):
    return [Fraction(float(p)).limit_denominator(1000) for p in prior]


def profiles(sizes):
    return list(product(*map(range, sizes)))


def chances_of(game):
    """The probability of every type profile, in fractions."""
    if game.joint is not None:
        return dict(zip(profiles(game.n_types), fractions_of(game.joint.ravel()), strict=True))
    chances = [fractions_of(prior) for prior in game.priors]
    return {types: prod(chances[j][t] for j, t in enumerate(types)) for types in profiles(game.n_types)}


def chances_given(game, members, own):
    """The type profiles in which the members have these types, with their probabilities given that.

    If that has probability 0 the others' types have their marginal probabilities.
    """

    def others_of(types):
        return tuple(t for j, t in enumerate(types) if j not in members)

    chances = chances_of(game)
    rows = [types for types in chances if all(types[i] == t for i, t in zip(members, own, strict=True))]
    total = sum(chances[types] for types in rows)
    if total:
        return {types: chances[types] / total for types in rows}
    return {types: sum(chances[s] for s in chances if others_of(s) == others_of(types)) for types in rows}


def expected(game, player, own_type, strategies):
    """A type's expected payoff in fractions when player j's type t says strategies[j][t]."""
    total = Fraction(0)
    for types, chance in chances_given(game, [player], [own_type]).items():
        said = tuple(strategies[j][t] for j, t in enumerate(types))
        total += chance * int(game.payoffs[player][(own_type, *said)])
    return total


def truth(game):
    return [row.tolist() for row in game.truthful]


def is_equilibrium(game, strategies):
    for i, own in enumerate(strategies):
        for t in range(len(own)):
            payoffs = []
            for message in range(game.n_messages[i]):
                changed = [list(row) for row in strategies]
                changed[i][t] = message
                payoffs.append(expected(game, i, t, changed))
            if payoffs[own[t]] < max(payoffs):
                return False
    return True
