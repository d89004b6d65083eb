"""What is remembered of a message that is not dominated."""

import numpy as np
import pytest

from mechanisms.solutions import pure_dominance
from mechanisms.verdicts import TooLargeError


def best_are_two():
    """Of 30 messages two are best replies, each to half of the profiles; no other one is dominated by them."""
    rows = np.random.default_rng(1).integers(0, 100, (30, 30))
    rows[0], rows[1] = np.where(np.arange(30) % 2, [[-1], [200]], [[200], [-1]])
    return rows


def test_an_excuse_outlives_the_round(monkeypatch):
    """Pairs keep their excuse until its column goes: with excuses forgotten, more pairs are screened."""
    rows = best_are_two()
    screened = []
    monkeypatch.setattr(pure_dominance, "SMALL", 0)
    monkeypatch.setattr(pure_dominance, "PLAIN", 0)
    screen = pure_dominance._screen
    monkeypatch.setattr(
        pure_dominance, "_screen", lambda *args: (screened.append(np.count_nonzero(args[2])), screen(*args))
    )
    dominance = pure_dominance.PureDominance(rows, 0)
    dominance.find(np.arange(30), np.ones(30, dtype=bool))
    first = sum(screened)
    screened.clear()
    dominance.find(np.arange(30), np.arange(30) != 0)
    assert 0 < sum(screened) < first * 0.9


def test_what_would_take_minutes_is_refused_before():
    rows, columns = np.tile(best_are_two(), (2, 1)), np.ones(30, dtype=bool)
    gone, _ = pure_dominance.PureDominance(rows, 0).find(np.arange(60), columns)
    assert not len(gone)
    with pytest.raises(TooLargeError, match=r"56 of a player's 60 messages .* about 1.01e\+05 payoffs, more than 1e"):
        pure_dominance.PureDominance(rows, 0).find(np.arange(60), columns, most=1e5)
