"""Coalition-proofness: brute force over joint lies in fractions, S Theorem 2, the figures of S section 3.1."""

from fractions import Fraction
from importlib import import_module
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanisms.bayesian import best_joint_lie, coalition_proofness
from mechanisms.environments.social_choice import SocialChoiceProblem
from mechanisms.games.private_types import BayesianGame
from mechanisms.transfers import cremer_riordan, pairwise_compensation, symmetric_pairwise_compensation
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.bayesian.random_games import chances_given, chances_of, direct_game, games, park, profiles
from tests.shared import examples
from tests.strategies import problems

NEAR, FAR = [[8, 0], [20, 0]], [[0, 8], [0, 20]]
PARK = SocialChoiceProblem([NEAR, FAR, NEAR], [[0.5, 0.5]] * 3)


def joint_payoff(game, coalition, types, messages):
    """Expected sum of the members' payoffs; outsiders tell the truth."""
    total = Fraction(0)
    for everybody, chance in chances_given(game, coalition, types).items():
        said = [int(game.truthful[j][t]) for j, t in enumerate(everybody)]
        for i, message in zip(coalition, messages, strict=True):
            said[i] = message
        members = zip(coalition, types, strict=True)
        total += chance * sum(int(game.payoffs[i][(t, *said)]) for i, t in members)
    return total


def can_be_asked(game, coalition, types):
    """Not if every member's type can occur, but not all together."""
    chances = chances_of(game)
    together = sum(p for s, p in chances.items() if all(s[i] == t for i, t in zip(coalition, types, strict=True)))
    return together > 0 or any(game.priors[i][t] == 0 for i, t in zip(coalition, types, strict=True))


def gains_of(game, coalition):
    found = {}
    for types in profiles([game.n_types[i] for i in coalition]):
        if not can_be_asked(game, coalition, types):
            continue
        told = [game.truthful[i][t] for i, t in zip(coalition, types, strict=True)]
        truth = joint_payoff(game, coalition, types, told)
        for messages in profiles([game.n_messages[i] for i in coalition]):
            found[types, messages] = joint_payoff(game, coalition, types, messages) - truth
    return found


@examples(50)
@given(games(max_types=2))
def test_is_brute_force(game):
    coalitions = [c for size in range(1, game.n + 1) for c in combinations(range(game.n), size)]
    found = {coalition: gains_of(game, coalition) for coalition in coalitions}
    largest = max(max(gains.values()) for gains in found.values())
    verdict = coalition_proofness(game)
    assert verdict.tolerance == 0
    assert verdict.status == ("fails" if largest > 0 else "holds")
    if witness := verdict.witness:
        assert witness.gain == pytest.approx(float(largest))
        assert found[witness.coalition][witness.types, witness.lies] == largest
        assert witness.truth == pytest.approx(
            float(
                joint_payoff(
                    game,
                    witness.coalition,
                    witness.types,
                    [game.truthful[i][t] for i, t in zip(witness.coalition, witness.types, strict=True)],
                )
            )
        )
    for coalition, gains in found.items():
        lie = best_joint_lie(game, coalition)
        assert (lie.gain if lie else 0) == pytest.approx(float(max(gains.values())))


@settings(deadline=None)
@given(problems(min_agents=2), st.randoms(use_true_random=False))
def test_theorem_2(problem, random):
    order = random.sample(range(problem.n), problem.n)
    for transfers in (pairwise_compensation(problem, order), symmetric_pairwise_compensation(problem)):
        assert coalition_proofness(direct_game(problem, transfers)).status == "holds"


def test_section_3_1_agv_coalition():
    lie = best_joint_lie(park("agv"), (0, 2))
    assert (lie.types, lie.lies, lie.truth, lie.payoff) == ((0, 0), (0, 1), -10, 55)
    assert coalition_proofness(park("agv")).witness == lie


def test_section_3_1_vcg_coalition_reports_high():
    lie = best_joint_lie(park("vcg"), [2, 0])
    assert (lie.coalition, lie.types, lie.lies, lie.payoff) == ((0, 2), (0, 0), (1, 1), 160)
    assert coalition_proofness(park("vcg")).status == "fails"


def test_section_3_1_cremer_riordan_coalition():
    """Agents 2 and 3 of types H and L gain by reporting high both, when agent 1 reports L."""
    game = direct_game(PARK, cremer_riordan(PARK))
    honest, high = (game.payoffs[1][(1, 0, 1, low)] + game.payoffs[2][(0, 0, 1, low)] for low in (0, 1))
    assert high > honest
    fixed = BayesianGame(game.payoffs, [[1, 0], *game.priors[1:]], game.truthful)
    assert best_joint_lie(fixed, (1, 2)).gain >= high - honest
    assert coalition_proofness(game).status == "fails"


def test_park_under_pairwise_compensation_holds():
    assert coalition_proofness(park("pairwise")).status == "holds"
    assert best_joint_lie(park("pairwise"), (0, 2)) is None


def test_one_point_is_noticed():
    game = park("pairwise")
    damaged = [tensor.copy() for tensor in game.payoffs]
    damaged[0][0, 0, :, 1] += 21  # agents 1 and 3 of type L lose 20 points by reporting L, H
    damaged = BayesianGame(damaged, game.priors, game.truthful)
    assert coalition_proofness(damaged).status == "fails"
    lie = best_joint_lie(damaged, (0, 2))
    assert (lie.coalition, lie.types, lie.lies, lie.gain) == ((0, 2), (0, 0), (0, 1), 1)


@pytest.mark.parametrize("scale", [1, 2**30, 2.0])
@pytest.mark.parametrize("seed", range(8))
def test_whole_and_floating_sums_agree_in_larger_games(seed, scale, monkeypatch):
    monkeypatch.setattr(import_module("mechanisms.bayesian.coalition_proofness"), "BLOCK", 50)
    rng = np.random.default_rng(seed)
    payoffs = [rng.integers(0, 50, (t, 4, 5, 3)) for t in (3, 4, 2)]
    truthful = [rng.integers(0, a, t) for t, a in ((3, 4), (4, 5), (2, 3))]
    weights = [[0.5, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4], [1, 0]]
    game = BayesianGame([scale * tensor for tensor in payoffs], weights, truthful)
    base = coalition_proofness(BayesianGame(payoffs, weights, truthful))
    found = coalition_proofness(game)
    assert found.witness.gain == pytest.approx(scale * base.witness.gain)
    sums = sum(own.reshape([-1 if k == i else 1 for k in range(3)] + [4, 5, 3]) for i, own in enumerate(payoffs))
    types = np.indices((3, 4, 2))
    told = sums[(*types, *(truthful[i][types[i]] for i in range(3)))]
    assert best_joint_lie(game, range(3)).gain == scale * (sums.max(axis=(3, 4, 5)) - told).max()


def test_too_large_is_said_before_it_starts():
    game = BayesianGame([np.zeros((4,) + (2,) * 13, dtype=int)] * 13, [[0.25] * 4] * 13, [[0, 0, 1, 1]] * 13)
    verdict = coalition_proofness(game)
    assert verdict.status == "too large"
    assert "would fit" in verdict.reason
    assert verdict.witness is None
    with pytest.raises(TooLargeError, match="too large"):
        best_joint_lie(game, range(13))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"coalition is \[3\]"):
        best_joint_lie(park("vcg"), [3])
    with pytest.raises(ValueError, match=r"coalition is \[\]"):
        best_joint_lie(park("vcg"), [])
    without = BayesianGame([[[1]]], [[1]], None)
    assert coalition_proofness(without).status == "not applicable"
    with pytest.raises(ValueError, match="no truthful messages"):
        best_joint_lie(without, [0])
