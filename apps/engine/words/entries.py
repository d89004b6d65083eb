"""Numbers that people type, on every page that asks for one: what an entry says, and when it says two things.

What is the same to the one who types it is the same here: full-width digits and signs of a Japanese keyboard, digits of
other scripts, dashes for a minus, spaces that are none of the space bar's. `_static/entries.js` reads entries in the
browser in the same way; tests/browser/test_entries.py compares the two.

A sign between digits can be a decimal sign or stand between thousands. The page's language says which; a point is a
decimal sign in every language, as on keypads. Where two readings are possible entries, nobody can know which was meant:
`entered` gives None, and `engine.words.numbers.unclear` says why.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from engine.words.language import current

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"
"""What keyboards write in place of a hyphen; the last one is the key for long vowels on a Japanese keyboard."""
SIGNS = str.maketrans({**dict.fromkeys(DASHES, "-"), "\u3002": ".", "\u3001": ",", "\u066b": ".", "\u066c": ",",
                       "\u2019": "'"})  # fmt: skip
DECIMAL = re.compile(r"([0-9]{0,12})([.,])([0-9]{0,12})")
GROUPED = re.compile(r"([1-9][0-9]{0,2})(?:([., '])[0-9]{3})(?:\2[0-9]{3}){0,3}(?:(?!\2)[.,][0-9]{0,12})?")
MISTAKABLE = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
Allowed = Callable[[Decimal], bool]


@dataclass(frozen=True)
class Reading:
    """What an entry can mean; `clear`: those who write the page's language mean it."""

    number: Decimal
    clear: bool


@lru_cache
def decimal_sign(language: str) -> str:
    return get_decimal_symbol(language)


@lru_cache
def group_sign(language: str) -> str:
    return get_group_symbol(language)


def normalised(raw: object) -> str:
    """An entry with ASCII digits and signs, without spaces around it or after its sign.

    A raised or circled digit stays what it is: 5² is not 52.

    >>> normalised("\uff12\uff0e\uff15 "), normalised("\u2212\u00a06"), normalised("5\u00b2"), normalised(True)
    ('2.5', '-6', '5²', '')
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        return ""
    text = "".join(map(_plain_sign, str(raw)[:100])).translate(SIGNS)
    return re.sub(r"^([+-])\s+", r"\1", re.sub(r"\s", " ", text.strip()))


def _plain_sign(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(sign) == "Cf":  # marks without width, which come along when something is copied
        return ""
    plain = unicodedata.normalize("NFKC", sign)
    return sign if any(part.isdigit() for part in plain) else plain


def readings(raw: object) -> list[Reading]:
    """All that an entry can mean, in the language of the page.

    >>> [str(reading.number) for reading in readings("1,000")], readings("1e1")
    (['1.000', '1000'], [])
    """
    text = normalised(raw)
    minus, size = text.startswith("-"), text.removeprefix("-" if text.startswith("-") else "+")
    found = [Reading(Decimal(size), True)] if re.fullmatch(r"[0-9]{1,12}", size) else [*_decimal(size), *_grouped(size)]
    return [Reading(-reading.number, reading.clear) for reading in found] if minus else found


def _decimal(size: str) -> list[Reading]:
    match = DECIMAL.fullmatch(size)
    if match is None or not match[1] + match[3]:
        return []
    number = Decimal(f"{match[1] or 0}.{match[3] or 0}")
    if match[2] == decimal_sign(current()):
        return [Reading(number, True)]
    thousands = match[3] == "000" and GROUPED.fullmatch(size) is not None  # where it is a point, few write 1.000 for 1
    return [Reading(number, match[2] == "." and not thousands)]


def _grouped(size: str) -> list[Reading]:
    match = GROUPED.fullmatch(size)
    if match is None:
        return []
    between, one_group = match[2], size.count(match[2]) == 1
    if between == decimal_sign(current()) and one_group:
        return []
    number = Decimal(size.replace(between, "").replace(",", "."))
    return [Reading(number, between in (" ", "'", group_sign(current())))]


def anything(number: Decimal) -> bool:
    return True


def entered(raw: object, allowed: Allowed = anything) -> Decimal | None:
    """The number that was typed, or None: none at all, none that is allowed, or two of them.

    >>> entered(" -2.50 "), entered("1,5"), entered("1e1")
    (Decimal('-2.50'), None, None)
    >>> from engine.words.language import use
    >>> with use("de"):
    ...     entered("1,5"), entered("1.500"), entered("1.500", lambda number: number < 100)
    (Decimal('1.5'), None, Decimal('1.500'))
    """
    possible = [reading for reading in readings(raw) if allowed(reading.number)]
    if len({reading.number for reading in possible}) != 1:
        return None
    return next((reading.number for reading in possible if reading.clear), None)


def written(number: Decimal) -> str:
    """A number as programs write it, with one zero more where it could be taken for thousands in some language.

    >>> written(Decimal("12.5")), written(Decimal("1.125")), written(Decimal("1E+3"))
    ('12.5', '1.1250', '1000')
    """
    text = f"{number:f}"
    return f"{text}0" if MISTAKABLE.fullmatch(text) else text


def keyboard(lowest: float, whole: bool) -> str:
    """The inputmode of a field: the keys that its numbers need. Number pads of telephones have no minus.

    >>> keyboard(-6, True), keyboard(0, True), keyboard(0, False)
    ('text', 'numeric', 'decimal')
    """
    if lowest < 0:
        return "text"
    return "numeric" if whole else "decimal"
