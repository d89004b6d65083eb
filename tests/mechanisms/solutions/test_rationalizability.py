"""Rationalizable messages: each message comes with a proof, checked in fractions; examples from the literature."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions import matrix_games, pure_dominance
from mechanisms.solutions.elimination import iterated_elimination
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.solutions.rationalizability import rationalizable_messages
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.small_games import games, payoff, profiles_of_others


def check(game, tolerance=0):
    """All proofs hold, with payoffs as fractions; returns the survivors."""
    result = rationalizable_messages(game)
    margin = Fraction(tolerance) * Fraction(np.abs(game.payoffs).max().item())
    left = [list(range(size)) for size in game.shape]
    for found in result.removed:
        others = [profiles_of_others(left, i) for i in range(game.n)]
        for i in range(game.n):
            for mixture in found[i]:
                weights = dict(zip(mixture.messages.tolist(), mixture.weights, strict=True))
                assert set(weights) <= set(left[i])
                assert (sum(weights.values()), min(weights.values()) > 0) == (1, True)
                for profile in others[i]:
                    mean = sum(w * Fraction(payoff(game, i, b, profile)) for b, w in weights.items())
                    assert mean > Fraction(payoff(game, i, mixture.message, profile)) + margin * Fraction(99, 100)
        gone = [[mixture.message for mixture in part] for part in found]
        assert any(gone)
        left = [[a for a in left[i] if a not in gone[i]] for i in range(game.n)]
    assert [messages.tolist() for messages in result.survivors] == left
    for i in range(game.n):
        assert [conjecture.message for conjecture in result.conjectures[i]] == left[i]
        for conjecture in result.conjectures[i]:
            _check_conjecture(game, i, conjecture, left, margin * Fraction(101, 100))
    assert result.solved == all(len(messages) == 1 for messages in left)
    return left


def _check_conjecture(game, i, conjecture, left, margin):
    profiles = [tuple(profile) for profile in conjecture.profiles.tolist()]
    assert set(profiles) <= set(profiles_of_others(left, i))
    assert (sum(conjecture.weights), min(conjecture.weights) > 0) == (1, True)
    expected = [
        sum(w * Fraction(payoff(game, i, b, p)) for p, w in zip(profiles, conjecture.weights, strict=True))
        for b in range(game.shape[i])
    ]
    assert expected[conjecture.message] >= max(expected) - margin


@given(st.one_of(games(), games(highest=6, messages=5), games(highest=10**6, players=2, messages=7)))
def test_every_message_has_its_proof(game):
    survivors = check(game)
    pure = iterated_elimination(game).survivors
    for i in range(game.n):
        assert set(survivors[i]) <= set(pure[i])
        assert set(pure_nash_equilibria(game)[:, i]) <= set(survivors[i])


@given(games(highest=6, players=2, messages=6))
def test_floats_come_to_the_same_at_any_scale(game):
    exact = check(game)
    for scale in (1e-9, 0.1, 1e12):
        assert check(NormalFormGame(game.payoffs * scale), 1e-9) == exact


@pytest.mark.parametrize("small", [0, matrix_games.SMALL])
def test_larger_games_have_their_proofs(small, monkeypatch):
    monkeypatch.setattr(matrix_games, "SMALL", small)
    rng = np.random.default_rng(4)
    mixed = 0
    for shape in ((30, 4), (25, 12), (12, 5, 3)):
        for highest in (8, 10**6):
            game = NormalFormGame(rng.integers(0, highest, (len(shape), *shape)))
            check(game)
            mixed += sum(
                len(mixture.messages) > 1
                for found in rationalizable_messages(game).removed
                for part in found
                for mixture in part
            )
    assert mixed > 5


def test_correlated_conjectures_keep_what_independent_ones_do_not():
    """Osborne and Rubinstein (1994), figure 58.1: M2 is a best reply where (U, L) and (D, R) are as likely,
    3/8 each or more."""
    matrices = {"M1": [[8, 0], [0, 0]], "M2": [[4, 0], [0, 4]], "M3": [[0, 0], [0, 8]], "M4": [[3, 3], [3, 3]]}
    common = np.stack([np.array(matrix) for matrix in matrices.values()], axis=-1)
    game = NormalFormGame(np.stack([common] * 3))
    assert check(game) == [[0, 1], [0, 1], [0, 1, 2, 3]]
    conjecture = rationalizable_messages(game).conjectures[2][1]
    believed = dict(zip(map(tuple, conjecture.profiles.tolist()), conjecture.weights, strict=True))
    assert believed[0, 0] == believed[1, 1] >= Fraction(3, 8)


def test_a_message_that_ties_with_a_mixture_stays_and_with_one_unit_less_goes():
    for scale in (1, 10**6, 10**17):
        for less in (0, 1):
            own = [[4 * scale, 0], [2 * scale - less] * 2, [0, 4 * scale]]
            game = NormalFormGame([own, [[0, 0]] * 3])
            assert check(game)[0] == ([0, 2] if less else [0, 1, 2])


def test_mixtures_of_floats_are_better_only_beyond_the_tolerance():
    for less, left in ((1e-10, [0, 1, 2]), (1e-6, [0, 2])):
        game = NormalFormGame([[[4.0, 0], [2 - less] * 2, [0, 4]], [[0.0, 0]] * 3])
        assert check(game, 1e-9)[0] == left
        assert rationalizable_messages(game).tolerance == 1e-9


def test_dominance_by_a_mixture_starts_further_rounds():
    own = [[4, 0], [1, 1], [0, 4]]
    others = [[1, 0], [0, 9], [1, 0]]
    result = rationalizable_messages(NormalFormGame([own, others]))
    assert [left.tolist() for left in result.survivors] == [[0], [0]]
    assert (result.rounds, result.solved, result.tolerance) == (3, True, 0)
    assert iterated_elimination(NormalFormGame([own, others])).rounds == 0


def test_nobody_is_never_a_best_reply_in_rock_scissors_paper():
    own = np.array([[0, 1, -1], [-1, 0, 1], [1, -1, 0]])
    assert check(NormalFormGame([own, -own])) == [[0, 1, 2]] * 2


@pytest.mark.parametrize(("name", "equilibrium"), [("serial", [4, 6]), ("proportional", [4, 8])])
def test_games_after_chen_2003_have_one_rationalizable_profile(name, equilibrium):
    game = load_treatment(f"treatments/chen_{name}.toml").game([16.1, 20.1])
    assert [game.messages[i][left[0]] for i, left in enumerate(check(game))] == equilibrium


def test_payoffs_at_the_end_of_64_bits():
    big = 2**63 - 1
    assert check(NormalFormGame([[[big, -big], [0, 0], [-big, big]], [[0, 0]] * 3]))[0] == [0, 1, 2]
    assert check(NormalFormGame([[[big, -big], [-1, -1], [-big, big]], [[0, 0]] * 3]))[0] == [0, 2]


def test_too_many_messages_are_said_before_memory_is_used(monkeypatch):
    monkeypatch.setattr(pure_dominance, "MAX_PAIRS", 8)
    with pytest.raises(TooLargeError, match="too large: the pairs of one player's messages are 9, more than 8"):
        rationalizable_messages(NormalFormGame(np.zeros((1, 3))))
