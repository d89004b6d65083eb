"""Players who are alike, and who is asked: the table or the structure."""

import numpy as np
import pytest

from mechanisms.certificate import CrowdTheory, Theory, theory_of
from mechanisms.treatments import load_treatment
from tests.crowd_games import treatment


def test_the_structure_is_asked_of_demand_games_of_more_than_twelve_or_without_a_table():
    assert isinstance(theory_of(treatment("serial", 12, 3)), Theory)
    assert isinstance(theory_of(treatment("serial", 13, 2)), CrowdTheory)
    assert isinstance(theory_of(treatment("serial", 8, 12)), CrowdTheory)
    assert isinstance(theory_of(load_treatment("treatments/park_vcg.toml")), Theory)


@pytest.mark.parametrize("rule", ["serial", "proportional"])
def test_both_say_the_same_equilibria_and_dominant_messages(rule):
    game = treatment(rule, 4, 4, (2, 5))
    table, crowd = Theory(game), CrowdTheory(game)
    for types in np.ndindex(2, 2, 2, 2):
        np.testing.assert_array_equal(crowd.nash_at(types), table.nash_at(types))
    for i in range(4):
        for t in range(2):
            np.testing.assert_array_equal(crowd.dominant(i, t), table.dominant(i, t))


def test_types_of_players_who_are_alike_are_put_in_order():
    theory = CrowdTheory(treatment("serial", 13, 3, (2, 5)))
    assert theory.same_case([1, 0] * 6 + [1]) == (0,) * 6 + (1,) * 7
    assert theory.types((0,) * 6 + (1,) * 7) == "types 2 (6 players) and 5 (7 players)"
    assert theory.group([0] * 6 + [1] * 7) == "6 players demand 0 and 7 players demand 1"
