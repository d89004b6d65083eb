"""The payoff aids of the decision page: a table for two players, a what-if calculator, a graph, what is open.

All show points of the game as played: nothing is computed here that `mechanisms` does not compute. Own points depend on
the own type and on all messages, not on the others' types, so every aid is exact without knowing them.
"""

from collections.abc import Mapping

from markupsafe import Markup

from engine.aids.answers import answer, answer_live
from engine.aids.calculator import NOTHING_SAID, calculator_fields
from engine.aids.explained import explained
from engine.aids.payoff_table import payoff_table, printed_tables, uses_table
from engine.aids.shown import known_types, shown_aids
from engine.aids.what_if import custom_export_what_if
from engine.people import Player
from engine.words.crowds import is_crowd
from engine.words.names import player_names
from engine.words.rendering import render

__all__ = [
    "aids", "answer", "answer_live", "custom_export_what_if",
    "explained", "payoff_table", "printed_tables", "uses_table",
]  # fmt: skip


def aids(player: Player, said: Mapping[int, float] = NOTHING_SAID) -> Markup:
    """The HTML of the aids that the treatment switches on; empty if it switches on none.

    `said`: what others have reported before, in public, by position: it stands in the calculator.
    """
    treatment, position = player.treatment, player.position
    kinds = shown_aids(treatment)
    table, other_name = Markup(""), ""
    if "table" in kinds:
        types = known_types(player)
        table = payoff_table(treatment, position, player.type_value, types[1 - position] if types else None)
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
        said=len(said),
        fields=calculator_fields(treatment, position, said) if set(kinds) - {"table"} else [],
    )
