"""Cognitive reflection: three problems whose first answer that comes to mind is wrong.

Frederick (2005), Cognitive Reflection and Decision Making, Journal of Economic Perspectives 19(4), 25-42; the problems
in words and things of our own, with the same numbers. The score is the number of right answers, 0 to 3. Because the
problems are widely known, the page also asks whether one has seen them before.
"""

from collections.abc import Mapping
from decimal import Decimal

from engine.questionnaires.scales import Item, Scale
from engine.words.language import _

RIGHT = {"price": 5, "machines": 5, "doubling": 47}
"""p + (p + 100) = 110; a printer makes a poster in 5 minutes; half of the pond is covered a day before all of it."""


def items() -> tuple[Item, ...]:
    seen = (("yes", _("Yes")), ("no", _("No")))
    return (
        Item("price", _(
            "A notebook and a pencil cost 110 coins together. The notebook costs 100 coins more than the pencil. How "
            "many coins does the pencil cost?",
        ), "number"),
        Item("machines", _(
            "5 printers need 5 minutes to print 5 posters. How many minutes do 100 printers need to print 100 "
            "posters?",
        ), "number"),
        Item("doubling", _(
            "Water plants grow on a pond. Every day the area that they cover doubles. After 48 days they cover the "
            "whole pond. After how many days did they cover half of it?",
        ), "number"),
        Item("seen", _("Have you seen any of these three problems before?"), "choice", seen),
    )  # fmt: skip


def score(answers: Mapping[str, str]) -> dict[str, float]:
    """1 for a right and 0 for a wrong answer, and their sum; nothing for what was left out."""
    given = {name: float(Decimal(answers[name]) == right) for name, right in RIGHT.items() if answers[name]}
    return {**given, "right_answers": sum(given.values())} if given else {}


SCALE = Scale(
    name="cognitive_reflection",
    item_names=(*RIGHT, "seen"),
    title=lambda: _("Three problems"),
    introduction=lambda: _("Please solve these problems in your head. They are not paid."),
    items=items,
    score=score,
    totals={"right_answers": "cognitive_reflection_score"},
    example={"price": "5", "machines": "100", "doubling": " 47 ", "seen": "no"},
    example_scores={"price": 1.0, "machines": 0.0, "doubling": 1.0, "right_answers": 2.0},
    refused=(("price", "five"), ("doubling", "-1")),
)
