"""Numbers and names as the report writes them: true minus signs, fixed decimals, a dash where there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from mechanisms.treatments import Treatment

MINUS = "\u2212"
NOTHING = "–"


def plain(value: float) -> str:
    """As many digits as needed: 6, 0.5, −22."""
    return f"{value:.10g}".replace("-", MINUS)


def fixed(value: float, decimals: int) -> str:
    """With a fixed number of decimals; NaN is a dash, and no minus stands before a zero."""
    if value is None or np.isnan(value):
        return NOTHING
    # halves go up, as readers expect; float noise below 1e-10 is not a reason to miss a half
    exact = Decimal(repr(round(float(value), 10)))
    text = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", MINUS)


def percent(share: float) -> str:
    """A share in per cent with one decimal, without the sign (column heads carry it); more decimals if it is tiny."""
    tiny = share is not None and not np.isnan(share) and 0 < abs(100 * share) < 0.05
    return fixed(100 * share, 3 if tiny else 1)


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(items: Iterable[str]) -> str:
    """a, b and c."""
    words = list(items)
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def grid(values: np.ndarray) -> str:
    """A grid of messages: −22 to 2 in steps of 1; or all of them."""
    steps = np.diff(values)
    if len(values) > 3 and np.allclose(steps, steps[0]):
        return f"{plain(values[0])} to {plain(values[-1])} in steps of {plain(steps[0])}"
    return listed(plain(value) for value in values)


def type_label(treatment: Treatment, position: int, value: float) -> str:
    """The name that the treatment file gives to a type; "" where it names none (then it is labelled by its number)."""
    place = treatment.positions[position]
    label = dict(zip(place.types.tolist(), place.type_labels, strict=True)).get(value, "")
    return "" if label == f"{value:g}" else label


def type_name(treatment: Treatment, position: int, value: float) -> str:
    """low (6), or 6 where the treatment names no types."""
    label = type_label(treatment, position, value)
    return f"{label} ({plain(value)})" if label else plain(value)
