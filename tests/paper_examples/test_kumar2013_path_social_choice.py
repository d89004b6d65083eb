"""Social choice functions of path methods, heterogeneous costs: fixed paths are secure (K Theorems 2 and 3), the ray,
which is none, is not even strategy-proof (K section 5, footnote 1).

A social choice function gives, for linear utilities b_i q_i - x_i, the Nash equilibrium of the demand game. On a fixed
path phi it is found by exits: all move along the path until the marginal cost of one of them, at phi(t) with the
demands of those who left, is b_i; the first to reach it stays there (K Lemma 1).
"""

from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, fsolve

from mechanisms.cost_sharing import aumann_shapley, friedman_moulin, incremental, moulin_shenker
from mechanisms.costs import CallableCost, QuadraticFormCost
from mechanisms.games.private_types import BayesianGame
from mechanisms.solutions.outcome_ids import classes_of, ids_of_rows
from mechanisms.solutions.secure_implementation import (
    ProfitableLie,
    rectangularity,
    secure_implementation,
    secure_implementation_by_definition,
    strategy_proofness,
)
from tests.shared import in_turn

TOP = 40.0


def quadratic(n, seed):
    """Not symmetric, every good making the others dearer; all demand something at prices from 20 to 24."""
    rng = np.random.default_rng(seed)
    matrix = rng.uniform(0.5, 1, (n, n)) + np.diag(rng.uniform(0.5, 1, n))
    return QuadraticFormCost(matrix, rng.uniform(0.5, 3, n))


def cubic(n):
    """C(q) = s^2 / 2 + (q_1^2 + … + q_n^2) / 4 + q_1^3 / 10 + q_1 + … + q_n, s = q_1 + 1.2 q_2 + 1.4 q_3."""
    weights = 1 + 0.2 * np.arange(n)

    def function(q):
        return (q @ weights) ** 2 / 2 + (q**2).sum(axis=-1) / 4 + q[..., 0] ** 3 / 10 + q.sum(axis=-1)

    def gradient(q):
        first = 0.3 * q[..., :1] ** 2 * np.eye(n)[0]
        return (q @ weights)[..., None] * weights + q / 2 + first + 1

    return CallableCost(function, gradient, n)


COSTS = {
    "quadratic, 2 agents": quadratic(2, 1),
    "quadratic, 3 agents": quadratic(3, 2),
    "cubic, 2 agents": cubic(2),
    "cubic, 3 agents": cubic(3),
}
N_AGENTS = {name: int(name[-8]) for name in COSTS}


def types_of(n, seed=0):
    rng = np.random.default_rng(seed)
    return [np.sort(rng.choice(np.arange(80, 97), 4, replace=False)) / 4 for _ in range(n)]


def on_fixed_path(path, prices, cost):
    """Demands in equilibrium; `path` maps a time to the demands there."""
    q, moving = np.zeros(len(prices)), set(range(len(prices)))

    def exit_time(i):
        def excess(t):
            reached = path(t)
            return cost.gradient([reached[j] if j in moving else q[j] for j in range(len(q))])[i] - prices[i]

        return 0.0 if excess(0.0) >= 0 else brentq(excess, 0, TOP, xtol=1e-14, rtol=1e-14)

    while moving:
        first, time = min(((i, exit_time(i)) for i in sorted(moving)), key=lambda pair: pair[1])
        q[first] = path(time)[first]
        moving.remove(first)
    return q


def edges(order):
    """One agent after the other, TOP / n units of time each."""
    step = TOP / len(order)

    def path(t):
        q = np.zeros(len(order))
        for k, i in enumerate(order):
            q[i] = TOP * np.clip(t / step - k, 0, 1)
        return q

    return path


@cache
def equal_increments(cost, n):
    """The path of Moulin and Shenker, every good adding equally to the cost."""
    found = solve_ivp(
        lambda _, q: 30 / cost.gradient(np.maximum(q, 0)),
        (0, TOP),
        np.zeros(n),
        "DOP853",
        dense_output=True,
        rtol=1e-12,
        atol=1e-12,
    )
    return found.sol


METHODS = {
    "Friedman–Moulin": (friedman_moulin, lambda cost, n: lambda t: np.full(n, t)),
    "incremental": (
        lambda q, cost: incremental(q, cost, range(q.shape[-1])[::-1]),
        lambda cost, n: edges(range(n)[::-1]),
    ),
    "Moulin–Shenker": (moulin_shenker, equal_increments),
}


def on_the_ray(prices, cost):
    """Demands where b_i is the derivative of i's Aumann–Shapley share, q_i times the mean of d_iC(tq), 0 <= t <= 1."""
    times, weights = np.polynomial.legendre.leggauss(4)
    times, weights = (times + 1) / 2, weights / 2
    n, step = len(prices), 1e-4

    def share(i, q):
        return q[i] * (weights @ cost.gradient(np.maximum(times[:, None] * q, 0))[:, i])

    def excess(q):  # central differences are exact up to rounding for shares of degree 2, and Richardson's for degree 4
        slopes = [
            (
                8 * (share(i, q + step * e) - share(i, q - step * e))
                - share(i, q + 2 * step * e)
                + share(i, q - 2 * step * e)
            )
            / (12 * step)
            for i, e in enumerate(np.eye(n))
        ]
        return np.array(slopes) - prices

    found, _, status, message = fsolve(excess, np.full(n, 2.0), xtol=1e-13, full_output=True)
    assert np.abs(excess(found)).max() < 1e-8, (status, message)
    return found


def social_choice(types, demands_of, shares_of):
    """Ids of f at all type profiles, what every type gets from them, demands and cost shares."""
    shape = tuple(map(len, types))
    demands = np.array([demands_of(np.array(prices)) for prices in product(*types)])
    shares = shares_of(demands)
    table = np.concatenate([demands, shares], axis=1)
    ids = ids_of_rows(classes_of(table, np.abs(table).max())).reshape(shape)
    payoffs = [
        np.stack([b * demands[:, i] - shares[:, i] for b in own]).reshape(-1, *shape) for i, own in enumerate(types)
    ]
    return ids, payoffs, demands.reshape(*shape, -1), shares.reshape(*shape, -1)


def assert_nash(types, demands, shares_of):
    """Nobody gains by another demand, by the shares of the library."""
    for profile in np.ndindex(demands.shape[:-1]):
        q = demands[profile]
        for i, k in enumerate(profile):
            trial = np.tile(q, (60, 1))
            trial[1:, i] = np.linspace(0, 2 * q[i] + 1, 59)
            payoffs = types[i][k] * trial[:, i] - shares_of(trial)[:, i]
            assert payoffs.max() <= payoffs[0] + 1e-7


def direct(payoffs, ids):
    return BayesianGame(payoffs, [np.full(k, 1 / k) for k in ids.shape], [np.arange(k) for k in ids.shape])


@pytest.mark.parametrize("cost_name", COSTS)
@pytest.mark.parametrize("method", METHODS)
def test_kumar_theorem_3_fixed_paths_are_securely_implementable(method, cost_name):
    cost, n = COSTS[cost_name], N_AGENTS[cost_name]
    types, (shares, path) = types_of(n), METHODS[method]
    along = path(cost, n)
    ids, payoffs, demands, _ = social_choice(types, lambda b: on_fixed_path(along, b, cost), lambda q: shares(q, cost))
    assert (demands > 0).all()
    if n == 2:
        assert_nash(types, demands, lambda q: shares(q, cost))
    assert len(np.unique(ids)) > ids.shape[0]  # f is not constant
    assert strategy_proofness(payoffs).holds
    assert rectangularity(ids, payoffs).holds
    assert secure_implementation(ids, payoffs).holds
    assert secure_implementation_by_definition(direct(payoffs, ids), ids, ids).holds


@pytest.mark.parametrize(("cost_name", "seed"), in_turn(COSTS, range(3)))
def test_kumar_section_5_the_ray_is_not_strategy_proof(cost_name, seed):
    cost, n = COSTS[cost_name], N_AGENTS[cost_name]
    types = types_of(n, seed)
    ids, payoffs, demands, shares = social_choice(
        types, lambda b: on_the_ray(b, cost), lambda q: aumann_shapley(q, cost)
    )
    assert (demands > 0).all()
    if seed == 0 and n == 2:
        assert_nash(types, demands, lambda q: aumann_shapley(q, cost))
    for verdict in (strategy_proofness(payoffs), secure_implementation(ids, payoffs)):
        assert verdict.status == "fails"
        lie = verdict.witness
        assert isinstance(lie, ProfitableLie)
        told, i = lie.messages, lie.player
        lied = (*told[:i], lie.message, *told[i + 1 :])
        assert told[i] == lie.true_type != lie.message
        price = types[i][lie.true_type]
        gain = price * (demands[lied][i] - demands[told][i]) - (shares[lied][i] - shares[told][i])
        assert gain == pytest.approx(lie.lie_payoff - lie.truth_payoff)
        assert gain > 0.01
    by_definition = secure_implementation_by_definition(direct(payoffs, ids), ids, ids)
    assert by_definition.status == "fails"
    assert by_definition.witness is not None


def test_the_ray_of_a_separable_cost_is_secure():
    """Where nobody's demand changes another's cost all path methods are the same, and nothing fails."""
    cost, types = QuadraticFormCost(np.diag([1.0, 2.0, 3.0]), [1, 2, 0.5]), types_of(3)
    ids, payoffs, demands, shares = social_choice(
        types, lambda b: (b - cost.linear) / (2 * np.diag(cost.matrix)), lambda q: aumann_shapley(q, cost)
    )
    np.testing.assert_allclose(shares, friedman_moulin(demands, cost))
    assert secure_implementation(ids, payoffs).holds
