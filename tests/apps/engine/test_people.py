"""The protocols of engine.people name what the models really have, of that type, and no more than is used."""

import inspect
import re
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import otree.models
import otree.views.abstract
import pytest
from demand import models as demand
from engine import models, people
from engine.admin.situation import PLAYER_COLUMNS
from engine.pages import Decide
from engine.quiz.questions_game import NAMES
from engine.quiz.understanding import UNDERSTANDING
from sqlalchemy import types as column_types

import settings

APPS = Path(models.__file__).parents[1]
SOURCES = "".join(path.read_text() for path in APPS.rglob("*.py") if path.name != "people.py")
REAL = {
    people.Session: (otree.models.Session, settings.SESSION_FIELDS),
    people.Participant: (otree.models.Participant, settings.PARTICIPANT_FIELDS),
    people.Subsession: (demand.Subsession, ()),
    people.Group: (demand.Group, ()),
    people.Player: (demand.Player, ()),
    people.PlayerRow: (demand.Player, ()),
    people.PastRound: (demand.Player, ()),
    # oTree gives a page these when it makes it for a request
    people.ShownPage: (Decide, re.findall(r"self\.(\w+)(?:: [^=]*)? =", inspect.getsource(otree.views.abstract))),
}
KINDS = {people.Number: float, people.Whole: int, people.Truth: bool, people.Text: str}
PYTHON = {column_types.Float: float, column_types.Integer: int, column_types.Boolean: bool, column_types.String: str}


def names(protocol):
    own = [name for name in vars(protocol) if not name.startswith("__") and not name.startswith("_abc_")]
    return {*own, *protocol.__annotations__} - {"_is_protocol", "_is_runtime_protocol"}


def kind(model, name):
    """The Python type of a column; None for what is none, or no number, text or truth value."""
    if name not in model.__table__.columns:
        return None
    stored = model.__table__.columns[name].type
    return next((python for sql, python in PYTHON.items() if isinstance(stored, sql)), None)


CASES = [
    pytest.param(protocol, name, id=f"{protocol.__name__}.{name}")
    for protocol in REAL
    for name in sorted(names(protocol))
]


@pytest.mark.parametrize(("protocol", "name"), CASES)
def test_a_name_is_there_and_used(protocol, name):
    model, more = REAL[protocol]
    assert hasattr(model, name) or name in more
    assert re.search(rf"\.{name}\b", SOURCES), f"nothing in apps/ uses {name}: take it out of {protocol.__name__}"


@pytest.mark.parametrize("protocol", [p for p in REAL if p not in (people.ShownPage, people.Subsession)])
def test_columns_have_the_stated_type(protocol):
    model, _ = REAL[protocol]
    hints = get_type_hints(protocol)
    stated = {name: set(get_args(hint) if get_origin(hint) else [hint]) - {type(None)} for name, hint in hints.items()}
    compared = {name for name in stated if kind(model, name) and stated[name] <= set(KINDS.values())}
    assert compared, "no column at all"
    assert {name: stated[name] for name in compared} == {name: {kind(model, name)} for name in compared}


def test_columns_of_the_engine_by_their_kind():
    shared = [base for base in models.EnginePlayer.__mro__ if base.__module__.startswith("engine.")]
    columns = {name for base in shared for name in vars(base) if name in demand.Player.__table__.columns}
    by_kind = {name: python for literal, python in KINDS.items() for name in get_args(literal)}
    assert by_kind == {name: kind(demand.Player, name) for name in columns - {*NAMES, *UNDERSTANDING}}


def test_rows_of_the_monitor_are_the_columns_that_it_asks_for():
    assert names(people.PlayerRow) == set(PLAYER_COLUMNS)
