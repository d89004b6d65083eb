"""Exact numbers of a treatment file: decimals as they are written, probabilities as fractions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from mechanisms.writing import digits

MOST_DIGITS = 100
"""Before or behind the point: squares and cubes stay numbers, and nothing is written out for pages."""

CLOSE, ALIKE = Decimal("1e-12"), Decimal("1e-9")
"""Numbers whose difference is a smaller part of them are a slip; those of a larger one are never written alike."""


def plain(number: Decimal) -> str:
    """The shortest plain notation: 6, 0.5, -22."""
    text = format(number.normalize(), "f")
    return "0" if text in ("-0", "") else text


def as_decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("must be a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("must be a number") from None
    if not number.is_finite():
        raise ValueError("must be a finite number")
    if number and not -MOST_DIGITS <= number.adjusted() < MOST_DIGITS:
        raise ValueError(f"must be a number below 1e{MOST_DIGITS}, and not as near to 0 as 1e-{MOST_DIGITS}")
    return number


def beside_one(total: Fraction) -> str:
    """A number that is not 1, with as many digits as say so.

    >>> beside_one(Fraction(7, 6)), beside_one(3 * Fraction("0.3333333333333333")), beside_one(1 - Fraction(1, 10**20))
    ('1.166666667', '0.9999999999999999', '1 - 1e-20')
    """
    written = (digits(float(total)), repr(float(total)), f"1 {'-' if total < 1 else '+'} {float(abs(total - 1)):.3g}")
    return next(text for text in written if text not in ("1", "1.0"))


def too_close(ascending: Sequence[Decimal]) -> tuple[Decimal, Decimal] | None:
    """The first two different neighbours that pages write alike, or that agree to twelve digits; None if there are
    none.

    >>> too_close([Decimal(13), Decimal("13.5"), Decimal("13.50000000000001")])
    (Decimal('13.5'), Decimal('13.50000000000001'))
    """
    for low, high in pairwise(ascending):
        size = max(abs(low), abs(high))
        if high - low >= ALIKE * size:  # the rule, and quick: pages write at least ten digits
            continue
        if high != low and (high - low < CLOSE * size or digits(float(low)) == digits(float(high))):
            return low, high
    return None


def _as_probability(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal | Fraction):
        raise ValueError('must be a number or a fraction such as "1/3"')
    text = str(value).replace(" ", "")
    try:
        number = Fraction(text) if "/" in text else Fraction(as_decimal(text))
    except (ValueError, ZeroDivisionError):
        raise ValueError('must be a number or a fraction such as "1/3"') from None
    if not 0 <= number <= 1:
        raise ValueError("must be from 0 to 1")
    return number


Number = Annotated[Decimal, BeforeValidator(as_decimal), PlainSerializer(plain, return_type=str)]
Probability = Annotated[Fraction, BeforeValidator(_as_probability), PlainSerializer(str, return_type=str)]
