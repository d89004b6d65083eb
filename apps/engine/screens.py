"""The variables of the templates: texts that are ready to print. No payoff is computed here."""

from typing import Any

from otree import settings

from engine.account import account
from engine.aids import payoff_table, uses_table
from engine.names import player_names, type_name
from engine.numbers import allowed_messages, plain, rounding
from engine.private import others_facts, value_facts

FEW = 12  # messages that are offered as buttons; more are typed


def common(player: Any) -> dict[str, Any]:
    """What every page of a round says."""
    treatment, apps = player.treatment, list(player.session.treatments)
    names = player_names(treatment)
    return {
        "part": apps.index(player.get_folder_name()) + 1 if len(apps) > 1 else 0,
        "parts": len(apps),
        "rounds": treatment.protocol.rounds,
        "n": treatment.group_size,
        "me": names[player.position],
        "environment": treatment.environment,
        "demands": treatment.messages_are == "demands",
        "has_costs": treatment.environment == "production",
        "cost_shares": treatment.definition["mechanism"].get("cost_shares", ""),
        "ties": treatment.ties,
        "type_word": "ideal level" if treatment.environment == "single_peaked" else "type",
        "message_word": "request" if treatment.messages_are == "demands" else "report",
    }


def decide_screen(player: Any) -> dict[str, Any]:
    treatment, position, own_type = player.treatment, player.position, player.type_value
    complete = treatment.information == "complete"
    types = [other.type_value for other in player.group.get_players()] if complete else []
    table = ""
    if uses_table(treatment):
        other = types[1 - position] if complete else None
        table = payoff_table(treatment, position, own_type, other)
    grid = treatment.positions[position].messages
    return {
        **common(player),
        **value_facts(treatment, position, own_type),
        "my_type": type_name(treatment, position, own_type),
        "type_varies": len(treatment.positions[position].types) > 1,
        "others": others_facts(treatment, position, types),
        "information": treatment.information,
        "matching": matching_sentence(treatment),
        "formula": points_formula(treatment, position),
        "pay": pay_sentence(treatment),
        "order": order_names(treatment),
        "table": table,
        "both_points": complete,
        "calculator": calculator_rows(treatment, position) if not table else [],
        "has_live_method": not table,  # no open connection for a page that needs none
        "allowed": allowed_messages(grid),
        "choices": choices(treatment, position) if len(grid) <= FEW else [],
        "seconds": treatment.protocol.seconds,
    }


def choices(treatment: Any, position: int) -> list[tuple[str, str, str]]:
    """(value to send, text, id) of each message; a report has the name of the type that it states."""
    texts = treatment.positions[position].messages.tolist()
    named = treatment.messages_are == "reports"
    return [
        (repr(m), type_name(treatment, position, m) if named else plain(m), f"message-{k}") for k, m in enumerate(texts)
    ]


def calculator_rows(treatment: Any, position: int) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """(position, label, choices) of each player, in position order; oneself is named "You"."""
    names = player_names(treatment)
    return [
        (str(i), f"You ({names[i]})" if i == position else names[i], choices(treatment, i))
        for i in range(treatment.group_size)
    ]


def matching_sentence(treatment: Any) -> str:
    matching, group = treatment.protocol.matching, f"group of {treatment.group_size}"
    if treatment.protocol.rounds == 1:
        return f"You are in a {group}."
    return {
        "partner": f"You are in a {group}. It consists of the same people in all rounds.",
        "stranger": f"You are in a {group}. The groups are drawn anew in every round.",
        "perfect_stranger": f"You are in a {group}. The groups are new in every round: you never meet anybody twice.",
    }[matching]


def points_formula(treatment: Any, position: int) -> str:
    """How an account becomes points; empty when the account is in points already."""
    place = treatment.positions[position]
    scale, shift = float(place.scale), float(place.shift)
    terms = ["value", "cost share"] if treatment.environment == "production" else ["value"]
    sum_text = " \u2212 ".join(terms) + ("" if treatment.messages_are == "demands" else " + transfer")
    inner = f"({sum_text})" if scale != 1 and " " in sum_text else sum_text
    text = f"{plain(scale)} \u00d7 {inner}" if scale != 1 else inner
    if shift:
        text += f" {'+' if shift > 0 else chr(0x2212)} {plain(abs(shift))}"
    digits = rounding(treatment)
    how = "a whole number" if digits == 0 else f"{digits} decimal{'s' if digits > 1 else ''}"
    return f"Points = {text}, rounded to {how}."


def pay_sentence(treatment: Any) -> str:
    rate = f"1 point = {treatment.protocol.exchange_rate} {settings.REAL_WORLD_CURRENCY_CODE}"
    if treatment.protocol.rounds == 1:
        return f"{rate}."
    if treatment.protocol.pay == "one":
        return (
            "At the end one round is drawn at random, the same for everybody. The points of this round are paid: "
            f"{rate}."
        )
    return f"The points of all rounds are added up and paid: {rate}."


def order_names(treatment: Any) -> str:
    """Pairwise compensation: the order in which the reports are treated."""
    names = player_names(treatment)
    order = treatment.definition["mechanism"].get("order") or range(1, len(names) + 1)
    return ", then ".join(names[k - 1] for k in order)


def feedback_screen(player: Any) -> dict[str, Any]:
    treatment = player.treatment
    played = player.field_maybe_none("points_units") is not None
    feedback = treatment.protocol.feedback if played else "none"
    shown = {**common(player), "played": played, "feedback": feedback}
    if feedback != "none":
        shown |= {
            **account(player),
            "formula": points_formula(treatment, player.position),
            "order": order_names(treatment),
        }
    return shown
