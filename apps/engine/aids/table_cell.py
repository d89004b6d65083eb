"""One cell of the table in words, when it is chosen."""

import numpy as np
from markupsafe import Markup

from engine.words.names import player_names
from engine.words.numbers import plain, points_text, tagged
from engine.words.rendering import render
from mechanisms.treatments import Treatment


def look_up(
    treatment: Treatment, position: int, own_type: float, types: list[float] | None, messages: list[float]
) -> tuple[Markup, int]:
    """The points at two messages: own ones, and the other player's where types are known."""
    other = 1 - position
    play = treatment.play(complete_types(treatment, position, own_type, types), np.array(messages))
    own, theirs = int(play.points[position]), int(play.points[other])
    return render(
        "engine/table_cell.html",
        demands=treatment.messages_are == "demands",
        name=player_names(treatment)[other],
        own=plain(messages[position]),
        other=plain(messages[other]),
        points=tagged("table-points", own, points_text(treatment, own)),
        other_points=tagged("table-other-points", theirs, points_text(treatment, theirs)) if types else "",
    ), own


def complete_types(treatment: Treatment, position: int, own_type: float, types: list[float] | None) -> np.ndarray:
    """Types (n,) of a play; where those of the others are not known they stand for nothing that is shown."""
    filled = np.array([float(place.types[0]) for place in treatment.positions] if types is None else types)
    filled[position] = own_type
    return filled
