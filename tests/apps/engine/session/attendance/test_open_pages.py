"""Who has a page open: several at a time, one after another, and never fewer than none."""

from collections import Counter

import pytest
from engine.session.attendance import open_pages as module


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """An empty laboratory, and the time."""
    time = [100.0]
    monkeypatch.setattr(module, "open_pages", Counter())
    monkeypatch.setattr(module, "closed_at", {})
    monkeypatch.setattr(module.time, "time", lambda: time[0])
    return time


def test_with_the_last_page_the_time_of_closing_begins(clock):
    module.opened("p1")
    module.opened("p1")
    module.closed("p1")
    assert (module.open_pages["p1"], module.closed_at) == (1, {})
    clock[0] = 130.0
    module.closed("p1")
    assert "p1" not in module.open_pages
    assert module.closed_at == {"p1": 130.0}


def test_who_opens_a_page_again_has_not_gone():
    for happens in (module.opened, module.closed, module.opened):
        happens("p1")
    assert module.closed_at == {}


def test_a_page_that_closes_twice_does_not_hide_the_next_one():
    for happens in (module.closed, module.closed, module.opened):
        happens("p1")
    assert (module.open_pages["p1"], module.closed_at) == (1, {})
