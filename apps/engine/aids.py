"""The payoff aid of the decision page: a table for two players, a calculator for more.

Both show points of the game as played, by Treatment.own_points and Treatment.play. Own points depend on the own type
and on all messages, not on the others' types, so both are exact without knowing them.
"""

from functools import lru_cache
from html import escape
from typing import Any

import numpy as np

from engine.names import player_names
from engine.numbers import allowed_messages, amount, amount_decimals, parse_message, plain, points_text
from mechanisms.treatments import Treatment

LARGEST_TABLE = 1000  # cells; beyond that a table cannot be read, and the calculator takes its place


def uses_table(treatment: Treatment) -> bool:
    sizes = [len(position.messages) for position in treatment.positions]
    return treatment.group_size == 2 and sizes[0] * sizes[1] <= LARGEST_TABLE


@lru_cache(maxsize=256)
def payoff_table(treatment: Treatment, position: int, own_type: float, other_type: float | None) -> str:
    """The table as HTML, own messages in rows. With `other_type` (complete information) both players' points.

    Made once for all participants and rounds with the same type, because it is the heaviest part of the page.
    """
    other = 1 - position
    tables = [own_rows(treatment, position, position, own_type)]
    if other_type is not None:
        tables.append(own_rows(treatment, position, other, other_type))
    columns = "".join(f'<th scope="col">{plain(m)}</th>' for m in treatment.positions[other].messages)
    rows = []
    for row, message in enumerate(treatment.positions[position].messages):
        cells = "".join(cell(treatment, *units) for units in zip(*(table[row] for table in tables), strict=True))
        rows.append(f'<tr><th scope="row" data-message="{float(message)!r}">{plain(message)}</th>{cells}</tr>')
    name = escape(player_names(treatment)[other])
    head = f'<thead><tr><th class="corner">You \u2193 {name} \u2192</th>{columns}</tr></thead>'
    return f'<table class="payoffs" id="payoff-table">{head}<tbody>{"".join(rows)}</tbody></table>'


def own_rows(treatment: Treatment, viewer: int, position: int, own_type: float) -> list[list[int]]:
    """Points of `position` as a list of rows, one a message of the viewer."""
    units = treatment.own_points(position, own_type)
    return (units if viewer == 0 else units.T).tolist()


def cell(treatment: Treatment, own: int, other: int | None = None) -> str:
    if other is None:
        return f"<td>{points_text(treatment, own)}</td>"
    return f"<td><b>{points_text(treatment, own)}</b><i>{points_text(treatment, other)}</i></td>"


def calculate(player: Any, data: Any) -> dict[str, Any]:
    """The answer to a calculator request: texts by field name, or one sentence about what is missing."""
    treatment, names = player.treatment, player_names(player.treatment)
    entered = data.get("messages") if isinstance(data, dict) else None
    if not isinstance(entered, list) or len(entered) != treatment.group_size:
        return {"error": f"Please choose a value for each of the {treatment.group_size} players."}
    messages = []
    for i, raw in enumerate(entered):
        grid = treatment.positions[i].messages
        message = parse_message(raw, grid)
        if message is None:
            who = "yourself" if i == player.position else names[i]
            return {"error": f"Please choose {allowed_messages(grid)} for {who}."}
        messages.append(message)
    return {"fields": what_if(treatment, player.position, player.type_value, messages)}


def what_if(treatment: Treatment, position: int, own_type: float, messages: list[float]) -> dict[str, dict[str, str]]:
    types = np.array([float(p.types[0]) for p in treatment.positions])
    types[position] = own_type
    play = treatment.play(types, np.array(messages))
    decimals = amount_decimals(treatment, position)
    outcome = treatment.outcome_label(play.outcome)
    fields = {"outcome": {"text": outcome, "value": outcome}}
    amounts = {"value": play.values, "cost_share": play.cost_shares, "transfer": play.transfers}
    if play.quantities is not None:
        quantity = float(play.quantities[position])
        fields["quantity"] = {"text": plain(quantity), "value": repr(quantity)}
    for name, numbers in amounts.items():
        number = float(numbers[position])
        fields[name] = {"text": amount(number, decimals), "value": repr(number)}
    units = int(play.points[position])
    fields["points"] = {"text": points_text(treatment, units), "value": str(units)}
    return fields
