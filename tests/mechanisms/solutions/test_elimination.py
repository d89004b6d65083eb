"""Iterated elimination: brute force from the definitions, round by round; games after Chen (2003)."""

from functools import partial
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions import pure_dominance
from mechanisms.solutions.elimination import iterated_elimination, player_of
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.solutions.rationalizability import rational_player, rationalizable_messages
from mechanisms.treatments import load_treatment
from mechanisms.verdicts import TooLargeError
from tests.mechanisms.small_games import games, payoff, profiles_of_others

KINDS = ("strict", "overwhelmed")


def beats(game, i, b, a, others, kind):
    """The definition: b strictly dominates, or overwhelms, a while the others have `others` left."""
    of_a, of_b = ([payoff(game, i, own, profile) for profile in others] for own in (a, b))
    if kind == "overwhelmed":
        return max(of_a) < min(of_b)
    return all(y > x for x, y in zip(of_a, of_b, strict=True))


def by_definition(game, kind):
    """What goes in each round, and what is left."""
    left, rounds = [list(range(size)) for size in game.shape], []
    while True:
        others = [profiles_of_others(left, i) for i in range(game.n)]
        gone = [
            [a for a in left[i] if any(beats(game, i, b, a, others[i], kind) for b in left[i])] for i in range(game.n)
        ]
        if not any(gone):
            return rounds, left
        rounds.append(gone)
        left = [[a for a in left[i] if a not in gone[i]] for i in range(game.n)]


@pytest.mark.parametrize("kind", KINDS)
@given(game=st.one_of(games(), games(highest=8, players=2, messages=6)))
def test_elimination_is_brute_force(game, kind):
    rounds, left = by_definition(game, kind)
    for names in (["SMALL"], ["SMALL", "PLAIN"], ["SMALL", "PLAIN", "FEW_LEADERS"]):  # as in large games
        with mock.patch.multiple(pure_dominance, **dict.fromkeys(names, 0)):
            screened = iterated_elimination(game, kind)
        assert [[gone.tolist() for gone in found] for found in screened.removed] == rounds
    result = iterated_elimination(game, kind)
    assert [[gone.tolist() for gone in found] for found in result.removed] == rounds
    assert [messages.tolist() for messages in result.survivors] == left
    assert result.rounds == len(rounds)
    assert result.solved == all(len(messages) == 1 for messages in left)
    assert (result.kind, result.tolerance) == (kind, 0)


@pytest.mark.parametrize("kind", KINDS)
@given(game=st.one_of(games(), games(highest=8, players=2, messages=6)))
def test_each_message_that_goes_is_beaten_by_one_that_stays(game, kind):
    result = iterated_elimination(game, kind)
    left = [list(range(size)) for size in game.shape]
    for gone, because in zip(result.removed, result.because, strict=True):
        others = [profiles_of_others(left, i) for i in range(game.n)]
        for i in range(game.n):
            for a, b in zip(gone[i].tolist(), because[i].tolist(), strict=True):
                assert beats(game, i, b, a, others[i], kind)
                assert b in left[i]
                assert b not in gone[i]
        left = [[a for a in left[i] if a not in gone[i]] for i in range(game.n)]


@given(games())
def test_overwhelmed_is_dominated_and_no_equilibrium_is_lost(game):
    strict, overwhelmed = (iterated_elimination(game, kind).survivors for kind in KINDS)
    for i in range(game.n):
        assert set(strict[i]) <= set(overwhelmed[i])
        assert set(pure_nash_equilibria(game)[:, i]) <= set(strict[i])


def larger_games():
    """Many messages, so that pairs are screened: chains of dominance, near-dominance, many rounds, nothing at all."""
    rng = np.random.default_rng(3)
    for shape in ((60, 70), (9, 8, 10), (1, 50), (40, 1), (7, 3, 2, 5)):
        tensor = (len(shape), *shape)
        yield NormalFormGame(rng.integers(0, 1000, tensor))
        steps = [
            np.arange(size).reshape([-1 if k == i else 1 for k in range(len(shape))]) for i, size in enumerate(shape)
        ]
        additive = np.stack([4 * step + rng.integers(0, 9, shape) for step in steps])
        yield NormalFormGame(additive)
        yield NormalFormGame(additive * 0.1)
        yield NormalFormGame(np.stack([step * (2 * max(shape) - sum(steps)) for step in steps]))
        yield NormalFormGame(np.stack([-((len(shape) * 2 * step - sum(steps)) ** 2) for step in steps]))
        nearly = np.stack([np.broadcast_to(step, shape) for step in steps]).copy()
        for i, size in enumerate(shape):
            rows = np.moveaxis(nearly[i], i, 0)
            for a in range(size):
                rows[(a, *(rng.integers(0, length) for length in rows.shape[1:]))] = -a
        yield NormalFormGame(nearly)


def test_larger_games_are_the_definition(monkeypatch):
    most, total = 0, 0
    for chunk in (pure_dominance.CHUNK_ENTRIES, 200):
        monkeypatch.setattr(pure_dominance, "CHUNK_ENTRIES", chunk)
        for game in larger_games():
            margin = 0 if game.payoffs.dtype.kind == "i" else 1e-9 * np.abs(game.payoffs).max()
            left = [np.ones(size, dtype=bool) for size in game.shape]
            result = iterated_elimination(game)
            for gone in result.removed:
                found = [_dominated(game, i, left, margin) for i in range(game.n)]
                assert [messages.tolist() for messages in gone] == found
                for i in range(game.n):
                    left[i][found[i]] = False
                total += sum(map(len, found))
            assert not any(_dominated(game, i, left, margin) for i in range(game.n))
            most = max(most, result.rounds)
    assert most >= 4
    assert total > 500


def _dominated(game, i, left, margin):
    tables = np.moveaxis(game.payoffs[i], i, 0)[np.ix_(left[i], *(left[:i] + left[i + 1 :]))].reshape(left[i].sum(), -1)
    return [
        a for a, row in zip(np.flatnonzero(left[i]), tables, strict=True) if (tables > row + margin).all(axis=1).any()
    ]


@pytest.mark.parametrize(("name", "rounds", "equilibrium"), [("serial", 3, [4, 6]), ("proportional", 5, [4, 8])])
def test_games_after_chen_2003_are_solved(name, rounds, equilibrium):
    game = load_treatment(f"treatments/chen_{name}.toml").game([16.1, 20.1])
    result = iterated_elimination(game)
    assert (result.rounds, result.solved) == (rounds, True)
    assert [game.messages[i][left[0]] for i, left in enumerate(result.survivors)] == equilibrium


def test_only_the_serial_game_after_chen_2003_is_o_solvable():
    serial, average = (
        iterated_elimination(load_treatment(f"treatments/chen_{name}.toml").game([16.1, 20.1]), "overwhelmed")
        for name in ("serial", "proportional")
    )
    assert (serial.solved, average.solved) == (True, False)


def test_exact_where_floats_are_not():
    big = 2**62
    game = NormalFormGame([[[big, -big], [big + 1, -big + 1], [big + 1, -big + 1]], [[0, 0]] * 3])
    assert iterated_elimination(game).survivors[0].tolist() == [1, 2]
    assert iterated_elimination(NormalFormGame([[big, big + 1]]), "overwhelmed").survivors[0].tolist() == [1]


def test_one_unit_decides_where_sums_of_floats_do_not():
    big = 2**60
    result = iterated_elimination(NormalFormGame([[big, big + 1, big + 2]]))
    assert result.because[0][0].tolist() == [2, 2]  # message 1 beats message 0 too, but goes itself
    rng = np.random.default_rng(4)
    random = rng.integers(0, 1000, (60, 40))
    random[59] = random[7] + 1  # pairs are few when this one is screened
    nearly = np.repeat(2 * np.arange(60)[:, None], 40, axis=1)
    nearly[np.arange(60), rng.integers(0, 40, 60)] = -1 - np.arange(60)
    nearly[10], nearly[11] = 20, 21  # many pairs with a better sum fail first
    for own, gone in ((random, [7]), (nearly, [10])):
        result = iterated_elimination(NormalFormGame([own, np.zeros_like(own)]))
        assert set(gone) <= set(result.removed[0][0].tolist())
        rows = {a: (own > own[a]).all(axis=1).any() for a in range(60)}
        assert result.removed[0][0].tolist() == [a for a, dominated in rows.items() if dominated]


@pytest.mark.parametrize("kind", KINDS)
def test_floats_are_better_only_beyond_the_tolerance(kind):
    assert not iterated_elimination(NormalFormGame([[0.3, 0.1 + 0.2]]), kind).solved
    result = iterated_elimination(NormalFormGame([[0.3, 0.300001]]), kind)
    assert (result.solved, result.tolerance) == (True, 1e-9)


def test_unknown_kind_is_named():
    with pytest.raises(ValueError, match="kind is 'weak'"):
        iterated_elimination(NormalFormGame([[1, 2]]), "weak")


def test_too_many_messages_are_said_before_memory_is_used():
    with pytest.raises(TooLargeError, match=r"too large: the pairs .* 1e\+10, .*; 10000 messages a player would fit"):
        iterated_elimination(NormalFormGame(np.zeros((1, 100_000))))
    assert iterated_elimination(NormalFormGame([np.arange(100_000)]), "overwhelmed").solved


@pytest.mark.parametrize("kind", ["strict", "overwhelmed", "rationalizable"])
def test_players_who_are_known_from_other_games_change_nothing(kind):
    """Types of random games, whose players are kept over all type profiles: as if each game were the first."""
    rng = np.random.default_rng(8)
    for n, sizes in ((2, (5, 4)), (3, (3, 4, 3))) * 10:
        slopes = [rng.integers(-2, 3, (2, n)) for _ in range(n)]
        messages = np.indices(sizes)
        own = [
            np.stack([-((3 * messages[i] - (slope[:, None] * messages.reshape(n, -1)).sum(0).reshape(sizes) - t) ** 2)
                      + rng.integers(0, 4, sizes) for t, slope in enumerate(part)])
            for i, part in enumerate(slopes)
        ]  # fmt: skip
        players = {}
        for types in np.ndindex(*(2,) * n):
            game = NormalFormGame([own[i][t] for i, t in enumerate(types)])
            make = rational_player if kind == "rationalizable" else partial(player_of, kind=kind)
            for key in enumerate(types):
                players.setdefault(key, make(game, key[0]))
            known = [players[key] for key in enumerate(types)]
            if kind == "rationalizable":
                one, other = rationalizable_messages(game, known), rationalizable_messages(game)
            else:
                one, other = iterated_elimination(game, kind, known), iterated_elimination(game, kind)
            assert one.rounds == other.rounds
            for a, b in zip(one.survivors, other.survivors, strict=True):
                assert a.tolist() == b.tolist()


def test_a_message_a_round_is_eliminated_for_hundreds_of_rounds():
    """Everybody wants to be one below the other: the highest message goes in each round."""
    own, other = np.meshgrid(np.arange(150), np.arange(150), indexing="ij")
    game = NormalFormGame([-((own - np.maximum(other - 1, 0)) ** 2), -((other - np.maximum(own - 1, 0)) ** 2)])
    result = iterated_elimination(game)
    assert (result.rounds, result.solved) == (149, True)
    assert [[part.tolist() for part in found] for found in result.removed] == [[[k], [k]] for k in range(149, 0, -1)]
