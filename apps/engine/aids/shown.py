"""Which payoff aids a treatment's participants have, and what they may know."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from engine.aids.opportunities import AIDS
from engine.aids.payoff_table import uses_table
from engine.people import Player
from mechanisms.arrays import FloatArray
from mechanisms.treatments import Treatment


@dataclass(frozen=True)
class Seen:
    """What everybody has seen before a decision.

    Attributes
    ----------
    said : messages by position: reports made in public, or in stages what was served
    least : in stages what was served last, of which nobody requests less
    """

    said: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    least: float = -math.inf

    def open_to(self, treatment: Treatment, position: int) -> FloatArray:
        """The messages that a position can still turn out to have."""
        grid = treatment.positions[position].messages
        return np.array([self.said[position]]) if position in self.said else grid[grid >= self.least]


NOTHING_SEEN = Seen()


def shown_aids(treatment: Treatment) -> list[str]:
    """The kinds of aids on the decision page, in their order. A calculator replaces a table that is too large."""
    screen, kinds = treatment.screen, []
    if uses_table(treatment):
        kinds.append("table")
    if treatment.style in AIDS:
        kinds.append(AIDS[treatment.style])
    replaces = screen.table and treatment.group_size == 2 and "table" not in kinds
    if screen.calculator or replaces:
        kinds.append("calculator")
    if screen.graph:
        kinds.append("graph")
    return kinds


def known_types(player: Player) -> list[float] | None:
    """Everybody's types by position where information is complete, else None."""
    if player.treatment.information != "complete":
        return None
    return [float(member.type_value) for member in player.group.get_players()]
