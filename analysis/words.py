"""Numbers and names as the report writes them: true minus signs, fixed decimals, a dash where there is nothing."""

from __future__ import annotations

import numpy as np

from mechanisms import writing
from mechanisms.treatments import Treatment
from mechanisms.writing import MINUS, counted, listed, step_of
from mechanisms.writing import number as plain

__all__ = [
    "MINUS",
    "NOTHING",
    "capital",
    "counted",
    "fixed",
    "grid",
    "listed",
    "percent",
    "plain",
    "points",
    "type_name",
]

NOTHING = "–"


def fixed(value: float, decimals: int) -> str:
    """With a fixed number of decimals, halves up; NaN is a dash, and no minus stands before a zero."""
    if value is None or np.isnan(value):
        return NOTHING
    return writing.fixed(value, decimals).replace("-", MINUS)


def capital(text: str) -> str:
    """The text as a sentence, or a cell, begins.

    >>> capital("logit QRE"), capital("")
    ('Logit QRE', '')
    """
    return f"{text[:1].upper()}{text[1:]}"


def percent(share: float) -> str:
    """A share in per cent with one decimal, without the sign (column heads carry it); more decimals if it is tiny."""
    tiny = share is not None and not np.isnan(share) and 0 < abs(100 * share) < 0.05
    return fixed(100 * share, 3 if tiny else 1)


def points(difference: float) -> str:
    """A difference of shares in percentage points, with one decimal and without the unit."""
    return fixed(100 * difference, 1)


def grid(values: np.ndarray) -> str:
    """A grid of messages: −22 to 2 in steps of 1; or all of them."""
    step = step_of(values)
    if len(values) > 3 and step is not None:
        return f"{plain(values[0])} to {plain(values[-1])} in steps of {plain(step)}"
    return listed(plain(value) for value in values)


def type_name(treatment: Treatment, position: int, value: float) -> str:
    """low (6), or 6 where the treatment names no types."""
    return treatment.positions[position].name(value)
