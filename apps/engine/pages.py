"""The pages of a round: Decide, then a wait for the group, then Feedback.

Each app of a mechanism has subclasses of its own, because oTree takes the templates from the app of the class.
"""

from datetime import UTC, datetime
from typing import Any

from otree.api import Page, WaitPage

from engine.aids import calculate, uses_table
from engine.numbers import allowed_messages, parse_message
from engine.screens import decide_screen, feedback_screen
from mechanisms.draws import timeout_message


def now() -> datetime:
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


class RoundPage:
    """What the three pages of a round have in common."""

    player: Any
    round_number: int

    def in_force(self) -> bool:
        return self.round_number <= self.player.treatment.protocol.rounds


class Decide(RoundPage, Page):
    form_model = "player"
    form_fields = ["message"]
    timer_text = "Time left to decide:"

    def is_displayed(self):
        return self.in_force() and not self.group.is_void()

    def get_timeout_seconds(self):
        return self.player.treatment.protocol.seconds or None

    def get(self):
        if self.player.field_maybe_none("first_shown_at") is None and self.is_displayed():
            self.player.first_shown_at = timestamp(now())
        return super().get()

    def vars_for_template(self):
        return decide_screen(self.player)

    def js_vars(self):
        return {"calculator": not uses_table(self.player.treatment)}

    def error_message(self, values):
        """Only a value of the player's own grid passes; what was typed is checked, not what oTree made of it."""
        [raw] = self.form.message.raw_data or [""]
        if parse_message(raw, self.grid()) != values["message"]:
            return {"message": self.not_allowed()}
        return None

    def form_invalid(self, form):
        """One clear sentence in place of the form library's own ("Not a valid float value")."""
        form.message.errors = [self.not_allowed()]
        return super().form_invalid(form)

    def grid(self) -> Any:
        return self.player.treatment.positions[self.player.position].messages

    def not_allowed(self) -> str:
        return f"Please choose {allowed_messages(self.grid())}."

    def before_next_page(self):
        player, moment = self.player, now()
        player.timed_out = self.timeout_happened
        if self.timeout_happened:
            # oTree has filled in a zero or a half-typed number: neither is a decision.
            player.message = timeout_message(
                player.treatment, self.session.code, self.round_number, self.participant.id_in_session, player.position
            )
        else:
            player.message = parse_message(self.form.message.raw_data[0], self.grid())
        player.decided_at = timestamp(moment)
        shown = player.field_maybe_none("first_shown_at")
        if shown is not None:
            player.seconds_taken = round((moment - datetime.fromisoformat(shown)).total_seconds(), 3)

    def live_method(player, data):  # noqa: N805  (oTree calls it with the player)
        """The calculator: own points for a message of one's own and guesses about the others."""
        return {player.id_in_group: calculate(player, data)}


class WaitForGroup(RoundPage, WaitPage):
    template_name = "engine/WaitForGroup.html"
    title_text = "Please wait"
    body_text = "Waiting for the other participants of your group."

    def is_displayed(self):
        return self.in_force()

    def after_all_players_arrive(self):  # oTree compares this signature as text: no annotation here
        self.group.compute_points()
        self.group.settle_if_last()


class Feedback(RoundPage, Page):
    def is_displayed(self):
        return self.in_force()

    def vars_for_template(self):
        return feedback_screen(self.player)

    def app_after_this_page(self, upcoming_apps):
        last = self.round_number == self.player.treatment.protocol.rounds
        return upcoming_apps[0] if last else None


def round_pages(module: str) -> list[Any]:
    """The page sequence of an app; `module` is the __name__ of its pages.py."""
    return [type(page.__name__, (page,), {"__module__": module}) for page in (Decide, WaitForGroup, Feedback)]
