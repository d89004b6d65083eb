"""The currencies that there are. Read when settings.py is made, so this file must not import oTree."""

import os
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies

WITHOUT_COINS = frozenset("KRW JPY HUF IRR COP VND IDR".split())
"""As oTree counts; the standard still knows coins of some of these."""
FIRST = "EUR USD GBP CHF JPY CNY INR AUD CAD SEK NOK DKK PLN CZK BRL MXN KRW SGD".split()
"""What a form offers before the rest."""


def laboratory() -> str:
    """The currency of treatments that name none."""
    return os.environ.get("OTREE_CURRENCY") or "EUR"


def coins(currency: str) -> int:
    """Decimals of the smallest coin.

    >>> coins("CHF"), coins("JPY"), coins("KWD")
    (2, 0, 3)
    """
    return 0 if currency in WITHOUT_COINS else get_currency_precision(currency)


@lru_cache
def currencies() -> dict[str, str]:
    """Code and English name of all that people pay with today, those of FIRST before the rest.

    >>> list(currencies())[0], currencies()["CHF"], "DEM" in currencies()
    ('EUR', 'Swiss Franc', False)
    """
    names, today = Locale("en").currencies, date.today()
    used = {code for place in get_global("territory_currencies") for code in get_territory_currencies(place, today)}
    return {code: names[code] for code in dict.fromkeys([*FIRST, *sorted(used)]) if code in names}


def problem(currency: str) -> str:
    """Why nothing can be paid in it, and what is right; "" if it can.

    >>> problem("Euro"), problem("CHF")
    ('is no currency of today: use its three letters, like EUR or JPY', '')
    """
    if currency in currencies():
        return ""
    return "is no currency of today: use its three letters, like EUR or JPY"
