"""Full efficient implementation: brute force, S Theorem 3, inefficient equilibria of VCG, S section 4.2's auction."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import mechanisms.bayesian.equilibria as equilibria
import mechanisms.bayesian.full_implementation as module
from mechanisms.bayesian import full_efficient_implementation, pure_bayesian_equilibria
from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.games.private_types import BayesianGame
from mechanisms.transfers import pairwise_compensation, symmetric_pairwise_compensation, vcg
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.bayesian.random_games import chances_of, direct_game, games, park, surplus_of
from tests.shared import examples
from tests.strategies import problems


@examples(60)
@given(games(max_types=2), st.integers(0, 2**32 - 1))
def test_is_brute_force(game, seed):
    surplus = np.random.default_rng(seed).integers(0, 3, (*game.n_types, *game.n_messages))
    found, chances = pure_bayesian_equilibria(game), chances_of(game)
    losses = []
    for e in range(len(found[0])):
        loss = 0.0
        for types, chance in chances.items():
            said = tuple(int(found[i][e, t]) for i, t in enumerate(types))
            loss += float(chance) * (surplus[types].max() - surplus[types + said])
        losses.append(loss)
    verdict = full_efficient_implementation(game, surplus)
    assert verdict.status == ("not applicable" if not losses else "fails" if max(losses) > 0 else "holds")
    if witness := verdict.witness:
        assert witness.expected_loss == pytest.approx(max(losses))
        assert witness.efficient - witness.surplus > 0
        assert witness.surplus == surplus[witness.types + witness.messages]
        assert chances[witness.types] > 0
        inefficient = 0.0
        for types, chance in chances.items():
            said = tuple(witness.strategies[i][t] for i, t in enumerate(types))
            inefficient += float(chance) * (surplus[types + said] < surplus[types].max())
        assert witness.probability == pytest.approx(inefficient)
        assert any(
            all(tuple(found[i][e].tolist()) == row for i, row in enumerate(witness.strategies))
            and losses[e] == pytest.approx(max(losses))
            for e in range(len(losses))
        )


@settings(deadline=None)
@given(problems(min_agents=2), st.sampled_from([pairwise_compensation, symmetric_pairwise_compensation]))
def test_theorem_3(problem, rule):
    assume(problem.n <= 3)
    game = direct_game(problem, rule(problem))
    best = problem.efficient_payoffs.sum(axis=0)
    try:
        equilibria_found = pure_bayesian_equilibria(game)
    except TooLargeError:
        assume(False)
    assert len(equilibria_found[0]) >= 1  # the truth
    assert full_efficient_implementation(game, surplus_of(problem), best).status == "holds"


def test_footnote_2_vcg_has_an_inefficient_equilibrium_in_the_park():
    treatment = load_treatment("treatments/park_vcg.toml")

    def surplus(types, messages):
        values = np.array([8.0, 20.0])
        return treatment.surplus(treatment.play(values[types], values[messages]))

    for given_ in (surplus, surplus(*_all_profiles())):
        verdict = full_efficient_implementation(treatment.bayesian_game(), given_)
        assert verdict.status == "fails"
        assert verdict.size == "11 equilibria, 8 type profiles"
        assert verdict.witness.expected_loss == 0.5
    found = pure_bayesian_equilibria(park("vcg"))
    everybody = zip(*(table.tolist() for table in found), strict=True)
    assert ([1, 1], [0, 0], [1, 1]) in list(everybody)
    pairwise = load_treatment("treatments/park_pairwise.toml").bayesian_game()
    assert full_efficient_implementation(pairwise, surplus).status == "holds"


def _all_profiles():
    grid = np.moveaxis(np.indices((2,) * 6), 0, -1)
    return grid[..., :3], grid[..., 3:]


def test_section_4_2_an_inefficiency_of_probability_zero_does_not_count():
    """Agent 1 values the good at 5 or 10, agent 2 at 15, or at 7 with probability 0."""
    problem = SocialChoiceProblem([[[5, 0], [10, 0]], [[0, 15], [0, 7]]], [[0.5, 0.5], [1, 0]])
    game = direct_game(problem, pairwise_compensation(problem))
    strategies = pure_bayesian_equilibria(game)
    assert [1, 1] in strategies[0].tolist()  # the low type of agent 1 says 10
    assert full_efficient_implementation(game, surplus_of(problem)).status == "holds"
    possible = BayesianGame(game.payoffs, [[0.5, 0.5], [0.9, 0.1]], game.truthful)
    assert full_efficient_implementation(possible, surplus_of(problem)).size != ""


def test_floating_noise_is_no_loss():
    game = BayesianGame([[[1, 1]], [[1, 1]]][:1], [[1]], [[0]])
    assert full_efficient_implementation(game, [[0.3, 0.1 + 0.2]]).status == "holds"
    assert full_efficient_implementation(game, [[3, 4]]).witness.expected_loss == 1


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_surplus_that_is_no_number_is_refused(wrong):
    game = BayesianGame([[[1, 1]]], [[1]], [[0]])
    for surplus in ([[wrong, 4]], lambda types, messages: np.full(messages.shape[:-1], wrong)):
        with pytest.raises(ValueError, match=f"surplus contains {wrong}"):
            full_efficient_implementation(game, surplus)
    with pytest.raises(ValueError, match=f"efficient contains {wrong}"):
        full_efficient_implementation(game, [[3, 4]], [wrong])


def test_not_applicable_too_large_and_bad_shapes(monkeypatch):
    pennies = BayesianGame([[[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]], [[1], [1]], None)
    assert full_efficient_implementation(pennies, np.zeros((1, 1, 2, 2))).status == "not applicable"
    with pytest.raises(ValueError, match=r"surplus has shape \(2, 2\)"):
        full_efficient_implementation(pennies, np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"efficient has shape \(2,\)"):
        full_efficient_implementation(pennies, np.zeros((1, 1, 2, 2)), np.zeros(2))
    monkeypatch.setattr(module, "MAX_ENTRIES", 1)
    assert "`efficient`" in full_efficient_implementation(pennies, np.zeros((1, 1, 2, 2))).reason
    monkeypatch.setattr(equilibria, "MAX_PROFILES", 1)
    problem = SocialChoiceProblem([[[8, 0], [20, 0]], [[0, 8], [0, 20]]], [[0.5, 0.5]] * 2)
    assert full_efficient_implementation(direct_game(problem, vcg(problem)), surplus_of(problem)).status == "too large"
