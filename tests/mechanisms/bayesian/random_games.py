"""Random games with private types, direct mechanisms as games, and expectations in fractions for brute force."""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
from hypothesis import strategies as st

from mechanisms.bayesian_games import BayesianGame
from mechanisms.treatments import load_treatment
from tests.strategies import priors


@st.composite
def games(draw, max_players=3, max_types=3, max_messages=3):
    """Small games with few distinct whole payoffs, so that ties are common, and odd priors with zeros."""
    n = draw(st.integers(1, max_players))
    n_types = [draw(st.integers(1, max_types)) for _ in range(n)]
    n_messages = [draw(st.integers(1, max_messages)) for _ in range(n)]
    payoffs = []
    for size in n_types:
        shape = (size, *n_messages)
        numbers = st.lists(st.integers(0, 3), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))
        payoffs.append(np.reshape(draw(numbers), shape))
    truthful = [[draw(st.integers(0, a - 1)) for _ in range(t)] for t, a in zip(n_types, n_messages, strict=True)]
    return BayesianGame(payoffs, [[float(p) for p in draw(priors(t))] for t in n_types], truthful)


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


def expected(game, player, own_type, strategies):
    """A type's expected payoff in fractions when player j's type t says strategies[j][t]."""
    chances = [fractions_of(prior) for prior in game.priors]
    total = Fraction(0)
    for types in profiles(game.n_types):
        if types[player] != own_type:
            continue
        chance = prod((chances[j][t] for j, t in enumerate(types) if j != player), start=Fraction(1))
        said = tuple(strategies[j][t] for j, t in enumerate(types))
        total += chance * int(game.payoffs[player][(own_type, *said)])
    return total


def truth(game):
    return [row.tolist() for row in game.truthful]
