"""The branch of the agent form against mechanisms.quantal_response.equilibria, on the normal form of the agents."""

from itertools import product

import numpy as np
import pytest

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.quantal_response.agents import AgentForm
from mechanisms.quantal_response.branch import HIGHEST_PRECISION
from mechanisms.quantal_response.continuation import BranchError
from mechanisms.quantal_response.equilibria import logit_equilibria
from mechanisms.verdicts import TooLargeError


def random_form(rng, types, sizes):
    payoffs = tuple(rng.normal(size=(t, *sizes)) for t in types)
    priors = tuple(rng.dirichlet(np.full(t, 3.0)) for t in types)
    return AgentForm(payoffs, priors)


def normal_form(form):
    """The game among agents: an agent's payoff is that of the type, the others' types drawn by their priors."""
    agents = [(i, t) for i, own in enumerate(form.payoffs) for t in range(len(own))]
    shape = tuple(form.sizes[i] for i, _ in agents)
    payoffs = np.zeros((len(agents), *shape))
    for profile in product(*map(range, shape)):
        chosen = dict(zip(agents, profile, strict=True))
        for a, (i, t) in enumerate(agents):
            for types in product(*(range(len(own)) for own in form.payoffs)):
                if types[i] == t:
                    weight = np.prod([form.priors[j][s] for j, s in enumerate(types) if j != i])
                    messages = tuple(chosen[j, s] for j, s in enumerate(types))
                    payoffs[(a, *profile)] += weight * form.payoffs[i][(t, *messages)]
    return NormalFormGame(payoffs)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("types", "sizes"), [((1, 1), (4, 3)), ((2, 2), (3, 2)), ((1, 2, 1), (2, 2, 3)), ((1, 1, 1), (3, 3, 2))]
)
def test_equilibria_are_those_of_the_agents(seed, types, sizes):
    form = random_form(np.random.default_rng([seed, *types]), types, sizes)
    rates = np.array([0.3, 2.0, 8.0])
    expected = logit_equilibria(normal_form(form), rates).profiles
    for k, rate in enumerate(rates[::-1]):
        found = [row for part in form.branch.at(rate) for row in np.exp(part)]
        assert all(np.allclose(own, other[2 - k], atol=1e-8) for own, other in zip(found, expected, strict=True))


@pytest.mark.parametrize("seed", [95, 112, 117])
def test_branches_that_turn_back_give_the_equilibrium_met_first(seed):
    rng = np.random.default_rng(seed)
    form = AgentForm(tuple(rng.normal(size=(1, 5, 5)) for _ in range(2)), (np.ones(1),) * 2)
    rates = np.linspace(0.5, 20, 40) / form.range
    expected = logit_equilibria(NormalFormGame(np.stack([own[0] for own in form.payoffs])), rates).profiles
    for k, rate in enumerate(rates):
        assert np.allclose(np.exp(form.branch.at(rate)[0][0]), expected[0][k], atol=1e-7)
    assert form.branch.turns == 2


def test_uniform_at_zero():
    form = random_form(np.random.default_rng(0), (2, 1), (3, 4))
    assert [np.exp(part).tolist() for part in form.branch.at(0.0)] == [own.tolist() for own in form.uniform()]


def test_scale_of_points_is_that_of_lambda():
    form = random_form(np.random.default_rng(1), (1, 1), (3, 3))
    large = AgentForm(tuple(50 * own for own in form.payoffs), form.priors)
    assert np.allclose(form.branch.at(4.0)[0], large.branch.at(4.0 / 50)[0], atol=1e-9)


def test_beyond_the_end_of_the_branch():
    form = random_form(np.random.default_rng(2), (1, 1), (2, 2))
    with pytest.raises(BranchError, match="is beyond the branch"):
        form.branch.at(10 * HIGHEST_PRECISION / form.range)


def test_too_many_messages():
    form = AgentForm((np.zeros((300, 8, 2)), np.zeros((1, 8, 2))), (np.full(300, 1 / 300), np.ones(1)))
    with pytest.raises(TooLargeError, match="301 types have 2402 messages"):
        form.branch.at(1.0)
