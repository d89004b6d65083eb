"""Values written down once more, so that demands are judged by v_i(q_i) - x_i and not by first-order conditions."""

import numpy as np
from hypothesis import strategies as st

from mechanisms.costs import PolynomialCost, PowerCost
from mechanisms.demand_equilibria import CallableUtilities, LinearUtilities, PowerUtilities, QuadraticUtilities

COSTS = [PowerCost(0.5, 2), PowerCost(2, 1.5), PowerCost(0.1, 4), PolynomialCost((1, 0.5)), PolynomialCost((0.5, 0, 1))]

SQUARE = PowerCost(0.5, 2)


def linear(types):
    return LinearUtilities(types), lambda i, q: types[i] * q


def quadratic(types, curvature=0.7):
    return QuadraticUtilities(types, curvature), lambda i, q: types[i] * q - curvature / 2 * q**2


def power(types, exponent=0.4):
    return PowerUtilities(types, exponent), lambda i, q: types[i] * q**exponent


def saturating(types):
    utilities = CallableUtilities(lambda q: np.array(types) * np.exp(-q), len(types), highest=50)
    return utilities, lambda i, q: -types[i] * np.exp(-q)


KINDS = [linear, quadratic, power, saturating]

halves = st.integers(1, 20).map(lambda k: k / 2)

types_lists = st.lists(halves, min_size=1, max_size=6)

caps = st.sampled_from([None, 0.0, 0.3, 1.0, [0.2, 1.5, 0.0, 0.7, 3.0, 0.4]])  # a list has one for each agent


def best_gain(q, value, cost, share, q_max, points=400):
    """The most that anybody gains by another demand on a grid."""
    limits = np.broadcast_to(3 * max(q.max(), 1.0) if q_max is None else q_max, q.shape)
    gains = []
    for i, highest in enumerate(limits):
        grid = np.concatenate([np.linspace(0, highest, points), np.linspace(0.98, 1.02, 41) * q[i]])
        grid = grid[grid <= highest]
        profiles = np.tile(q, (len(grid) + 1, 1))
        profiles[1:, i] = grid
        payoffs = value(i, profiles[:, i]) - share(profiles, cost)[:, i]
        gains.append((payoffs[1:] - payoffs[0]).max() / (1 + abs(payoffs[0])))
    return max(gains)
