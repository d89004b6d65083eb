"""The comprehension quiz: questions and right answers, all computed from the treatment.

A question about points, cost shares or transfers is a question about the game as it is played; a question about the
session is a question about its protocol. None of them says or hints what is good to do: the messages in the examples
are drawn, and what changes in an example is always somebody else's message.
"""

from decimal import Decimal
from functools import lru_cache

from markupsafe import Markup

from engine.instructions.own_costs import cost_grid, own_costs
from engine.instructions.screen import can_lose
from engine.people import Player
from engine.quiz.example import Example, example_of, spaced
from engine.quiz.question import Question
from engine.quiz.questions_described import described
from engine.quiz.questions_session import feedback, group, in_instructions, information, money, rounds, sequence, stages
from engine.session.plan import order_of
from engine.words.entries import written
from engine.words.language import _, in_its_words, ngettext
from engine.words.names import player_names
from engine.words.numbers import localized, one_or_several, plain
from engine.words.sentences import in_this_order, own_goods, points_formula
from mechanisms.treatments import Treatment
from mechanisms.writing import fixed

MOST = 8
NAMES = [f"quiz_{k}" for k in range(1, MOST + 1)]  # fields of the player
LEAST_IMPORTANT_FIRST = ("group", "effect_2", "feedback", "effect")  # left out where there are more than MOST


@lru_cache(maxsize=512)
@in_its_words
def questions(
    treatment: Treatment, position: int, own_type: float, attempt: int = 0, parts: int = 1, pay_parts: str = "all"
) -> tuple[Question, ...]:
    """The quiz of somebody in a position with a type: four to eight questions, in the order of the page.

    Each attempt, from 0, has other numbers in the same questions: a field of the page is about one thing in all of
    them. `parts` and `pay_parts` as in the instructions.
    """
    example, asked_effects = example_with_effects(treatment, position, own_type, attempt)
    asked = [
        points(example),
        *own_cost(treatment, position, attempt),
        *asked_effects,
        *described(treatment, position),
        group(treatment),
        *information(treatment, position),
        *sequence(treatment),
        *stages(treatment),
        feedback(treatment),
        *rounds(treatment, parts, pay_parts),
        *money(treatment, attempt),
    ]
    for name in LEAST_IMPORTANT_FIRST:
        if len(asked) > MOST:
            asked = [question for question in asked if question.name != name]
    return tuple(asked)


def example_with_effects(
    treatment: Treatment, position: int, own_type: float, attempt: int
) -> tuple[Example, list[Question]]:
    """Examples differ in how many questions about an effect they have: there are as many as in the first attempt."""
    first = example_of(treatment, position, own_type)
    asked = effects(first)
    if attempt == 0:
        return first, asked
    example = example_of(treatment, position, own_type, attempt, lambda found: len(effects(found)) >= len(asked))
    return example, effects(example)[: len(asked)]


def points(example: Example) -> Question:
    text = (
        _("Suppose that these requests are made. How many points do you get?")
        if example.demands
        else _("Suppose that these reports are made. How many points do you get?")
    )
    order = in_this_order(example.treatment)
    sentences = [example.own_type_sentence(), order, text, example.where_to_look()]
    right = example.treatment.format_points(example.points())
    return Question(
        "points", spaced(sentences), "number", right, example.points_explained(), facts=example.facts(),
        signed=can_lose(example.treatment, example.position),
        hint=spaced([points_formula(example.treatment, example.position), example.where_to_look()]),
    )  # fmt: skip


def own_cost(treatment: Treatment, position: int, attempt: int = 0) -> list[Question]:
    """What the own units add to the total cost; only asked where everybody has a good of the own."""
    if not own_goods(treatment):
        return []
    table, grid = own_costs(treatment, position), cost_grid(treatment, position)
    assert grid is not None
    mine = [i for i, units in enumerate(table.own) if i and units != 1] or [len(table.own) - 1]
    theirs = [k for k, units in enumerate(table.others) if units != 1]
    i, k = mine[attempt % len(mine)], theirs[(len(theirs) - 1 + attempt) % len(theirs)]
    before, after = (Decimal(fixed(float(table.costs[row, k]), table.write.decimals)) for row in (0, i))
    asked = {
        "own": plain(float(table.own[i])),
        "least": plain(float(table.own[0])),
        "others": plain(float(table.others[k])),
        "name": grid["other"],
    }
    number = one_or_several(float(table.own[i]))
    text = ngettext(
        "Suppose that {name} gets {others} units. By how much is the total cost higher if you get {own} unit than if "
        "you get {least}?",
        "Suppose that {name} gets {others} units. By how much is the total cost higher if you get {own} units than if "
        "you get {least}?",
        number, **asked,
    )  # fmt: skip
    explanation = ngettext(
        "With {own} unit for you the total cost is {after}, with {least} it is {before}: your unit adds {added}.",
        "With {own} units for you the total cost is {after}, with {least} it is {before}: your units add {added}.",
        number, **asked, before=localized(f"{before:f}"), after=localized(f"{after:f}"),
        added=localized(f"{after - before:f}"),
    )  # fmt: skip
    return [
        Question(
            "own_cost", text, "number", f"{after - before:f}", explanation, hint=in_instructions(_("What units cost"))
        )
    ]


def effects(example: Example) -> list[Question]:
    """What another player's message does to one's own cost share, transfer or points: up to two, unlike each other."""
    found: list[Question] = []
    for quantity, other, larger, direction in example.directions():
        if found and direction == found[0].right:
            continue
        text, choices = effect_text(example, quantity, other, larger), effect_choices(quantity)
        explanation = example.change_explained(quantity, other, larger)
        name = "effect_2" if found else "effect"
        hint = spaced([_("Compare both cases: before the change and after it."), example.where_to_look()])
        found.append(Question(name, text, "choice", direction, explanation, choices, example.facts(), hint=hint))
        if len(found) == 2:
            break
    return found


def effect_text(example: Example, quantity: str, other: int, larger: bool) -> Markup:
    name = player_names(example.treatment)[other]
    chosen = example.message_text(other)
    change = {
        (True, True): _(
            "Again these requests. Now {name} requests more than {chosen}, and all else stays as it is.",
            name=name, chosen=chosen,
        ),
        (True, False): _(
            "Again these requests. Now {name} requests less than {chosen}, and all else stays as it is.",
            name=name, chosen=chosen,
        ),
        (False, True): _(
            "Again these reports. Now {name} reports something larger than {chosen}, and all else stays as it is.",
            name=name, chosen=chosen,
        ),
        (False, False): _(
            "Again these reports. Now {name} reports something smaller than {chosen}, and all else stays as it is.",
            name=name, chosen=chosen,
        ),
    }[example.demands, larger]  # fmt: skip
    question = {
        "cost_share": _("What happens to your cost share?"),
        "transfer": _("What happens to your transfer? Less also means: you pay more."),
        "points": _("What happens to your points?"),
    }[quantity]
    return spaced([example.own_type_sentence(), in_this_order(example.treatment), change, question])


def effect_choices(quantity: str) -> tuple[tuple[str, Markup], ...]:
    return {
        "cost_share": (
            ("rises", _("My cost share rises.")),
            ("falls", _("My cost share falls.")),
            ("same", _("My cost share stays the same.")),
        ),
        "transfer": (
            ("rises", _("My transfer rises.")),
            ("falls", _("My transfer falls.")),
            ("same", _("My transfer stays the same.")),
        ),
        "points": (
            ("rises", _("My points rise.")),
            ("falls", _("My points fall.")),
            ("same", _("My points stay the same.")),
        ),
    }[quantity]


def quiz_of(player: Player, attempt: int | None = None) -> dict[str, Question]:
    """The questions of an attempt, from 0, by the names of their fields; without one: those of the page as it is.

    Who has failed sees the last attempt once more.
    """
    session, done = player.session, player.field_maybe_none("quiz_attempts") or 0
    if attempt is None:
        attempt = done - 1 if player.field_maybe_none("quiz_failed") else done
    own_type, parts = float(player.type_value), len(order_of(player.participant))
    asked = questions(player.treatment, player.position, own_type, max(0, attempt), parts, session.pay_parts)
    return dict(zip(NAMES, asked, strict=False))


def quiz_answers(player: Player) -> dict[str, str]:
    """Right answers by field, for bots."""
    return {
        name: written(Decimal(question.right)) if question.kind == "number" else question.right
        for name, question in quiz_of(player).items()
    }


def wrong_answers(player: Player) -> dict[str, str]:
    """A wrong answer to every question, for bots."""
    return {
        name: next(key for key, _text in question.choices if key != question.right)
        if question.kind == "choice"
        else written(Decimal(question.right) + 1)
        for name, question in quiz_of(player).items()
    }
