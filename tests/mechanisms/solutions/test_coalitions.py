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
    group_strategy_proofness,
    strong_equilibria,
    strong_equilibrium,
)
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.solutions.games import deviations


@st.composite
def games(draw, highest=2):
    """Small games with few distinct payoffs, so that ties are common."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    size = len(shape) * int(np.prod(shape))
    payoffs = draw(st.lists(st.integers(-1, highest), min_size=size, max_size=size))
    return NormalFormGame(np.reshape(payoffs, (len(shape), *shape)))


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
