"""The payoff aids of the decision page: a table for two players, a what-if calculator, a graph, what is open.

All show points of the game as played: nothing is computed here that `mechanisms` does not compute. Own points depend on
the own type and on all messages, not on the others' types, so every aid is exact without knowing them.
"""

from markupsafe import Markup

from engine.aids.answers import answer, answer_live
from engine.aids.calculator import calculator_fields
from engine.aids.explained import explained
from engine.aids.payoff_table import payoff_table, printed_tables, uses_table
from engine.aids.shown import NOTHING_SEEN, Seen, known_types, shown_aids
from engine.aids.what_if import custom_export_what_if
from engine.people import Player
from engine.words.crowds import is_crowd
from engine.words.names import player_names
from engine.words.rendering import render

__all__ = [
    "Seen", "aids", "answer", "answer_live", "custom_export_what_if",
    "explained", "payoff_table", "printed_tables", "uses_table",
]  # fmt: skip


def aids(player: Player, seen: Seen = NOTHING_SEEN) -> Markup:
    """The HTML of the aids that the treatment switches on; empty if it switches on none.

    What everybody has `seen` stands in the calculator, and of stages before in the table.
    """
    treatment, position = player.treatment, player.position
    kinds = shown_aids(treatment)
    table, other_name = Markup(""), ""
    if "table" in kinds:
        types = known_types(player)
        table = payoff_table(
            treatment, position, player.type_value, types[1 - position] if types else None,
            seen.least, seen.said.get(1 - position) if treatment.stages is not None else None,
        )  # fmt: skip
        other_name = player_names(treatment)[1 - position]
    return render(
        "engine/aids.html",
        kinds=kinds,
        n=treatment.group_size,
        entries=2 if is_crowd(treatment) else treatment.group_size,
        demands=treatment.messages_are == "demands",
        table=table,
        other_name=other_name,
        both_points=treatment.information == "complete",
        coloured="data-coloured" in table,
        said=len(seen.said),
        fields=calculator_fields(treatment, position, seen) if set(kinds) - {"table"} else [],
    )
