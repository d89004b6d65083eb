"""Best replies one player after the other: an equilibrium of a game of many players without structure, if they stop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.crowds.crowd import Crowd

MAX_ROUNDS = 100
MAX_ASKED = 20_000
"""Best replies that are computed."""


def reached_by_replies(crowd: Crowd, types: Sequence[float]) -> IntArray | None:
    """The profile (n,), places on the grid, at which best replies from the least demands stop; None if they do not.

    It is a pure Nash equilibrium by the rule itself, whatever the rule. Ties keep the own demand.

    >>> from mechanisms.crowds.crowd import crowd_of
    >>> from mechanisms.treatments import load_treatment
    >>> reached_by_replies(crowd_of(load_treatment("treatments/chen_serial.toml").played), [16.1, 20.1])
    array([3, 5])
    """
    kinds = [crowd.kind(i, value) for i, value in enumerate(types)]
    now = np.array([kind.places[0] for kind in kinds])
    for _ in range(min(MAX_ROUNDS, MAX_ASKED // crowd.n)):
        before = now.copy()
        for i, kind in enumerate(kinds):
            points = crowd.own_points(kind, np.delete(now, i), i)
            if points[kind.places.index(int(now[i]))] < points.max():
                now[i] = kind.places[int(points.argmax())]
        if np.array_equal(before, now):
            return now
    return None
