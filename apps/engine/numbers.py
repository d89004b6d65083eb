"""How numbers are written on the pages. Only the writing is rounded: points and money are computed elsewhere."""

import html
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from mechanisms.treatments import Treatment

MINUS = "\u2212"  # a true minus sign: the hyphen is hard to see on a screen


def plain(value: float) -> str:
    """A grid value or quantity with as many digits as it needs: 2, 0.5, −6."""
    return f"{value:.10g}".replace("-", MINUS)


def amount(value: float, decimals: int) -> str:
    """A value, cost share or transfer with fixed decimals, halves away from zero; no minus before a zero."""
    # 12 decimals first: 0.1249999999999999 is an eighth that was computed in floats.
    exact = Decimal(f"{value:.12f}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{abs(exact) if exact == 0 else exact:f}".replace("-", MINUS)


def amount_decimals(treatment: Treatment, position: int) -> int:
    """Enough decimals that the amounts shown lead to the points shown, and never fewer than two."""
    scale = abs(float(treatment.positions[position].scale)) or 1.0
    return max(2, math.ceil(math.log10(scale)) + 1 + rounding(treatment))


def rounding(treatment: Treatment) -> int:
    """Decimals of the points."""
    return int(treatment.definition["points"].get("rounding", 0))


def points_text(treatment: Treatment, units: int) -> str:
    return treatment.format_points(units).replace("-", MINUS)


def money_text(value: Any, currency: str) -> str:
    return f"{Decimal(value)} {currency}".replace("-", MINUS)


def chance(probability: float) -> str:
    """A probability as a subject reads it: 1/3, or 12.5 % where no small fraction is exact."""
    fraction = Fraction(probability).limit_denominator(100)
    if abs(float(fraction) - probability) < 1e-9:
        return str(fraction)
    return f"{100 * probability:.4g} %"


def tagged(name: str, value: Any, text: str) -> str:
    """A number on the page that a test or a bot can find by its name and compare exactly."""
    return f'<span class="number" data-name="{name}" data-value="{html.escape(str(value))}">{html.escape(text)}</span>'


def allowed_messages(grid: Any) -> str:
    """What may be entered, in words: a whole number from 0 to 8."""
    values = [float(value) for value in grid]
    steps = {round(b - a, 9) for a, b in pairwise(values)}
    if len(values) > 3 and len(steps) == 1:
        step = steps.pop()
        if step == 1 and values[0].is_integer():
            return f"a whole number from {plain(values[0])} to {plain(values[-1])}"
        return f"a number from {plain(values[0])} to {plain(values[-1])} in steps of {plain(step)}"
    if len(values) == 1:
        return f"the number {plain(values[0])}"
    return f"one of the numbers {', '.join(plain(value) for value in values)}"


def parse_message(raw: Any, grid: Any) -> float | None:
    """The grid value that somebody entered, or None. Strict: "1,000" or "1e1" is nobody's clear intention."""
    text = str(raw).strip().replace(MINUS, "-") if isinstance(raw, str | int | float) else ""
    if isinstance(raw, bool) or not re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?", text):
        return None
    near = [float(value) for value in grid if abs(float(value) - float(text)) < 1e-9]
    return near[0] if near else None
