"""The pages that ask about the incentives of the rule: before the first round of a part, and after its last one.

Nobody is told what is right. Answers are rows of QuizAnswer, named after the moment (before_gain, after_gain); the
share of right ones is `understanding_before` or `understanding_after` of the round.
"""

from typing import Any

from markupsafe import Markup
from otree.api import Page, models
from otree.common import get_models_module

from engine.demo.alone import is_short
from engine.otree_repairs.pages.fields import shared
from engine.people import Player
from engine.quiz.question import Question
from engine.quiz.understanding import UNDERSTANDING, understanding_questions
from engine.screens.private import value_facts
from engine.screens.round import common
from engine.session.attendance.presence import Noticed
from engine.session.outcomes import end_with
from engine.session.participation.part_page import PartPage
from engine.session.plan import Slot
from engine.words.language import _
from engine.words.moments import timestamp
from engine.words.names import player_names, type_name
from engine.words.numbers import bold
from engine.words.rendering import render
from mechanisms.treatments import Treatment


class UnderstandingFields:
    """The latest answers, and the share of right ones; empty where nothing was asked."""

    understanding_before = shared(models.FloatField)
    understanding_after = shared(models.FloatField)


for _name in UNDERSTANDING:
    setattr(UnderstandingFields, _name, shared(models.StringField, blank=True))  # checked on the page


def asked_of(player: Player) -> dict[str, Question]:
    """The questions by the names of their fields."""
    asked = understanding_questions(player.treatment, player.position, float(player.type_value))
    return dict(zip(UNDERSTANDING, asked, strict=False))


def asks(treatment: Treatment, moment: str) -> bool:
    return treatment.understanding is not None and bool(getattr(treatment.understanding, moment))


class Understanding(Noticed, PartPage, Page):
    clock = "quiz"
    form_model = "player"
    moment = ""  # "before" or "after" play
    problems: dict[str, Markup] | None = None

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return (slot.first if cls.moment == "before" else slot.last) and asks(treatment, cls.moment)

    def get_form_fields(self) -> list[str]:
        return list(asked_of(self.player))

    def is_displayed(self) -> bool:
        player = self.player
        here = player.field_maybe_none("starts_part" if self.moment == "before" else "ends_part")
        return bool(here) and asks(player.treatment, self.moment) and not is_short(self.session)

    def title(self) -> Markup:
        return _("What do you think of the rules?")

    def content(self) -> Markup:
        player, sent = self.player, self.problems is not None
        treatment, position, own_type = player.treatment, player.position, player.type_value
        answers = self.form.data if sent else {}
        return render(
            "engine/understanding.html",
            **common(player),
            **value_facts(treatment, position, own_type),
            me=bold("me", player_names(treatment)[position]),
            fixed_roles=treatment.protocol.fixed_roles,
            my_type=bold("type", type_name(treatment, position, own_type)),
            type_varies=False,
            after=self.moment == "after",
            questions=[
                {
                    "field": name,
                    "label": _("Question {n}", n=k),
                    "question": question,
                    "answer": answers.get(name) or "",
                    "problem": (self.problems or {}).get(name, ""),
                }
                for k, (name, question) in enumerate(asked_of(player).items(), 1)
            ],
        )

    def error_message(self, values: dict[str, Any]) -> dict[str, Markup] | None:
        found = {
            name: problem
            for name, question in asked_of(self.player).items()
            if (problem := question.problem((values[name] or "").strip()))
        }
        self.problems = found or None
        return dict(found) or None

    def before_next_page(self) -> None:
        """What was answered is stored. An answer that is missing, because time was over, is none of the right ones;
        where nobody has answered anything, as at a seat of the computer, nothing is right or wrong."""
        player, moment = self.player, self.moment
        asked = asked_of(player)
        answers = {name: player.field_maybe_none(name) or "" for name in asked}
        answers = {name: answer if answer in dict(asked[name].choices) else "" for name, answer in answers.items()}
        answered = any(answers.values())
        row = get_models_module(player.get_folder_name()).QuizAnswer
        for name, question in asked.items():
            setattr(player, name, answers[name])
            row.create(
                player=player, asked_at=timestamp(), attempt=1, question=f"{moment}_{question.name}",
                answer=answers[name], correct=question.is_right(answers[name]) if answered else None,
            )  # fmt: skip
        if answered:
            right = [question.is_right(answers[name]) for name, question in asked.items()]
            setattr(player, f"understanding_{moment}", sum(right) / len(right))


class UnderstandingBefore(Understanding):
    moment = "before"


class UnderstandingAfter(Understanding):
    moment = "after"

    def before_next_page(self) -> None:
        super().before_next_page()
        if self.player.ends_session():
            end_with(self.participant, "complete", self.cause)

    def app_after_this_page(self, upcoming_apps: list[str]) -> str | None:
        return upcoming_apps[0] if self.player.ends_session() else None


def understanding_answers(player: Player) -> dict[str, str]:
    """Right answers of every second bot, wrong ones of the others, by field."""
    right = player.participant.id_in_session % 2 == 0
    return {
        name: question.right if right else next(key for key, _text in question.choices if key != question.right)
        for name, question in asked_of(player).items()
    }
