"""The currency in which a session is paid: the treatment's, or what was chosen where the session was created.

oTree has one currency for all, OTREE_CURRENCY; it is that of treatments which name none. Our pages, exports and
payments are in the session's own.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

from otree import settings

from engine.words import currencies
from engine.words.context import holding
from mechanisms.treatments import Treatment
from mechanisms.writing import half_up

_currency: ContextVar[str] = ContextVar("currency", default="")


def laboratory() -> str:
    return str(settings.REAL_WORLD_CURRENCY_CODE)


def current() -> str:
    """That of the page that is being made."""
    return _currency.get() or laboratory()


def paid_in(currency: str) -> AbstractContextManager[None]:
    """Everything inside is about a session that is paid in this currency.

    >>> with paid_in("CHF"):
    ...     current()
    'CHF'
    """
    return holding(_currency, currency)


def currency_of(treatment: Treatment) -> str:
    return treatment.protocol.currency or laboratory()


def currency_in(config: Mapping[str, Any]) -> str:
    """Of a session's config; sessions of before the currency could be chosen are paid in the laboratory's."""
    return str(config.get("currency") or laboratory())


def coins(currency: str) -> int:
    """Decimals of the smallest coin."""
    if currency == settings.REAL_WORLD_CURRENCY_CODE:
        return int(settings.REAL_WORLD_CURRENCY_DECIMAL_PLACES)
    return currencies.coins(currency)


def rounded_money(amount: Decimal, currency: str) -> Decimal:
    """To the smallest coin of the currency, halves up."""
    return half_up(amount, coins(currency))


def problem(currency: str) -> str:
    """Why a session of this laboratory cannot be paid in it, and what is right; "" if it can.

    oTree keeps each payment in its own table, too, with the decimals of the laboratory's currency.
    """
    kept = int(settings.REAL_WORLD_CURRENCY_DECIMAL_PLACES)
    if not (found := currencies.problem(currency)) and coins(currency) > kept:
        found = f"has {coins(currency)} decimals, and oTree keeps payments with {kept}, those of {laboratory()}: "
        found += f"start the laboratory with OTREE_CURRENCY={currency}"
    return found
