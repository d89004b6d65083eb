"""What the style of a description says of a game, found on the game as played; and the example of what is open."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Literal

from markupsafe import Markup

from engine.aids.opportunities import AIDS, opportunity_table
from engine.instructions.example import example
from engine.instructions.worth import own_positions, possible_types
from engine.words.language import _
from engine.words.names import message_text, player_names, who_sends
from engine.words.sentences import notion
from mechanisms.descriptions import (
    best_whatever,
    larger_requests_do_not_matter,
    opportunity_sets,
    truth_is_best,
    truths,
)
from mechanisms.treatments import Treatment

Case = tuple[int, float]
"""What a reader can be: a position, with a type."""


@lru_cache(maxsize=256)
def style_facts(treatment: Treatment, position: int, known: bool = False) -> dict[str, object]:
    """Variables of engine/described/style.html; `known`: the reader has this position."""
    places = places_of_reader(treatment, position, known)
    facts: dict[str, object] = {
        "style": treatment.style,
        "menu_varies": False,
        "own_report_decides": False,
        "reports_get_best": False,
        "larger_do_not_matter": False,
    }
    if treatment.style == "menu":
        facts["menu_varies"] = any(menu_varies(treatment, i) for i in places)
        facts["own_report_decides"] = any(own_report_decides(treatment, i) for i in places)
        facts["reports_get_best"] = truths(treatment).reports_get_best
    if treatment.style == "opportunity":
        facts["larger_do_not_matter"] = own_share_is_safe(treatment, places)
    return facts


@lru_cache(maxsize=256)
def menu_varies(treatment: Treatment, position: int) -> bool:
    return opportunity_sets(treatment, position).vary


@lru_cache(maxsize=256)
def own_report_decides(treatment: Treatment, position: int) -> bool:
    """Whether several results are open against some messages of the others; else the own report changes nothing."""
    return bool(opportunity_sets(treatment, position).sizes.max() > 1)


@lru_cache(maxsize=256)
def menu_is_given(treatment: Treatment, position: int) -> bool:
    """Whether the own report changes no price of the menu: coarse points can hide that it does."""
    return opportunity_sets(treatment, position).one_price


def places_of_reader(treatment: Treatment, position: int, known: bool = False) -> list[int]:
    """The positions that the reader can have, this one first; it alone where it is `known` to be the reader's."""
    return [position] if known else sorted(own_positions(treatment, position), key=lambda i: i != position)


def own_share_is_safe(treatment: Treatment, places: list[int]) -> bool:
    """Whether nobody who requests more than the reader can change what the reader pays, in any of the own positions."""
    return all(larger_requests_do_not_matter(treatment, i) for i in places)


def open_in_example(treatment: Treatment, position: int) -> Markup:
    """What is open to the reader against the others' messages of the worked example."""
    if treatment.style not in AIDS:
        return Markup("")
    shown = example(treatment, position)
    others = [message for i, message in enumerate(shown.messages) if i != position]
    return opportunity_table(treatment, position, shown.types[position], others, prefix="example-")


def cases_of_reader(
    treatment: Treatment, position: int, known: bool = False, own_type: float | None = None
) -> list[Case]:
    """All that the reader can be; the one case where the type is given, too."""
    places = places_of_reader(treatment, position, known)
    return [(i, t) for i in places for t in (possible_types(treatment, i) if own_type is None else [own_type])]


def places_in(cases: list[Case]) -> list[int]:
    return list(dict.fromkeys(i for i, _own_type in cases))


def truths_of_reader(treatment: Treatment, cases: list[Case]) -> set[str]:
    """How far the truth is best for all that the reader can be: `truth_is_best`."""
    return {truth_is_best(treatment, i, own_type) for i, own_type in cases}


def what_decides(treatment: Treatment, cases: list[Case]) -> Literal["nothing", "types", "places", "both"]:
    """On what it depends which request is best whatever the others request, where all that the reader can be have one.

    "nothing": one request is best in all cases; "types": for those alike in it; "places": in each position.
    """
    best = {case: set(best_whatever(treatment, *case).tolist()) for case in cases}

    def shared(alike: Callable[[Case], Hashable]) -> bool:
        """Whether cases that are alike have a best request in common."""
        kinds = {alike(case) for case in best}
        return all(set.intersection(*(best[case] for case in best if alike(case) == kind)) for kind in kinds)

    if shared(lambda case: None):
        return "nothing"
    if shared(lambda case: case[1]):
        return "types"
    return "places" if shared(lambda case: case[0]) else "both"


def truth_text(treatment: Treatment) -> Markup:
    """What the truth is called, as the object of "to report"."""
    return _("your ideal level") if notion(treatment) == 1 else _("your true type")


def player_with_type(treatment: Treatment, name: str, type_: str) -> Markup:
    given = {"name": name, "type": type_}
    return [
        _("{name} with type {type}", **given),
        _("{name} with ideal level {type}", **given),
        _("{name} with value level {type}", **given),
    ][notion(treatment)]


def sent(treatment: Treatment, position: int, others: tuple[float, ...]) -> Markup:
    names = player_names(treatment)
    places = [i for i in range(treatment.group_size) if i != position]
    return who_sends((names[i], message_text(treatment, i, m)) for i, m in zip(places, others, strict=True))
