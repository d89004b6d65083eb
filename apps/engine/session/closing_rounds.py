"""Rounds in which somebody has sent something, and which nobody is left to play.

Where the computer decides for those who have left, it plays them at once, and who has decided is paid; elsewhere they
are void. Nobody would ever come to them again.
"""

from collections.abc import Sequence

from otree.common import get_models_module
from sqlalchemy import or_

from engine.people import Participant
from engine.session.outcomes import ends_early


def close_rounds(people: Sequence[Participant]) -> None:
    """`people` : of one session, some of whom have ended just now; all who can meet them."""
    model = get_models_module(people[0].session.config["app_sequence"][1]).Player
    has_begun = or_(model.message.isnot(None), model.belief.isnot(None), model.requests.isnot(None))
    ids = [person.id for person in people if ends_early(person)]
    begun = model.objects_filter(points_units=None).filter(model.participant_id.in_(ids), has_begun)
    for group in {player.group_id: player.group for player in begun if not player.alone()}.values():
        if all(ends_early(player.participant) for player in group.get_players()):
            group.close()
