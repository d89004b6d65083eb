"""One page for each questionnaire of the session's design, in its order, then the receipt."""

from typing import Any

from engine.otree_repairs.pages.frame import Framed
from engine.people import Participant
from engine.questionnaires import SCALES
from engine.questionnaires.scales import Scale
from engine.screens.receipt import receipt
from engine.session.attendance.presence import Noticed, WaitsForOthers
from engine.session.earnings import fee_text, settle_participant
from engine.session.left import left_after_quiz
from engine.session.outcomes import end_with, outcome_of
from engine.words.language import _
from engine.words.moments import timestamp
from engine.words.rendering import render
from markupsafe import Markup
from otree.api import Page, WaitPage
from starlette.responses import Response

from .models import Answer


class QuizLeft(Noticed, Framed, Page):
    """For somebody who has failed the quiz, if the treatment says that one leaves then."""

    def is_displayed(self) -> bool:
        return left_after_quiz(self.participant)

    def title(self) -> Markup:
        return _("You cannot take part")

    def content(self) -> Markup:
        return render("closing/quiz_left.html", fee=fee_text(self.session, self.participant))


class Questionnaire(Noticed, Framed, Page):
    place = 0  # in the session's list
    form_model = "player"
    problems: dict[str, str | bool] = {}  # by field

    @property
    def scale(self) -> Scale:
        return SCALES[self.session.questionnaires[self.place]]

    def is_displayed(self) -> bool:
        person = self.participant
        ended = person.id_in_session in self.session.declined or outcome_of(person) not in ("", "complete")
        return self.place < len(self.session.questionnaires) and not ended

    def get_form_fields(self) -> list[str]:
        return [f"{self.scale.name}_{name}" for name in self.scale.item_names]

    def title(self) -> Markup:
        return self.scale.title()

    def content(self) -> Markup:
        form = getattr(self, "form", None)
        asked = []
        for field, item in zip(self.get_form_fields(), self.scale.items(), strict=True):
            raw = form[field].data if form is not None else self.player.field_maybe_none(field)
            problem = self.problems.get(field, "")
            asked.append({"field": field, "label": item.text, "item": item, "answer": raw or "", "problem": problem})
        return render(
            "closing/questionnaire.html",
            introduction=self.scale.introduction(),
            asked=asked,
            incomplete="" in self.problems,
        )

    def answers(self, values: dict[str, Any]) -> dict[str, str | None]:
        """(answer or None) by item."""
        fields = zip(self.scale.items(), self.get_form_fields(), strict=True)
        return {item.name: item.answer(values[field] or "") for item, field in fields}

    def error_message(self, values: dict[str, Any]) -> dict[str, str | bool] | None:
        answers, name = self.answers(values), self.scale.name
        self.problems = {
            f"{name}_{item.name}": item.problem(values[f"{name}_{item.name}"] or "")
            for item in self.scale.items()
            if answers[item.name] is None
        }
        if self.problems:
            return dict(self.problems)
        if self.scale.asks_again and not all(answers.values()) and self.player.field_maybe_none("asked_again") != name:
            self.player.asked_again = name
            left_out = [f"{name}_{item}" for item, answer in answers.items() if not answer]
            self.problems = {"": True, **dict.fromkeys(left_out, _("Nothing is chosen here."))}
            return dict.fromkeys(left_out, _("Nothing is chosen here."))
        return None

    def before_next_page(self) -> None:
        """What the experimenter's "advance" left unfinished is stored only as far as it is an answer."""
        player, scale, moment = self.player, self.scale, timestamp()
        values = {field: player.field_maybe_none(field) for field in self.get_form_fields()}
        answers = {item: answer or "" for item, answer in self.answers(values).items()}
        for item, answer in answers.items():
            setattr(player, f"{scale.name}_{item}", answer)
        scores = scale.score(answers)
        for item in [*answers, *(name for name in scores if name not in answers)]:
            Answer.create(
                player=player, scale=scale.name, item=item, answer=answers.get(item, ""), score=scores.get(item),
                answered_at=moment,
            )  # fmt: skip
            if item in scores and item in scale.totals:
                setattr(player, scale.totals[item], scores[item])


class WaitForPoints(WaitsForOthers, Framed, WaitPage):
    """Only for who is compensated by the points of others: until all have played."""

    template_name = "engine/WaitPage.html"
    wait_for_all_groups = True

    def is_displayed(self) -> bool:
        return "earnings" not in self.participant.vars

    def set_attributes(self, participant: Participant) -> None:
        """Where nobody has left, oTree passes over this page without looking who is still to come."""
        super().set_attributes(participant)
        self.group_by_arrival_time = not participant.session.declined

    def title(self) -> Markup:
        return _("Please wait")

    def content(self) -> Markup:
        return render("engine/wait.html", awaited=_("Your compensation is known as soon as all others have played."))

    def after_all_players_arrive(self):  # type: ignore[no-untyped-def]  # oTree compares this signature as text
        for participant in self.subsession.session.get_participants():
            settle_participant(participant)


class Receipt(Framed, Page):
    def get(self) -> Response:
        end_with(self.participant, "complete", "participant")
        return super().get()

    def post(self) -> Response:
        """It has no button: whatever is sent, the receipt stays, and nobody gets behind it."""
        return self.get()

    def title(self) -> Markup:
        declined = self.participant.id_in_session in self.session.declined
        return _("The end") if declined else _("Your earnings")

    def content(self) -> Markup:
        return render("closing/receipt.html", **receipt(self.participant))


QUESTIONNAIRES = [
    type(f"Questionnaire{place + 1}", (Questionnaire,), {"__module__": __name__, "place": place})
    for place in range(len(SCALES))
]
page_sequence = [WaitForPoints, QuizLeft, *QUESTIONNAIRES, Receipt]
