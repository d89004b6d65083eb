"""Questions on whether the incentives of a rule are understood; right answers are found on the game as played.

Beside the quiz, which asks how the rule works: nobody is told what is right, and nothing depends on the answers.
"""

from functools import lru_cache

from markupsafe import Markup

from engine.instructions.described import sent, truth_text
from engine.quiz.example import spaced
from engine.quiz.question import Question
from engine.words.language import _, in_its_words, ngettext
from engine.words.names import message_text, type_name
from engine.words.sentences import in_this_order, notion
from mechanisms.descriptions import Comparison, comparisons, incentives
from mechanisms.descriptions.incentives import UNKNOWN, brings_more
from mechanisms.treatments import Treatment

MOST = 6
UNDERSTANDING = [f"understanding_{k}" for k in range(1, MOST + 1)]  # fields of the player


@lru_cache(maxsize=512)
@in_its_words
def understanding_questions(treatment: Treatment, position: int, own_type: float) -> tuple[Question, ...]:
    """The questions for a position with a type, in the order of the page."""
    if treatment.messages_are == "demands":
        asked = about_requests(treatment, position, own_type)
    else:
        asked = about_reports(treatment, position, own_type)
    return tuple(question for question in asked if question is not None)


def about_reports(treatment: Treatment, position: int, own_type: float) -> list[Question | None]:
    others, right = treatment.group_size - 1, incentives(treatment, position, own_type)
    gain = ngettext(
        "Suppose that you know what the other player reports. Can it happen that another report brings you more points "
        "than to report {truth}?",
        "Suppose that you know what all others report. Can it happen that another report brings you more points than "
        "to report {truth}?",
        others, truth=truth_text(treatment),
    )  # fmt: skip
    own = ngettext(
        "The other player stays with a report, and you change yours. Can this change which results you could get, and "
        "what each of them costs you?",
        "All others stay with their reports, and you change yours. Can this change which results you could get, and "
        "what each of them costs you?",
        others,
    )
    theirs = ngettext(
        "You stay with your report, and the other player reports something else. Can this change which results you "
        "could get, and what each of them costs you?",
        "You stay with your report, and others report something else. Can this change which results you could get, and "
        "what each of them costs you?",
        others,
    )
    price = ngettext(
        "Two different reports of yours lead to the same outcome, and the other player stays with a report. Can what "
        "you pay or receive differ between the two?",
        "Two different reports of yours lead to the same outcome, and all others stay with their reports. Can what you "
        "pay or receive differ between the two?",
        others,
    )
    if treatment.environment == "production":
        price = ngettext(
            "Two different reports of yours bring you the same number of units, and the other player stays with a "
            "report. Can what you pay or receive differ between the two?",
            "Two different reports of yours bring you the same number of units, and all others stay with their "
            "reports. Can what you pay or receive differ between the two?",
            others,
        )
    with_type = own_type_sentence(treatment, position, own_type)
    return [
        yes_or_no("gain", spaced([with_type, gain]), right),
        yes_or_no("own_report", own, right) if "own_report" in right else None,
        yes_or_no("others_reports", theirs, right),
        yes_or_no("price", price, right) if "price" in right else None,
        *asked_comparisons(treatment, position, own_type),
    ]


def about_requests(treatment: Treatment, position: int, own_type: float) -> list[Question | None]:
    others, right = treatment.group_size - 1, incentives(treatment, position, own_type)
    best = ngettext(
        "Is there a request that brings you at least as many points as any other, whatever the other player requests?",
        "Is there a request that brings you at least as many points as any other, whatever the others request?",
        others,
    )
    own = ngettext(
        "The other player stays with a request, and you change yours. Can this change what each number of units would "
        "cost you?",
        "All others stay with their requests, and you change yours. Can this change what each number of units would "
        "cost you?",
        others,
    )
    larger = ngettext(
        "Suppose that the other player requests more than you. Now that player requests even more, and you request "
        "the same as before. Can this change what you pay?",
        "Suppose that another player requests more than you. Now that player requests even more, and all others, you "
        "too, request the same as before. Can this change what you pay?",
        others,
    )
    with_type = own_type_sentence(treatment, position, own_type)
    return [
        yes_or_no("best", spaced([with_type, best]), right),
        yes_or_no("own_request", own, right),
        yes_or_no("larger_requests", larger, right),
        *asked_comparisons(treatment, position, own_type),
    ]


def own_type_sentence(treatment: Treatment, position: int, own_type: float) -> Markup:
    name = type_name(treatment, position, own_type)
    return [
        _("Your type is {type}.", type=name),
        _("Your ideal level is {type}.", type=name),
        _("Your value level is {type}.", type=name),
    ][notion(treatment)]


def yes_or_no(name: str, text: Markup, right: dict[str, bool]) -> Question:
    choices = (("yes", _("Yes.")), ("no", _("No.")), (UNKNOWN, _("I do not know.")))
    return Question(name, text, "choice", "yes" if right[name] else "no", Markup(""), choices)


def asked_comparisons(treatment: Treatment, position: int, own_type: float) -> list[Question]:
    """Two messages against the same messages of the others."""
    found = comparisons(treatment, position, own_type)
    return [comparison(treatment, position, own_type, name, compared) for name, compared in found.items()]


def comparison(treatment: Treatment, position: int, own_type: float, name: str, compared: Comparison) -> Question:
    first, second = (message_text(treatment, position, message) for message in compared.messages)
    text = against(treatment, {"others": sent(treatment, position, compared.others), "first": first, "second": second})
    choices = (
        ("first", Markup.escape(first)),
        ("second", Markup.escape(second)),
        ("same", _("Both the same.")),
        (UNKNOWN, _("I do not know.")),
    )
    asked = spaced([own_type_sentence(treatment, position, own_type), in_this_order(treatment), text])
    return Question(name, asked, "choice", brings_more(compared), Markup(""), choices)


def against(treatment: Treatment, given: dict[str, str]) -> Markup:
    """Which of two messages brings more when the others send theirs."""
    n = treatment.group_size - 1
    if treatment.messages_are == "demands":
        return ngettext(
            "This is the request of the other player: {others}. What brings you more points, the request {first} or "
            "the request {second}?",
            "These are the requests of the others: {others}. What brings you more points, the request {first} or the "
            "request {second}?",
            n, **given,
        )  # fmt: skip
    return ngettext(
        "This is the report of the other player: {others}. What brings you more points, the report {first} or the "
        "report {second}?",
        "These are the reports of the others: {others}. What brings you more points, the report {first} or the "
        "report {second}?",
        n, **given,
    )  # fmt: skip
