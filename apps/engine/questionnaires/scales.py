"""What a questionnaire is: a scale with items, and a score computed from the answers.

Answers are texts, as they were sent: the key of a choice, a number in Python's writing, or free text; "" was left out.
Everything is optional; what was entered must be an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from markupsafe import Markup

from engine.words.entries import entered, keyboard
from engine.words.language import _
from engine.words.money import coins, current
from engine.words.numbers import localized, money_text, unclear

LONGEST = 5000  # characters of a free text


@dataclass(frozen=True)
class Item:
    """One question.

    Attributes
    ----------
    name : unique in its scale, the same in all languages
    text : the question, in the language of the page
    kind : "choice", "number" or "text"
    choices : (key, text) of the possible answers of a choice
    lowest, highest : of a number; whole : only whole numbers
    long : free text of several lines
    """

    name: str
    text: Markup
    kind: str
    choices: tuple[tuple[str, Markup], ...] = ()
    lowest: int = 0
    highest: int = 10**9
    whole: bool = False
    long: bool = False

    def answer(self, raw: str) -> str | None:
        """What was sent as it is stored; None if it is no answer to this question."""
        text = raw.strip()
        if text == "" or (self.kind == "choice" and text in dict(self.choices)):
            return text
        if self.kind == "text":
            return text if len(text) <= LONGEST else None
        number = entered(text, self.possible) if self.kind == "number" else None
        return None if number is None else f"{number:f}"

    def keyboard(self) -> str:
        return keyboard(self.lowest, self.whole)

    def possible(self, number: Decimal) -> bool:
        return self.lowest <= number <= self.highest and not (self.whole and number % 1)

    def problem(self, raw: str = "") -> Markup:
        """One sentence for what is no answer."""
        doubtful = unclear(raw, self.possible) if self.kind == "number" else None
        if doubtful:
            return doubtful
        if self.kind == "number" and self.highest < 10**9:
            kind = _(
                "Please enter a whole number from {lowest} to {highest}, or nothing.",
                lowest=self.lowest, highest=self.highest,
            )  # fmt: skip
            return kind if self.whole else _(
                "Please enter a number from {lowest} to {highest}, or nothing.",
                lowest=self.lowest, highest=self.highest,
            )  # fmt: skip
        if self.kind == "number":
            return _("Please enter a number, for example {example}, or nothing.", example=localized("12.5"))
        if self.kind == "text":
            return _("Please write at most {n} characters.", n=LONGEST)
        return _("Please choose one of the answers, or none.")


@dataclass(frozen=True)
class Scale:
    """A questionnaire of one page.

    Attributes
    ----------
    name : as in a treatment's list of questionnaires
    item_names : names of all items, in order; known without a language
    title, introduction : functions that give the texts in the language of the page
    items : function that gives the Items
    score : function from answers by item to numbers: by item, or under a name of its own for the whole scale
    asks_again : an incomplete list is sent back once
    totals : scores that are also columns of oTree's tables: name of the score -> name of the column
    example : some answers by item, which bots give, and example_scores, the scores that they must have
    refused : (item, entry) that bots try and that must be refused
    """

    name: str
    item_names: tuple[str, ...]
    title: Callable[[], Markup]
    introduction: Callable[[], Markup]
    items: Callable[[], tuple[Item, ...]]
    score: Callable[[Mapping[str, str]], dict[str, float]]
    asks_again: bool = False
    totals: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, str] = field(default_factory=dict)
    example_scores: Mapping[str, float] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()


def no_score(answers: Mapping[str, str]) -> dict[str, float]:
    return {}


def in_money(hundredths: int) -> Markup:
    """Hundredths of a unit in a currency with coins of a hundredth; 100 times as many units in one without coins.

    The papers' amounts are dollars and cents. In yen 1.60 would be nothing, so it becomes 160.
    """
    currency = current()
    number = f"{hundredths / 100:.2f}" if coins(currency) else str(hundredths)
    return money_text(number, currency)
