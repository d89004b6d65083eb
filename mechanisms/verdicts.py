"""Verdicts: what a checker found, how, on how much, and where it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from mechanisms.arrays import as_choice
from mechanisms.shown import Shown

Status = Literal["holds", "fails", "not applicable", "too large"]


class TooLargeError(ValueError):
    """Raised before the memory is used: the message says how large the work is and what would fit."""


@dataclass(frozen=True)
class Verdict(Shown):
    """The answer to one question about a game.

    Attributes
    ----------
    status : "holds", "fails", "not applicable" or "too large"; never guessed from a sample
    method : how it was decided, in a few words
    size : what was gone through, in words ("625 profiles")
    tolerance : relative tolerance of comparisons; 0 = exact
    witness : a frozen dataclass with the indices that show a failure; None if there is nothing to show
    reason : why not applicable, or what would fit if too large; empty otherwise

    Examples
    --------
    >>> Verdict("holds", "all deviations", "625 profiles").holds
    True
    """

    status: Status
    method: str
    size: str
    tolerance: float = 0.0
    witness: Any = None
    reason: str = ""

    def __post_init__(self) -> None:
        as_choice("status", self.status, get_args(Status))

    @property
    def holds(self) -> bool:
        """Whether the property is known to hold."""
        return self.status == "holds"
