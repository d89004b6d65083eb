"""All pure Nash equilibria of demand games by structure: as from tables of all profiles, and of larger groups."""

from math import comb

import numpy as np
import pytest

from mechanisms.crowds import levels
from mechanisms.crowds.counts import divisions
from mechanisms.crowds.crowd import crowd_of
from mechanisms.crowds.equilibria import pure_equilibria
from mechanisms.crowds.replies import reached_by_replies
from mechanisms.demand_equilibria import QuadraticUtilities, serial_equilibrium
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.treatments.rules import MECHANISMS
from mechanisms.verdicts import TooLargeError
from tests.crowd_games import random_games, treatment
from tests.shared import in_turn

RULES = [name for name, rule in MECHANISMS.items() if rule.messages == "demands" and rule.others]


def first_types(game):
    return [float(place.types[0]) for place in game.positions]


def by_table(game, types):
    index = pure_nash_equilibria(game.game(types))
    return np.stack([place.messages[index[:, i]] for i, place in enumerate(game.positions)], axis=-1)


@pytest.mark.parametrize("rule", [name for name in RULES if name != "axial"])
def test_as_from_the_table_of_all_profiles(rule):
    counts = []
    for game in random_games(rule, 12, seed=3):
        types = [float(place.types[-1 - (i % len(place.types))]) for i, place in enumerate(game.positions)]
        found = pure_equilibria(crowd_of(game.played), types)
        expected = by_table(game, types)
        np.testing.assert_array_equal(game.played.environment.quantities[found.listed()], expected)
        assert found.total == len(expected)
        counts.append(len(expected))
    assert max(counts) > 1, "games with one equilibrium each tell little"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_depends_on_the_others_as_its_record_says(rule):
    """On their total; on what they demand up to the own demand; on how many demand what."""
    game, rng = treatment(rule, 4, 6), np.random.default_rng(2)
    crowd, declared = crowd_of(game.played), MECHANISMS[rule].others
    for _ in range(20):
        own, others = int(rng.integers(0, 6)), rng.integers(0, 6, 3)
        changed = rng.permutation(others)
        if declared == "total" and changed[0] > 0 and changed[1] < 5:
            changed = changed + np.array([-1, 1, 0])
        if declared == "levels":
            changed = np.where(changed > own, rng.integers(own, 6, 3), changed)
        shares = crowd.shares(np.array([others, changed]))[own]
        assert shares[0] == pytest.approx(shares[1], abs=1e-7)


def test_rules_that_ask_who_demands_what_have_no_structure():
    game = treatment("incremental", 5, 3)
    assert crowd_of(game.played).others is None
    with pytest.raises(TooLargeError, match="what somebody pays depends on who"):
        pure_equilibria(crowd_of(game.played), first_types(game))


@pytest.mark.parametrize(("rule", "n"), in_turn(["serial", "proportional", "equal", "incremental"], [13, 30, 100]))
def test_nobody_of_a_large_group_gains_by_another_demand(rule, n):
    cost = {"kind": "power", "coefficient": f"{1 / n:.4f}", "exponent": "2"}
    game = treatment(rule, n, 13, (6, 10, 14), cost, "10")
    types = [[6.0, 10, 14][i % 3] for i in range(n)]
    crowd = crowd_of(game.played)
    if rule == "incremental":
        profile = reached_by_replies(crowd, types)
    else:
        found = pure_equilibria(crowd, types)
        assert found.total >= 1
        profile = found.example(len(found.counts) - 1)
    played = game.played.environment.quantities[profile]
    points = game.play(types, played).points
    for i in range(n):
        deviations = np.repeat(played[None], 13, axis=0)
        deviations[:, i] = game.positions[i].messages
        assert game.play(types, deviations).points[:, i].max() == points[i]


def test_the_pass_finds_what_the_continuous_one_finds_on_a_fine_grid():
    """Serial sharing with strictly convex cost and concave values has one equilibrium; the grid's is beside it."""
    n = 40
    types = np.linspace(8, 16, n).round(1)
    roles = [{"name": f"R{i}", "types": {"values": [f"{value:.1f}"]}} for i, value in enumerate(types)]
    cost = {"kind": "power", "coefficient": "0.05", "exponent": "2"}
    value = {"kind": "quadratic", "curvature": "2"}
    game = treatment("serial", n, 13, cost=cost, scale="1000", roles=roles, value=value)
    found = pure_equilibria(crowd_of(game.played), first_types(game))
    exact = serial_equilibrium(QuadraticUtilities(types, 2.0), game.played.environment.cost, 12.0)
    assert found.total >= 1
    for k in range(len(found.counts)):
        assert np.abs(found.example(k) - exact.demands).max() <= 1


def test_exchanged_players_are_counted_once_and_multiplied():
    found = next(
        found
        for game in random_games("proportional", 200, seed=8)
        if (found := pure_equilibria(crowd_of(game.played), first_types(game))).total > len(found.counts)
    )
    listed = found.listed()
    assert len(np.unique(listed, axis=0)) == found.total == sum(map(found.profiles, range(len(found.counts))))


def test_divisions_are_all_of_them():
    assert len(set(divisions(7, 4))) == comb(10, 3)


def test_a_point_on_the_edge_of_a_half_is_said_and_not_guessed(monkeypatch):
    game = treatment("serial", 3, 4)
    monkeypatch.setattr(levels, "is_equilibrium", lambda *_: False)
    with pytest.raises(TooLargeError, match="rounding errors"):
        pure_equilibria(crowd_of(game.played), first_types(game))
