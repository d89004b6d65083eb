"""Sessions of several parts: the same people in all, each order with its own, whatever the number of sessions."""

import numpy as np
import pytest

from mechanisms.session.draws import draw_session
from mechanisms.subjects.parts import APART, simulate_design
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import PartOf, chances
from mechanisms.treatments import TreatmentError, load_session_design
from tests.lab import ROOT

DESIGN = load_session_design(ROOT / "treatments" / "production_counterbalanced.toml")
MIXED = Population.of("0.5*uniform + 0.5*fixed(messages=2)")


def test_groups_and_types_are_those_that_a_laboratory_with_these_seeds_draws():
    found = simulate_design(DESIGN, MIXED, range(1, 3), seed=4)
    for part in found.parts:
        played = part.simulated
        for s, seed in enumerate(found.seeds):
            own = played.treatment.with_protocol(seed=seed + (part.part - 1) * APART)
            drawn = draw_session(own, found.participants // 2)
            np.testing.assert_array_equal(drawn.groups, played.groups[s])
    people = np.concatenate([part.people for part in found.parts if part.part == 1], axis=1)
    assert np.sort(people, axis=1).tolist() == [list(range(12))] * 2


def test_a_session_does_not_depend_on_the_others():
    several, alone = (simulate_design(DESIGN, MIXED, numbers, seed=4) for numbers in (range(3), range(2, 3)))
    for one, other in zip(several.parts, alone.parts, strict=True):
        np.testing.assert_array_equal(one.simulated.messages[2:], other.simulated.messages)
        np.testing.assert_array_equal(one.people[2:], other.people)


def test_orders_are_other_people_with_decisions_of_their_own():
    found = simulate_design(DESIGN, Population.of("uniform"), range(1), seed=4)
    assert [part.order for part in found.parts] == [(1, 2), (1, 2), (2, 1), (2, 1)]
    first, second = (part.simulated.messages for part in found.parts if part.part == 1)
    assert (first != second).any()
    assert (found.parts[0].simulated.messages != found.parts[1].simulated.messages).any()


def test_a_session_has_one_mean_for_everybody_and_people_stay_the_same_in_all_parts():
    population, parts = Population.of("qre(lambda=0.1~0.5/0.5)"), ((0, 1), (0, 2), (1, 1))
    drawn = [chances(population, 7, range(3), 4, 5, PartOf(4, block, part)) for block, part in parts]
    (own, session, rounds), (again, _, later), (others, same, _) = drawn
    np.testing.assert_array_equal(session, same)
    np.testing.assert_array_equal(own, again)
    assert (own != others).all()
    assert (rounds != later).all()


def test_people_who_cannot_be_divided():
    with pytest.raises(TreatmentError, match="participants = 7 cannot be divided evenly among the 2 orders: use 6 or"):
        simulate_design(DESIGN, MIXED, range(1), participants=7)
