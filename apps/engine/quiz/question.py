"""One question of the comprehension quiz, and what counts as an answer to it."""

from dataclasses import dataclass, field
from decimal import Decimal

from markupsafe import Markup

from engine.words.entries import entered, keyboard
from engine.words.language import _
from engine.words.numbers import localized, unclear


@dataclass(frozen=True)
class Question:
    """One question of the quiz.

    Attributes
    ----------
    name : what it is about, e.g. "points"; the same in all languages
    text : the question, in the language of the page
    kind : "choice" or "number"
    right : the right answer, the key of a choice or a number in Python's writing
    explanation : shown after the last attempt, with the numbers worked out
    hint : shown after a wrong answer before: where the answer is found, but not the answer
    choices : (key, text) of each possible answer; empty for numbers
    facts : (player, message) of each player in the example; empty without one
    signed : of a number: it may be below zero
    """

    name: str
    text: Markup
    kind: str
    right: str
    explanation: Markup
    choices: tuple[tuple[str, Markup], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    signed: bool = False
    hint: Markup = field(default_factory=Markup)

    def keyboard(self) -> str:
        """The inputmode of its field; the same whatever the right answer is."""
        return keyboard(-1 if self.signed else 0, False)

    def problem(self, answer: str) -> Markup | None:
        """What keeps the answer from being one, if anything does: nothing was chosen, or letters were typed."""
        if self.kind == "choice":
            return None if answer in dict(self.choices) else _("Please choose an answer.")
        if entered(answer) is None:
            return unclear(answer) or _("Please enter a number, for example {example}.", example=localized("12.5"))
        return None

    def is_right(self, answer: str) -> bool:
        """Whether it is the right answer; only for answers without a problem."""
        if self.kind == "choice":
            return answer == self.right
        return entered(answer) == Decimal(self.right)
