"""What is open to somebody, given what the others send: the menu of results with their prices, or what each own
request costs. Asked on the decision page, shown in the instructions' example, and printed.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from markupsafe import Markup

from engine.aids.crowd_guess import guesses_told
from engine.words.language import _
from engine.words.names import alternatives, message_text, player_names, who_sends
from engine.words.numbers import (
    amount,
    amount_decimals,
    enough_decimals,
    listed,
    outcome_text,
    points_text,
    rounded_to,
    tagged,
    units_text,
)
from engine.words.rendering import render
from mechanisms.descriptions import Result, menu, opportunity_sets
from mechanisms.environments import Allocation
from mechanisms.treatments import Treatment

AIDS = {"menu": "menu", "opportunity": "opportunity"}
"""The aid of each style of description that has one."""
MOST_ON_PAPER = 30
"""Different menus on a sheet: more are not read."""
MOST_PRICE_ROWS, MOST_PRICE_COLUMNS = 100, 13
"""Of a table of prices on a sheet."""
Profile = tuple[float, ...]
Box = tuple[Profile, ...]
"""For each of some players messages that follow each other."""


@dataclass(frozen=True)
class Line:
    """One result in words."""

    result: str
    value: str
    price: Markup
    points: Markup
    messages: Markup


@dataclass(frozen=True)
class Lines:
    """A menu in words; `rounded`: that its amounts are, where they are."""

    lines: tuple[Line, ...]
    rounded: Markup


@dataclass(frozen=True)
class PriceTable:
    """What each own request costs: own requests across, (the others' messages, prices) in rows."""

    heads: tuple[Markup, ...]
    rows: tuple[tuple[Markup, tuple[Markup, ...]], ...]
    rounded: Markup


def opportunities(
    treatment: Treatment, position: int, own_type: float, types: list[float] | None, messages: list[float | None]
) -> tuple[Markup, None]:
    """What is open against the others' messages, as HTML; the own place of `messages` is open."""
    others = [message for i, message in enumerate(messages) if i != position and message is not None]
    return opportunity_table(treatment, position, own_type, others), None


def opportunity_table(
    treatment: Treatment, position: int, own_type: float, others: list[float], prefix: str = ""
) -> Markup:
    """The table of what is open, under a sentence that says against which messages; `prefix` of its numbers' names."""
    guesses = guesses_told(treatment, [*others[:position], None, *others[position:]])
    return render(
        "engine/described/open.html",
        demands=treatment.messages_are == "demands",
        produced=treatment.environment == "production",
        peaked=treatment.environment == "single_peaked",
        guessed_others=len(guesses),
        guesses=who_sends(guesses),
        found=lines(treatment, position, own_type, others, prefix),
    )


def lines(treatment: Treatment, position: int, own_type: float, others: list[float], prefix: str = "") -> Lines:
    """The results in the order of the own messages; in a demand game each own request is one of its own."""
    found = menu(treatment, position, own_type, others)
    amounts = [number for result in found for number in (result.value, result.price)]
    decimals = enough_decimals(amounts, amount_decimals(treatment, position), least=2)
    said = [_line(treatment, position, k, result, decimals, prefix) for k, result in enumerate(found, 1)]
    return Lines(tuple(said), rounded_to(amounts, decimals))


def _line(treatment: Treatment, position: int, number: int, result: Result, decimals: int, prefix: str) -> Line:
    environment = treatment.played.environment
    if result.quantity is not None:
        what = units_text(result.quantity)
    elif isinstance(environment, Allocation):
        wins = position in environment.winners[int(result.outcome)]
        what = str(_("You get an object.") if wins else _("You get no object."))
    else:
        what = outcome_text(treatment, treatment.outcome_label(result.outcome))
    points = tagged(f"{prefix}open-points-{number}", result.points, points_text(treatment, result.points))
    price = tagged(f"{prefix}open-price-{number}", repr(result.price), price_text(result.price, decimals))
    return Line(what, amount(result.value, decimals), price, points, ranges(treatment, position, result.messages))


def price_text(price: float, decimals: int) -> Markup:
    """What is paid for a result, or received with it, without a sign."""
    shown = amount(abs(price), decimals)
    if shown == amount(0, decimals):
        return _("nothing")
    return _("you pay {amount}", amount=shown) if price > 0 else _("you receive {amount}", amount=shown)


def ranges(treatment: Treatment, position: int, messages: Profile) -> Markup:
    """Messages of a grid in words, those that follow each other together: −22 to −3; 5."""
    said: list[str] = []
    for run in runs(treatment, position, messages):
        said += (
            [span(treatment, position, run)] if len(run) > 2 else [message_text(treatment, position, m) for m in run]
        )
    return listed(said)


def runs(treatment: Treatment, position: int, messages: Profile) -> list[Profile]:
    """Messages of a grid, those that follow each other together."""
    places = np.searchsorted(treatment.positions[position].messages, messages)
    return [tuple(run.tolist()) for run in np.split(messages, np.flatnonzero(np.diff(places) > 1) + 1)]


def span(treatment: Treatment, position: int, run: Profile) -> Markup:
    """Messages that follow each other in words: −22 to −3; of two 0 or 1."""
    texts = [message_text(treatment, position, m) for m in run]
    return _("{first} to {last}", first=texts[0], last=texts[-1]) if len(run) > 2 else alternatives(texts)


def printed_menus(treatment: Treatment, position: int, own_type: float) -> list[tuple[Markup, Lines]]:
    """(the others' messages, what is open then) for paper: messages with the same menu together.

    Empty in the traditional style, and where there are more different ones than can be read.
    """
    places = other_places(treatment, position)
    return [
        (told_together(treatment, places, found), lines(treatment, position, own_type, list(found[0])))
        for found in different_menus(treatment, position, own_type, MOST_ON_PAPER)
    ]


def printed_prices(treatment: Treatment, position: int, own_type: float) -> PriceTable | None:
    """The prices alone, for paper, of a game of requests that has too many menus to print each; None otherwise."""
    grid = treatment.positions[position].messages.tolist()
    if treatment.messages_are != "demands" or len(grid) > MOST_PRICE_COLUMNS:
        return None
    different = different_menus(treatment, position, own_type, MOST_PRICE_ROWS)
    if len(different) <= MOST_ON_PAPER:
        return None
    prices = [[result.price for result in menu(treatment, position, own_type, found[0])] for found in different]
    decimals = enough_decimals(prices, amount_decimals(treatment, position), least=2)
    places = other_places(treatment, position)
    rows = [
        (
            told_together(treatment, places, found),
            tuple(
                tagged(f"price-{own:g}", repr(price), amount(price, decimals))
                for own, price in zip(grid, row, strict=True)
            ),
        )
        for found, row in zip(different, prices, strict=True)
    ]
    heads = [_("You: {choice}", choice=message_text(treatment, position, own)) for own in grid]
    return PriceTable(tuple(heads), tuple(rows), rounded_to(prices, decimals))


def is_printed(treatment: Treatment, position: int, own_type: float) -> bool:
    """Whether what is open can be looked up on paper."""
    return bool(printed_menus(treatment, position, own_type) or printed_prices(treatment, position, own_type))


def different_menus(treatment: Treatment, position: int, own_type: float, most: int) -> list[list[Profile]]:
    """The others' messages, those with the same menu together.

    Empty in the traditional style, and where there are more than `most` different ones.
    """
    if treatment.style not in AIDS or treatment.by_structure:
        return []
    own = treatment.positions[position].types.tolist().index(own_type)
    alike = opportunity_sets(treatment, position).alike(own).ravel()
    if alike.max() >= most:
        return []
    profiles = product(*(treatment.positions[i].messages.tolist() for i in other_places(treatment, position)))
    same: dict[int, list[Profile]] = {}
    for menu_number, others in zip(alike.tolist(), profiles, strict=True):
        same.setdefault(menu_number, []).append(others)
    return list(same.values())


def other_places(treatment: Treatment, position: int) -> list[int]:
    return [i for i in range(treatment.group_size) if i != position]


def told_together(treatment: Treatment, places: list[int], profiles: list[Profile]) -> Markup:
    """Messages of others in words: Player 1: 0 to 4; Player 3: 5 / Player 1: 5; Player 3: 0 to 5."""
    if len(places) == 1:
        return ranges(treatment, places[0], tuple(one for (one,) in profiles))
    names = player_names(treatment)
    return Markup(_(" / ")).join(
        who_sends([(names[i], span(treatment, i, run)) for i, run in zip(places, box, strict=True)])
        for box in boxes(treatment, places, profiles)
    )


def boxes(treatment: Treatment, places: list[int], profiles: list[Profile]) -> list[Box]:
    """The same profiles as combinations of messages that follow each other."""
    if not places:
        return [()]
    rest: dict[float, list[Profile]] = {}
    for first, *others in profiles:
        rest.setdefault(first, []).append(tuple(others))
    same: dict[tuple[Box, ...], list[float]] = {}
    for first, of_the_rest in rest.items():
        same.setdefault(tuple(boxes(treatment, places[1:], of_the_rest)), []).append(first)
    return [
        (run, *box)
        for found, firsts in same.items()
        for run in runs(treatment, places[0], tuple(firsts))
        for box in found
    ]
