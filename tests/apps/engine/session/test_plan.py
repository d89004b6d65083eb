"""Which part and round each oTree round is: parts in the order of the block, practice before the rounds that count."""

from types import SimpleNamespace

import pytest
from engine.session.plan import Slot, is_alone, order_of, repetition, slots

from mechanisms.treatments import load_treatment


def definition(name, **protocol):
    return load_treatment(f"treatments/{name}.toml").with_protocol(**protocol).definition


@pytest.fixture
def session():
    parts = [definition("park_vcg", rounds=2, practice_rounds=1), definition("park_agv", rounds=1, practice_rounds=0)]
    parts.append(definition("park_vcg", rounds=1, practice_rounds=0))
    return SimpleNamespace(parts=parts, orders=[[1, 2, 3], [3, 1, 2]], blocks=[0, 1, 1])


FIRST = [Slot(1, 1, True, True, False), Slot(1, 1, False, False, False), Slot(1, 2, False, False, True)]
SECOND, THIRD = [Slot(2, 1, False, True, True)], [Slot(3, 1, False, True, True)]


def test_rounds_follow_the_order_of_the_block_and_practice_comes_first(session):
    assert slots(session, 0) == FIRST + SECOND + THIRD
    assert slots(session, 1) == THIRD + FIRST + SECOND


def test_everybody_has_the_order_of_the_own_block(session):
    people = [SimpleNamespace(session=session, id_in_session=number) for number in (1, 2, 3)]
    assert [order_of(person) for person in people] == [[1, 2, 3], [3, 1, 2], [3, 1, 2]]
    order_of(people[0]).append(9)
    assert session.orders[0] == [1, 2, 3]


def test_a_treatment_that_comes_again_is_drawn_anew(session):
    assert [repetition(session, part) for part in (1, 2, 3)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("against", "practice", "alone"),
    [("computer", True, True), ("computer", False, False), ("others", True, False)],
)
def test_only_in_practice_against_the_computer_is_somebody_alone(against, practice, alone):
    treatment = load_treatment("treatments/park_vcg.toml").with_protocol(practice_against=against)
    assert is_alone(treatment, Slot(1, 1, practice, True, True)) == alone
