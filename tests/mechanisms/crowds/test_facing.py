"""Own points against all that the others can do: as from tables of all profiles; what is left open says so."""

import numpy as np
import pytest

from mechanisms.crowds.crowd import crowd_of
from mechanisms.crowds.facing import NOT_BY_STRUCTURE, adding_up, facing
from mechanisms.solutions.dominance import dominant_for_player
from mechanisms.solutions.weak_dominance import weak_dominators
from mechanisms.verdicts import TooLargeError
from tests.crowd_games import random_games, treatment

MOST = {"by counts": 20_000, "at the ends": 0}


def tables(rule, most):
    """Facing, and the table of all profiles (A, others), for all players of random games."""
    for game in random_games(rule, 25, seed=5):
        crowd = crowd_of(game.played)
        kinds = [crowd.kind(i, place.types[0]) for i, place in enumerate(game.positions)]
        for i, kind in enumerate(kinds):
            others = [own.places for j, own in enumerate(kinds) if j != i]
            own = np.moveaxis(game.own_points(i, float(game.positions[i].types[0])), i, 0)
            try:
                found = facing(crowd, kind, others, most)
            except TooLargeError:
                assert not crowd.is_convex
                continue
            yield found, own.reshape(len(kind.places), -1)


@pytest.mark.parametrize("most", MOST.values(), ids=MOST)
@pytest.mark.parametrize("rule", ["serial", "proportional", "equal"])
def test_ranges_and_dominance_are_those_of_the_table(rule, most):
    seen = {"open": 0, "dominant": 0, "none": 0}
    for found, table in tables(rule, most):
        np.testing.assert_array_equal(found.least, table.min(axis=1))
        np.testing.assert_array_equal(found.most, table.max(axis=1))
        if found.complete:
            np.testing.assert_allclose(found.points @ found.share, table.mean(axis=1))
        for kind in ("weak", "strict"):
            expected = dominant_for_player(table, 0, kind)
            try:
                np.testing.assert_array_equal(found.dominant(kind), expected)
                seen["dominant" if len(expected) else "none"] += 1
            except TooLargeError as error:
                seen["open"] += "not decided" in str(error)
                if found.complete:
                    raise
        for own in range(len(table)):
            expected = weak_dominators(table, 0, own)
            try:
                beaten = found.dominators(own)
            except TooLargeError:
                continue
            assert set(beaten.tolist()) <= set(expected.tolist()) if not found.complete else True
            if found.complete:
                np.testing.assert_array_equal(beaten, expected)
    assert seen["dominant"] > 5
    assert seen["none"] > 5
    assert seen["open"] == 0 or most == 0


def test_what_has_no_structure_is_not_guessed():
    game = treatment("incremental", 4, 3)
    crowd = crowd_of(game.played)
    with pytest.raises(TooLargeError) as raised:
        facing(crowd, crowd.kind(0, 10.0), [range(3)] * 3)
    assert str(raised.value) == NOT_BY_STRUCTURE


def test_a_total_is_added_up_from_what_each_can_demand():
    others = [(0, 3), (1, 2), (0, 5)]
    for total in (1, 2, 4, 5, 6, 7, 9, 10):
        found = adding_up(others, total)
        assert sum(found) == total
        assert all(place in own for place, own in zip(found, others, strict=True))
