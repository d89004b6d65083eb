"""What is stored of a guess about the others' messages, and what it earned (mechanisms.session.scoring); no page."""

from collections.abc import Sequence
from fractions import Fraction

from otree.api import models

from engine.otree_repairs.pages.fields import shared
from engine.people import Group, Player
from engine.session.plan import Slot, is_alone
from engine.words.guess_rule import as_fraction, asked_rule
from mechanisms.session.scoring import average, belief_draw, scoring_rule
from mechanisms.treatments import Treatment


class BeliefFields:
    belief = shared(models.FloatField, min=None, blank=True)  # checked on the page against the possible averages
    belief_units = shared(models.IntegerField)  # what the guess earned, in smallest units
    belief_shown_at = shared(models.StringField)  # UTC
    belief_seconds = shared(models.FloatField)


def asks_in(treatment: Treatment, slot: Slot) -> bool:
    """Whether somebody guesses in a round; in practice with others always, against the computer never."""
    if treatment.beliefs is None or is_alone(treatment, slot):
        return False
    return slot.practice or treatment.beliefs.rounds == "all" or slot.round in treatment.beliefs.rounds


def asks_belief(player: Player) -> bool:
    """Whether this player guesses in this round; in practice with others always, against the computer never."""
    treatment = player.treatment
    if treatment.beliefs is None or player.alone() or scoring_rule(treatment, player.position) is None:
        return False
    rounds = treatment.beliefs.rounds
    return bool(player.practice) or rounds == "all" or player.part_round in rounds


def score_beliefs(group: Group) -> None:
    """When all messages of a group are known: what each guess earns, stored once."""
    players = group.get_players()
    for player in players:
        guess = player.field_maybe_none("belief")
        if guess is not None:
            treatment, rule = player.treatment, asked_rule(player.treatment, player.position)
            draw = belief_draw(treatment, player.session.code, player.round_number, player.participant.id_in_session)
            player.belief_units = rule.units(as_fraction(guess), truth(players, player), draw)


def belief_units_of(player: Player) -> int | None:
    """What the guess of a round earned, in smallest units; None without one. Paid exactly if the round is paid."""
    units = player.field_maybe_none("belief_units")
    return None if units is None else int(units)


def truth(players: Sequence[Player], player: Player) -> Fraction:
    return average([other.message for other in players if other.id_in_group != player.id_in_group])
