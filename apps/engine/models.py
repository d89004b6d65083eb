"""The data of a round, shared by the apps of all mechanisms.

A plain field on an abstract base loses its form settings when oTree copies it to the subclass, so every field
is declared through `shared`. Points are whole numbers in the treatment's smallest unit (`points_units`).
"""

from typing import Any

import numpy as np
from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, models
from sqlalchemy.ext.declarative import declared_attr

from engine.clock import repair_timeouts
from engine.designs import rounds_prepared
from engine.earnings import settle_participant
from engine.in_force import player_treatment, treatment_of
from engine.setup import create_round
from mechanisms.certificate import Certificate
from mechanisms.certificate.rendering import as_html

repair_timeouts()


def shared(field: Any, **settings: Any) -> Any:
    return declared_attr(lambda cls: field(**settings))


class EngineSubsession(BaseSubsession):
    __abstract__ = True

    def creating_session(self):
        create_round(self)

    def vars_for_admin_report(self) -> dict[str, str]:
        stored = self.session.certificates[self.get_folder_name()]
        return {"certificate": as_html(Certificate.from_plain(stored))}


class EngineGroup(BaseGroup):
    __abstract__ = True

    outcome = shared(models.LongStringField)  # in words; empty until the group's points are computed

    def is_void(self) -> bool:
        """Somebody of this group declined to take part: the others cannot play this round."""
        declined = self.session.declined
        return bool(declined) and any(p.participant.id_in_session in declined for p in self.get_players())

    def compute_points(self) -> None:
        """Play the round: one call of the game, its results stored with each player."""
        players = self.get_players()
        messages = [player.field_maybe_none("message") for player in players]
        if None in messages:
            return
        treatment = treatment_of(self.session, self.get_folder_name())
        play = treatment.play(np.array([player.type_value for player in players]), np.array(messages, float))
        self.outcome = treatment.outcome_label(play.outcome)
        for i, player in enumerate(players):
            player.quantity = None if play.quantities is None else float(play.quantities[i])
            player.value = float(play.values[i])
            player.cost_share = float(play.cost_shares[i])
            player.transfer = float(play.transfers[i])
            if play.payments is not None:
                player.payments_received = ";".join(repr(float(amount)) for amount in play.payments[i])
            player.points_units = int(play.points[i])

    def settle_if_last(self) -> None:
        """After the last round of the last part: what each member earned, fixed once."""
        app, apps = self.get_folder_name(), list(self.session.treatments)
        if app == apps[-1] and self.round_number == treatment_of(self.session, app).protocol.rounds:
            for player in self.get_players():
                settle_participant(player.participant)


class EnginePlayer(BasePlayer):
    __abstract__ = True

    type_value = shared(models.FloatField)
    message = shared(models.FloatField, min=None)  # checked on the page against the player's own grid
    timed_out = shared(models.BooleanField)
    first_shown_at = shared(models.StringField)  # UTC; a second look at the page does not change it
    decided_at = shared(models.StringField)  # UTC
    seconds_taken = shared(models.FloatField)
    quantity = shared(models.FloatField)
    value = shared(models.FloatField)
    cost_share = shared(models.FloatField)
    transfer = shared(models.FloatField)
    payments_received = shared(models.StringField)
    points_units = shared(models.IntegerField)

    @property
    def position(self) -> int:
        return int(self.id_in_group) - 1

    @property
    def treatment(self) -> Any:
        return player_treatment(self)


def round_models(module: str) -> list[Any]:
    """C, Subsession, Group and Player of an app; `module` is the __name__ of its models.py."""
    app = module.split(".")[0]
    constants = {"NAME_IN_URL": app, "PLAYERS_PER_GROUP": None, "NUM_ROUNDS": rounds_prepared(app)}
    bases = {"C": BaseConstants, "Subsession": EngineSubsession, "Group": EngineGroup, "Player": EnginePlayer}
    return [
        type(base)(name, (base,), {"__module__": module, **(constants if name == "C" else {})})
        for name, base in bases.items()
    ]
