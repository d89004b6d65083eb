"""The page that asks for a guess about the others' messages, and the line of the result that says what it earned."""

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from markupsafe import Markup
from otree.api import Page
from starlette.responses import Response

from engine.otree_repairs.pages.frame import NumberEntry
from engine.people import Player
from engine.record import note_page
from engine.screens.account import feedback_of
from engine.screens.round import common, round_title
from engine.session.attendance.presence import Noticed
from engine.session.guesses import asks_belief, asks_in, truth
from engine.session.participation.part_page import PartPage
from engine.session.plan import Slot
from engine.words.entries import entered, keyboard
from engine.words.guess_rule import allowed_guesses, asked_rule, belief_rule, belief_step, what_is_guessed
from engine.words.language import _, ngettext
from engine.words.moments import seconds_since, timestamp
from engine.words.numbers import amount, points_of, points_text, tagged, unclear
from engine.words.rendering import render
from mechanisms.treatments import Treatment


def belief_line(player: Player) -> Markup:
    """For the feedback page: the guess, what it was about as far as the player may know it, and its points."""
    guess, units = player.field_maybe_none("belief"), player.field_maybe_none("belief_units")
    feedback = feedback_of(player)
    if guess is None or units is None or feedback == "none":
        return Markup("")
    number = tagged("belief-points", units, points_text(player.treatment, units))
    points = points_of(player.treatment, units, number)
    decimals = -int(belief_step(player.treatment, player.position).as_tuple().exponent)
    guessed = tagged("belief", repr(guess), amount(guess, decimals))
    if feedback != "all":
        return _("You guessed {guess}. For this you get {points}.", guess=guessed, points=points)
    mean = float(truth(player.group.get_players(), player))
    shown = tagged("belief-average", repr(mean), amount(mean, decimals))
    values = {"guess": guessed, "average": shown, "points": points}
    if player.treatment.group_size == 2:
        return _(
            "You guessed {guess}. The other player chose {average}. For your guess you get {points}.",
            **values,
        )
    return _(
        "You guessed {guess}. The others chose {average} on average. For your guess you get {points}.",
        **values,
    )


def belief_answer(player: Player) -> dict[str, str]:
    """A possible guess, for bots: another one in each round and for each participant."""
    rule, step = asked_rule(player.treatment, player.position), belief_step(player.treatment, player.position)
    steps = int((rule.highest - rule.lowest) / Fraction(step))
    k = (37 * player.round_number + 11 * player.participant.id_in_session) % (steps + 1)
    lowest = ceil(rule.lowest / Fraction(step)) * step
    return {"belief": f"{min(lowest + k * step, lowest + (steps - 1) * step):f}"}


class Belief(NumberEntry, Noticed, PartPage, Page):
    clock = "guess"
    form_model = "player"
    form_fields = ["belief"]
    problem: Markup | str = ""

    @classmethod
    def in_plan(cls, treatment: Treatment, slot: Slot) -> bool:
        return asks_in(treatment, slot)

    def is_displayed(self) -> bool:
        return asks_belief(self.player) and self.is_played()

    def get(self) -> Response:
        if self.player.field_maybe_none("belief_shown_at") is None and self.is_displayed():
            self.player.belief_shown_at = timestamp()
        return super().get()

    def title(self) -> Markup:
        return round_title(self.player)

    def content(self) -> Markup:
        treatment, position = self.player.treatment, self.player.position
        seconds = treatment.protocol.time_limit("guess")
        return render(
            "engine/belief.html",
            **common(self.player),
            question=what_is_guessed(treatment),
            allowed=allowed_guesses(treatment, position),
            rule=belief_rule(treatment, position),
            late=ngettext(
                "You have {n} second. Without a guess you get no points for one.",
                "You have {n} seconds. Without a guess you get no points for one.",
                seconds,
            ) if seconds else "",
            problem=self.problem,
            typed=self.typed if self.problem else "",
            keyboard=keyboard(float(asked_rule(treatment, position).lowest), False),
        )  # fmt: skip

    def number(self, raw: object) -> float | None:
        number = entered(raw, self.possible)
        return None if number is None else float(number)

    def possible(self, number: Decimal) -> bool:
        rule = asked_rule(self.player.treatment, self.player.position)
        if not rule.lowest <= Fraction(number) <= rule.highest:
            return False
        return not number % belief_step(self.player.treatment, self.player.position)

    def error_message(self, values: dict[str, Any]) -> dict[str, Markup] | None:
        if self.entered is None:
            self.problem = self.not_allowed()
            return {"belief": self.problem}
        return None

    def form_invalid(self, form: Any) -> Response:
        """One clear sentence in place of the form library's own."""
        self.problem = self.not_allowed()
        form.belief.errors = [self.problem]
        return super().form_invalid(form)

    def not_allowed(self) -> Markup:
        allowed = allowed_guesses(self.player.treatment, self.player.position)
        return unclear(self.typed, self.possible) or _(
            "This is not a possible guess. Please enter {allowed}.", allowed=allowed
        )

    def before_next_page(self) -> None:
        """When time is over there is no guess: what oTree has filled in is none."""
        player = self.player
        player.belief = None if self.timeout_happened else self.entered
        note_page(self, "guess", self.cause, player.field_maybe_none("belief"))
        if player.field_maybe_none("belief_shown_at") is not None:
            player.belief_seconds = seconds_since(player.belief_shown_at)
