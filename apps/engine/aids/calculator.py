"""The what-if calculator: own message and guesses about the others, to outcome, shares and points with every step."""

from dataclasses import dataclass, replace

import numpy as np
from markupsafe import Markup

from engine.aids.crowd_guess import others_name
from engine.aids.explained import explained
from engine.aids.shown import NOTHING_SEEN, Seen
from engine.aids.table_cell import complete_types
from engine.words.crowds import is_crowd
from engine.words.grids import keyboard_of, message_choices, value_to_send
from engine.words.language import has_prices
from engine.words.names import message_text, player_names
from engine.words.numbers import (
    amount,
    amount_decimals,
    enough_decimals,
    outcome_text,
    points_text,
    rounded_to,
    tagged,
    units_text,
)
from engine.words.rendering import render
from mechanisms.played.play import Play
from mechanisms.treatments import Treatment

MOST_OPTIONS = 30
"""Messages that are offered in a list; more are typed."""


@dataclass(frozen=True)
class Field:
    """One player's message: `options` (value, text) to choose from, or a number to type when there are none.

    `said` is what has been reported or served already, in public (value, text): it cannot be changed.
    """

    position: int
    name: str
    own: bool
    options: list[tuple[str, str]]
    keyboard: str
    said: tuple[str, str] | None = None


def calculator_fields(treatment: Treatment, position: int, seen: Seen = NOTHING_SEEN) -> list[Field]:
    """The own field first, then the others in the order of their positions; of a large group one field for all."""
    names, said = player_names(treatment), seen.said
    if is_crowd(treatment):
        own = _field(treatment, position, names[position], True, seen)
        return [replace(own, position=0), Field(1, others_name(treatment), False, [], "text")]
    order = [position, *(i for i in range(treatment.group_size) if i != position)]
    fields = [_field(treatment, i, names[i], i == position, seen) for i in order]
    return [
        replace(field, said=(value_to_send(said[i]), message_text(treatment, i, said[i]))) if i in said else field
        for i, field in zip(order, fields, strict=True)
    ]


def _field(treatment: Treatment, i: int, name: str, own: bool, seen: Seen) -> Field:
    choices = message_choices(treatment, i, seen.least)
    options = choices if len(choices) <= MOST_OPTIONS else []
    return Field(i, name, own, options, keyboard_of(treatment, i))


def calculate(
    treatment: Treatment, position: int, own_type: float, types: list[float] | None, messages: list[float]
) -> tuple[Markup, int]:
    """The account at these messages and how it comes about, as HTML; own points in smallest units."""
    theta = complete_types(treatment, position, own_type, types)
    play = treatment.play(theta, np.array(messages))
    units, own = int(play.points[position]), own_amounts(position, play)
    beside = enough_decimals([*own.values()], amount_decimals(treatment, position), least=2)
    explanation = explained(treatment, theta, messages, position, least=beside)
    html = render(
        "engine/calculator_answer.html",
        demands=treatment.messages_are == "demands",
        prices=has_prices(treatment),
        has_transfers=treatment.rule.has_transfers,
        allocated=treatment.environment == "allocation",
        produced=treatment.environment == "production",
        peaked=treatment.environment == "single_peaked",
        numbers=account(treatment, position, play, explanation.decimals),
        explanation=explanation.text,
    )
    return html, units


def own_amounts(position: int, play: Play) -> dict[str, float]:
    amounts = {"value": play.values, "cost_share": play.cost_shares, "transfer": play.transfers}
    return {name: float(array[position]) for name, array in amounts.items()}


def account(treatment: Treatment, position: int, play: Play, decimals: int) -> dict[str, Markup]:
    """Outcome, quantity, value, cost share, transfer and points of one play, each a tagged number."""
    own, units = own_amounts(position, play), int(play.points[position])
    label = treatment.outcome_label(play.outcome)
    numbers = {
        "outcome": tagged("calculator-outcome", label, outcome_text(treatment, label)),
        "points": tagged("calculator-points", units, points_text(treatment, units)),
        "rounded": rounded_to([*own.values()], decimals),
    }
    if play.quantities is not None:
        quantity = float(play.quantities[position])
        numbers["quantity"] = tagged("calculator-quantity", repr(quantity), units_text(quantity))
    for name, number in own.items():
        numbers[name] = tagged(f"calculator-{name}", repr(number), amount(number, decimals))
    if has_prices(treatment):
        price = 0.0 - float(play.transfers[position])
        numbers["transfer"] = tagged("calculator-price", repr(price), amount(price, decimals))
    return numbers
