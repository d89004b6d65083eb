"""Sheets of points for paper: the whole game of two players, or every combination of the messages of a few more."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from markupsafe import Markup

from engine.aids import printed_tables
from engine.aids.opportunities import PriceTable, printed_menus, printed_prices
from engine.aids.payoff_table import COLUMNS_ON_PAPER
from engine.instructions.worth import possible_types
from engine.screens.private import value_facts
from engine.words.language import _, ngettext
from engine.words.names import message_text, player_names, type_name
from engine.words.numbers import points_text
from engine.words.sentences import order_names, points_formula
from mechanisms.arrays import IntArray
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

MOST_COLUMNS, MOST_PROFILES = 13, 400
MOST_TABLES = 8
"""Of points for different orders of the reports."""
PORTRAIT, LANDSCAPE = 176.0, 263.0  # millimetres between the margins of an A4 sheet, and a little less
PORTRAIT_ROOM, LANDSCAPE_ROOM = 150.0, 112.0  # down the sheet, below what stands above a table
LARGEST_TYPE, SMALLEST_TYPE = 8.0, 6.0
POINT = 25.4 / 72


def points_sheets(treatment: Treatment, position: int) -> Iterator[dict[str, Any]]:
    """One sheet for each type that somebody in this position can have."""
    for own in possible_types(treatment, position):
        sheet: dict[str, Any] = {
            "type": type_name(treatment, position, own),
            "formula": points_formula(treatment, position),
            "tables": [],
            "profiles": [],
            "too_many_orders": False,
            "wide": False,
            "type_size": LARGEST_TYPE,
            "costs": [],
            "menus": printed_menus(treatment, position, own),
            "prices": printed_prices(treatment, position, own),
        }
        sheet |= value_facts(treatment, position, own)
        games = by_order(treatment, position, own)
        if games is None:
            sheet["too_many_orders"] = True
        elif treatment.group_size == 2:
            columns = min(COLUMNS_ON_PAPER, len(treatment.positions[1 - position].messages))
            sheet["tables"] = [
                (said, *table) for said, ordered in games for table in two_player_tables(ordered, position, own)
            ]
            lines = len(treatment.positions[position].messages) * (2 if treatment.information == "complete" else 1)
            sheet |= paper_size(
                [8, *[widest([ordered for _said, ordered in games], position, own)] * columns], lines + 3
            )
        else:
            found = [(said, profile_table(ordered, position, own)) for said, ordered in games]
            sheet["profiles"] = [(said, table) for said, table in found if table]
            for _said, table in sheet["profiles"]:
                sheet |= paper_size(table["characters"], len(table["rows"]) + 2)
        if sheet["prices"]:
            sheet["price_size"] = price_size(sheet["prices"], sheet["wide"])
        yield sheet


def by_order(treatment: Treatment, position: int, own: float) -> list[tuple[Markup, Treatment]] | None:
    """(in which orders of the reports, the game in one of them) for all points that are told to differ; None if many.

    No order is said where it changes none of these points.
    """
    try:
        every = treatment.in_every_order()
    except TooLargeError:
        return None
    if len(every) == 1:  # nothing to compare; and the points of a large game are too many to compute
        return [(Markup(""), every[0])]
    same: dict[bytes, list[Treatment]] = {}
    for ordered in every:
        same.setdefault(b"".join(units.tobytes() for units in told_points(ordered, position, own)), []).append(ordered)
    if len(same) > MOST_TABLES:
        return None
    return [(order_said(orders) if len(same) > 1 else Markup(""), orders[0]) for orders in same.values()]


def order_said(orders: list[Treatment]) -> Markup:
    names = Markup("; ").join(map(order_names, orders))
    return ngettext(
        "If the reports are made in this order: {orders}.",
        "If the reports are made in one of these orders: {orders}.",
        len(orders), orders=names,
    )  # fmt: skip


def told_points(treatment: Treatment, position: int, own: float) -> list[IntArray]:
    """All points that a sheet can tell: the own ones; with complete information between two, of both players."""
    told = range(2) if treatment.group_size == 2 and treatment.information == "complete" else [position]
    own_types = {position: [own]}
    return [treatment.own_points(i, t) for i in told for t in own_types.get(i, possible_types(treatment, i))]


def widest(games: list[Treatment], position: int, own: float) -> int:
    """Characters of the longest number of points; with complete information of both players'."""
    ends = (
        (game, int(end))
        for game in games
        for units in told_points(game, position, own)
        for end in (units.min(), units.max())
    )
    return max(len(points_text(game, end)) for game, end in ends)


def paper_size(characters: list[int], lines: int) -> dict[str, object]:
    """Whether a table with such columns needs the wide side of the sheet, and the size of its type in points.

    `lines` of text are brought onto one sheet if they can still be read.
    """
    needed = width(characters)
    wide = needed * LARGEST_TYPE > PORTRAIT
    size = min(LARGEST_TYPE, (LANDSCAPE if wide else PORTRAIT) / needed)
    fitting = (LANDSCAPE_ROOM if wide else PORTRAIT_ROOM) / (1.65 * lines * POINT)
    return {"wide": wide, "type_size": f"{fitting if SMALLEST_TYPE <= fitting <= size else size:.1f}"}


def width(characters: list[int]) -> float:
    """Millimetres of a table with such columns for each point of the type's size."""
    return sum(0.62 * max(count, 2) + 0.8 for count in characters) * POINT


def price_size(table: PriceTable, wide: bool) -> str:
    """The size of its type in points, on a sheet that lies as the points need it; the others' messages can wrap."""
    columns = zip(table.heads, *(prices for _others, prices in table.rows), strict=True)
    characters = [max(len(Markup(cell).striptags()) for cell in column) for column in columns]
    needed = width([max(len(others) for others, _prices in table.rows), *characters])
    return f"{min(LARGEST_TYPE, max(SMALLEST_TYPE, (LANDSCAPE if wide else PORTRAIT) / needed)):.1f}"


def two_player_tables(treatment: Treatment, position: int, own: float) -> Iterator[tuple[str, list[Markup]]]:
    """(the other's type, tables); with complete information for each type of the other, with both players' points."""
    if treatment.information != "complete":
        yield "", printed_tables(treatment, position, own)
        return
    for other in possible_types(treatment, 1 - position):
        yield type_name(treatment, 1 - position, other), printed_tables(treatment, position, own, other)


def profile_table(treatment: Treatment, position: int, own: float) -> dict[str, Any] | None:
    """Own points for more than two players: a row for each combination of the others' messages, own messages across.

    None where that would be too much to read.
    """
    grids = [place.messages for place in treatment.positions]
    others = [i for i in range(len(grids)) if i != position]
    combinations = list(itertools.islice(itertools.product(*(grids[i] for i in others)), MOST_PROFILES + 1))
    if len(grids[position]) > MOST_COLUMNS or len(combinations) > MOST_PROFILES:
        return None
    units = np.moveaxis(treatment.own_points(position, own), position, -1).reshape(len(combinations), -1)
    names = player_names(treatment)

    def text(i: int, message: float) -> str:
        return message_text(treatment, i, float(message))

    heads = [names[i] for i in others] + [
        _("You: {choice}", choice=text(position, message)) for message in grids[position]
    ]
    rows = [
        ([text(i, m) for i, m in zip(others, row, strict=True)], [points_text(treatment, int(u)) for u in line])
        for row, line in zip(combinations, units, strict=True)
    ]
    widths = [max(len(column) for column in columns) for columns in zip(heads, *(a + b for a, b in rows), strict=True)]
    return {"heads": heads, "rows": rows, "characters": widths}
