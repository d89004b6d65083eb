"""Exact numbers of a treatment file: decimals as they are written, probabilities as fractions."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

MOST_DIGITS = 100
"""Before or behind the point: squares and cubes stay numbers, and nothing is written out for pages."""


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
