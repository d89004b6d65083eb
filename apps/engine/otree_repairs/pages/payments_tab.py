"""A repair of oTree 6.0.15: its tab Payments writes labels as HTML, and all money in the currency of the server.

A session is paid in its own currency; what comes from people is text.
"""

from decimal import Decimal
from html import escape
from typing import Any

from otree.views import admin

from engine.words.money import currency_in, rounded_money


def money(amount: Decimal | float, currency: str) -> str:
    """
    >>> money(Decimal("7.5"), "CHF"), money(0.0, "JPY")
    ('7.50 CHF', '0 JPY')
    """
    return f"{rounded_money(Decimal(amount), currency)} {currency}"


class Shown:
    """A participant as the tab shows one."""

    def __init__(self, participant: Any, currency: str) -> None:
        self.participant, self.currency = participant, currency

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.participant, name)
        return escape(value) if isinstance(value, str) else value

    def payoff_in_real_world_currency(self) -> str:
        return money(self.participant.payoff_in_real_world_currency(), self.currency)

    def payoff_plus_participation_fee(self) -> str:
        return money(self.participant.payoff_plus_participation_fee(), self.currency)


def payments(view: Any) -> dict[str, Any]:
    found, currency = plain_payments(view), currency_in(view.session.config)
    sums = ("total_payments", "mean_payment", "participation_fee")
    people = [Shown(person, currency) for person in found["participants"]]
    return {**found, "participants": people, **{name: money(found[name], currency) for name in sums}}


plain_payments = admin.SessionPayments.vars_for_template


def install() -> None:
    admin.SessionPayments.vars_for_template = payments
