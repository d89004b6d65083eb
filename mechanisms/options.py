"""What a rule's record can hold of options: keys of the table [mechanism] of a treatment file, with types and limits.

Apart from mechanisms/rule.py, so that rules without options are had without loading pydantic.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


class Options(BaseModel):
    """Keys of the table [mechanism] that a rule has beside its name; subclasses add fields, each with a default.

    An option that several rules have is one class of these, or has the same type in all of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def wrong(self, group_size: int, highest: Decimal | None = None) -> tuple[str, str] | None:
        """(key, what is right) of an option that does not fit the group, or the largest quantity; None if all do."""
        return None

    def arguments(self) -> dict[str, Any]:
        """What the rule's functions are called with, beside demands and cost, or the problem. Agents count from 0."""
        return {}

    def in_turn(self, sequence: tuple[int, ...]) -> dict[str, Any]:
        """The same where reports are made one after another: agents, from 0, in the order in which they report."""
        return self.arguments()


class DirectOptions(Options):
    """What all direct mechanisms have: which of several efficient outcomes is chosen."""

    ties: Literal["first", "last"] = "first"


class OrderOptions(Options):
    """For rules that treat the agents in an order: positions from 1, as people see them."""

    order: tuple[Annotated[int, Field(strict=True)], ...] | None = None

    def wrong(self, group_size: int, highest: Decimal | None = None) -> tuple[str, str] | None:
        if self.order is None or sorted(self.order) == list(range(1, group_size + 1)):
            return None
        return "order", f"must name each position 1 to {group_size} exactly once"

    def arguments(self) -> dict[str, Any]:
        return {"order": None if self.order is None else tuple(k - 1 for k in self.order)}

    def in_turn(self, sequence: tuple[int, ...]) -> dict[str, Any]:
        return {**self.arguments(), "order": sequence}


class FirstOptions(Options):
    """For rules in which one agent reports first: a position from 1, as people see it."""

    first: Annotated[int, Field(strict=True)] | None = None

    def wrong(self, group_size: int, highest: Decimal | None = None) -> tuple[str, str] | None:
        if self.first is None or 1 <= self.first <= group_size:
            return None
        return "first", f"must be a position, 1 to {group_size}"

    def arguments(self) -> dict[str, Any]:
        return {"first": 0 if self.first is None else self.first - 1}

    def in_turn(self, sequence: tuple[int, ...]) -> dict[str, Any]:
        return {**self.arguments(), "first": sequence[0]}


def _short(number: Decimal) -> str:
    """So that 8 and 8.0 are the same game."""
    return format(number.normalize(), "f")


Coordinate = Annotated[Decimal, Field(ge=0, allow_inf_nan=False), PlainSerializer(_short, return_type=str)]


Amount = Annotated[Decimal, Field(allow_inf_nan=False), PlainSerializer(_short, return_type=str)]


class ParticipationOptions(Options):
    """For rules that let everybody take part: amounts that everybody receives whatever is reported (below 0: pays), and
    what those get who do not take part, each with a number for each position, in units of utility."""

    constants: tuple[Amount, ...] | None = None
    outside: tuple[Amount, ...] | None = None

    def wrong(self, group_size: int, highest: Decimal | None = None) -> tuple[str, str] | None:
        """
        >>> ParticipationOptions(constants=[2, -1]).wrong(2)
        ('constants', 'must sum to 0, so that the budget balances; they sum to 1')
        """
        for key in ("constants", "outside"):
            given = getattr(self, key)
            if given is not None and len(given) != group_size:
                return key, f"has {len(given)} entries: give one for each of the {group_size} positions"
        if self.constants is not None and (total := sum(self.constants)):
            return "constants", f"must sum to 0, so that the budget balances; they sum to {_short(Decimal(total))}"
        return None

    def arguments(self) -> dict[str, Any]:
        """The numbers, where they are given."""
        given = {"constants": self.constants, "outside": self.outside}
        return {key: [float(x) for x in numbers] for key, numbers in given.items() if numbers is not None}


class PathOptions(Options):
    """For fixed path methods: the corners of the path, from nothing, each with a number of units for each agent."""

    path: tuple[tuple[Coordinate, ...], ...] | None = None

    def wrong(self, group_size: int, highest: Decimal | None = None) -> tuple[str, str] | None:
        """
        >>> PathOptions(path=[[0, 0], [4, 0], [3, 8]]).wrong(2)
        ('path', 'must not fall: corner 3 has 3 for player 1, after 4')
        """
        if self.path is None:
            return "path", "is missing: give its corners, from [0, 0, …], each with a number of units for each player"
        wrong = self._wrong(self.path, group_size, highest)
        return None if wrong is None else ("path", wrong)

    @staticmethod
    def _wrong(path: tuple[tuple[Decimal, ...], ...], group_size: int, highest: Decimal | None) -> str | None:
        if len(path) < 2:
            return f"must have two corners or more; it has {len(path)}"
        for k, corner in enumerate(path, 1):
            if len(corner) != group_size:
                return (
                    f"must have {group_size} numbers in each corner, one for each player; corner {k} has {len(corner)}"
                )
        if any(path[0]):
            return "must start where nothing is produced: the first corner must have zeros only"
        for k, (before, after) in enumerate(pairwise(path), 2):
            for i, (low, high) in enumerate(zip(before, after, strict=True), 1):
                if high < low:
                    return f"must not fall: corner {k} has {_short(high)} for player {i}, after {_short(low)}"
        short = [i for i, end in enumerate(path[-1], 1) if highest is not None and end < highest]
        if short and highest is not None:
            end = _short(path[-1][short[0] - 1])
            return (
                f"must reach the largest quantity, {_short(highest)}, for everybody; "
                f"it ends at {end} for player {short[0]}"
            )
        return None

    def arguments(self) -> dict[str, Any]:
        """Nothing without a path: the function asks for one."""
        return {} if self.path is None else {"path": [[float(x) for x in corner] for corner in self.path]}
