"""Standings against the rule in its own words, and straightforward requests against all quantities tried."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechanisms.session.draws import request_for_absent
from mechanisms.session.in_stages import standing, state_of, steady, straightforward_request
from mechanisms.treatments import Treatment, load_treatment

STAGED = load_treatment("treatments/production_staged.toml")


@given(st.data())
def test_standing_is_the_rule(data):
    n = data.draw(st.integers(2, 5))
    order = data.draw(st.permutations(range(n)))
    asked, served, left, least = [[] for _ in range(n)], [], list(order), 0
    while left:
        now = {i: data.draw(st.integers(least, least + 3)) for i in left}
        for i, quantity in now.items():
            asked[i].append(quantity)
            assert standing(asked, order, 0).served == tuple(served) or i == list(now)[-1]
        least = min(now.values())
        who = next(i for i in order if now.get(i) == least)
        left.remove(who)
        served.append((who, least))
        found = standing(asked, order, 0)
        assert (found.served, found.left, found.floor) == (tuple(served), tuple(left), least)
        assert found.stage == len(served) + 1


@given(st.lists(st.integers(0, 4), min_size=2, max_size=5))
def test_who_asks_for_the_same_in_each_stage_gets_it(messages):
    order = list(range(len(messages)))[::-1]
    stages, asked = steady(messages, order)
    assert sorted(stages) == list(range(1, len(messages) + 1))
    assert dict(standing(asked, order, 0).served) == dict(enumerate(messages))
    assert asked == [[m] * k for m, k in zip(messages, stages, strict=True)]


def test_straightforward_requests_are_best_among_equals():
    grid = STAGED.positions[0].messages
    for served in ([], [(1, 2.0)], [(0, 3.0), (2, 4.0)]):
        asked = [[], [], []]
        for position, quantity in served:
            asked[position] = [quantity]
        now = standing(asked, (0, 1, 2), 0.0)
        now = type(now)(tuple(served), tuple(i for i in range(3) if i not in dict(served)),
                        served[-1][1] if served else 0.0)  # fmt: skip
        for i, theta in product(now.left, STAGED.positions[0].types):
            points = {q: STAGED.play([theta] * 3, [dict(served).get(j, q) for j in range(3)]).points[i]
                      for q in grid[grid >= now.floor]}  # fmt: skip
            best = max(q for q in points if points[q] == max(points.values()))
            assert straightforward_request(STAGED, now, i, theta) == best
        assert [q for q in state_of(STAGED, now) if q >= 0] == [int(q) for _i, q in sorted(served)]


def test_the_computer_asks_for_nothing_that_is_not_allowed():
    drawn = [request_for_absent(STAGED, "abcd1234", 1, k, 0, stage, 5.0, None) for k in range(40) for stage in (2, 3)]
    assert set(drawn) == {5.0, 6.0, 7.0, 8.0}
    assert request_for_absent(STAGED, "abcd1234", 1, 1, 0, 2, 5.0, 3.0) == 5.0
    assert request_for_absent(STAGED, "abcd1234", 1, 1, 0, 2, 5.0, 7.0) == 7.0
    assert np.ptp(drawn) == 3


def test_a_treatment_without_stages_has_no_staged_game():
    with pytest.raises(ValueError, match="production_serial is not played in stages"):
        load_treatment("treatments/production_serial.toml").staged_game()


def test_the_points_of_the_staged_game_are_those_that_are_paid():
    definition = {**STAGED.definition, "play": {"form": "staged", "order": [2, 3, 1]}}
    game = Treatment.from_definition(definition).staged_game()
    assert game.order == (1, 2, 0)
    own = game.own((-1, 4, -1), 2, 1)
    play = STAGED.play([13, 13, 16], [[q, 4, q] for q in range(4, 9)])
    assert own.tolist() == play.points[:, 2].tolist()
