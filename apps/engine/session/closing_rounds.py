"""Rounds in which somebody who has ended has sent something, and for which all have decided, or nobody is left.

What all have decided is played. Where nobody is left, the computer plays at once if it decides for those who have left,
and who has decided is paid; elsewhere the round is void. Nobody would ever come to it again.
"""

from collections.abc import Iterable, Sequence

from otree.common import get_models_module
from sqlalchemy import or_

from engine.people import Group, Participant
from engine.session.outcomes import ends_early
from engine.session.turns import has_decided


def close_rounds(people: Sequence[Participant]) -> None:
    """`people` : of one session, some of whom have ended just now; all who can meet them."""
    for group in begun([person for person in people if ends_early(person)]):
        players = group.get_players()
        if all(map(has_decided, players)) or all(ends_early(player.participant) for player in players):
            group.close()


def begun(people: Sequence[Participant]) -> Iterable[Group]:
    """Groups that have not played, and in which one of these people, of one session, has sent something."""
    return unplayed(people, begun=True)


def unplayed(people: Sequence[Participant], begun: bool = False) -> Iterable[Group]:
    """Groups of these people, of one session, that have not played; `begun`: where one of them has sent something."""
    if not people:
        return []
    model = get_models_module(people[0].session.config["app_sequence"][1]).Player
    found = model.objects_filter(points_units=None).filter(model.participant_id.in_([person.id for person in people]))
    if begun:
        found = found.filter(or_(model.message.isnot(None), model.belief.isnot(None), model.requests.isnot(None)))
    return {player.group_id: player.group for player in found if not player.alone()}.values()
