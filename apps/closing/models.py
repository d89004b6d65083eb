"""After the last decision: questionnaires and the receipt.

Every answer is a row of `Answer`, and a field of the player, named after scale and item, for oTree's wide tables.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from engine.questionnaires import SCALES
from engine.session.participation.people_export import custom_export_people
from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, ExtraModel, models

__all__ = ["Answer", "C", "Group", "Player", "Subsession", "custom_export", "custom_export_people"]


class C(BaseConstants):
    NAME_IN_URL = "closing"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1


class Subsession(BaseSubsession):
    pass


class Group(BaseGroup):
    pass


def answer_fields() -> dict[str, Any]:
    """Texts, checked on the page with sentences of our own."""
    return {
        f"{scale.name}_{item}": models.LongStringField(blank=True)
        for scale in SCALES.values()
        for item in scale.item_names
    }


Player = type(BasePlayer)(
    "Player",
    (BasePlayer,),
    {
        "__module__": __name__,
        **answer_fields(),
        **{column: models.FloatField() for scale in SCALES.values() for column in scale.totals.values()},
        "asked_again": models.StringField(),  # the scale that was last sent back because it was incomplete
    },
)


class Answer(ExtraModel):
    player = models.Link(Player)
    scale = models.StringField()
    item = models.StringField()  # also names of scores of the whole scale
    answer = models.LongStringField()  # empty: left out
    score = models.FloatField()
    answered_at = models.StringField()  # UTC


COLUMNS = "session_code participant_code participant_id participant_label scale item answer score answered_at".split()


def custom_export(players: Sequence[Any]) -> Iterator[list[object]]:
    """One row an answer, in the order of the pages."""
    yield list(COLUMNS)
    rows = defaultdict(list)
    for row in Answer.filter() if players else []:  # one query, not one a player
        rows[row.player_id].append(row)
    for player in players:
        person = player.participant
        who = [player.session.code, person.code, person.id_in_session, person.label]
        for row in rows[player.id]:
            yield [*who, row.scale, row.item, row.answer, row.score, row.answered_at]
