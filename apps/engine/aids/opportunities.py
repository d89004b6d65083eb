"""What is open to somebody, given what the others send: the menu of results with their prices, or what each own
request costs. Asked on the decision page, shown in the instructions' example, and printed.
"""

from dataclasses import dataclass
from itertools import islice, product

import numpy as np
from markupsafe import Markup

from engine.aids.crowd_guess import guesses_told
from engine.words.language import _
from engine.words.names import message_text, player_names
from engine.words.numbers import amount, amount_decimals, outcome_text, plain, points_text, tagged
from engine.words.rendering import render
from mechanisms.descriptions import Result, menu
from mechanisms.environments import Allocation
from mechanisms.treatments import Treatment

AIDS = {"menu": "menu", "opportunity": "opportunity"}
"""The aid of each style of description that has one."""
MOST_ON_PAPER = 30
"""Different menus on a sheet: more are not read."""


@dataclass(frozen=True)
class Line:
    """One result in words."""

    result: str
    value: str
    price: Markup
    points: Markup
    messages: str


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
    guessed: list[float | None] = [*others[:position], None, *others[position:]]
    return render(
        "engine/described/open.html",
        demands=treatment.messages_are == "demands",
        produced=treatment.environment == "production",
        peaked=treatment.environment == "single_peaked",
        guesses=guesses_told(treatment, guessed),
        lines=lines(treatment, position, own_type, others, prefix),
    )


def lines(treatment: Treatment, position: int, own_type: float, others: list[float], prefix: str = "") -> list[Line]:
    """The results in the order of the own messages; in a demand game each own request is one of its own."""
    found = menu(treatment, position, own_type, others)
    return [_line(treatment, position, k, result, prefix) for k, result in enumerate(found, 1)]


def _line(treatment: Treatment, position: int, number: int, result: Result, prefix: str) -> Line:
    decimals = amount_decimals(treatment, position)
    environment = treatment.played.environment
    if result.quantity is not None:
        what = plain(result.quantity)
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


def ranges(treatment: Treatment, position: int, messages: tuple[float, ...]) -> str:
    """Messages of a grid in words, those that follow each other together: −22 to −3; 5."""
    grid = treatment.positions[position].messages
    places = np.searchsorted(grid, messages)
    parts = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    said = []
    for part in parts:
        first, last = (message_text(treatment, position, float(grid[k])) for k in (part[0], part[-1]))
        said.append(_("{first} to {last}", first=first, last=last) if len(part) > 2 else "; ".join(
            dict.fromkeys((first, last))
        ))  # fmt: skip
    return "; ".join(map(str, said))


def printed_menus(treatment: Treatment, position: int, own_type: float) -> list[tuple[str, list[Line]]]:
    """(the others' messages, what is open then) for paper: messages with the same menu together.

    Empty in the traditional style, and where there is more than can be read.
    """
    if treatment.style not in AIDS:
        return []
    places = [i for i in range(treatment.group_size) if i != position]
    names, grids = player_names(treatment), [treatment.positions[i].messages.tolist() for i in places]
    most = len(grids[0]) if len(places) == 1 else MOST_ON_PAPER
    profiles = list(islice(product(*grids), most + 1))
    if len(profiles) > most:
        return []
    told: dict[tuple[Line, ...], list[tuple[float, ...]]] = {}
    for others in profiles:
        told.setdefault(tuple(lines(treatment, position, own_type, list(others))), []).append(others)
    if len(told) > MOST_ON_PAPER:
        return []

    def said(same: list[tuple[float, ...]]) -> str:
        if len(places) == 1:
            return ranges(treatment, places[0], tuple(one for (one,) in same))
        each = ["; ".join(f"{names[i]}: {message_text(treatment, i, m)}" for i, m in zip(places, one, strict=True))
                for one in same]  # fmt: skip
        return " / ".join(each)

    return [(said(same), list(found)) for found, same in told.items()]
