"""What a participant is paid: points of the paid rounds, exchange rate, show-up fee; money is rounded once."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from otree import settings
from otree.api import cu
from otree.common import get_models_module

from engine.in_force import treatment_of
from mechanisms.draws import paid_round


def settle_participant(participant: Any) -> None:
    """Compute and store the earnings; a second call changes nothing.

    Decimals are stored as texts, so that the export shows them unrounded.
    """
    if "earnings" in participant.vars:
        return
    session = participant.session
    parts = [part_earnings(participant, app) for app in session.treatments]
    fee = Decimal(session.config["participation_fee"])
    total = rounded_money(max(Decimal(0), fee + sum(Decimal(part["money"]) for part in parts)))
    participant.earnings = {"parts": parts, "show_up_fee": str(fee), "total": str(total)}
    # oTree adds the show-up fee itself: together they are the total of the receipt.
    participant.payoff = cu(total - fee)


def part_earnings(participant: Any, app: str) -> dict[str, Any]:
    """Points of each round of one part, the round that is paid (None: all) and the money, unrounded."""
    treatment = treatment_of(participant.session, app)
    model = get_models_module(app).Player
    players = model.objects_filter(participant=participant).order_by("round_number")
    points = [p.field_maybe_none("points_units") or 0 for p in players[: treatment.protocol.rounds]]
    paid = paid_round(treatment, participant.session.code)
    units = sum(points) if paid is None else points[paid - 1]
    return {"app": app, "paid_round": paid, "round_points": points, "points_units": units,
            "money": str(treatment.money(units))}  # fmt: skip


def rounded_money(amount: Decimal) -> Decimal:
    """To the smallest coin of the currency, halves up."""
    return amount.quantize(Decimal(1).scaleb(-settings.REAL_WORLD_CURRENCY_DECIMAL_PLACES), ROUND_HALF_UP)


def fee_text(session: Any) -> str:
    fee = rounded_money(Decimal(session.config["participation_fee"]))
    return f"{fee} {settings.REAL_WORLD_CURRENCY_CODE}" if fee else ""
