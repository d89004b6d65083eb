"""The receipt: every step from the points of the rounds to the money, so that a subject can check the sum."""

from decimal import Decimal
from typing import Any

from otree import settings

from engine.earnings import rounded_money
from engine.in_force import treatment_of
from engine.numbers import money_text, points_text, tagged


def receipt(participant: Any) -> dict[str, Any]:
    earnings, session = participant.earnings, participant.session
    parts = [part_lines(treatment_of(session, part["app"]), part, k) for k, part in enumerate(earnings["parts"], 1)]
    exact = Decimal(earnings["show_up_fee"]) + sum(Decimal(part["money"]) for part in earnings["parts"])
    return {
        "parts": parts,
        "several": len(parts) > 1,
        "declined": participant.id_in_session in session.declined,
        "fee": money("show_up_fee", Decimal(earnings["show_up_fee"])),
        "total": money("total", Decimal(earnings["total"])),
        "was_rounded": exact != rounded_money(exact),
        "was_negative": exact < 0,
        "who": participant.label or participant.code,
    }


def part_lines(treatment: Any, part: dict[str, Any], number: int) -> dict[str, Any]:
    paid = part["paid_round"]
    rounds = [
        (k, tagged(f"points-{number}-{k}", units, points_text(treatment, units)), "paid" if paid in (None, k) else "")
        for k, units in enumerate(part["round_points"], 1)
    ]
    return {
        "number": number,
        "rounds": rounds,
        "one_round": treatment.protocol.rounds == 1,
        "paid_round": paid or 0,
        "points": tagged(f"points-{number}", part["points_units"], points_text(treatment, part["points_units"])),
        "rate": f"{treatment.protocol.exchange_rate} {settings.REAL_WORLD_CURRENCY_CODE}",
        "money": money(f"money-{number}", Decimal(part["money"])),
    }


def money(name: str, value: Decimal) -> str:
    """At least as many decimals as the currency has coins; more where the exact amount has more."""
    least = rounded_money(value)
    shown = least if least == value else value
    return tagged(name, value, money_text(f"{shown:f}", settings.REAL_WORLD_CURRENCY_CODE))
