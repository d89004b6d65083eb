"""Demand games from their parts: against the treatments' games, brute force, and what cannot be."""

import itertools
import tracemalloc
from functools import partial

import numpy as np
import pytest

import mechanisms as m
from mechanisms.played import demand_game as module

RULES = (
    *("serial", "proportional", "equal", "friedman_moulin", "moulin_shenker", "axial", "incremental"),
    *("aumann_shapley", "shapley_shubik"),
)


@pytest.mark.parametrize("name", ["chen_serial", "chen_proportional", "production_serial"])
def test_is_the_game_of_a_treatment(name):
    treatment = m.load_treatment(f"treatments/{name}.toml")
    economy, types = treatment.played.environment, [place.types[-1] for place in treatment.positions]
    game = m.demand_game(
        [(economy.value, theta) for theta in types],
        [place.messages for place in treatment.positions],
        economy.cost,
        treatment.mechanism,
        scale=[place.scale for place in treatment.positions],
        shift=[place.shift for place in treatment.positions],
        rounding=treatment.rounding,
    )
    expected = treatment.game(types)
    assert game.payoffs.dtype == np.int64
    assert np.array_equal(game.payoffs, expected.payoffs)
    assert all(np.array_equal(a, b) for a, b in zip(game.messages, expected.messages, strict=True))


@pytest.mark.parametrize("rule", RULES)
def test_brute_force(rule, monkeypatch):
    """Different values and grids, a heterogeneous cost where the rule takes it, and chunks that end midway."""
    monkeypatch.setattr(module, "CHUNK", 7)
    takes_all = rule not in ("serial", "proportional")
    cost = m.QuadraticFormCost([[2, 1, 0], [1, 3, 1], [0, 1, 1]], [1, 2, 3]) if takes_all else m.PowerCost(0.5, 2)
    grids = [[0, 1, 2], [0.5, 2], [1, 2, 3, 4]]
    values = [[0, 9, 11.5], 4, lambda q: 7 * np.sqrt(q)]
    game = m.demand_game(values, grids, cost, rule)
    function = getattr(m, rule)
    assert game.payoffs.dtype == np.float64
    assert game.shape == (3, 2, 4)
    for index in itertools.product(range(3), range(2), range(4)):
        q = [grids[i][k] for i, k in enumerate(index)]
        worth = [values[0][index[0]], 4 * q[1], 7 * q[2] ** 0.5]
        assert game.payoffs[(slice(None), *index)] == pytest.approx(worth - function(q, cost), abs=1e-6)
        assert game.profiles(index).tolist() == q


def test_four_players_in_four_lines():
    game = m.demand_game([10, 12, 14, 16], range(6), m.PowerCost(1, 2), "serial")
    found = game.profiles(m.pure_nash_equilibria(game)).tolist()
    profiles = np.array(list(itertools.product(range(6), repeat=4)))
    payoffs = profiles * [10, 12, 14, 16] - m.serial(profiles, m.PowerCost(1, 2))
    utility = dict(zip(map(tuple, profiles.tolist()), payoffs, strict=True))

    def is_best(q, i):
        return all(utility[q][i] >= utility[(*q[:i], own, *q[i + 1 :])][i] - 1e-9 for own in range(6))

    assert found == [list(q) for q in utility if all(is_best(q, i) for i in range(4))] == [[1, 2, 2, 3]]


def test_a_rule_of_ones_own():
    path = partial(m.fixed_path, path=[[0, 0], [2, 2]])
    own = m.demand_game([5, 6], range(3), m.PowerCost(1, 2), path)
    assert own.payoffs == pytest.approx(m.demand_game([5, 6], range(3), m.PowerCost(1, 2), "serial").payoffs)


def test_too_large_before_anything_is_made():
    def no_rule(demands, cost):
        raise AssertionError("the rule was called")

    tracemalloc.start()
    try:
        with pytest.raises(m.TooLargeError, match=r"5 players with 100 × 100 × .* demands have 5e\+10 payoffs"):
            m.demand_game([1] * 5, range(100), m.PowerCost(1, 2), no_rule)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"values": []}, r"values is \[\]; it must be a list"),
        ({"values": [1, [1, 2]]}, r"values\[1\] has shape \(2,\); it needs one number for each of the 3 quantities"),
        ({"values": [1, m.QuadraticValue(2)]}, r"values\[1\] is QuadraticValue\(curvature=2\) without a type"),
        ({"values": [1, float("nan")]}, r"values\[1\] contains nan"),
        ({"grid": []}, r"grid is \[\]; it must be a list"),
        ({"grid": [[0, 1]]}, "grid has 1 lists of quantities; there are 2 players"),
        ({"grid": [0, 2, 1]}, "must ascend"),
        ({"grid": [-1, 0]}, "a demand must be 0 or more"),
        ({"rule": "shapley"}, "rule is 'shapley'; it must be a function of demands and cost, or one of aumann_shapley"),
        ({"rule": "fixed_path"}, "path=…"),
        ({"cost": m.QuadraticFormCost(np.eye(2))}, "homogeneous"),
        ({"scale": [1, 2, 3]}, r"scale has shape \(3,\)"),
        ({"scale": 1e30}, "too many to be exact"),
        ({"scale": 0}, r"scale is \[0.0, 0.0\]; it must be more than 0 for everybody"),
        ({"scale": [2, -1]}, r"scale is \[2.0, -1.0\]; it must be more than 0"),
        ({"rounding": 7}, "rounding is 7; it must be from 0 to 6"),
        ({"scale": "10"}, "scale is '10'; it must be numbers, not a text$"),
    ],
)
def test_refused(changes, message):
    given = {"values": [1, 2], "grid": [0, 1, 2], "cost": m.PowerCost(1, 2), "rule": "serial"}
    plain = {key: changes.get(key, given[key]) for key in given}
    with pytest.raises(ValueError, match=message):
        m.demand_game(**plain, **{key: value for key, value in changes.items() if key not in given})
