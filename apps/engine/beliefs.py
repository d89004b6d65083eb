"""Guesses about the others' messages: asked before a decision, paid by a proper scoring rule (mechanisms.beliefs)."""

from fractions import Fraction
from math import ceil
from typing import Any

from markupsafe import Markup
from otree.api import Page, models

from engine.belief_rule import allowed_guesses, as_fraction, belief_rule, belief_step, what_is_guessed
from engine.entries import entered_number
from engine.fields import shared
from engine.frame import Framed, NumberEntry
from engine.language import _, ngettext
from engine.moments import seconds_since, timestamp
from engine.numbers import amount, points_text, tagged
from engine.rendering import render
from engine.screens import common, round_title
from mechanisms.beliefs import average, belief_draw, scoring_rule


class BeliefFields:
    belief = shared(models.FloatField, min=None, blank=True)  # checked on the page against the possible averages
    belief_units = shared(models.IntegerField)  # what the guess earned, in smallest units
    belief_shown_at = shared(models.StringField)  # UTC
    belief_seconds = shared(models.FloatField)


def asks_belief(player: Any) -> bool:
    """Whether this player guesses in this round; in practice with others always, against the computer never."""
    treatment = player.treatment
    if player.alone() or scoring_rule(treatment, player.position) is None:
        return False
    rounds = treatment.beliefs.rounds
    return bool(player.practice) or rounds == "all" or player.part_round in rounds


def score_beliefs(group: Any) -> None:
    """When all messages of a group are known: what each guess earns, stored once."""
    players = group.get_players()
    for player in players:
        guess = player.field_maybe_none("belief")
        if guess is not None:
            treatment, rule = player.treatment, scoring_rule(player.treatment, player.position)
            draw = belief_draw(treatment, player.session.code, player.round_number, player.participant.id_in_session)
            player.belief_units = rule.units(as_fraction(guess), _truth(players, player), draw)


def belief_units_of(player: Any) -> int | None:
    """What the guess of a round earned, in smallest units; None without one. Paid exactly if the round is paid."""
    units = player.field_maybe_none("belief_units")
    return None if units is None else int(units)


def belief_line(player: Any) -> Markup:
    """For the feedback page: the guess, what it was about as far as the player may know it, and its points."""
    guess, units = player.field_maybe_none("belief"), player.field_maybe_none("belief_units")
    feedback = player.treatment.protocol.feedback
    if units is None or feedback == "none":
        return Markup("")
    points = tagged("belief-points", units, points_text(player.treatment, units))
    decimals = -int(belief_step(player.treatment, player.position).as_tuple().exponent)
    guessed = tagged("belief", repr(guess), amount(guess, decimals))
    if feedback != "all":
        return _("You guessed {guess}. For this you get {points} points.", guess=guessed, points=points)
    mean = float(_truth(player.group.get_players(), player))
    shown = tagged("belief-average", repr(mean), amount(mean, decimals))
    values = {"guess": guessed, "average": shown, "points": points}
    if player.treatment.group_size == 2:
        return _(
            "You guessed {guess}. The other player chose {average}. For your guess you get {points} points.",
            **values,
        )
    return _(
        "You guessed {guess}. The others chose {average} on average. For your guess you get {points} points.",
        **values,
    )


def belief_answer(player: Any) -> dict[str, str]:
    """A possible guess, for bots: another one in each round and for each participant."""
    rule, step = scoring_rule(player.treatment, player.position), belief_step(player.treatment, player.position)
    steps = int((rule.highest - rule.lowest) / Fraction(step))
    k = (37 * player.round_number + 11 * player.participant.id_in_session) % (steps + 1)
    lowest = ceil(rule.lowest / Fraction(step)) * step
    return {"belief": f"{min(lowest + k * step, lowest + (steps - 1) * step):f}"}


def _truth(players: list[Any], player: Any) -> Any:
    return average([other.message for other in players if other.id_in_group != player.id_in_group])


class Belief(NumberEntry, Framed, Page):
    form_model = "player"
    form_fields = ["belief"]
    problem: Markup | str = ""

    def is_displayed(self):
        player = self.player
        return player.field_maybe_none("part") is not None and asks_belief(player) and not self.group.is_void()

    def get_timeout_seconds(self):
        return self.player.treatment.protocol.seconds or None

    def get(self):
        if self.player.field_maybe_none("belief_shown_at") is None and self.is_displayed():
            self.player.belief_shown_at = timestamp()
        return super().get()

    def title(self):
        return round_title(self.player)

    def content(self):
        treatment, position = self.player.treatment, self.player.position
        seconds = treatment.protocol.seconds
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
            typed=self.raw() if self.problem else "",
        )  # fmt: skip

    def raw(self) -> str:
        return str((self.form.belief.raw_data or [""])[0])

    def entered(self) -> float | None:
        return self.number(self.raw())

    def number(self, raw: Any) -> float | None:
        rule = scoring_rule(self.player.treatment, self.player.position)
        number = entered_number(raw)
        if number is None or not rule.lowest <= Fraction(number) <= rule.highest:
            return None
        return None if number % belief_step(self.player.treatment, self.player.position) else float(number)

    def error_message(self, values):
        if self.entered() is None:
            self.problem = self.not_allowed()
            return {"belief": self.problem}
        return None

    def form_invalid(self, form):
        """One clear sentence in place of the form library's own."""
        self.problem = self.not_allowed()
        form.belief.errors = [self.problem]
        return super().form_invalid(form)

    def not_allowed(self) -> Markup:
        return _("Please enter {allowed}.", allowed=allowed_guesses(self.player.treatment, self.player.position))

    def before_next_page(self):
        """When time is over there is no guess: what oTree has filled in is none."""
        player = self.player
        player.belief = None if self.timeout_happened else self.entered()
        if player.field_maybe_none("belief_shown_at") is not None:
            player.belief_seconds = seconds_since(player.belief_shown_at)
