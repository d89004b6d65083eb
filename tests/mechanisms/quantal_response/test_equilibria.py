"""Logit equilibria: closed forms, fixed points where they can be iterated, the branch itself, limits."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit, softmax

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response import continuation
from mechanisms.quantal_response.branch import LogitBranch
from mechanisms.quantal_response.continuation import BranchError, follow
from mechanisms.quantal_response.equilibria import logit_equilibria, principal_branch
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.small_games import expected_payoffs, games
from tests.shared import mostly_thorough, thorough

TURNING = NormalFormGame([[[620, 250], [399, 947]], [[649, 585], [65, 52]]])
"""The principal branch turns back twice."""


def replies(game, strategies, rate):
    return [softmax(rate * expected_payoffs(game, strategies, i)) for i in range(game.n)]


def distance(these, those):
    return max(np.abs(x - y).max() for x, y in zip(these, those, strict=True))


def at(result, k):
    return [strategy[k] for strategy in result.profiles]


def random_games(shape, count, seed=1):
    rng = np.random.default_rng(seed)
    return [NormalFormGame(rng.random((len(shape), *shape))) for _ in range(count)]


@given(games(highest=20, messages=3), st.lists(st.integers(0, 300), min_size=1, max_size=4))
@settings(deadline=None)
def test_all_are_logit_equilibria(game, lambdas):
    rates = [rate / 100 for rate in lambdas]
    result = logit_equilibria(game, rates)
    assert result.lambdas.tolist() == rates
    for k, rate in enumerate(rates):
        strategies = at(result, k)
        residual = distance(strategies, replies(game, strategies, rate))
        assert residual < 1e-9
        assert result.residuals[k] == pytest.approx(residual, abs=1e-12)
        assert all(abs(strategy.sum() - 1) < 1e-9 for strategy in strategies)


@pytest.mark.parametrize("shape", [(4,), (2, 3), (3, 2, 4)])
def test_closed_form_where_the_others_do_not_matter(shape):
    rng = np.random.default_rng(2)
    own = [rng.integers(0, 10, size) for size in shape]
    payoffs = [
        part.reshape([-1 if k == i else 1 for k in range(len(shape))])
        + rng.integers(0, 9, [1 if k == i else size for k, size in enumerate(shape)])
        for i, part in enumerate(own)
    ]
    lambdas = [5.0, 0.0, 0.3, 40.0, 0.3]
    result = logit_equilibria(NormalFormGame(np.stack(payoffs)), lambdas)
    for i, part in enumerate(own):
        np.testing.assert_allclose(result.profiles[i], softmax(np.outer(lambdas, part), axis=1), rtol=1e-9, atol=1e-300)
    assert result.turns == 0


def test_symmetric_two_by_two_is_the_root_of_one_equation():
    """Chicken: the branch is symmetric, p = 1 / (1 + exp(lambda (1 - 3p))) with p the probability of message 0."""
    game = NormalFormGame([[[0, 7], [2, 6]], [[0, 2], [7, 6]]])
    lambdas = np.array([0.1, 1, 3, 10, 40])
    result = logit_equilibria(game, lambdas)
    for k, rate in enumerate(lambdas):
        root = brentq(lambda p, rate=rate: p - expit(rate * (7 * (1 - p) - (2 * p + 6 * (1 - p)))), 0, 1, xtol=1e-14)
        for strategy in at(result, k):
            assert strategy[0] == pytest.approx(root, abs=1e-9)


def test_asymmetric_matching_pennies_has_one_equilibrium_at_each_lambda():
    game = NormalFormGame([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
    lambdas = np.array([0.5, 2, 20, 200])
    result = logit_equilibria(game, lambdas)
    for k, rate in enumerate(lambdas):

        def second(p, rate=rate):
            return expit(rate * (1 - 2 * p))

        root = brentq(lambda p, rate=rate: p - expit(rate * (10 * second(p, rate) - 1)), 0, 1, xtol=1e-15)
        assert result.profiles[0][k, 0] == pytest.approx(root, abs=1e-9)
        assert result.profiles[1][k, 0] == pytest.approx(second(root), abs=1e-8)


@pytest.mark.parametrize("shape", [(5, 5), (2, 7), (3, 3, 3), pytest.param((2, 2, 2, 2), marks=thorough)])
def test_fixed_point_iteration_comes_to_the_same_where_it_must_converge(shape):
    for game in random_games(shape, 10):
        result = logit_equilibria(game, [0.8])
        strategies = [np.full(size, 1 / size) for size in shape]
        for _ in range(500):
            strategies = replies(game, strategies, 0.8)
        assert distance(strategies, replies(game, strategies, 0.8)) < 1e-13
        assert distance(at(result, 0), strategies) < 1e-10


CURVES = [((2, 2), 1000), ((25, 25), 20), ((8, 8), 100), ((3, 3, 3), 60)]


@pytest.mark.parametrize(("shape", "rate"), mostly_thorough(CURVES, CURVES[3]))
def test_short_steps_follow_the_same_branch(shape, rate, monkeypatch):
    sample = random_games(shape, 12, seed=7)
    found = [at(logit_equilibria(game, [rate]), 0) for game in sample]
    for name, value in {"FIRST_STEP": 0.01, "CONTRACTION": 0.02, "DISTANCE": 0.01, "ANGLE": 0.02}.items():
        monkeypatch.setattr(continuation, name, value)
    for game, strategies in zip(sample, found, strict=True):
        assert distance(strategies, at(logit_equilibria(game, [rate]), 0)) < 1e-8


def test_the_branch_is_a_curve_of_equilibria_that_may_turn_back():
    branch = principal_branch(TURNING, 0.1)
    assert branch.turns == 2
    assert np.diff(branch.lambdas).min() < 0
    assert (branch.lambdas[0], branch.lambdas[-1], branch.steps) == (0, 0.1, len(branch.lambdas) - 1)
    assert branch.residuals.max() < 1e-9
    steps = [distance(at(branch, k), at(branch, k + 1)) for k in range(branch.steps)]
    assert max(steps) < 0.3
    assert distance(at(branch, -1), at(logit_equilibria(TURNING, [0.1]), 0)) < 1e-9


def test_where_lambda_is_passed_several_times_the_first_equilibrium_is_returned():
    """At 0.04 the branch passes near (0.01, 0.63), then (0.21, 0.72), then (1, 0.93)."""
    branch = principal_branch(TURNING, 0.1)
    assert np.count_nonzero(np.diff(np.sign(branch.lambdas - 0.04))) == 3
    found = at(logit_equilibria(TURNING, [0.1, 0.04]), 1)
    assert (found[0][0], found[1][0]) == (pytest.approx(0.011, abs=0.005), pytest.approx(0.63, abs=0.03))


def test_units_and_constants_of_payoffs_do_not_matter():
    for game in random_games((4, 3), 3):
        result = logit_equilibria(game, [3, 30])
        for factor, constant in ((1e6, 5e7), (1e-6, -1)):
            scaled = logit_equilibria(NormalFormGame(game.payoffs * factor + constant), np.array([3, 30]) / factor)
            assert distance(result.profiles, scaled.profiles) < 1e-6


@pytest.mark.parametrize(("name", "equilibrium"), [("serial", (4, 6)), ("proportional", (4, 8))])
def test_solved_games_after_chen_2003_lead_to_their_equilibrium(name, equilibrium):
    game = load_treatment(f"treatments/chen_{name}.toml").game([16.1, 20.1])
    result = logit_equilibria(game, [0, 50])
    assert [strategy[0].tolist() for strategy in result.profiles] == [[1 / 12] * 12] * 2
    for i, demand in enumerate(equilibrium):
        assert game.messages[i][result.profiles[i][1].argmax()] == demand
        assert result.profiles[i][1].max() > 1 - 1e-9


def test_symmetric_games_keep_their_symmetry_where_other_branches_leave():
    battle = logit_equilibria(NormalFormGame([[[3, 0], [0, 1]], [[1, 0], [0, 3]]]), [1, 10, 100])
    assert distance([battle.profiles[0]], [battle.profiles[1][:, ::-1]]) < 1e-9
    assert battle.profiles[0][-1, 0] == pytest.approx(0.75, abs=0.01)  # the mixed equilibrium
    tied = logit_equilibria(NormalFormGame([[[1, 0], [0, 1]]] * 2), [50])
    assert distance(at(tied, 0), [np.full(2, 0.5)] * 2) < 1e-12


def test_every_game_of_the_park_is_followed_to_rare_errors():
    """Some are symmetric up to payoffs that the own message does not change, and other branches cross there."""
    for name in ("vcg", "agv", "pairwise"):
        game = load_treatment(f"treatments/park_{name}.toml").bayesian_game()
        for types in product(*map(range, game.n_types)):
            complete = game.at(types)
            unit = float(np.ptp(complete.payoffs, axis=(1, 2, 3)).max())
            assert logit_equilibria(complete, np.array([5, 50, 500]) / unit).residuals.max() < 1e-9


@pytest.mark.parametrize(("n", "highest"), mostly_thorough(product([2, 3], [2, 9]), (3, 2)))
def test_the_branch_of_symmetric_players_stays_symmetric(n, highest):
    rng = np.random.default_rng(6)
    for _ in range(25):
        base = rng.integers(0, highest, (3,) * n)
        base = base + base.swapaxes(1, n - 1)
        game = NormalFormGame(np.stack([np.moveaxis(base, 0, i) for i in range(n)]))
        result = logit_equilibria(game, [1, 30 / highest])
        for strategy in result.profiles[1:]:
            np.testing.assert_array_equal(strategy, result.profiles[0])
        strategies = [np.full(3, 1 / 3)] * n
        for _ in range(200):  # a contraction at this lambda
            strategies = replies(game, strategies, 0.3 / highest)
        assert distance(at(logit_equilibria(game, [0.3 / highest]), 0), strategies) < 1e-9


def test_two_branches_that_all_but_meet_are_told_apart():
    """A message that nearly nobody plays opens the pitchfork by 1e-8; corrections cannot become smaller than noise."""
    common = [[[1, 1], [0, 1], [0, 1]], [[1, 1], [1, 1], [1, 0]]]
    branch = principal_branch(NormalFormGame([common] * 3), 500)
    assert branch.residuals.max() < 1e-9
    steps = [distance(at(branch, k), at(branch, k + 1)) for k in range(branch.steps)]
    assert max(steps) < 0.3
    np.testing.assert_array_equal(branch.profiles[0], branch.profiles[2])


def test_constant_payoffs_and_single_messages():
    assert at(logit_equilibria(NormalFormGame(np.zeros((2, 2, 1), dtype=int)), [7]), 0)[0].tolist() == [0.5, 0.5]
    assert at(logit_equilibria(NormalFormGame(np.ones((2, 1, 1))), [7]), 0)[1].tolist() == [1.0]


def test_guesses_far_off_do_not_overflow():
    branch = LogitBranch(BayesianGame([own[None] for own in TURNING.payoffs], [[1], [1]], None))
    values, derivatives = branch.equations(np.array([1e4, 0, -1e4, 1e5, 1e9]))
    assert np.isfinite(values).all()
    assert np.isfinite(derivatives).all()


@pytest.mark.parametrize("lambdas", [[-1], [1, -0.5], []])
def test_bad_lambdas_are_named(lambdas):
    with pytest.raises(ValueError, match="lambdas is"):
        logit_equilibria(TURNING, lambdas)


@pytest.mark.parametrize("up_to", [0, -1, np.inf, np.nan])
def test_bad_ends_are_named(up_to):
    with pytest.raises(ValueError, match="up_to is"):
        principal_branch(TURNING, up_to)


def test_too_many_messages_are_said_before_memory_is_used(monkeypatch):
    game = NormalFormGame(np.zeros((2, 2000, 2001)))
    with pytest.raises(TooLargeError, match="too large: the 2 types have 4001 messages together, more than 4000"):
        logit_equilibria(game, [1])


def test_a_lost_branch_is_said(monkeypatch):
    monkeypatch.setattr(continuation, "MAX_STEPS", 4)
    with pytest.raises(BranchError, match=r"the branch was lost at lambda = .*, before 100"):
        logit_equilibria(TURNING, [100])


def test_a_curve_that_turns_back_is_followed_to_its_second_half():
    def spiral(point):
        """lambda = x ** 3 - 3 x + 2, from x = -2 on: up to 4, down to 0, up again."""
        x, rate = point
        return np.array([x**3 - 3 * x + 2 - rate]), np.array([[3 * x**2 - 3, -1.0]])

    points = np.array(list(follow(spiral, np.array([-2.0, 0.0]), [1, 3.5, 10])))
    for target, low, high in ((1, -2, -1), (3.5, -2, -1), (10, 1, 3)):
        root = brentq(lambda x, target=target: x**3 - 3 * x + 2 - target, low, high)
        assert points[points[:, 1] == target][0, 0] == pytest.approx(root, abs=1e-9)
    assert points[:, 1].max() == 10
    assert (np.diff(points[:, 0]) > 0).all()


def test_a_curve_that_never_gets_there_is_an_error(monkeypatch):
    def circle(point):
        return np.array([point @ point - 1]), 2 * point[None, :]

    monkeypatch.setattr(continuation, "MAX_STEPS", 200)
    with pytest.raises(BranchError, match="before 2"):
        list(follow(circle, np.array([1.0, 0.0]), [2.0]))
