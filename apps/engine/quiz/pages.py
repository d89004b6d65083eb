"""The pages of the comprehension quiz, before the first round of a part.

Every complete submission is an attempt, and each of its answers is stored. An answer that is none (nothing was chosen,
letters were typed) is sent back with one sentence and counts as no attempt. After the last attempt that the treatment
allows, wrong answers are explained once more; then one goes on with a flag, or leaves the session with the show-up fee.
"""

from typing import Any

from markupsafe import Markup
from otree.api import Page, models
from otree.common import get_models_module
from starlette.responses import Response

from engine.aids import aids, answer_live
from engine.otree_repairs.fields import shared
from engine.otree_repairs.frame import Framed
from engine.people import Player
from engine.quiz.question import Question
from engine.quiz.questions_game import NAMES, quiz_of
from engine.record import note_page
from engine.screens.private import value_facts
from engine.screens.round import common
from engine.session.earnings import settle_participant
from engine.session.plan import Slot
from engine.session.presence import Noticed
from engine.words.language import _
from engine.words.moments import seconds_since, timestamp
from engine.words.names import type_name
from engine.words.numbers import bold
from engine.words.rendering import render
from mechanisms.treatments import Treatment


class QuizFields:
    """The latest answers, and what came of the quiz; empty where there was none. All attempts are in QuizAnswer."""

    quiz_attempts = shared(models.IntegerField)
    quiz_failed = shared(models.BooleanField)
    quiz_shown_at = shared(models.StringField)  # UTC
    quiz_seconds = shared(models.FloatField)  # from the first look at the quiz to its end


for _name in NAMES:
    setattr(QuizFields, _name, shared(models.StringField, blank=True))  # checked on the page, with sentences of our own


class Quiz(Noticed, Framed, Page):
    clock = "quiz"
    form_model = "player"
    problems: dict[str, Markup] | None = None  # by field; None before this page was submitted

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return slot.first and treatment.protocol.quiz

    def get_form_fields(self) -> list[str]:
        """Who has failed reads the explanations and can only go on."""
        return [] if self.player.field_maybe_none("quiz_failed") else list(quiz_of(self.player))

    def is_displayed(self) -> bool:
        player = self.player
        return bool(player.field_maybe_none("starts_part") and player.treatment.protocol.quiz)

    def get(self) -> Response:
        if self.player.field_maybe_none("quiz_shown_at") is None and self.is_displayed():
            self.player.quiz_shown_at = timestamp()
        return super().get()

    def title(self) -> Markup:
        return _("A few questions about the rules")

    def content(self) -> Markup:
        player = self.player
        treatment, position, own_type = player.treatment, player.position, player.type_value
        return render(
            "engine/quiz.html",
            **common(player),
            **value_facts(treatment, position, own_type),
            my_type=bold("type", type_name(treatment, position, own_type)),
            type_varies=len(treatment.positions[position].types) > 1,
            aids=aids(player),
            questions=self.asked(),
            over=bool(player.field_maybe_none("quiz_failed")),
            leaves=treatment.protocol.quiz_failure == "leave",
            attempts=player.field_maybe_none("quiz_attempts") or 0,
            limit=treatment.protocol.quiz_attempts,
        )

    def asked(self) -> list[dict[str, Any]]:
        """(field, its name, question, what was answered, what is wrong with it) of each question."""
        problems = wrong(self.player) if self.problems is None else self.problems
        sent = {} if getattr(self, "form", None) is None else self.form.data
        return [
            {
                "field": name,
                "label": _("Question {n}", n=k),
                "question": question,
                "answer": sent.get(name, self.player.field_maybe_none(name)) or "",
                "problem": problems.get(name, ""),
            }
            for k, (name, question) in enumerate(quiz_of(self.player).items(), 1)
        ]

    def error_message(self, values: dict[str, Any]) -> dict[str, Markup] | None:
        if not values:
            return None  # the explanations after the last attempt were read
        quiz = quiz_of(self.player)
        answers = {name: (values[name] or "").strip() for name in quiz}
        incomplete = {name: problem for name, q in quiz.items() if (problem := q.problem(answers[name]))}
        self.problems = incomplete or self.attempt(quiz, answers)
        return dict(self.problems) or None

    def attempt(self, quiz: dict[str, Question], answers: dict[str, str]) -> dict[str, Markup]:
        """Store an attempt; the explanations of what is wrong, by field."""
        player, protocol = self.player, self.player.treatment.protocol
        player.quiz_attempts = (player.field_maybe_none("quiz_attempts") or 0) + 1
        row = get_models_module(player.get_folder_name()).QuizAnswer
        for name, question in quiz.items():
            setattr(player, name, answers[name])
            row.create(
                player=player,
                asked_at=timestamp(),
                attempt=player.quiz_attempts,
                question=question.name,
                answer=answers[name],
                correct=question.is_right(answers[name]),
            )
        found = wrong(player)
        self.sent_back = ""  # it is noted as an attempt
        note_page(
            self,
            "quiz",
            "participant",
            f"attempt {player.quiz_attempts}: {len(quiz) - len(found)} of {len(quiz)} right",
        )
        if found and protocol.quiz_attempts and player.quiz_attempts >= protocol.quiz_attempts:
            player.quiz_failed = True
        return found

    def before_next_page(self) -> None:
        """Somebody whom the experimenter moved on has not passed either."""
        player = self.player
        player.quiz_failed = bool(player.field_maybe_none("quiz_failed") or self.timeout_happened)
        shown = player.field_maybe_none("quiz_shown_at")
        if shown is not None:
            player.quiz_seconds = seconds_since(shown)
        if leaves(player):
            note_page(self, "excluded", self.cause)
            self.session.declined = [*self.session.declined, self.participant.id_in_session]
            settle_participant(self.participant)

    def app_after_this_page(self, upcoming_apps: list[str]) -> str | None:
        """To the end of the session, where nobody waits behind."""
        return upcoming_apps[-1] if leaves(self.player) else None

    live_method = answer_live


def leaves(player: Player) -> bool:
    failed = bool(player.field_maybe_none("starts_part") and player.field_maybe_none("quiz_failed"))
    return failed and player.treatment.protocol.quiz_failure == "leave"


def wrong(player: Player) -> dict[str, Markup]:
    """Explanations of the stored answers that are wrong, by field; empty before the first attempt."""
    if not player.field_maybe_none("quiz_attempts"):
        return {}
    return {
        name: question.explanation
        for name, question in quiz_of(player).items()
        if not question.is_right(player.field_maybe_none(name) or "")
    }
