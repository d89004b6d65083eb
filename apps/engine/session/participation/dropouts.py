"""Somebody of a study has left in the middle: what the study says happens then.

"computer"  the computer decides there, as the treatment's `session.computer` or the study says; nothing else changes
            (engine.session.attendance.presence does that);
"void"      rounds that this person has to decide are not played and earn nothing, until the person is back;
"end"       taking part ends for everybody of the silo, who get what they have earned and what the study states.

A decision that was taken is never lost by that: a round for which all who have left had decided is played as soon as
the others have, and with "end" they go on until then where somebody has sent something.

It is decided when somebody has been away for the study's grace seconds: `away` is noted by presence, and the server
looks every two seconds.
"""

import time
from collections.abc import Sequence

import otree.channels.utils as channels
from otree.database import db, dbq
from otree.models import Participant as Participants
from otree.models import Session as Sessions

from engine.otree_repairs import clock
from engine.people import Group, Participant, Player, Session
from engine.record import note_person
from engine.session import turns
from engine.session.attendance import presence
from engine.session.attendance.browsers import go_on, leave_void_pages, waiting_group
from engine.session.attendance.open_pages import closed_at
from engine.session.closing_rounds import begun, close_rounds, unplayed
from engine.session.earnings import settle_participant
from engine.session.outcomes import end_with, outcome_of
from engine.session.participation.arrival import is_placed
from engine.session.rounds import PLACES, SILOS
from engine.stored_study import study_of
from mechanisms.studies.schema_people import LEAST_GRACE, DropoutSpec

SINCE, DROPPED, RETURNED = "away_since", "dropped", "returned"  # in participant.vars
LAST = "last_round"  # in participant.vars: taking part ends when it is played, because somebody of the silo has left
HELD_BACK = ("void", "end")
"""Policies with which nothing is decided for somebody who is away: the others wait for the grace period."""


def spec_of(session: Session) -> DropoutSpec | None:
    """None for a treatment alone and in the laboratory."""
    study = study_of(session)
    return (study.spec.dropouts or DropoutSpec()) if study.online else None


def went(person: Participant) -> None:
    """The seat is away from now on."""
    if spec_of(person.session) is not None:
        person.vars.setdefault(SINCE, time.time())


def came_back(person: Participant) -> None:
    """The person is there again: rounds are played again, where the study says so."""
    person.vars.pop(SINCE, None)
    spec = spec_of(person.session)
    if spec is None or outcome_of(person):
        return
    person.vars[RETURNED] = True
    if person.vars.get(DROPPED) and spec.may_return:
        person.vars.pop(DROPPED)
        session = person.session
        session.declined = [number for number in session.declined if number != person.id_in_session]


def is_held_back(person: Participant) -> bool:
    """Nobody passes over this seat yet: the grace period of the study runs."""
    spec = spec_of(person.session)
    held = spec is not None and spec.policy in HELD_BACK and person.status != "computer"
    return held and not person.vars.get(DROPPED) and not outcome_of(person)


def look() -> None:
    """Called every few seconds by the server, under its lock: who has been away for too long?"""
    sessions = {person.session_id for person in hung_up()}
    playing = Participants._index_in_pages < Participants._max_page_index
    people = dbq(Participants).filter(Participants.status.in_(("idle", "absent")), playing).order_by(Participants.id)
    for person in people:
        if "earnings" in person._vars or not is_placed(person):  # all rounds are over, or none has begun
            continue
        if is_held_back(person) and time.time() - person.vars.get(SINCE, time.time()) >= grace(person.session):
            drop(person)
            sessions.add(person.session_id)
    for key in sorted(sessions):
        db._db.flush()
        presence.pass_over(dbq(Sessions).filter_by(id=key).one())


def hung_up() -> list[Participant]:
    """Whose page has been closed for longer than the grace period: nobody waits for their clock."""
    found = []
    for code, moment in list(closed_at.items()):
        person = dbq(Participants).filter_by(code=code).first()
        if person is None or spec_of(person.session) is None or outcome_of(person) or presence.is_over(person):
            closed_at.pop(code, None)
            continue
        playing = person._current_app_name == person.session.config["app_sequence"][1]
        if playing and time.time() - moment >= max(grace(person.session), LEAST_GRACE):
            closed_at.pop(code, None)
            if person.status not in presence.AWAY:
                person.vars[SINCE] = moment
                presence.set_status(person, "absent", "clock")
                found.append(person)
    return found


def can_withdraw(person: Participant) -> bool:
    return spec_of(person.session) is not None and not outcome_of(person) and "earnings" not in person.vars


def withdraw(person: Participant) -> None:
    """The person has pressed the button."""
    session = person.session
    session.declined = [*session.declined, person.id_in_session]
    end_with(person, "withdrew", "participant")
    settle_participant(person)
    left_for_good(person)


def left_for_good(person: Participant) -> None:
    """Somebody whose part in the session has ended before the others': the policy takes effect at once."""
    session, spec = person.session, spec_of(person.session)
    if spec is None or not is_placed(person):
        return
    person.vars[DROPPED] = True
    others = people_of_silo(person)
    if spec.policy == "end":
        end_for(others)
    db._db.flush()
    turns.look_again(session.get_participants())
    leave_void_pages(others)
    close_rounds(others)


def grace(session: Session) -> int:
    spec = spec_of(session)
    return 0 if spec is None else spec.grace_seconds


def drop(person: Participant) -> None:
    """The policy of the study takes effect."""
    session, spec = person.session, spec_of(person.session)
    assert spec is not None
    person.vars[DROPPED] = True
    note_person(person, "dropped", "clock", spec.policy)
    session.declined = [*session.declined, person.id_in_session]
    others = people_of_silo(person)
    if spec.policy == "end" or not spec.may_return:
        finish(person, "dropped_out")
    if spec.policy == "end":
        end_for(others)
    db._db.flush()
    leave_void_pages(others)
    close_rounds(others)


def end_for(people: Sequence[Participant]) -> None:
    """Somebody of this silo has left: taking part ends for all, at once or with the last of their rounds that have
    begun and can be played."""
    db._db.flush()
    last = last_rounds(people)
    for person in people:
        if person.id in last:
            person.vars[LAST] = last[person.id]
        else:
            finish(person, "partner_left")


def last_rounds(people: Sequence[Participant]) -> dict[int, int]:
    """By participant the last round of those who still play: what has begun and can be played, and, as groups can be
    some rounds apart, what somebody has to play before."""
    last: dict[int, int] = {}

    def needed(group: Group) -> None:
        for player in group.get_players():
            last[player.participant.id] = max(group.round_number, last.get(player.participant.id, 0))

    for group in begun(people):
        if not group.is_void() and not group.get_players()[0].practice:
            needed(group)
    for group in sorted(unplayed(people), key=lambda group: group.round_number, reverse=True):
        comes = any(last.get(player.participant.id, 0) > group.round_number for player in group.get_players())
        if comes and not group.is_void():
            needed(group)
    return last


def end_after(players: Sequence[Player]) -> None:
    """Their round has been played, or cannot be any more. Who comes to the end of the session by it has played to the
    end."""
    for player in players:
        if player.participant._vars.get(LAST) == player.round_number and not player.ends_session():
            finish(player.participant, "partner_left")


def people_of_silo(person: Participant) -> list[Participant]:
    """Who is matched with this person, in any round, the person too."""
    session = person.session
    places, sizes, block = session.vars[PLACES], session.vars[SILOS], session.blocks[person.id_in_session - 1]

    def silo(number: int) -> tuple[int, int]:
        own = session.blocks[number - 1]
        return own, places[number - 1] // sizes[own]

    wanted = (block, places[person.id_in_session - 1] // sizes[block])
    return [other for other in session.get_participants() if silo(other.id_in_session) == wanted]


def finish(person: Participant, outcome: str) -> None:
    """Taking part ends here, with what was earned so far; the browser goes on by itself."""
    if outcome_of(person) or "earnings" in person.vars:
        return
    end_with(person, outcome, "server")
    settle_participant(person)
    go_on(person)
    wake(person)


def wake(person: Participant) -> None:
    """A page on which the person waits loads itself again."""
    if not presence.on_wait_page(person):
        return
    channels.sync_group_send(group=waiting_group(person._get_page_instance()), data={"status": "ready"})


def install() -> None:
    presence.WENT.append(went)
    presence.CAME_BACK.append(came_back)
    presence.HELD_BACK.append(is_held_back)
    clock.LOOKS.append(look)
