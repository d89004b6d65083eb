"""A running session uses the definition that is stored with it."""

from types import SimpleNamespace

from engine.session.in_force import treatment_of

from mechanisms.treatments import load_treatment


def test_the_stored_definition_is_read_once_and_again_when_it_is_another():
    stored = [load_treatment(f"treatments/{name}.toml").definition for name in ("park_vcg", "park_agv")]
    session = SimpleNamespace(parts=list(stored))
    first, second = treatment_of(session, 1), treatment_of(session, 2)
    assert (first.name, second.name) == ("park_vcg", "park_agv")
    assert treatment_of(session, 1) is first
    session.parts[0] = stored[1]
    assert treatment_of(session, 1).name == "park_agv"
    assert treatment_of(session, 2) is second
