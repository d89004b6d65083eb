"""The branch of games with private types against the complete-information one, on the normal form of the agents."""

from itertools import product

import numpy as np
import pytest

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response import continuation
from mechanisms.quantal_response.agents import largest_range, uniform
from mechanisms.quantal_response.branch import LogitBranch
from mechanisms.quantal_response.continuation import BranchError
from mechanisms.quantal_response.equilibria import logit_equilibria
from mechanisms.verdicts import TooLargeError


def random_game(rng, types, sizes):
    payoffs = tuple(rng.normal(size=(t, *sizes)) for t in types)
    priors = tuple(rng.dirichlet(np.full(t, 3.0)) for t in types)
    return BayesianGame(payoffs, priors, truthful=None)


def normal_form(game):
    """The game among agents: an agent's payoff is that of the type, the others' types drawn by their priors."""
    agents = [(i, t) for i, own in enumerate(game.payoffs) for t in range(len(own))]
    shape = tuple(game.n_messages[i] for i, _ in agents)
    payoffs = np.zeros((len(agents), *shape))
    for profile in product(*map(range, shape)):
        chosen = dict(zip(agents, profile, strict=True))
        for a, (i, t) in enumerate(agents):
            for types in product(*(range(len(own)) for own in game.payoffs)):
                if types[i] == t:
                    weight = np.prod([game.priors[j][s] for j, s in enumerate(types) if j != i])
                    messages = tuple(chosen[j, s] for j, s in enumerate(types))
                    payoffs[(a, *profile)] += weight * game.payoffs[i][(t, *messages)]
    return NormalFormGame(payoffs)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("types", "sizes"), [((1, 1), (4, 3)), ((2, 2), (3, 2)), ((1, 2, 1), (2, 2, 3)), ((1, 1, 1), (3, 3, 2))]
)
def test_equilibria_are_those_of_the_agents(seed, types, sizes):
    game = random_game(np.random.default_rng([seed, *types]), types, sizes)
    rates = np.array([0.3, 2.0, 8.0])
    expected = logit_equilibria(normal_form(game), rates).profiles
    branch = LogitBranch(game)
    for k, rate in enumerate(rates[::-1]):
        found = [row for part in branch.at(rate) for row in np.exp(part)]
        assert all(np.allclose(own, other[2 - k], atol=1e-8) for own, other in zip(found, expected, strict=True))


@pytest.mark.parametrize("seed", [95, 112, 117])
def test_branches_that_turn_back_give_the_equilibrium_met_first(seed):
    rng = np.random.default_rng(seed)
    game = NormalFormGame(rng.normal(size=(2, 5, 5)))
    branch = LogitBranch(BayesianGame([own[None] for own in game.payoffs], [[1], [1]], None))
    targets = np.linspace(0.5, 20, 40)
    hit = {point[-1]: point for point in continuation.follow(branch.equations, branch.points[0], targets.tolist())}
    for target in targets:
        first = branch.at(target / branch.range)
        assert np.allclose(np.concatenate(first, axis=None), hit[target][:-1], atol=1e-7)
    assert branch.turns == 2


def test_uniform_at_zero():
    game = random_game(np.random.default_rng(0), (2, 1), (3, 4))
    at_zero = [np.exp(part).tolist() for part in LogitBranch(game).at(0.0)]
    assert at_zero == [own.tolist() for own in uniform(game)]


def test_scale_of_payoffs_is_that_of_lambda():
    game = random_game(np.random.default_rng(1), (2, 1), (3, 3))
    large = BayesianGame([50 * own + 7 for own in game.payoffs], game.priors, None)
    assert np.allclose(LogitBranch(game).at(4.0)[0], LogitBranch(large).at(4.0 / 50)[0], atol=1e-9)


def test_types_that_are_alike_share_classes():
    """Types of equal payoffs, and interchangeable messages of one type: none is a class of its own."""
    rng = np.random.default_rng(4)
    own, other = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    own[1] = own[0]
    game = BayesianGame([np.stack([own, own]), other[None]], [[0.25, 0.75], [1]], None)
    branch = LogitBranch(game)
    assert branch.classes.tolist() == [0, 0, 1, 0, 0, 1, 2, 3, 4, 5]
    logs = branch.at(3.0)
    assert logs[0][0].tolist() == logs[0][1].tolist()
    merged = LogitBranch(BayesianGame([own[None], other[None]], [[1], [1]], None))
    assert np.allclose(merged.at(3.0)[1], logs[1], atol=1e-9)


@pytest.mark.parametrize("kind", [int, float])
@pytest.mark.parametrize("seed", [14, 29])
def test_symmetric_games_are_followed_without_crossings(kind, seed):
    """Other branches cross the symmetric one: among all messages it takes hundreds of steps (29) or is lost (14)."""
    base = np.random.default_rng(seed).integers(0, 100, (5, 5)).astype(kind)
    branch = LogitBranch(BayesianGame([base[None], base.T[None]], [[1], [1]], None))
    first, second = branch.at(50 / branch.range)
    assert first.tolist() == second.tolist()
    assert len(branch.points) < 100


def test_a_lost_branch_is_said_each_time(monkeypatch):
    monkeypatch.setattr(continuation, "MAX_STEPS", 4)
    branch = LogitBranch(random_game(np.random.default_rng(2), (1, 2), (2, 2)))
    for _ in range(2):
        with pytest.raises(BranchError, match=r"the branch was lost at lambda = .*, before 1000"):
            branch.at(1000)


def test_correlated_types_are_refused():
    game = BayesianGame([np.zeros((2, 1, 1))] * 2, [[0.5, 0], [0.25, 0.25]], None)
    with pytest.raises(ValueError, match="types of the game are correlated"):
        LogitBranch(game)


def test_too_many_messages():
    game = BayesianGame([np.zeros((600, 8, 2)), np.zeros((1, 8, 2))], [np.full(600, 1 / 600), [1]], None)
    with pytest.raises(TooLargeError, match="601 types have 4802 messages"):
        LogitBranch(game)
    assert largest_range(game.payoffs) == 1.0
