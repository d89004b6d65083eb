"""Rounds of a group to which somebody belongs who does not take part: declined, or had to leave after the quiz.

Who had decided before leaving has decided. Else, what happens to the others is the rule of the treatment,
`session.partner_left`:

"compensate"   the round is not played; each gets the mean of the points that people in the same position got in that
               round, rounded, halves up. If nobody has played there, each gets the mean of the own points in the rounds
               of the part that she or he has played (no less than 0; 0 for who has played none);
"computer"     the computer sits there, as `session.computer` says;
"void"         the round is not played and earns nothing.

Compensation is known when everybody has played; who gets some waits for that before the receipt.
"""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import floor

from otree.common import get_models_module

from engine.people import Participant, Player, Session
from engine.record import note
from engine.session.in_force import treatment_of
from engine.session.outcomes import outcome_of
from engine.session.plan import order_of
from engine.stored_study import has_study
from engine.words.moments import timestamp
from mechanisms.session.record import GONE


def rule(session: Session, part: int) -> str:
    return str(treatment_of(session, part).protocol.partner_left)


def left(session: Session, players: Sequence[Player]) -> list[Player]:
    """Those of these players who do not take part."""
    declined = session.declined
    return [p for p in players if p.participant.id_in_session in declined] if declined else []


def failed_parts(session: Session, participant_id: int) -> set[int]:
    """Parts whose quiz has ended with wrong answers in the last attempt."""
    model = get_models_module(session.config["app_sequence"][1]).Player
    failed = model.objects_filter(participant_id=participant_id, quiz_failed=True)
    return {part for [part] in failed.with_entities(model.part)}


def left_after_quiz(participant: Participant) -> bool:
    """Taking part has ended there, and not by anything else, as far as a study has recorded how it ended."""
    session = participant.session
    if has_study(session):
        return outcome_of(participant) == "quiz_failed"
    if participant.id_in_session not in session.declined:
        return False
    failed = failed_parts(session, participant.id)
    return any(treatment_of(session, part).protocol.quiz_failure == "leave" for part in failed)


def let_computer_decide(players: Sequence[Player]) -> None:
    """In the place of those who do not take part, where the treatment says so."""
    for player in left(players[0].session, players):
        if player.field_maybe_none("message") is None and rule(player.session, player.part) == "computer":
            player.message, player.decided_by = player.drawn_message(), "computer"
            player.decided_at, player.timed_out = timestamp(), False
            note(
                player.session.id, "decision", "computer", player.participant.id_in_session, repr(player.message),
                app=player.get_folder_name(), round_number=player.round_number,
            )  # fmt: skip


def awaits_compensation(participant: Participant) -> bool:
    """Some round was not played, and the points of others are still to come."""
    session = participant.session
    if not session.declined or participant.id_in_session in session.declined:
        return False
    parts = [part for part in order_of(participant) if rule(session, part) == "compensate"]
    return any(
        player.field_maybe_none("points_units") is None for part in parts for player in rounds(participant, part)
    )


def rounds(participant: Participant, part: int) -> list[Player]:
    """The participant's players in the rounds of a part that count."""
    model = get_models_module(participant.session.config["app_sequence"][1]).Player
    found = model.objects_filter(participant=participant, part=part, practice=False)
    return list(found.order_by(model.round_number))


HELD = "held_rounds"
"""In participant.vars: [part, round] of those that were not played, and to which the computer came in this seat."""


def note_held(player: Player) -> None:
    """The round will not be played: where the computer has the seat, it is compensated for nobody."""
    place, person = [player.part, player.part_round], player.participant
    if person.status == "computer" and not player.practice and place not in person.vars.get(HELD, []):
        person.vars[HELD] = [*person.vars.get(HELD, []), place]


def compensate(participant: Participant, part: int) -> list[int]:
    """Store what the participant gets for each round that was not played; the rounds for which that is the own mean.
    A seat that the computer had then gets nothing, as for what the computer earns where it plays."""
    session = participant.session
    if rule(session, part) != "compensate" or not session.declined or participant.id_in_session in session.declined:
        return []
    players = rounds(participant, part)
    held = participant.vars.get(HELD, [])
    unplayed = [
        player
        for player in players
        if player.field_maybe_none("points_units") is None and [part, player.part_round] not in held
    ]
    means = mean_points(session, part) if unplayed else {}
    for player in unplayed:
        player.compensation_units = means.get((player.part_round, player.id_in_group), own_mean(players))
    return [player.part_round for player in unplayed if (player.part_round, player.id_in_group) not in means]


def mean_points(session: Session, part: int) -> dict[tuple[int, int], int]:
    """By round and position: the mean points of those who played, in smallest units."""
    model = get_models_module(session.config["app_sequence"][1]).Player
    played = model.objects_filter(session=session, part=part, practice=False).filter(model.points_units.isnot(None))
    points: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, position, units in played.with_entities(model.part_round, model.id_in_group, model.points_units):
        points[number, position].append(units)
    return {place: rounded_mean(units) for place, units in points.items()}


def own_mean(players: Sequence[Player]) -> int:
    """What a person has earned on average in the rounds that she or he has played; nobody loses by those not played."""
    earned = [
        player.points_units
        for player in players
        if player.field_maybe_none("points_units") is not None and player.field_maybe_none("decided_by") not in GONE
    ]
    return max(0, rounded_mean(earned)) if earned else 0


def rounded_mean(units: list[int]) -> int:
    """Halves up.

    >>> rounded_mean([1, 2]), rounded_mean([-1, -2]), rounded_mean([5])
    (2, -1, 5)
    """
    return floor(Fraction(sum(units), len(units)) + Fraction(1, 2))
