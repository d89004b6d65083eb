"""A treatment: its definition, its identity, points, money, roles."""

import json
from decimal import Decimal

import pytest

from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from tests.mechanisms.treatments.cases import SHIPPED, edited


def test_the_production_treatments_are_the_same_economy():
    treatments = [
        load_treatment(f"treatments/production_{m}.toml") for m in ("serial", "proportional", "vcg", "pairwise")
    ]
    for key in ("group", "environment", "types", "points", "session"):
        assert len({json.dumps(t.definition[key]) for t in treatments}) == 1


@pytest.mark.parametrize("name", [name for name in SHIPPED if "_then_" not in name and "_counterbalanced" not in name])
def test_a_definition_gives_the_treatment_back(name):
    treatment = load_treatment(f"treatments/{name}.toml")
    again = Treatment.from_definition(json.loads(json.dumps(treatment.definition)))
    assert again.definition == treatment.definition
    assert again.identity == treatment.identity


def test_identity_is_that_of_the_game(tmp_path):
    original = load_treatment("treatments/production_serial.toml")
    same = load_treatment(edited(tmp_path, ("rounds = 10", "rounds = 4"), ("scale = 10", "scale = 10.0")))
    other = load_treatment(edited(tmp_path, ("scale = 10", "scale = 11")))
    assert same.identity == original.identity != other.identity


def test_protocol_overrides_are_checked():
    treatment = load_treatment("treatments/production_serial.toml")
    changed = treatment.with_protocol(rounds=3, exchange_rate=0.25, matching="partner")
    assert (changed.protocol.rounds, changed.protocol.exchange_rate) == (3, Decimal("0.25"))
    assert treatment.protocol.rounds == 10
    with pytest.raises(TreatmentError, match=r"session.rounds = -1: must be"):
        treatment.with_protocol(rounds=-1)
    with pytest.raises(TreatmentError, match=r"session.round = 3: unknown key; did you mean 'rounds'"):
        treatment.with_protocol(round=3)


def test_points_and_money_are_exact():
    treatment = load_treatment("treatments/production_serial.toml").with_protocol(exchange_rate="0.1")
    assert treatment.format_points(-35) == "-35"
    assert treatment.money(3) == Decimal("0.3")


def test_roles_change_messages_points_and_payoffs():
    treatment = load_treatment("treatments/cason_pivotal.toml")
    assert [(p.role, p.messages[0], p.messages[-1], p.shift) for p in treatment.positions] == [
        ("Player 1", -22, 2, 294),
        ("Player 2", -4, 20, 182),
    ]
    assert treatment.play([-6, 8], [-6, 8]).points.tolist() == [210, 210]
