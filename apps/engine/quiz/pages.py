"""The pages of the comprehension quiz, before the first round of a part.

Every complete submission is an attempt, and each of its answers is stored. An answer that is none (nothing was chosen,
letters were typed) is sent back with one sentence and counts as no attempt. A wrong answer gets a hint, and the next
attempt asks with other numbers. After the last attempt that the treatment allows, the right answers are explained; then
one goes on with a flag, or leaves the session with the show-up fee. Where attempts are not limited, the answers to the
last ones are explained from the third on. Whoever is moved on, or whose time runs out, has neither passed nor failed.
"""

from typing import Any

from markupsafe import Markup
from otree.api import Page, models
from otree.common import get_models_module
from starlette.responses import Response

from engine.aids import aids, answer_live
from engine.otree_repairs.pages.fields import shared
from engine.people import Player
from engine.quiz.question import Question
from engine.quiz.questions_game import NAMES, quiz_of
from engine.record import note_page
from engine.screens.private import value_facts
from engine.screens.round import common
from engine.session.attendance.presence import Noticed
from engine.session.earnings import settle_participant
from engine.session.outcomes import end_with
from engine.session.participation.dropouts import left_for_good
from engine.session.participation.part_page import PartPage
from engine.session.plan import Slot
from engine.words.language import _
from engine.words.moments import seconds_since, timestamp
from engine.words.names import type_name
from engine.words.numbers import bold
from engine.words.rendering import render
from mechanisms.treatments import Treatment

EXPLAINED_FROM = 3
"""Attempts, where there is no limit: nobody is kept for ever."""


class QuizFields:
    """The latest answers, and what came of the quiz; empty where there was none. All attempts are in QuizAnswer."""

    quiz_attempts = shared(models.IntegerField)
    quiz_failed = shared(models.BooleanField)
    quiz_shown_at = shared(models.StringField)  # UTC
    quiz_seconds = shared(models.FloatField)  # from the first look at the quiz to its end


for _name in NAMES:
    setattr(QuizFields, _name, shared(models.StringField, blank=True))  # checked on the page, with sentences of our own


class Quiz(Noticed, PartPage, Page):
    clock = "quiz"
    form_model = "player"
    problems: dict[str, Markup] | None = None  # by field; None before this page was submitted
    incomplete = False  # what was sent was no attempt

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
            redrawn=has_new_numbers(player),
            limit=treatment.protocol.quiz_attempts,
        )

    def asked(self) -> list[dict[str, Any]]:
        """(field, its name, question, what was answered, what is wrong with it) of each question."""
        problems = wrong(self.player) if self.problems is None else self.problems
        answers = self.form.data if self.incomplete else kept_answers(self.player)
        return [
            {
                "field": name,
                "label": _("Question {n}", n=k),
                "question": question,
                "answer": answers.get(name) or "",
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
        self.incomplete = bool(incomplete)
        self.problems = incomplete or self.attempt(quiz, answers)
        return dict(self.problems) or None

    def attempt(self, quiz: dict[str, Question], answers: dict[str, str]) -> dict[str, Markup]:
        """Store an attempt; hints or explanations of what is wrong, by field."""
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
            return wrong(player)
        return found

    def before_next_page(self) -> None:
        """Who is moved on, or whose time is over, has neither passed nor failed."""
        player = self.player
        if not self.timeout_happened:
            player.quiz_failed = bool(player.field_maybe_none("quiz_failed"))
        shown = player.field_maybe_none("quiz_shown_at")
        if shown is not None:
            player.quiz_seconds = seconds_since(shown)
        if leaves(player):
            note_page(self, "excluded", self.cause)
            end_with(self.participant, "quiz_failed", self.cause)
            self.session.declined = [*self.session.declined, self.participant.id_in_session]
            settle_participant(self.participant)
            left_for_good(self.participant)

    def app_after_this_page(self, upcoming_apps: list[str]) -> str | None:
        """To the end of the session, where nobody waits behind."""
        return upcoming_apps[-1] if leaves(self.player) else None

    live_method = answer_live


def leaves(player: Player) -> bool:
    failed = bool(player.field_maybe_none("starts_part") and player.field_maybe_none("quiz_failed"))
    return failed and player.treatment.protocol.quiz_failure == "leave"


def wrong(player: Player) -> dict[str, Markup]:
    """What to say about the stored answers that are wrong, by field; empty before the first attempt.

    A hint, as long as there is another attempt; the explanation after the last one.
    """
    done = player.field_maybe_none("quiz_attempts")
    if not done:
        return {}
    over = bool(player.field_maybe_none("quiz_failed"))
    explained = not player.treatment.protocol.quiz_attempts and done >= EXPLAINED_FROM

    def said(question: Question) -> Markup:
        if over:
            return question.explanation
        if explained:
            return _("{hint} The answer to the last question was: {explanation}", hint=question.hint,
                     explanation=question.explanation)  # fmt: skip
        return question.hint

    return {
        name: said(question)
        for name, question in quiz_of(player, done - 1).items()
        if not question.is_right(player.field_maybe_none(name) or "")
    }


def has_new_numbers(player: Player) -> bool:
    """Some questions are not those of the last attempt."""
    return bool(player.field_maybe_none("quiz_attempts")) and len(kept_answers(player)) < len(quiz_of(player))


def kept_answers(player: Player) -> dict[str, str]:
    """The answers of the last attempt to questions that have not changed."""
    done = player.field_maybe_none("quiz_attempts")
    if not done:
        return {}
    before = quiz_of(player, done - 1)
    return {
        name: player.field_maybe_none(name) or ""
        for name, question in quiz_of(player).items()
        if name in before and (before[name].text, before[name].facts) == (question.text, question.facts)
    }
