"""Every answer of every attempt at the quiz, one row each. The columns are described in docs/codebook.md."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from otree.common import get_models_module

from engine.people import Player

COLUMNS = "session_code participant_code participant_id part attempt question answer correct asked_at".split()


def custom_export_quiz(players: Sequence[Player]) -> Iterator[list[object]]:
    yield list(COLUMNS)
    if not players:
        return
    answers = defaultdict(list)  # one query, not one a player
    for row in get_models_module(players[0].get_folder_name()).QuizAnswer.filter():
        answers[row.player_id].append(row)
    for player in players:
        participant, session = player.participant, player.session
        who = [session.code, participant.code, participant.id_in_session, player.field_maybe_none("part")]
        for row in answers[player.id]:
            correct = "" if row.correct is None else int(row.correct)
            yield [*who, row.attempt, row.question, row.answer, correct, row.asked_at]
