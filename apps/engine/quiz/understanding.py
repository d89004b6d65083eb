"""Questions on whether the incentives of a rule are understood; right answers are found on the game as played.

Beside the quiz, which asks how the rule works: nobody is told what is right, and nothing depends on the answers.
"""

from functools import lru_cache

import numpy as np
from markupsafe import Markup

from engine.instructions.described import sent, truth_text
from engine.quiz.example import spaced
from engine.quiz.question import Question
from engine.words.language import _, in_its_words, ngettext
from engine.words.names import message_text, type_name
from engine.words.sentences import in_this_order, notion
from mechanisms.descriptions import incentives
from mechanisms.treatments import Treatment

MOST = 6
UNDERSTANDING = [f"understanding_{k}" for k in range(1, MOST + 1)]  # fields of the player
UNKNOWN = "unknown"


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
        *comparisons(treatment, position, own_type, [int(np.searchsorted(grid_of(treatment, position), own_type))]),
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
        *comparisons(treatment, position, own_type, list(range(len(grid_of(treatment, position))))),
    ]


def grid_of(treatment: Treatment, position: int) -> np.ndarray:
    return treatment.positions[position].messages


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


def comparisons(treatment: Treatment, position: int, own_type: float, first: list[int]) -> list[Question | None]:
    """Two messages against the same messages of the others: once where they differ most, once where they tie.

    `first` : the places of the messages of which one is compared with another: the truth, or any request
    """
    own = np.moveaxis(treatment.own_points(position, own_type), position, 0)
    own = own.reshape(len(own), -1)
    found: list[Question | None] = []
    for name, merit in (("which", differing), ("which_again", equal)):
        chosen = merit(own, first)
        found.append(None if chosen is None else comparison(treatment, position, own_type, name, own, chosen))
    return found


def differing(own: np.ndarray, first: list[int]) -> tuple[int, int, int] | None:
    """(message, other message, profile of the others) with the largest difference, of the first message."""
    differences = [(int(np.abs(own - own[a]).max()), a) for a in first]
    size, a = max(differences, key=lambda pair: pair[0])
    if not size:
        return None
    b, where = np.unravel_index(int(np.abs(own - own[a]).argmax()), own.shape)
    return a, int(b), int(where)


def equal(own: np.ndarray, first: list[int]) -> tuple[int, int, int] | None:
    """The same where both bring as much, of messages as far apart as possible."""
    ties = [(abs(a - b), a, b) for a in first for b in range(len(own)) if a != b and (own[a] == own[b]).any()]
    if not ties:
        return None
    _apart, a, b = max(ties)
    return a, b, int((own[a] == own[b]).argmax())


def comparison(
    treatment: Treatment, position: int, own_type: float, name: str, own: np.ndarray, chosen: tuple[int, int, int]
) -> Question:
    a, b, where = chosen
    grids = [place.messages for i, place in enumerate(treatment.positions) if i != position]
    at = np.unravel_index(where, tuple(map(len, grids)))
    others = sent(treatment, position, tuple(float(grid[k]) for grid, k in zip(grids, at, strict=True)))
    low, high = sorted((a, b))  # the truth is not always the first
    texts = {k: message_text(treatment, position, float(grid_of(treatment, position)[k])) for k in (low, high)}
    text = against(treatment, {"others": others, "first": texts[low], "second": texts[high]})
    choices = (
        ("first", Markup.escape(texts[low])),
        ("second", Markup.escape(texts[high])),
        ("same", _("Both the same.")),
        (UNKNOWN, _("I do not know.")),
    )
    sign = int(np.sign(own[low, where] - own[high, where]))
    right = {1: "first", -1: "second", 0: "same"}[sign]
    asked = spaced([own_type_sentence(treatment, position, own_type), in_this_order(treatment), text])
    return Question(name, asked, "choice", right, Markup(""), choices)


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
