"""Strong equilibria and group manipulability: brute force from the definitions, the park, cost sharing, sizes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.games.private_types import BayesianGame
from mechanisms.solutions import coalitions as module
from mechanisms.solutions import group_manipulability as group_module
from mechanisms.solutions.coalitions import (
    CoalitionDeviation,
    coalitions,
    group_strategy_proofness,
    strong_equilibria,
    strong_equilibrium,
)
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.solutions.secure_implementation import strategy_proofness
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.bench.secure_implementation import serial_rule


@st.composite
def games(draw, highest=2):
    """Small games with few distinct payoffs, so that ties are common."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    size = len(shape) * int(np.prod(shape))
    payoffs = draw(st.lists(st.integers(-1, highest), min_size=size, max_size=size))
    return NormalFormGame(np.reshape(payoffs, (len(shape), *shape)))


@st.composite
def games_with_types(draw):
    """Small games with private types; every type has a truthful message, and some messages are no type's."""
    n = draw(st.integers(1, 3))
    shape = tuple(draw(st.integers(1, 3)) for _ in range(n))
    n_types = [draw(st.integers(1, 2)) for _ in range(n)]
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    highest = draw(st.sampled_from([2, 3, 50]))
    payoffs = [rng.integers(0, highest, (count, *shape)) for count in n_types]
    truthful = [rng.integers(0, size, count) for size, count in zip(shape, n_types, strict=True)]
    if draw(st.booleans()):  # the truth is worth something
        for i, count in enumerate(n_types):
            for t in range(count):
                payoffs[i][t].swapaxes(0, i)[truthful[i][t]] += highest // 2
    return BayesianGame(payoffs, [np.full(k, 1 / k) for k in n_types], truthful)


def deviations(game, profile):
    """(coalition, profile after, changes of the members' payoffs) of every joint deviation."""
    for members in coalitions(game.n):
        for messages in product(*(range(game.shape[i]) for i in members)):
            after = list(profile)
            for i, message in zip(members, messages, strict=True):
                after[i] = message
            yield members, tuple(after), [int(game.payoffs[(i, *after)] - game.payoffs[(i, *profile)]) for i in members]


def gains(changes, gain):
    return min(changes) > 0 if gain == "all" else min(changes) >= 0 and max(changes) > 0


@pytest.mark.parametrize("gain", ["all", "some"])
@given(game=games())
def test_strong_equilibria_are_brute_force(game, gain):
    expected = []
    for profile in product(*map(range, game.shape)):
        found = [(sum(c), s, after) for s, after, c in deviations(game, profile) if gains(c, gain)]
        verdict = strong_equilibrium(game, profile, gain)
        assert verdict.holds == (not found)
        if found:
            witness = verdict.witness
            assert witness.gain == max(found)[0]
            assert (witness.gain, witness.coalition, witness.deviation) in found
            assert len(witness.coalition) == min(len(s) for total, s, _ in found if total == witness.gain)
            assert witness.before == tuple(game.payoffs[(i, *profile)] for i in witness.coalition)
        else:
            expected.append(profile)
    assert list(map(tuple, strong_equilibria(game, gain).tolist())) == expected


@given(games(highest=1).filter(lambda game: game.payoffs.any()))
def test_floats_with_noise_have_the_same_strong_equilibria(game):
    rng = np.random.default_rng(game.payoffs.size)
    noisy = NormalFormGame(game.payoffs * 0.1 + 1e-12 * rng.random(game.payoffs.shape))
    for gain in ("all", "some"):
        assert strong_equilibria(noisy, gain).tolist() == strong_equilibria(game, gain).tolist()


def test_strictly_strong_is_stricter():
    game = NormalFormGame([[[1, 0], [0, 1]], [[1, 0], [0, 2]]])  # together, the second is as well off or better
    assert strong_equilibria(game).tolist() == [[0, 0], [1, 1]]
    assert strong_equilibria(game, "some").tolist() == [[1, 1]]
    assert strong_equilibrium(game, (0, 0), "some").witness == CoalitionDeviation(
        (0, 1), (0, 0), (1, 1), (1, 1), (1, 2)
    )


@given(games_with_types(), st.booleans())
def test_group_manipulability_is_brute_force(game, side_payments):
    found = []
    for types in product(*map(range, game.n_types)):
        truth = tuple(int(game.truthful[i][t]) for i, t in enumerate(types))
        for members, lie, changes in deviations(game.at(types), truth):
            if sum(changes) > 0 if side_payments else min(changes) > 0:
                found.append((sum(changes), members, types, lie))
    verdict = group_strategy_proofness(game, side_payments)
    assert verdict.holds == (not found)
    if found:
        witness = verdict.witness
        assert (witness.gain, witness.coalition, witness.types, witness.messages) in found
        assert witness.gain == max(found)[0]
        assert len(witness.coalition) == min(len(s) for total, s, *_ in found if total == witness.gain)
    alone = group_strategy_proofness(game, side_payments, largest_coalition=1).holds
    proof = strategy_proofness(game.payoffs, game.truthful).holds  # against messages that are no type's, too
    every_message_is_true = all(len(set(t)) == size for t, size in zip(game.truthful, game.n_messages, strict=True))
    assert alone == proof if every_message_is_true else alone >= proof


@pytest.mark.parametrize("side_payments", [False, True])
@pytest.mark.parametrize("sizes", [(7, 6), (5, 4, 5), (3, 4, 3, 2)])
def test_bounds_leave_out_no_lie_that_gains_most(sizes, side_payments, monkeypatch):
    """Boxes of types are halved down to a few, as in large games; going through all lies at all types is the judge."""
    rng = np.random.default_rng(8)
    for k in range(16):
        payoffs = []
        for i, size in enumerate(sizes):  # -(outcome - type) ** 2, transfers and noise; in some games nobody gains
            outcome = sum(np.ogrid[tuple(map(slice, sizes))]) // len(sizes) if k % 3 else np.full(sizes, 2)
            distance = outcome - np.arange(size).reshape(-1, *[1] * len(sizes))
            payoffs.append(-3 * distance**2 + rng.integers(-k, k + 1, sizes) // 4 - (k % 2) * (outcome - i) ** 2)
        truthful = [rng.permutation(size) if k % 5 == 0 else np.arange(size) for size in sizes]
        priors = [np.full(size, 1 / size) for size in sizes]
        for scale in (1, 0.1):
            game = BayesianGame([part * scale for part in payoffs], priors, truthful)
            monkeypatch.undo()
            expected = group_strategy_proofness(game, side_payments)
            monkeypatch.setattr(group_module, "CHUNK_ENTRIES", 1)
            monkeypatch.setattr(group_module, "BOUND_COST", 1)
            found = group_strategy_proofness(game, side_payments)
            assert (found.status, found.witness is None) == (expected.status, expected.witness is None)
            if expected.witness:
                assert found.witness.gain == pytest.approx(expected.witness.gain, rel=1e-12)
                assert len(found.witness.coalition) == len(expected.witness.coalition)


@pytest.mark.parametrize("side_payments", [False, True])
def test_safronov_the_park_under_vcg_agents_1_and_3_of_type_l_report_h(side_payments):
    game = load_treatment("treatments/park_vcg.toml").bayesian_game()
    assert group_strategy_proofness(game, side_payments, largest_coalition=1).holds
    verdict = group_strategy_proofness(game, side_payments)
    assert verdict.status == "fails"
    lie = verdict.witness
    assert (lie.coalition, lie.types, lie.messages) == ((0, 2), (0, 1, 0), (1, 1, 1))
    assert (lie.truth_payoffs, lie.lie_payoffs) == ((0, 0), (80, 80))


def test_cost_sharing_under_the_serial_rule_resists_coalitions_but_not_side_payments():
    """K section 3: the serial equilibrium is robust to coalitional deviations, so nobody lies together with others."""
    ids, payoffs = serial_rule(6 * np.arange(1, 6), 3)
    game = BayesianGame(payoffs, [np.full(5, 0.2)] * 3, [np.arange(5)] * 3)
    assert ids.shape == game.n_messages
    assert group_strategy_proofness(game).holds
    verdict = group_strategy_proofness(game, side_payments=True)
    assert verdict.status == "fails"
    assert len(verdict.witness.coalition) >= 2
    assert group_strategy_proofness(game, side_payments=True, largest_coalition=1).holds


def test_serial_equilibrium_of_the_shipped_treatment_is_strong():
    treatment = load_treatment("treatments/chen_serial.toml")
    game = treatment.game([16.1, 20.1])
    assert strong_equilibria(game).tolist() == pure_nash_equilibria(game).tolist() == [[3, 5]]
    assert strong_equilibrium(game, (3, 5)).size == "3 coalitions, 168 joint deviations"


def test_larger_games_against_one_profile_at_a_time():
    for shape in ((12, 15), (6, 5, 7), (4, 3, 4, 3)):
        for seed in range(8):
            game = NormalFormGame(np.random.default_rng(seed).integers(0, 4, (len(shape), *shape)))
            for gain in ("all", "some"):
                one_by_one = [p for p in pure_nash_equilibria(game).tolist() if strong_equilibrium(game, p, gain).holds]
                assert strong_equilibria(game, gain).tolist() == one_by_one


def test_small_blocks_give_the_same(monkeypatch):
    park = load_treatment("treatments/park_vcg.toml").bayesian_game()
    games = [NormalFormGame(np.random.default_rng(seed).integers(0, 3, (2, 6, 6))) for seed in range(20)]
    expected = group_strategy_proofness(park), [strong_equilibria(game).tolist() for game in games]
    monkeypatch.setattr(module, "CHUNK_ENTRIES", 1)
    monkeypatch.setattr(group_module, "CHUNK_ENTRIES", 1)
    assert (group_strategy_proofness(park), [strong_equilibria(game).tolist() for game in games]) == expected


def test_large_payoffs_of_groups_are_summed_exactly():
    """2**33 points, gained by one of two members with a loss of one point for the other; the truth is message 0."""
    own = [[[0, 0], [0, 2**33]]]
    game = BayesianGame([own, [[[2**40] * 2, [2**40] * 2 - np.array([0, 1])]]], [[1]] * 2, [[0]] * 2)
    assert group_strategy_proofness(game).holds
    lie = group_strategy_proofness(game, side_payments=True).witness
    assert (lie.coalition, lie.messages, lie.gain) == ((0, 1), (1, 1), 2**33 - 1)


def test_messages_that_are_no_reports():
    game = load_treatment("treatments/chen_serial.toml").bayesian_game()
    assert group_strategy_proofness(game).status == "not applicable"


def test_too_large_is_said(monkeypatch):
    game = NormalFormGame([[[1, 0], [0, 2]], [[1, 0], [0, 2]]])
    monkeypatch.setattr(module, "MAX_OPERATIONS", 7)
    with pytest.raises(TooLargeError, match=r"too large: 2 equilibria x 4 joint deviations of coalition \(0, 1\)"):
        strong_equilibria(game)
    assert strong_equilibrium(game, (1, 1)).status == "too large"


def test_what_was_gone_through_decides_as_far_as_it_goes(monkeypatch):
    game = load_treatment("treatments/park_vcg.toml").bayesian_game()
    full = group_strategy_proofness(game)
    singles, pairs = (sum(group_module._work(game, size) for size in range(1, top + 1)) for top in (1, 2))
    monkeypatch.setattr(group_module, "MAX_OPERATIONS", pairs)
    partial = group_strategy_proofness(game)
    assert (partial.status, partial.witness) == ("fails", full.witness)
    assert partial.size == "8 type profiles, coalitions of up to 2"
    monkeypatch.setattr(group_module, "MAX_OPERATIONS", singles)
    verdict = group_strategy_proofness(game)
    assert (verdict.status, verdict.witness) == ("too large", None)
    assert "none of up to 1 gains" in verdict.reason


def test_bad_arguments_are_named():
    game = NormalFormGame([[[1, 0], [0, 1]]] * 2)
    with pytest.raises(ValueError, match="gain is 'most'"):
        strong_equilibria(game, "most")
    with pytest.raises(ValueError, match=r"profile is \(0, 2\)"):
        strong_equilibrium(game, (0, 2))
    with pytest.raises(ValueError, match="not exact in 64 bits"):
        strong_equilibria(NormalFormGame(np.full((2, 2, 2), 2**61)))
    with pytest.raises(ValueError, match="largest_coalition is 3"):
        group_strategy_proofness(BayesianGame([[[1, 2]]], [[1]], [[0]]), largest_coalition=3)
