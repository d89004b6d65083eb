"""Iterated elimination for kinds of players: round by round as from the table of all profiles."""

import pytest

from mechanisms.crowds import elimination
from mechanisms.crowds.crowd import crowd_of, kinds_of
from mechanisms.crowds.elimination import iterated
from mechanisms.solutions.elimination import iterated_elimination
from mechanisms.verdicts import TooLargeError
from tests.crowd_games import random_games


def both(rule, which):
    for game in random_games(rule, 30, seed=11):
        types = [float(place.types[0]) for place in game.positions]
        crowd = crowd_of(game.played)
        kinds = kinds_of(crowd, types)
        try:
            found = iterated(crowd, list(kinds), [len(seats) for seats in kinds.values()], which)
        except TooLargeError:
            assert not crowd.is_convex
            continue
        yield game, kinds, found, iterated_elimination(game.game(types), which)


@pytest.mark.parametrize("which", ["strict", "overwhelmed"])
@pytest.mark.parametrize("rule", ["serial", "proportional", "shapley_shubik"])
def test_the_same_goes_in_as_many_rounds(rule, which):
    solved = set()
    for game, kinds, found, expected in both(rule, which):
        assert found.complete
        assert found.rounds == expected.rounds
        for seats, left in zip(kinds.values(), found.survivors, strict=True):
            for i in seats:
                quantities = game.played.environment.quantities[list(left)]
                assert game.positions[i].messages[expected.survivors[i]].tolist() == quantities.tolist()
        solved.add(found.solved)
    assert solved == {True, False}


@pytest.mark.parametrize("which", ["strict", "overwhelmed"])
def test_at_the_ends_nothing_goes_that_does_not_go(which, monkeypatch):
    monkeypatch.setattr(elimination, "MAX_COUNTS", 0)
    solved = 0
    for game, kinds, found, expected in both("serial", which):
        if which == "overwhelmed":
            assert found.solved == expected.solved
            assert found.rounds == expected.rounds
        solved += found.solved
        assert expected.solved or not found.solved
        assert found.rounds >= expected.rounds or not found.solved
        for seats, left in zip(kinds.values(), found.survivors, strict=True):
            for i in seats:
                stays = game.positions[i].messages[expected.survivors[i]]
                assert set(stays) <= set(game.played.environment.quantities[list(left)])
    assert solved > 3
