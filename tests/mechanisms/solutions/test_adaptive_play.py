"""Adaptive play: every start is simulated from the definitions, with fractions; classic cycles."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions import adaptive_play
from mechanisms.solutions.adaptive_play import best_reply_play, fictitious_play
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.small_games import games, payoff
from tests.shared import examples

PENNIES = NormalFormGame([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
COORDINATION = NormalFormGame([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])


def lowest_best(values):
    return values.index(max(values))


def reply(game, i, others):
    return lowest_best([payoff(game, i, own, others) for own in range(game.shape[i])])


def one_round(game, profile, order):
    after = list(profile)
    for i in range(game.n):
        seen = profile if order == "simultaneous" else tuple(after)
        after[i] = reply(game, i, seen[:i] + seen[i + 1 :])
    return tuple(after)


def starts_of(game):
    return list(product(*map(range, game.shape)))


def as_tuples(profiles):
    return [tuple(profile) for profile in profiles.tolist()]


@pytest.mark.parametrize("order", adaptive_play.ORDERS)
@given(game=games())
def test_best_replies_from_every_start_are_simulated(game, order):
    counts = {}
    for start in starts_of(game):
        path = [start]
        while (following := one_round(game, path[-1], order)) not in path:
            path.append(following)
        cycle = path[path.index(following) :]
        first = cycle.index(min(cycle))
        limit = tuple(cycle[first:] + cycle[:first])
        counts[limit] = counts.get(limit, 0) + 1
    result = best_reply_play(game, order)
    assert {tuple(as_tuples(limit.profiles)): limit.starts for limit in result.limits} == counts
    assert (result.starts, result.unsettled, result.sampled) == (len(starts_of(game)), 0, False)
    assert [limit.share for limit in result.limits] == [limit.starts / result.starts for limit in result.limits]
    order_wanted = sorted(result.limits, key=lambda limit: (-limit.starts, limit.profiles[0].tolist()))
    assert list(result.limits) == order_wanted
    equilibria = as_tuples(pure_nash_equilibria(game))
    assert all(as_tuples(limit.profiles)[0] in equilibria for limit in result.limits if limit.is_equilibrium)


def simulate_fictitious_play(game, start, rounds):
    """The profiles played after the start: replies to the frequencies of the others' joint profiles."""
    history = [start]
    for _ in range(rounds):
        profile = []
        for i in range(game.n):
            seen = [played[:i] + played[i + 1 :] for played in history]
            means = [
                Fraction(sum(payoff(game, i, own, others) for others in seen), len(seen))
                for own in range(game.shape[i])
            ]
            profile.append(lowest_best(means))
        history.append(tuple(profile))
    return history[1:]


@given(game=games(messages=3))
@examples(40)
def test_fictitious_play_from_every_start_is_simulated(game):
    equilibria = as_tuples(pure_nash_equilibria(game))
    counts, unsettled = {}, 0
    for start in starts_of(game):
        played = simulate_fictitious_play(game, start, 30)
        met = [t for t, profile in enumerate(played[:12]) if profile in equilibria]
        if met:
            assert set(played[met[0] :]) == {played[met[0]]}  # it is repeated for ever
            counts[played[met[0]]] = counts.get(played[met[0]], 0) + 1
        else:
            unsettled += 1
    result = fictitious_play(game, rounds=12)
    assert {as_tuples(limit.profiles)[0]: limit.starts for limit in result.limits} == counts
    assert result.unsettled == unsettled
    assert sum(limit.starts for limit in result.limits) + unsettled == result.starts == len(starts_of(game))


def test_starts_in_chunks_are_the_same(monkeypatch):
    game = NormalFormGame(np.random.default_rng(3).integers(0, 50, (3, 5, 4, 6)))
    whole = fictitious_play(game, rounds=200)
    monkeypatch.setattr(adaptive_play, "CHUNK_ENTRIES", 100)
    parts = fictitious_play(game, rounds=200)
    assert [(limit.profiles.tolist(), limit.starts) for limit in whole.limits] == [
        (limit.profiles.tolist(), limit.starts) for limit in parts.limits
    ]
    assert whole.unsettled == parts.unsettled


def test_matching_pennies_goes_round():
    (limit,) = best_reply_play(PENNIES).limits
    assert as_tuples(limit.profiles) == [(0, 0), (0, 1), (1, 1), (1, 0)]
    assert (limit.share, limit.is_equilibrium, best_reply_play(PENNIES).equilibrium_share) == (1, False, 0)
    result = fictitious_play(PENNIES, rounds=500)
    assert (result.limits, result.unsettled, result.equilibrium_share) == ((), 4, 0)


def test_shapley_1964_has_no_start_that_settles():
    game = NormalFormGame([np.eye(3, dtype=int), np.eye(3, dtype=int)[[1, 2, 0]]])
    assert fictitious_play(game, rounds=300).unsettled == 9


def test_ties_go_to_the_lowest_message_so_that_an_equilibrium_is_left():
    game = NormalFormGame([[[1], [1]], [[0], [0]]])
    assert best_reply_play(game).limits[0].profiles.tolist() == [[0, 0]]
    assert best_reply_play(game).equilibrium_share == 1


def test_floats_tie_up_to_rounding():
    near = NormalFormGame([[[0.3], [0.1 + 0.2]], [[0.0], [0.0]]])
    for result in (best_reply_play(near), best_reply_play(near, "sequential"), fictitious_play(near)):
        assert [limit.profiles.tolist() for limit in result.limits] == [[[0, 0]]]


def test_small_differences_of_floats_do_not_add_up():
    """Player 1 never changes to message 1, with which the others would settle; with message 0 they play pennies."""
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[0, 1] = 1 + 0.6e-9
    payoffs[0, 0] = 1
    payoffs[1:, 0] = PENNIES.payoffs
    payoffs[1:, 1] = np.eye(2)
    assert fictitious_play(NormalFormGame(payoffs), rounds=200).unsettled == 8
    payoffs[0, 1] = 1 + 1e-6
    assert fictitious_play(NormalFormGame(payoffs), rounds=200).unsettled == 0


@pytest.mark.parametrize(("name", "equilibrium"), [("serial", [4, 6]), ("proportional", [4, 8])])
def test_games_after_chen_2003_converge_from_everywhere(name, equilibrium):
    game = load_treatment(f"treatments/chen_{name}.toml").game([16.1, 20.1])
    for result in (best_reply_play(game), best_reply_play(game, "sequential"), fictitious_play(game)):
        assert (result.equilibrium_share, len(result.limits), result.starts) == (1, 1, 144)
        (profile,) = result.limits[0].profiles
        assert [game.messages[i][a] for i, a in enumerate(profile)] == equilibrium


def test_a_sample_is_called_one():
    result = fictitious_play(COORDINATION, sample=300, seed=5)
    again, other = (fictitious_play(COORDINATION, sample=300, seed=seed) for seed in (5, 6))
    assert (result.sampled, result.starts) == (True, 300)
    assert "a random sample of 300 of 4 profiles" in result.method
    assert "from all 4 profiles" in fictitious_play(COORDINATION).method
    assert not fictitious_play(COORDINATION).sampled
    assert [limit.starts for limit in result.limits] == [limit.starts for limit in again.limits]
    assert [limit.starts for limit in result.limits] != [limit.starts for limit in other.limits]
    assert abs(result.equilibrium_share - fictitious_play(COORDINATION).equilibrium_share) < 0.15


def test_methods_name_dynamics_ties_and_starts():
    for order in adaptive_play.ORDERS:
        wanted = f"{order} best replies, ties to the lowest message, from all 4 profiles"
        assert best_reply_play(PENNIES, order).method == wanted


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="order is 'random'"):
        best_reply_play(PENNIES, "random")
    with pytest.raises(ValueError, match="rounds is 0"):
        fictitious_play(PENNIES, rounds=0)
    with pytest.raises(ValueError, match="sample is 0"):
        fictitious_play(PENNIES, sample=0)
    with pytest.raises(ValueError, match="sums of so many payoffs up to 4611686018427387904 would not be exact"):
        fictitious_play(NormalFormGame([[2**62, 0]]), rounds=10)


def test_too_large_is_said_first(monkeypatch):
    monkeypatch.setattr(adaptive_play, "MAX_PROFILES", 3)
    with pytest.raises(TooLargeError, match="too large: there are 4 profiles, more than 3"):
        best_reply_play(PENNIES)
    with pytest.raises(TooLargeError, match=r"too large: 4 starts, .*; a sample of 2 starts would fit"):
        fictitious_play(PENNIES, rounds=20_000_000_000)
