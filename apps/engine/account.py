"""The result of a round in words and numbers: read from what was stored when the group was complete."""

from html import escape
from typing import Any

from engine.names import player_names, type_name
from engine.numbers import amount, amount_decimals, plain, points_text, tagged

ZERO = 1e-9  # a transfer of -1e-16 is none


def account(player: Any) -> dict[str, Any]:
    """Variables of the feedback page, as far as the feedback setting allows."""
    treatment = player.treatment
    everybody = treatment.protocol.feedback == "all"
    members = player.group.get_players() if everybody else [player]
    produced = treatment.environment == "production"
    return {
        "rows": [member_row(treatment, member, member is player) for member in members],
        "show_quantity": produced and treatment.messages_are == "reports",
        "show_types": treatment.information == "complete" and len(members) > 1,
        "outcome": "" if produced else tagged("outcome", escape(player.group.outcome), escape(player.group.outcome)),
        "lines": account_lines(treatment, player),
        "payments": payment_table(treatment, members) if everybody else [],
        "pays_transfer": player.transfer < -ZERO,
        "payment_names": player_names(treatment),
        "points": tagged("points", player.points_units, points_text(treatment, player.points_units)),
    }


def member_row(treatment: Any, member: Any, is_me: bool) -> dict[str, str]:
    """One line of the table of messages. Numbers carry the position, e.g. message-2."""
    position, name = member.position, player_names(treatment)[member.position]
    reports = treatment.messages_are == "reports"
    text = type_name(treatment, position, member.message) if reports else plain(member.message)
    quantity = member.field_maybe_none("quantity")
    return {
        "name": f"You ({name})" if is_me else name,
        "css": "me" if is_me else "",
        "type": type_name(treatment, position, member.type_value),
        "message": tagged(f"message-{position + 1}", repr(member.message), text),
        "quantity": "" if quantity is None else tagged(f"quantity-{position + 1}", repr(quantity), plain(quantity)),
        "late": "drawn at random, time was over" if member.timed_out else "",
    }


def account_lines(treatment: Any, player: Any) -> list[tuple[str, str, str]]:
    """(sign, label, number): value, less the cost share, plus the transfer, as far as the mechanism has them."""
    decimals = amount_decimals(treatment, player.position)
    lines = [("", "Your value", "value", player.value)]
    if treatment.environment == "production":
        lines.append(("\u2212", "Your cost share", "cost_share", player.cost_share))
    if treatment.messages_are == "reports":
        paid = " (negative: you pay)" if player.transfer < -ZERO else ""
        lines.append(("+", f"Your transfer{paid}", "transfer", player.transfer))
    return [(sign, label, tagged(name, repr(number), amount(number, decimals))) for sign, label, name, number in lines]


def payment_table(treatment: Any, members: list[Any]) -> list[tuple[str, list[str]]]:
    """Who pays whom: one row for each payer, one column for each receiver. Empty without pairwise payments."""
    received = [member.field_maybe_none("payments_received") for member in members]
    if None in received:
        return []
    amounts = [[float(x) for x in text.split(";")] for text in received]  # [i][j]: what j pays i
    names, everyone = player_names(treatment), range(len(members))
    decimals = max(amount_decimals(treatment, i) for i in everyone)
    return [(names[j], ["" if i == j else payment(i, j, amounts[i][j], decimals) for i in everyone]) for j in everyone]


def payment(receiver: int, payer: int, number: float, decimals: int) -> str:
    return tagged(f"payment-{payer + 1}-{receiver + 1}", repr(number), amount(number, decimals))
