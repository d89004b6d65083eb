"""The pages of a part: instructions and quiz at its beginning, then in each round a decision, a wait, the result.

Each app has subclasses of its own, because oTree takes the app from the module of the class.
"""

from typing import Any, cast

from markupsafe import Markup
from otree.api import Page, WaitPage
from starlette.responses import Response

from engine.aids import answer_live
from engine.demo.alone import is_short
from engine.guess_page import Belief, belief_line
from engine.otree_repairs.pages.frame import NumberEntry
from engine.otree_repairs.pages.outside import install_pages_outside
from engine.people import Participant, Player, ShownPage
from engine.quiz.pages import Quiz
from engine.quiz.understanding_pages import UnderstandingAfter, UnderstandingBefore, asks
from engine.record import note_page
from engine.screens.message_input import not_allowed, refusal
from engine.screens.reports import reports_so_far, turn_text
from engine.screens.round import (
    decide_screen,
    feedback_screen,
    feedback_title,
    instructions_screen,
    round_title,
    seen_before,
    waiting_text,
)
from engine.screens.stages import stage_text, stages_so_far
from engine.session.attendance.browsers import tell_who_waits
from engine.session.attendance.presence import Noticed, WaitsForOthers
from engine.session.outcomes import end_with
from engine.session.participation.part_page import PartPage
from engine.session.plan import Slot, is_alone
from engine.session.stages import WaitsForStage, allowed_now, announce_stage, request
from engine.session.turns import TellsReports, WaitsForTurn, announce
from engine.words.language import _
from engine.words.moments import now, seconds_since, timestamp
from engine.words.numbers import parse_message
from engine.words.rendering import render
from mechanisms.arrays import FloatArray
from mechanisms.stages.game import MAX_PLAYERS
from mechanisms.treatments import Treatment

install_pages_outside()


def answer_what_was_asked(player: Player, data: object) -> dict[int, dict[str, Any]]:
    """The aids' answer to somebody who decides now."""
    return answer_live(player, data, seen_before(player))


class RoundPage(PartPage):
    """A page is in the plan of a round if somebody can come to it there."""

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return True

    def title(self) -> Markup:
        return round_title(self.player)


class Instructions(Noticed, RoundPage, Page):
    clock = "instructions"

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return slot.first and treatment.screen.instructions

    def is_displayed(self) -> bool:
        wanted = self.player.starts_part and self.player.treatment.screen.instructions
        return wanted and not is_short(self.session)

    def title(self) -> Markup:
        return _("Instructions")

    def content(self) -> Markup:
        return render("engine/instructions_page.html", **instructions_screen(self.player))


class Decide(NumberEntry, Noticed, RoundPage, Page):
    form_model = "player"
    form_fields = ["message"]
    problems: tuple[str, ...] = ()

    def number(self, raw: object) -> float | None:
        return parse_message(raw, self.grid())

    def is_displayed(self) -> bool:
        return self.is_played()

    def get_timeout_seconds(self) -> int | None:
        return self.player.treatment.protocol.seconds or None

    def get(self) -> Response:
        if self.player.field_maybe_none("first_shown_at") is None and self.is_displayed():
            self.player.first_shown_at = timestamp()
        return super().get()

    def content(self) -> Markup:
        return render(
            "engine/decide.html", **decide_screen(self.player, self.problems, self.typed if self.problems else "")
        )

    def error_message(self, values: dict[str, Any]) -> dict[str, Markup] | None:
        """Only a value of the player's own grid passes; what was typed is checked, not what oTree made of it."""
        problem = refusal(self.player, self.typed, self._form_data.get("asked"))
        self.problems = () if problem is None else (problem,)
        return None if problem is None else {"message": problem}

    def form_invalid(self, form: Any) -> Response:
        """One clear sentence in place of the form library's own ("Not a valid float value")."""
        self.problems = self.problems or (not_allowed(self.player, self.typed),)
        form.message.errors = list(self.problems)
        return super().form_invalid(form)

    def grid(self) -> FloatArray:
        return allowed_now(self.player)

    def before_next_page(self) -> None:
        if self.player.treatment.stages is not None:
            self.take_request()
        else:
            self.take_message()

    def take_message(self) -> None:
        player, moment = self.player, now()
        player.decided_by, player.timed_out = self.cause, self.cause == "clock"
        player.after_return = bool(self.participant.vars.get("returned"))
        if self.timeout_happened:
            # oTree has filled in a zero or a half-typed number: neither is a decision.
            player.message = player.drawn_message()
        else:
            player.message = self.entered
        player.decided_at = timestamp(moment)
        shown = player.field_maybe_none("first_shown_at")
        if shown is not None and self.cause in ("participant", "clock", "moved_on"):
            player.seconds_taken = seconds_since(shown, moment)
        note_page(self, "decision", self.cause, repr(player.message))
        if player.alone():
            player.play_alone()
        elif player.treatment.sequence is not None:
            place = cast(ShownPage, self)._index_in_pages
            announce(cast(ShownPage, self), place - 1, place + 1)  # WaitForTurn and WaitForGroup
        else:
            tell_who_waits(cast(ShownPage, self), waiting_text)

    def take_request(self) -> None:
        """Requests in stages: it decides the round if it is the one that is served."""
        player, moment = self.player, now()
        cast(Any, player).message = None  # oTree has filled it in from the form; it is what is served in the end
        player.after_return = bool(self.participant.vars.get("returned"))
        quantity = player.drawn_message() if self.timeout_happened else cast(float, self.entered)
        shown = player.field_maybe_none("first_shown_at")
        own = shown is not None and self.cause in ("participant", "clock", "moved_on")
        seconds = seconds_since(cast(str, shown), moment) if own else None
        request(player, quantity, self.cause, timestamp(moment), seconds)
        note_page(cast(ShownPage, self), "decision", self.cause, repr(quantity))
        if not player.alone():
            announce_stage(cast(ShownPage, self))
        elif player.field_maybe_none("message") is not None:
            player.play_alone()

    live_method = answer_what_was_asked


class StageDecide(Decide):
    """The decision in a later stage, for those who are left."""

    stage = 2

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return treatment.stages is not None and treatment.group_size >= cls.stage

    def is_displayed(self) -> bool:
        waits = self.player.treatment.stages is not None and self.player.field_maybe_none("message") is None
        return waits and super().is_displayed()


class Waiting(RoundPage):
    template_name = "engine/WaitPage.html"

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return not is_alone(treatment, slot)

    def is_displayed(self) -> bool:
        return not self.player.alone()

    def set_attributes(self, participant: Participant) -> None:
        """Nobody ever waits on a page that is not displayed, as with grouping by arrival time.

        Told so, oTree passes over it at once; else it writes to the database and counts who is still to come.
        """
        super().set_attributes(participant)  # type: ignore[misc]  # oTree's: Waiting stands before its WaitPage
        self.group_by_arrival_time = not self.is_displayed()

    def title(self) -> Markup:
        return _("Please wait")

    def content(self) -> Markup:
        return render("engine/wait.html", awaited=waiting_text(self.player))


class WaitForTurn(TellsReports, WaitsForTurn, WaitsForOthers, Waiting, WaitPage):
    """Only where reports are made one after another; it stands before Decide."""

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return super().in_plan(treatment, slot) and treatment.sequence is not None

    def is_displayed(self) -> bool:
        sequence = self.player.treatment.sequence
        return super().is_displayed() and sequence is not None and self.is_played()

    def content(self) -> Markup:
        return render("engine/wait_turn.html", awaited=turn_text(self.player), reports=reports_so_far(self.player))


class WaitForStage(TellsReports, WaitsForStage, WaitsForOthers, Waiting, WaitPage):
    """Only where requests are served in stages, before each stage but the first; who was served passes it over."""

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return super().in_plan(treatment, slot) and treatment.stages is not None and treatment.group_size >= cls.stage

    def is_displayed(self) -> bool:
        waits = self.player.treatment.stages is not None and self.player.field_maybe_none("message") is None
        return waits and super().is_displayed() and self.is_played()

    def content(self) -> Markup:
        return render("engine/wait_stage.html", awaited=stage_text(self.player), stages=stages_so_far(self.player))


class WaitForGroup(TellsReports, WaitsForOthers, Waiting, WaitPage):
    def content(self) -> Markup:
        if self.player.treatment.stages is not None and self.is_played():
            return render("engine/wait_stage.html", awaited=stage_text(self.player), stages=stages_so_far(self.player))
        if self.player.treatment.sequence is None or not self.is_played():
            return super().content()
        return render("engine/wait_turn.html", awaited=turn_text(self.player), reports=reports_so_far(self.player))

    def after_all_players_arrive(self):  # type: ignore[no-untyped-def]  # oTree compares this signature as text
        self.group.compute_points()
        self.group.settle_if_last()


class WaitForPopulation(WaitsForOthers, Waiting, WaitPage):
    """Only where the result shows the average of all participants."""

    wait_for_all_groups = True

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return super().in_plan(treatment, slot) and treatment.protocol.feedback == "average"

    def is_displayed(self) -> bool:
        return super().is_displayed() and self.player.treatment.protocol.feedback == "average"


class Feedback(Noticed, RoundPage, Page):
    clock = "result"

    def title(self) -> Markup:
        return feedback_title(self.player)

    def content(self) -> Markup:
        return render("engine/feedback.html", **feedback_screen(self.player), belief=belief_line(self.player))

    def is_last(self) -> bool:
        """What is asked after play stands in the last round, too."""
        return self.player.ends_session() and not asks(self.player.treatment, "after")

    def before_next_page(self) -> None:
        if self.is_last():
            end_with(self.participant, "complete", self.cause)

    def app_after_this_page(self, upcoming_apps: list[str]) -> str | None:
        """Past the rounds that this participant does not play."""
        return upcoming_apps[0] if self.is_last() else None


STAGES = [
    type(f"{page.__name__}{stage}", (page,), {"stage": stage, "__module__": __name__})
    for stage in range(2, MAX_PLAYERS + 1)
    for page in (WaitForStage, StageDecide)
]
PAGES = (
    Instructions, Quiz, UnderstandingBefore, Belief, WaitForTurn, Decide, *STAGES, WaitForGroup, WaitForPopulation,
    Feedback, UnderstandingAfter,
)  # fmt: skip


def round_pages(module: str) -> list[Any]:
    """The page sequence of an app; `module` is the __name__ of its pages.py."""
    return [type(page.__name__, (page,), {"__module__": module}) for page in PAGES]
