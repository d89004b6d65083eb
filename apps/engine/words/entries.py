"""Numbers that people type."""

import re
from decimal import Decimal

from engine.words.language import current
from engine.words.numbers import MINUS, decimal_sign


def entered_number(raw: object) -> Decimal | None:
    """The number that was typed, or None. The decimal sign is a point or, where the page's language has it, a comma.

    Strict: "1,000" in English or "1e1" is nobody's clear intention.

    >>> entered_number(" -2.50 "), entered_number("1,5")
    (Decimal('-2.50'), None)
    >>> from engine.words.language import use
    >>> with use("de"):
    ...     entered_number("1,5")
    Decimal('1.5')
    """
    text = str(raw).strip().replace(MINUS, "-").replace(decimal_sign(current()), ".")
    return Decimal(text) if re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?", text) else None
