"""The data of a round, shared by the apps of all forms of play.

A plain field on an abstract base loses its form settings when oTree copies it to the subclass, so every field
is declared through `shared`. Points are whole numbers in the treatment's smallest unit (`points_units`).
"""

from itertools import compress
from typing import Any

import numpy as np
from markupsafe import Markup
from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, ExtraModel, models

from engine import otree_repairs
from engine.admin import creation_form, edits, files_pages, hands, projector, report, screens, seats
from engine.demo import views as demo
from engine.otree_repairs.pages.fields import shared
from engine.quiz.pages import QuizFields
from engine.quiz.understanding_pages import UnderstandingFields
from engine.record import note
from engine.session import certificates, configs, turns
from engine.session.attendance import open_pages
from engine.session.earnings import settle_again, settle_participant
from engine.session.guesses import BeliefFields, score_beliefs
from engine.session.in_force import treatment_of
from engine.session.left import awaits_compensation, left, let_computer_decide, rule
from engine.session.outcomes import end_with, ends_early
from engine.session.participation import dropouts, entrance
from engine.session.plan import order_of
from engine.session.rounds import create_rounds
from engine.session.stages import let_computers_request, requests_of, standing_of
from engine.session.turns import has_decided, sequence_of
from mechanisms.played.play import Play
from mechanisms.session.draws import computer_messages, message_for_absent, request_for_absent
from mechanisms.treatments import Treatment

seats.install()  # first: what the doors refuse is no opened seat
files_pages.install()
hands.install()
screens.install()
projector.install()
edits.install()
otree_repairs.install()
certificates.install()
configs.install()
entrance.install()
dropouts.install()
open_pages.install()
turns.install()
demo.install()
creation_form.install()


class EngineSubsession(BaseSubsession):
    __abstract__ = True

    def creating_session(self) -> None:
        create_rounds(self)

    def vars_for_admin_report(self) -> dict[str, Markup]:
        return report(self.session)


class EngineGroup(BaseGroup):
    __abstract__ = True

    outcome = shared(models.LongStringField)  # in words; empty until the group's points are computed
    void = shared(models.BooleanField)  # somebody was missing: the round is played by nobody of the group

    def is_void(self) -> bool:
        """Somebody of this group does not take part and has not decided, and no computer sits there: the others cannot
        play this round. A decision of somebody who has left since counts."""
        if self.field_maybe_none("void") or not self.session.declined:
            return bool(self.field_maybe_none("void"))
        players = self.get_players()
        if any(player.field_maybe_none("points_units") is not None for player in players):
            return False  # it was played, and who is missing was deleted
        missing = not all(map(has_decided, left(self.session, players)))
        return missing and rule(self.session, players[0].part) != "computer"

    def stay_void(self) -> None:
        """A void round has come: it stays so for the whole group. Who is back in time for the decisions of the others
        would else play a round in which one of them was not asked."""
        if self.field_maybe_none("void"):
            return
        self.void, players = True, self.get_players()
        missing = [player for player in players if ends_early(player.participant)]
        numbers = [";".join(str(player.participant.id_in_session) for player in some) for some in (players, missing)]
        note(
            self.session.id, "void", "server", value=" without ".join(numbers), app=self.get_folder_name(),
            round_number=self.round_number,
        )  # fmt: skip
        dropouts.end_after(players)

    def compute_points(self) -> None:
        """Play the round: one call of the game, its results stored with each player."""
        if self.field_maybe_none("void"):
            return
        players = self.get_players()
        if players[0].field_maybe_none("points_units") is not None:
            return
        decide = let_computer_decide if players[0].treatment.stages is None else let_computers_request
        decide(players)
        messages = [player.field_maybe_none("message") for player in players]
        if None in messages:
            if self.is_void():
                self.stay_void()
            return
        types = np.array([player.type_value for player in players])
        play = players[0].treatment.play(types, np.array(messages, float))
        self.outcome = players[0].treatment.outcome_label(play.outcome)
        for i, player in enumerate(players):
            player.store(play, i)
        score_beliefs(self)
        if self.session.declined:
            settle_again(player.participant for player in players)
            dropouts.end_after(players)

    def close(self) -> None:
        """Nobody is left to play this round: the computer does, where it decides for all who have left."""
        self.compute_points()
        if self.field_maybe_none("outcome") is None:
            self.stay_void()

    def settle_if_last(self) -> None:
        """After the last round of the last part: what each member earned, fixed once."""
        for player in self.get_players():
            if player.ends_session() and player.participant.status in ("idle", "absent"):
                end_with(player.participant, "dropped_out", "server")
            if player.ends_session() and not awaits_compensation(player.participant):
                settle_participant(player.participant)


class EnginePlayer(BasePlayer, BeliefFields, QuizFields, UnderstandingFields):
    __abstract__ = True

    part = shared(models.IntegerField)  # its number in the session's design, from 1
    part_round = shared(models.IntegerField)  # from 1; practice rounds are counted apart
    practice = shared(models.BooleanField)
    starts_part = shared(models.BooleanField)
    ends_part = shared(models.BooleanField)
    rematched = shared(models.StringField)  # "3;7": groups were drawn anew without these participants
    silo = shared(models.IntegerField)  # where groups are formed as people come: the place, from 1, and its silo
    place = shared(models.IntegerField)
    sequence = shared(models.StringField)  # "2;1;3": positions in the order in which they report; empty: all at once
    stage = shared(models.IntegerField)  # requests in stages: in which one the player was served
    requests = shared(models.LongStringField)  # "3.0;4.0": the own requests, stage by stage; the last one was served
    requests_by = shared(models.LongStringField)  # what brought each about, when, and how long it took
    requests_at = shared(models.LongStringField)
    requests_seconds = shared(models.LongStringField)
    type_value = shared(models.FloatField)
    message = shared(models.FloatField, min=None)  # checked on the page against the player's own grid
    computer_messages = shared(models.StringField)  # practice against the computer: "3;;5", nothing in the own place
    decided_by = shared(models.StringField)  # a cause of engine.record; all but "participant": drawn or computed
    after_return = shared(models.BooleanField)  # in a study: the person had been away before, and came back
    timed_out = shared(models.BooleanField)  # the clock of this decision ran out
    first_shown_at = shared(models.StringField)  # UTC; a second look at the page does not change it
    decided_at = shared(models.StringField)  # UTC
    seconds_taken = shared(models.FloatField)
    own_outcome = shared(models.LongStringField)  # in practice against the computer, where a group has no outcome
    quantity = shared(models.FloatField)
    value = shared(models.FloatField)
    cost_share = shared(models.FloatField)
    transfer = shared(models.FloatField)
    payments_received = shared(models.StringField)
    points_units = shared(models.IntegerField)
    compensation_units = shared(models.IntegerField)  # for a round that could not be played; see session.left

    @property
    def position(self) -> int:
        return int(self.id_in_group) - 1

    @property
    def treatment(self) -> Treatment:
        """As it is played in this round: with the order in which the group reports, where it is drawn."""
        return treatment_of(self.session, self.part).in_sequence(sequence_of(self.field_maybe_none("sequence")))

    @property
    def outcome(self) -> str:
        """In words; empty until the round was played, and where somebody of the group was deleted."""
        return str(self.field_maybe_none("own_outcome") or self.group.field_maybe_none("outcome") or "")

    def alone(self) -> bool:
        """Practice against the computer: the other members of the group are not real."""
        return bool(self.practice) and self.treatment.protocol.practice_against == "computer"

    def ends_session(self) -> bool:
        return bool(self.ends_part) and self.part == order_of(self.participant)[-1]

    def drawn_message(self) -> float:
        """What the computer decides in the place of this player."""
        treatment, before = self.treatment, None
        if treatment.protocol.computer == "model":
            return self._at_least_served(self._message_of_model())
        if treatment.protocol.computer == "last":
            own = type(self).objects_filter(participant=self.participant, part=self.part, practice=self.practice)
            own = own.filter_by(decided_by="participant")
            last = own.filter(type(self).round_number < self.round_number).order_by(type(self).round_number.desc())
            before = next(iter(last.with_entities(type(self).message).first() or [None]))
        if treatment.stages is not None:
            return self._at_least_served(before)
        person = self.participant.id_in_session
        return message_for_absent(
            treatment, self.session.code, self.round_number, person, self.position, self.type_value, before
        )

    def _at_least_served(self, stated: float | None) -> float:
        """What the computer states, or draws where it states nothing; in stages not less than what was served last."""
        treatment, person = self.treatment, self.participant.id_in_session
        if treatment.stages is None:
            assert stated is not None
            return stated
        return request_for_absent(
            treatment, self.session.code, self.round_number, person, self.position,
            len(requests_of(self)) + 1, standing_of(self).floor, stated,
        )  # fmt: skip

    def _message_of_model(self) -> float:
        """What the model of the treatment decides, by what was played in the groups of this seat until now."""
        from mechanisms.subjects.absent import model_message  # few sessions need the models

        own = type(self).objects_filter(participant=self.participant, part=self.part, practice=self.practice)
        until_now = own.filter(type(self).round_number <= self.round_number).order_by(type(self).round_number)
        rounds = [self] if self.alone() else list(until_now)
        groups = [sorted(player.group.get_players(), key=lambda member: member.id_in_group) for player in rounds]
        known = [all(m.field_maybe_none("type_value") is not None for m in group) for group in groups]
        rounds, groups = list(compress(rounds, known)), list(compress(groups, known))  # not with who was deleted
        said = [[np.nan if (m := member.field_maybe_none("message")) is None else m for member in group]
                for group in groups]  # fmt: skip
        return model_message(
            self.treatment, self.session.code, self.round_number, self.participant.id_in_session,
            np.array([player.position for player in rounds]),
            np.array([[member.type_value for member in group] for group in groups]), np.array(said, dtype=float),
        )  # fmt: skip

    def play_alone(self) -> None:
        """Play a practice round against messages that the computer draws."""
        treatment, position = self.treatment, self.position
        drawn = computer_messages(
            treatment, self.session.code, self.round_number, self.participant.id_in_session, position
        )
        self.computer_messages = ";".join("" if message is None else repr(message) for message in drawn)
        types = np.array([player.type_value for player in self.group.get_players()])
        messages = [self.message if message is None else message for message in drawn]
        play = treatment.play(types, np.array(messages, float))
        self.own_outcome = treatment.outcome_label(play.outcome)
        self.store(play, position)

    def store(self, play: Play, i: int) -> None:
        """What the round brings to the i-th position, which is this player's."""
        self.quantity = None if play.quantities is None else float(play.quantities[i])
        self.value = float(play.values[i])
        self.cost_share = float(play.cost_shares[i])
        self.transfer = float(play.transfers[i])
        if play.payments is not None:
            self.payments_received = ";".join(repr(float(amount)) for amount in play.payments[i])
        self.points_units = int(play.points[i])


EXTRA_MODELS: dict[str, dict[str, Any]] = {
    "WhatIf": {
        "asked_at": models.StringField,
        "kind": models.StringField,
        "messages": models.LongStringField,
        "points_units": models.IntegerField,
    },
    "QuizAnswer": {
        "asked_at": models.StringField,
        "attempt": models.IntegerField,
        "question": models.StringField,
        "answer": models.LongStringField,
        "correct": models.BooleanField,
    },
}
"""Several rows a player: every query of a payoff aid, every answer of the quiz."""


def round_models(module: str) -> list[Any]:
    """C, Subsession, Group, Player, WhatIf and QuizAnswer of an app; `module` is the __name__ of its models.py."""

    def made(name: str, base: Any, **attributes: Any) -> Any:
        return type(base)(name, (base,), {"__module__": module, **attributes})

    app = module.split(".")[0]
    constants = made("C", BaseConstants, NAME_IN_URL=app, PLAYERS_PER_GROUP=None, NUM_ROUNDS=1)
    data = [made("Subsession", EngineSubsession), made("Group", EngineGroup), made("Player", EnginePlayer)]
    extra = [
        made(name, ExtraModel, player=models.Link(data[-1]), **{field: kind() for field, kind in fields.items()})
        for name, fields in EXTRA_MODELS.items()
    ]
    return [constants, *data, *extra]
