"""Sentences about a treatment that pages and instructions share, and the variables of the rules' templates."""

from typing import Any

from markupsafe import Markup
from otree import settings

from engine.words.language import _, ngettext
from engine.words.names import player_names
from engine.words.numbers import money_text, plain, rounding
from mechanisms.treatments import Treatment


def rule_variables(treatment: Treatment) -> dict[str, Any]:
    """What rules/NAME/rule.html and explanation.html ask about the treatment."""
    return {
        "mechanism": treatment.mechanism,
        "environment": treatment.environment,
        "demands": treatment.messages_are == "demands",
        "has_costs": treatment.environment == "production",
        "cost_shares": treatment.definition["mechanism"].get("cost_shares", ""),
        "ties": treatment.ties,
        "order": order_names(treatment),
        "n": treatment.group_size,
    }


def matching_sentence(treatment: Treatment) -> Markup:
    n, matching = treatment.group_size, treatment.protocol.matching
    if treatment.protocol.rounds == 1:
        return _("You are in a group of {n}.", n=n)
    if matching == "partner":
        return _("You are in a group of {n}. It consists of the same people in all rounds.", n=n)
    if matching == "stranger":
        return _("You are in a group of {n}. The groups are drawn anew in every round.", n=n)
    return _("You are in a group of {n}. The groups are new in every round: you never meet anybody twice.", n=n)


def points_formula(treatment: Treatment, position: int) -> Markup:
    """How an account becomes points."""
    place, digits = treatment.positions[position], rounding(treatment)
    scale, shift = float(place.scale), float(place.shift)
    text = str(account_sum(treatment))
    if scale != 1:
        single = treatment.environment != "production" and treatment.messages_are == "demands"
        text = f"{plain(scale)} \u00d7 {text if single else f'({text})'}"
    if shift:
        text += f" {'+' if shift > 0 else chr(0x2212)} {plain(abs(shift))}"
    formula = Markup(text)
    if digits == 0:
        return _("Points = {formula}, rounded to a whole number.", formula=formula)
    return ngettext(
        "Points = {formula}, rounded to {n} decimal.", "Points = {formula}, rounded to {n} decimals.", digits,
        formula=formula,
    )  # fmt: skip


def account_sum(treatment: Treatment) -> Markup:
    produced, transfers = treatment.environment == "production", treatment.messages_are == "reports"
    if produced and transfers:
        return _("value \u2212 cost share + transfer")
    if produced:
        return _("value \u2212 cost share")
    return _("value + transfer") if transfers else _("value")


def rate_text(treatment: Treatment) -> Markup:
    return money_text(treatment.protocol.exchange_rate, settings.REAL_WORLD_CURRENCY_CODE)


def pay_sentence(treatment: Treatment) -> Markup:
    money = rate_text(treatment)
    if treatment.protocol.rounds == 1:
        return _("1 point = {money}.", money=money)
    if treatment.protocol.pay == "one":
        return _(
            "At the end one round is drawn at random, the same for everybody. The points of this round are paid: "
            "1 point = {money}.",
            money=money,
        )
    return _("The points of all rounds are added up and paid: 1 point = {money}.", money=money)


def order_names(treatment: Treatment) -> Markup:
    """Pairwise compensation: the order in which the reports are treated."""
    names = player_names(treatment)
    order = treatment.definition["mechanism"].get("order") or range(1, len(names) + 1)
    return Markup(" \u2192 ").join(names[k - 1] for k in order)
