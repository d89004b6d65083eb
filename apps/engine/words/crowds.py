"""Groups of many players: pages say how many of the others did what, in place of a row or a field for each of them."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from markupsafe import Markup

from engine.words.language import ngettext
from mechanisms.treatments import Treatment

MOST_LISTED = 12
"""Members of a group who have a row, a column or a field each."""

Fact = TypeVar("Fact", bound=Hashable)


def is_crowd(treatment: Treatment) -> bool:
    return treatment.group_size > MOST_LISTED


def of_the_others(count: int) -> Markup:
    """29 of the others"""
    return ngettext("{n} of the others", "{n} of the others", count)


def players(count: int) -> Markup:
    """30 players"""
    return ngettext("{n} player", "{n} players", count)


def counted(facts: Iterable[Fact]) -> list[tuple[Fact, int]]:
    """Each fact once, in the order of the first time, with how often it was there.

    >>> counted(["a", "b", "a"])
    [('a', 2), ('b', 1)]
    """
    numbers: dict[Fact, int] = {}
    for fact in facts:
        numbers[fact] = numbers.get(fact, 0) + 1
    return list(numbers.items())
