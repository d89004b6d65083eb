"""Which outcomes the data of a treatment can have at all: those that would be blank in every row are none of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from analysis.predictions.solutions import Solutions
from mechanisms.treatments import Treatment


def why_not(treatment: Treatment, outcome: str) -> str:
    """Why no decision and no group of a treatment can have an outcome; "" where some can, or it is too large to know.

    >>> from mechanisms.treatments import load_treatment
    >>> why_not(load_treatment("treatments/chen_serial.toml"), "truthful")
    'messages are demands, not reports'
    """
    return REASONS[outcome](_solutions(treatment)) if outcome in REASONS else ""


@lru_cache(maxsize=16)
def _solutions(treatment: Treatment) -> Solutions:
    """Found once, however many hypotheses are about a treatment."""
    return Solutions(treatment)


def _truthful(solutions: Solutions) -> str:
    messages = solutions.treatment.messages_are
    return "" if messages == "reports" else f"messages are {messages}, not reports"


def _dominant(solutions: Solutions) -> str:
    for i, place in enumerate(solutions.treatment.positions):
        for value in place.types[place.probabilities > 0].tolist():
            found = solutions.dominant(i, value)
            if found is None or len(found):
                return ""
    return "nobody has a dominant message"


def _nash(solutions: Solutions) -> str:
    profiles = solutions.type_profiles()
    if profiles is None:
        return ""
    found = (solutions.nash(types) for types in profiles)
    return "" if any(one is None or len(one) for one in found) else "there is no pure Nash equilibrium"


def _efficient(solutions: Solutions) -> str:
    profiles = solutions.type_profiles()
    most = np.ones(1) if profiles is None else solutions.efficient_surplus(np.array(profiles))
    return f"efficient surplus: {solutions.too_large['efficient surplus']}" if np.isnan(most).all() else ""


def _efficiency(solutions: Solutions) -> str:
    profiles = solutions.type_profiles()
    if profiles is None or (solutions.efficient_surplus(np.array(profiles)) > 0).any():
        return ""
    return _efficient(solutions) or "no outcome has a surplus above 0"


REASONS: dict[str, Callable[[Solutions], str]] = {
    "truthful": _truthful,
    "dominant_played": _dominant,
    "nash_played": _nash,
    "efficient": _efficient,
    "efficiency": _efficiency,
}
"""Outcomes that not every treatment has; all others have a value wherever groups have decided."""
