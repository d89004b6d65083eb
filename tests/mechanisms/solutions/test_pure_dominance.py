"""What is remembered of a message that is not dominated."""

import numpy as np

from mechanisms.games.best_responses import payoff_rows
from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions import pure_dominance


def test_an_excuse_outlives_the_round(monkeypatch):
    """Pairs keep their excuse until its column goes: with excuses forgotten, more pairs are screened."""
    rows = payoff_rows(NormalFormGame(np.random.default_rng(1).integers(0, 100, (2, 30, 30))), 0)
    screened = []
    monkeypatch.setattr(pure_dominance, "SMALL", 0)
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
