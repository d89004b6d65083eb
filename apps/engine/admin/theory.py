"""What the monitor asks of the theory, quickly enough to be asked while people wait.

A Nash equilibrium is recognized without searching for all of them: nobody gains by another own message. That is one
call of the game a position and never too large. Whether a message is dominant needs the game at all profiles.
"""

import math
from functools import lru_cache

import numpy as np

from mechanisms.treatments import Treatment

MAX_PAYOFFS = 300_000
"""Payoffs of a game whose dominant messages are found in passing: some hundredths of a second."""


@lru_cache(maxsize=4096)
def dominant(treatment: Treatment, position: int, type_value: float) -> frozenset[float] | None:
    """The weakly dominant messages of a position with a type; None if the game is too large to ask in a session."""
    if too_large(treatment):
        return None
    return frozenset(treatment.dominant_messages(position, type_value).tolist())


def too_large(treatment: Treatment) -> bool:
    return treatment.group_size * math.prod(float(len(place.messages)) for place in treatment.positions) > MAX_PAYOFFS


def in_equilibrium(treatment: Treatment, types: np.ndarray, messages: np.ndarray) -> np.ndarray:
    """Which groups play a pure Nash equilibrium of the game as played.

    Parameters
    ----------
    types, messages : ndarrays, shape (k, n), values

    Returns
    -------
    bool ndarray, shape (k,)

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> treatment = load_treatment("treatments/chen_serial.toml")
    >>> in_equilibrium(treatment, np.array([[16.1, 20.1]] * 2), np.array([[4.0, 6], [4, 7]])).tolist()
    [True, False]
    """
    played = treatment.play(types, messages).points
    found = np.ones(len(messages), dtype=bool)
    for i, place in enumerate(treatment.positions):
        deviations = np.repeat(messages[:, None, :], len(place.messages), axis=1)
        deviations[:, :, i] = place.messages
        found &= played[:, i] >= treatment.play(types[:, None, :], deviations).points[..., i].max(axis=1)
    return found
