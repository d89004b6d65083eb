"""Kumar (2013): Theorem 1, Lemma 1's uniqueness, Lemma 2, and Theorem 2 beyond path methods, in exact numbers."""

from fractions import Fraction

import numpy as np
import pytest

from mechanisms import (
    BayesianGame,
    NormalFormGame,
    aumann_shapley,
    demand_game,
    fixed_path,
    friedman_moulin,
    incremental,
    iterated_elimination,
    load_treatment,
    moulin_shenker,
    non_bossiness,
    proportional,
    pure_nash_equilibria,
    rectangularity,
    secure_implementation,
    secure_implementation_by_definition,
    strategy_proofness,
)
from mechanisms.cost_sharing.generalized_serial import GeneralizedSerialFunction, from_path
from mechanisms.costs import CallableCost, PowerCost, QuadraticFormCost
from mechanisms.solutions.outcome_ids import ids_of_rows

HETEROGENEOUS = QuadraticFormCost([[0.5, 0.4], [0.1, 0.75]], [0.5, 1])
CUBIC = CallableCost(
    lambda q: (q @ [1, 1.2, 1.4]) ** 2 / 2 + (q**3).sum(axis=-1) / 10,
    lambda q: (q @ [1, 1.2, 1.4])[..., None] * [1, 1.2, 1.4] + 0.3 * q**2,
    3,
)
FIXED_PATHS = {
    "Friedman–Moulin": friedman_moulin,
    "incremental": lambda q, cost: incremental(q, cost, range(np.shape(q)[-1])[::-1]),
    "Moulin–Shenker": moulin_shenker,
}


# --- Theorem 1: the demand games of fixed path methods are O-solvable ---


SOLVED = {
    "Friedman–Moulin": friedman_moulin,
    "incremental": FIXED_PATHS["incremental"],
    "bent path": lambda q, cost: fixed_path(q, cost, [[0, 0], [1, 4], [5, 6], [10, 10]]),
}
PRICES = [(9.3, 11.2), (14.1, 10.4), (8.2, 8.3)]


def spread_left(prices, cost, rule, steps):
    """How far apart a player's demands are that elimination of overwhelmed ones leaves, grid steps of 9 / steps."""
    grid = np.linspace(0, 9, steps + 1)
    game = demand_game(prices, grid, cost, rule)
    survivors = iterated_elimination(game, "overwhelmed").survivors
    assert all(np.isin(pure_nash_equilibria(game)[:, i], survivors[i]).all() for i in range(2))
    return max(float(np.ptp(grid[left])) for left in survivors)


@pytest.mark.parametrize("rule", SOLVED.values(), ids=SOLVED)
@pytest.mark.parametrize("prices", PRICES)
def test_theorem_1_fixed_path_games_are_o_solvable(rule, prices):
    """On a grid some neighbours of the equilibrium are left, where best replies nearly tie; fewer on a finer one."""
    coarse, fine = (spread_left(prices, HETEROGENEOUS, rule, steps) for steps in (45, 120))
    assert coarse <= 1.0
    assert fine <= max(0.6 * coarse, 0.05)


def test_theorem_1_the_shipped_serial_game_is_solved_to_one_profile():
    found = iterated_elimination(load_treatment("treatments/chen_serial.toml").game([16.1, 20.1]), "overwhelmed")
    assert [part.tolist() for part in found.survivors] == [[3], [5]]


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize(
    ("cost", "rule"), [(HETEROGENEOUS, aumann_shapley), (PowerCost(0.5, 2), proportional)], ids=["ray", "average cost"]
)
def test_theorem_1_does_not_extend_to_the_ray(prices, cost, rule):
    """Aumann–Shapley: higher demands make lower ones dearer, and what is left does not shrink with the grid."""
    coarse, fine = (spread_left(prices, cost, rule, steps) for steps in (45, 180))
    assert min(coarse, fine) > 1.0
    assert fine > 0.8 * coarse


# --- Lemma 2: what cost shares of fixed path methods are like, marginal costs rising in all demands ---


@pytest.mark.parametrize("method", FIXED_PATHS)
@pytest.mark.parametrize("seed", range(3))
def test_lemma_2_a_shares_rise_and_are_strictly_convex_in_the_own_demand(method, seed):
    q = np.random.default_rng(seed).uniform(0.5, 3, 3)
    for i in range(3):
        trial = np.tile(q, (25, 1))
        trial[:, i] = np.linspace(0, 4, 25)
        shares = FIXED_PATHS[method](trial, CUBIC)[:, i]
        assert shares[0] == pytest.approx(0, abs=1e-12)
        assert np.diff(shares).min() > 0
        assert np.diff(shares, 2).min() > 1e-6


@pytest.mark.parametrize("method", FIXED_PATHS)
@pytest.mark.parametrize("seed", range(3))
def test_lemma_2_b_and_c_shares_do_not_fall_in_other_demands_and_end_to_change(method, seed):
    q = np.random.default_rng(seed).uniform(0.5, 3, 3)
    for j in range(3):
        trial = np.tile(q, (30, 1))
        trial[:, j] = np.linspace(0, 12, 30)
        steps = np.diff(FIXED_PATHS[method](trial, CUBIC), axis=0)
        for i in set(range(3)) - {j}:
            assert steps[:, i].min() >= -1e-9
            met = np.abs(steps[:, i]) > 1e-9  # (c): changes only while j is met before i
            assert not np.diff(met.astype(int)).max(initial=0) > 0
    trial = np.tile(q, (2, 1))
    trial[:, 0] = 20, 30
    ray = aumann_shapley(trial, CUBIC)
    assert (ray[1, 1:] > ray[0, 1:] + 0.1).all()  # on the ray there is no such end


def test_lemma_2_needs_marginal_costs_that_rise_in_all_demands():
    """One good makes the other cheaper: (b) fails."""
    cost = QuadraticFormCost([[1, -0.4], [-0.4, 1]], [3, 3])
    before, after = friedman_moulin([[2, 1], [2, 2]], cost)[:, 0]
    assert after < before - 0.1


# --- Lemma 1: one Nash equilibrium, by going through all levels ---


@pytest.mark.parametrize("path", [[[0, 0], [6, 6]], [[0, 0], [1, 4], [7, 6]], [[0, 0], [6, 0], [6, 6]]])
@pytest.mark.parametrize("prices", [(2.337, 4.119), (5.2331, 3.371), (0.917, 7.713)])
def test_lemma_1_one_equilibrium_on_a_grid_of_levels(path, prices):
    """All levels of a grid, on which no two are equally good at these prices."""
    function = from_path(path, PowerCost(0.5, 2))
    grids = [function.levels(i, 61) for i in range(2)]
    allocation = function.allocate(np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1))
    game = NormalFormGame([price * allocation[..., i, 0] + allocation[..., i, 1] for i, price in enumerate(prices)])
    [equilibrium] = pure_nash_equilibria(game)
    z = function.equilibrium([lambda a, b=price: b * a[..., 0] + a[..., 1] for price in prices])
    near = [grids[i][k] for i, k in enumerate(equilibrium)]
    np.testing.assert_allclose(function.allocate(z)[:, 0], function.allocate(near)[:, 0], atol=0.25)


def test_lemma_1_needs_condition_1():
    """Who gets more the more the other takes: several equilibria."""
    function = GeneralizedSerialFunction(lambda z: np.stack([z * z[..., ::-1], -(z**2)], axis=-1), [4, 4])
    assert not function.conditions([[2, 1]], points=5)[0].holds
    levels = np.linspace(0, 4, 9)
    gets = function.allocate(np.stack(np.meshgrid(levels, levels, indexing="ij"), axis=-1))
    game = NormalFormGame([2 * gets[..., i, 0] + gets[..., i, 1] for i in range(2)])
    assert len(pure_nash_equilibria(game)) > 1


# --- Theorem 2 for generalized serial functions that are no path method ---


class Tolls:
    """a_i(z) = (z_i, -x_i), where i pays m_i = z_i + w_ij min(s, z_j) + … for the s-th unit of the way to z_i.

    No cost function has these m_i as derivatives if w is not symmetric, so that this is no cost sharing method at all.
    """

    def __init__(self, weights):
        self.weights = [[Fraction(w) for w in row] for row in weights]
        self.n = len(weights)

    def pays(self, i, z):
        """The integral over s from 0 to z_i of s + the sum over j of w_ij min(s, z_j)."""
        total = z[i] ** 2 / 2
        for j in range(self.n):
            if j != i:
                low = min(z[i], z[j])
                total += self.weights[i][j] * (low**2 / 2 + (z[i] - low) * low)
        return total

    def equilibrium(self, prices):
        """By exits: the first whose toll reaches the price stays, and the others go on."""
        z, moving = [Fraction(0)] * self.n, list(range(self.n))
        while moving:

            def exit_time(i):
                left = sum(self.weights[i][j] * z[j] for j in range(self.n) if j != i and j not in moving)
                slope = 1 + sum(self.weights[i][j] for j in moving if j != i)
                return max((prices[i] - left) / slope, Fraction(0))

            time, first = min((exit_time(i), i) for i in moving)
            z[first] = time
            moving.remove(first)
        return z


@pytest.mark.parametrize(
    "weights", [[[0, 1], ["1/3", 0]], [[0, "1/2", 2], ["1/5", 0, "1/7"], [1, "1/3", 0]]], ids=["2 agents", "3 agents"]
)
def test_theorem_2_holds_for_a_generalized_serial_function_that_shares_no_cost(weights):
    tolls = Tolls(weights)
    types = [[Fraction(k, 2) for k in own] for own in ((2, 5, 6, 11), (3, 4, 7, 8), (1, 6, 9, 10))[: tolls.n]]
    shape, exact = tuple(map(len, types)), {}
    for profile in np.ndindex(shape):
        z = tolls.equilibrium([own[t] for own, t in zip(types, profile, strict=True)])
        exact[profile] = (*z, *(tolls.pays(i, z) for i in range(tolls.n)))
    payoffs, ids = exact_rule(types, shape, exact)
    assert len(np.unique(ids)) > shape[0]
    assert strategy_proofness(payoffs).holds
    assert rectangularity(ids, payoffs).holds
    assert secure_implementation(ids, payoffs).holds
    assert non_bossiness(ids, payoffs).holds
    direct = BayesianGame(payoffs, [np.full(k, 1 / k) for k in shape], [np.arange(k) for k in shape])
    assert secure_implementation_by_definition(direct, ids, ids).holds


def exact_rule(types, shape, exact):
    """Payoffs in whole units of the common denominator, and ids of equal tuples of fractions."""
    n = len(shape)
    unit = np.lcm.reduce([number.denominator for row in exact.values() for number in row]).item() * 2
    table = np.array([[int(number * unit) for number in exact[profile]] for profile in np.ndindex(shape)])
    quantity, paid = table[:, :n], table[:, n:]
    payoffs = [
        np.stack([int(2 * b) * quantity[:, i] - 2 * paid[:, i] for b in own]).reshape(-1, *shape)
        for i, own in enumerate(types)
    ]
    ranks = np.stack([np.unique(column, return_inverse=True)[1] for column in table.T], axis=1)
    return payoffs, ids_of_rows(ranks).reshape(shape)


def test_those_tolls_are_a_generalized_serial_function_and_no_cost_sharing():
    tolls = Tolls([[0, 1], ["1/3", 0]])

    def allocate(z):
        paid = [
            [float(tolls.pays(i, [Fraction(float(level)) for level in row])) for i in range(2)]
            for row in z.reshape(-1, 2)
        ]
        return np.stack([z, -np.reshape(paid, z.shape)], axis=-1)

    function = GeneralizedSerialFunction(allocate, [6, 6])
    for condition in function.conditions([[1.3, 1], [3.7, 1], [7.9, 1]], points=5, fine=61):
        assert condition.holds, condition.witness
    prices = [Fraction(5, 2), Fraction(4)]
    found = function.equilibrium([lambda a, b=float(price): b * a[..., 0] + a[..., 1] for price in prices], fine=41)
    np.testing.assert_allclose(found, [float(level) for level in tolls.equilibrium(prices)], atol=1e-5)
    assert cost_on_the_way(tolls, first=0) != cost_on_the_way(tolls, first=1)  # no C has both as derivatives


def cost_on_the_way(tolls, first):
    """What the tolls add up to from (0, 0) to (2, 4), first along one axis, then along the other."""
    end, second = (Fraction(2), Fraction(4)), 1 - first
    return end[0] ** 2 / 2 + end[1] ** 2 / 2 + tolls.weights[second][first] * end[0] * end[1]
