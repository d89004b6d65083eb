import os
from types import SimpleNamespace

import pytest

os.environ["OTREE_IN_MEMORY"] = "1"  # a test that imports a page must not make a database in the repository
import otree.models  # noqa: F401  (before anything imports otree.lookup, which cannot come first)


@pytest.fixture
def stored(monkeypatch):
    """The what-if queries that would go to the database."""
    from engine.aids import what_if

    rows = []
    model = SimpleNamespace(create=lambda **row: rows.append(row))
    monkeypatch.setattr(what_if, "get_models_module", lambda app: SimpleNamespace(WhatIf=model))
    return rows
