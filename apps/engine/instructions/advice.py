"""What participants are advised, as the table [advice] of their treatment wants it: only what is true of the game.

The sentence follows from what is true of all that the reader can be (mechanisms.descriptions.truth_is_best): where a
lie pays some players only, the others read that it never pays them. Its proof is in proofs.py, what happened in earlier
sessions in experience.py.
"""

from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup

from engine.instructions.described import own_cases, own_share_is_safe, truth_text, truths_of_reader
from engine.instructions.experience import experience
from engine.instructions.proofs import proof
from engine.instructions.worth import own_positions
from engine.words.language import _, in_its_words, ngettext
from engine.words.rendering import render
from engine.words.sentences import notion
from mechanisms.descriptions import best_whatever, truths
from mechanisms.treatments import Treatment


@lru_cache(maxsize=256)
@in_its_words
def advice(treatment: Treatment, position: int) -> Markup:
    """The advice for a position, as HTML under no heading; empty without one."""
    if treatment.advice is None:
        return Markup("")
    kind = treatment.advice.kind
    paragraphs = [] if kind == "experience" else list(statement(treatment, position))
    if kind == "proof":
        paragraphs += proof(treatment, position)
    tables = list(experience(treatment, position)) if kind == "experience" else []
    return render("engine/described/advice.html", kind=kind, paragraphs=paragraphs, tables=tables,
                  demands=treatment.messages_are == "demands")  # fmt: skip


def statement(treatment: Treatment, position: int) -> Iterator[Markup]:
    """What is true of the own messages, in a sentence or two."""
    if treatment.messages_are == "demands":
        yield from about_requests(treatment, position)
        return
    found, others, truth = truths_of_reader(treatment, position), treatment.group_size - 1, truth_text(treatment)
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
        yield who_can_gain(treatment, position)


def who_can_gain(treatment: Treatment, position: int) -> Markup:
    """That a lie can pay some of those whom the reader can be, and never the others."""
    ideal, several = notion(treatment) == 1, len(own_positions(treatment, position)) > 1
    if several and ideal:
        return _("Whether this can happen to you depends on your place in the group and on your ideal level.")
    if several:
        return _("Whether this can happen to you depends on your place in the group and on your type.")
    if ideal:
        return _("Whether this can happen to you depends on your ideal level.")
    return _("Whether this can happen to you depends on your type.")


def about_requests(treatment: Treatment, position: int) -> Iterator[Markup]:
    others = treatment.group_size - 1
    best = [len(best_whatever(treatment, i, t)) > 0 for i, t in own_cases(treatment, position)]
    if all(best):
        yield ngettext(
            "One of your requests is always best for you, whatever the other player requests.",
            "One of your requests is always best for you, whatever the others request.",
            others,
        )
    elif any(best):
        yield ngettext(
            "With some value levels one of your requests is always best for you, whatever the other player requests; "
            "with others it depends on that request.",
            "With some value levels one of your requests is always best for you, whatever the others request; with "
            "other value levels it depends on their requests.",
            others,
        )
    else:
        yield ngettext(
            "No request is always best for you: which one is best depends on what the other player requests.",
            "No request is always best for you: which one is best depends on what the others request.",
            others,
        )
    if own_share_is_safe(treatment, position):
        yield ngettext(
            "If the other player requests more than you, it makes no difference to what you pay how much more it is.",
            "If others request more than you, it makes no difference to what you pay how much more it is: nobody who "
            "requests more than you can change it.",
            others,
        )
