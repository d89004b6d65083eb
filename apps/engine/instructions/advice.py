"""What participants are advised, as the table [advice] of their treatment wants it: only what is true of the game.

The sentence follows from what is true of all that the reader can be (mechanisms.descriptions.truth_is_best): where a
lie pays some players only, the others read that it never pays them. Its proof is in proofs.py, what happened in earlier
sessions in experience.py.
"""

from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup

from engine.instructions.described import (
    Case,
    cases_of_reader,
    own_share_is_safe,
    places_in,
    player_with_type,
    truth_text,
    truths_of_reader,
    what_decides,
)
from engine.instructions.experience import experience
from engine.instructions.proofs import proof
from engine.words.language import _, in_its_words, ngettext
from engine.words.names import alternatives, player_names, type_name
from engine.words.numbers import listed
from engine.words.rendering import render
from engine.words.sentences import notion
from mechanisms.descriptions import best_whatever, truth_is_best, truths
from mechanisms.treatments import Treatment


@lru_cache(maxsize=256)
@in_its_words
def advice(treatment: Treatment, position: int, known: bool = False, own_type: float | None = None) -> Markup:
    """The advice for a position, as HTML under no heading; empty without one.

    `known`: the reader has this position; otherwise it can be any that is drawn. `own_type`: the reader's, where it is
    known, too: nothing is said of the others then.
    """
    if treatment.advice is None:
        return Markup("")
    kind, cases = treatment.advice.kind, cases_of_reader(treatment, position, known, own_type)
    paragraphs = [] if kind == "experience" else list(statement(treatment, cases))
    if kind == "proof":
        paragraphs += proof(treatment, cases)
    tables = list(experience(treatment, cases)) if kind == "experience" else []
    return render("engine/described/advice.html", kind=kind, paragraphs=paragraphs, tables=tables,
                  demands=treatment.messages_are == "demands")  # fmt: skip


@lru_cache(maxsize=256)
@in_its_words
def brief_advice(treatment: Treatment, position: int, own_type: float) -> Markup:
    """The first sentence of what is true of the own messages, for who decides; empty where that is not told."""
    if treatment.advice is None or treatment.advice.kind == "experience":
        return Markup("")
    return next(statement(treatment, cases_of_reader(treatment, position, True, own_type)))


def statement(treatment: Treatment, cases: list[Case]) -> Iterator[Markup]:
    """What is true of the own messages, in a sentence or two."""
    if treatment.messages_are == "demands":
        yield from about_requests(treatment, cases)
        return
    found, others, truth = truths_of_reader(treatment, cases), treatment.group_size - 1, truth_text(treatment)
    if found == {"always"}:
        yield ngettext(
            "You can never earn more points than by reporting {truth}, whatever the other player reports.",
            "You can never earn more points than by reporting {truth}, whatever the others report.",
            others, truth=truth,
        )  # fmt: skip
        if truths(treatment).secure:
            yield _(
                "And whenever nobody could earn more points by changing the own report alone, the outcome and "
                "everybody's points are the same as with true reports of all."
            )
    elif "not_always" not in found:
        yield ngettext(
            "If the other player reports the truth, no report brings you more points on average than to report "
            "{truth}. The average is over everything that the other player can be. But in single cases, or if somebody "
            "does not report the truth, it can happen that one earns more points with another report.",
            "If all others report the truth, no report brings you more points on average than to report {truth}. The "
            "average is over everything that the others can be. But in single cases, or if somebody does not report "
            "the truth, it can happen that one earns more points with another report.",
            others, truth=truth,
        )  # fmt: skip
    else:
        yield ngettext(
            "It is not always best to report {truth}. It can happen that somebody earns more points with another "
            "report, even on average and if the other player reports the truth.",
            "It is not always best to report {truth}. It can happen that somebody earns more points with another "
            "report, even on average and if all others report the truth.",
            others, truth=truth,
        )  # fmt: skip
    if "always" in found and len(found) > 1:
        yield who_can_gain(treatment, cases)


def who_can_gain(treatment: Treatment, cases: list[Case]) -> Markup:
    """Whom of those whom the reader can be a lie can pay: never the others."""
    some = [case for case in cases if truth_is_best(treatment, *case) != "always"]
    if len(places_in(cases)) > 1:
        return _("This can happen to you only in these cases: {cases}.", cases=listed_cases(treatment, some))
    types = alternatives([type_name(treatment, *case) for case in some])
    if notion(treatment) == 1:
        return _("This can happen to you only if your ideal level is {types}.", types=types)
    return _("This can happen to you only if your type is {types}.", types=types)


def listed_cases(treatment: Treatment, cases: list[Case]) -> Markup:
    """Positions, each with its types."""
    names = player_names(treatment)
    return listed(
        player_with_type(
            treatment, names[i], alternatives([type_name(treatment, *case) for case in cases if case[0] == i])
        )
        for i in dict.fromkeys(i for i, _type in cases)
    )


def who_has_a_best_request(treatment: Treatment, cases: list[Case], best: list[Case]) -> Markup:
    if len(places_in(cases)) > 1:
        return _("It depends on nobody else in these cases: {cases}.", cases=listed_cases(treatment, best))
    return _(
        "It depends on nobody else if your value level is {types}.",
        types=alternatives([type_name(treatment, *case) for case in best]),
    )


def on_what_it_depends(treatment: Treatment, cases: list[Case]) -> Iterator[Markup]:
    """Which of the own requests is always best, unless it is one whoever the reader is."""
    sentences = {
        "types": _("Which one it is depends on your value level."),
        "places": _("Which one it is depends on who you are."),
        "both": _("Which one it is depends on who you are and on your value level."),
    }
    if (decides := what_decides(treatment, cases)) != "nothing":
        yield sentences[decides]


def about_requests(treatment: Treatment, cases: list[Case]) -> Iterator[Markup]:
    others = treatment.group_size - 1
    best = [case for case in cases if len(best_whatever(treatment, *case))]
    if best == cases:
        yield ngettext(
            "One of your requests is always best for you, whatever the other player requests.",
            "One of your requests is always best for you, whatever the others request.",
            others,
        )
        yield from on_what_it_depends(treatment, cases)
    elif best and len(places_in(cases)) > 1:
        yield ngettext(
            "In some cases one of your requests is always best for you, whatever the other player requests; in others "
            "it depends on that request.",
            "In some cases one of your requests is always best for you, whatever the others request; in other cases it "
            "depends on their requests.",
            others,
        )
        yield who_has_a_best_request(treatment, cases, best)
    elif best:
        yield ngettext(
            "With some value levels one of your requests is always best for you, whatever the other player requests; "
            "with others it depends on that request.",
            "With some value levels one of your requests is always best for you, whatever the others request; with "
            "other value levels it depends on their requests.",
            others,
        )
        yield who_has_a_best_request(treatment, cases, best)
    else:
        yield ngettext(
            "No request is always best for you: which one is best depends on what the other player requests.",
            "No request is always best for you: which one is best depends on what the others request.",
            others,
        )
    if own_share_is_safe(treatment, places_in(cases)):
        yield ngettext(
            "If the other player requests more than you, it makes no difference to what you pay how much more it is.",
            "If others request more than you, it makes no difference to what you pay how much more it is.",
            others,
        )
        if others > 1:
            yield _("Nobody who requests more than you can change what you pay by requesting even more.")
