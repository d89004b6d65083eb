"""Reading fields of players."""

import pytest
from engine.otree_repairs.storage import attributes
from otree import database


class Empty:
    _is_frozen, message = True, None

    @property
    def broken(self):
        raise TypeError("of the property")


def test_an_empty_field_is_not_read_by_accident():
    row = Empty()
    with pytest.raises(TypeError, match=r"empty\.message is None.*field_maybe_none"):
        attributes.read(row, "message")
    assert attributes.field_maybe_none(row, "message") is None
    assert attributes.field_maybe_none(row, "broken") is None
    row._is_frozen = False
    assert attributes.read(row, "message") is None


def test_reading_takes_note_of_nothing(monkeypatch):
    noted = []
    monkeypatch.setattr(database.MRU, "add", lambda self, name: noted.append(name))
    model = type("Row", (), {"__getattribute__": database.SPGModel.__getattribute__, "_is_frozen": True, "a": 1})
    attributes.install()
    model.__getattribute__ = database.SPGModel.__getattribute__
    assert (model().a, noted) == (1, [])
