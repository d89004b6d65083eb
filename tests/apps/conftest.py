import os
from types import SimpleNamespace

import pytest

from tests.lab import Lab

os.environ["OTREE_IN_MEMORY"] = "1"  # a test that imports a page must not make a database in the repository


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """One copy of the project for all tests that only read it."""
    return Lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture
def own_lab(tmp_path):
    """A copy of the project that a test may change."""
    return Lab(tmp_path)


@pytest.fixture
def stored(monkeypatch):
    """The what-if queries that would go to the database."""
    from engine.aids import what_if

    rows = []
    model = SimpleNamespace(create=lambda **row: rows.append(row))
    monkeypatch.setattr(what_if, "get_models_module", lambda app: SimpleNamespace(WhatIf=model))
    return rows
