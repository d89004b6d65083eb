"""What a rule's record can hold of options: keys of the table [mechanism] of a treatment file, with types and limits.

Apart from mechanisms/rule.py, so that rules without options are had without loading pydantic.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Options(BaseModel):
    """Keys of the table [mechanism] that a rule has beside its name; subclasses add fields, each with a default.

    An option that several rules have is one class of these, or has the same type in all of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def wrong(self, group_size: int) -> tuple[str, str] | None:
        """(key, what is right) of an option that does not fit the group; None if all do."""
        return None

    def arguments(self) -> dict[str, Any]:
        """What the rule's functions are called with, beside demands and cost, or the problem. Agents count from 0."""
        return {}


class DirectOptions(Options):
    """What all direct mechanisms have: which of several efficient outcomes is chosen."""

    ties: Literal["first", "last"] = "first"


class OrderOptions(Options):
    """For rules that treat the agents in an order: positions from 1, as people see them."""

    order: tuple[Annotated[int, Field(strict=True)], ...] | None = None

    def wrong(self, group_size: int) -> tuple[str, str] | None:
        if self.order is None or sorted(self.order) == list(range(1, group_size + 1)):
            return None
        return "order", f"must name each position 1 to {group_size} exactly once"

    def arguments(self) -> dict[str, Any]:
        return {"order": None if self.order is None else tuple(k - 1 for k in self.order)}
