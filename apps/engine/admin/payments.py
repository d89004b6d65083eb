"""The list of payments, to be printed and signed: ids and seats, never names."""

import re
from decimal import Decimal

from engine.admin.situation import Person, Situation
from engine.admin.words import page_words
from engine.people import Earnings
from engine.session.earnings import has_played
from engine.session.study import are_arms, arm_of
from engine.words.money import currency_in, rounded_money
from mechanisms.session.record import DELETED


def payments(situation: Situation) -> dict[str, object]:
    """The variables of payments.html. A total is the one of the participant's own receipt; nothing is added up anew.
    Who was deleted is nobody any more."""
    session, currency = situation.session, currency_in(situation.session.config)
    arms, numbers = are_arms(session.orders), list(range(1, len(session.parts) + 1))
    heads = ["Earnings"] if arms or len(numbers) == 1 else [f"Part {number}" for number in numbers]
    people = [person for person in situation.people if person.outcome != DELETED]
    rows = [
        {**line(person, list(person.order) if arms else numbers, currency), "arm": arm_of(session, person.order[0])}
        for person in sorted(people, key=by_seat)
    ]
    settled = [Decimal(person.earnings["total"]) for person in situation.people if person.earnings]
    return {
        "parts": heads,
        "arms": arms,
        "rows": rows,
        "sum": str(sum(settled, rounded_money(Decimal(0), currency))),
        "settled": len(settled),
        "open": len(rows) - len(settled),
        "currency": currency,
        "one_part": session.pay_parts == "one",
    }


def by_seat(person: Person) -> tuple[bool, list[tuple[bool, int, str]], int]:
    """Seats as people count them, seat9 before seat10; those without a label last."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", person.label)
    return not person.label, [(p.isdigit(), int(p) if p.isdigit() else 0, p) for p in pieces], person.number


def line(person: Person, parts: list[int], currency: str) -> dict[str, object]:
    earnings = person.earnings
    ended = "taken out" if person.taken_out else person.ended or (left_words(earnings) if person.declined else "")
    who = {"number": person.number, "label": person.label, "code": person.code, "ended": ended}
    if earnings is None:
        where = page_words(person.page if person.visited else "")
        return {**who, "fee": "", "parts": [""] * len(parts), "total": "", "where": where}
    paid = earnings["paid_part"]
    money = {part["part"]: part["money"] for part in earnings["parts"] if paid in (None, part["part"])}
    return {
        **who,
        "fee": str(rounded_money(Decimal(earnings["show_up_fee"]), currency)),
        "parts": [exact(Decimal(money[part]), currency) if part in money else "not drawn" for part in parts],
        "total": earnings["total"],
        "where": "",
    }


def left_words(earnings: Earnings | None) -> str:
    """Of somebody who does not take part, or no longer."""
    return "left early" if earnings and any(map(has_played, earnings["parts"])) else "did not play"


def exact(amount: Decimal, currency: str) -> str:
    """All decimals of an amount that is not yet rounded, and no fewer than a coin has.

    >>> exact(Decimal("12.345"), "CHF"), exact(Decimal("7"), "CHF"), exact(Decimal("7"), "JPY")
    ('12.345', '7.00', '7')
    """
    rounded = rounded_money(amount, currency)
    return str(rounded) if rounded == amount else f"{amount.normalize():f}"
