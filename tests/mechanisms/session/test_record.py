"""The record of a session: one list, which writer and reader share."""

from analysis.loading.schema import COLUMNS, HELD_ONCE, KINDS
from analysis.variables import variables
from mechanisms.session.record import PROTOCOL, RECORD
from mechanisms.treatments import ProtocolSpec


def test_names_are_said_once():
    names = [entry.name for entry in RECORD]
    assert len(set(names)) == len(names)


def test_the_protocol_has_its_keys():
    assert {entry.name for entry in PROTOCOL} <= set(ProtocolSpec.model_fields)


def test_every_kind_is_read_and_every_column_described():
    assert {entry.kind for entry in RECORD} <= set(KINDS)
    held = [entry._replace(kind="name") if entry.name in HELD_ONCE else entry for entry in RECORD]
    assert [(c.name, c.kind, c.blank, c.since) for c in COLUMNS] == held
    assert {entry.kind for entry in RECORD if entry.name in HELD_ONCE} == {"text"}
    described = [variable.name for variable in variables("decisions")]
    assert [name for name in described if name in {entry.name for entry in RECORD}] == [entry.name for entry in RECORD]
