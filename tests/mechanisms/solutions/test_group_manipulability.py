"""Joint lies of groups against brute force."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.games.private_types import BayesianGame
from mechanisms.solutions import group_manipulability as group_module
from mechanisms.solutions.coalitions import (
    group_strategy_proofness,
)
from mechanisms.solutions.secure_implementation import strategy_proofness
from mechanisms.treatments import load_treatment
from tests.bench.secure_implementation import serial_rule
from tests.mechanisms.solutions.games import deviations
from tests.shared import mostly_thorough


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


LARGE = [*product([(7, 6), (5, 4, 5), (3, 4, 3, 2)], [False, True])]


@pytest.mark.parametrize(("sizes", "side_payments"), mostly_thorough(LARGE, LARGE[0], LARGE[3]))
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
