"""What oTree does to a seat outside its pages is noted, and an experimenter can do more there.

"Move on" of the monitor goes through oTree's AdvanceSession. The same address, with the same login, takes a seat for
the computer (`seat=computer`) and gives it back (`seat=person`).
"""

from typing import Any

from otree.database import db
from otree.models import Participant as Participants
from otree.models import Session as Sessions
from otree.views.admin import AdvanceSession
from otree.views.participant import InitializeParticipant
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from engine.otree_repairs import doors
from engine.people import Participant, Session
from engine.record import note_person
from engine.session.attendance.presence import give_back, opened, take_seat
from engine.session.participation.arrival import has_no_place

NO_GROUP = "is in no group yet: there is nothing to play"
"""Why the computer cannot take a seat."""

plain_start, plain_advance = InitializeParticipant.get, AdvanceSession.post
plain_move_on = Sessions.advance_selected_participants


def start(view: Any, request: Request) -> Any:
    answer = plain_start(view, request)
    opened(db.query(Participants).filter_by(code=request.path_params["code"]).one())
    return answer


def advance(view: Any, request: Request, code: str) -> Any:
    sent = view.get_post_data()
    seat = sent.get("seat")
    if not sent.get("selected_participant") and (seat or not sent.get("advancemode")):
        raise HTTPException(400, "selected_participant or advancemode must be given")
    if seat not in ("computer", "person", "move"):
        return plain_advance(view, request, code)
    person = db.get_or_404(Participants, code=sent["selected_participant"])
    if seat == "computer" and has_no_place(person):
        raise HTTPException(400, f"the participant {NO_GROUP}")
    {"computer": take_seat, "person": give_back, "move": let_another_computer}[seat](person)
    return Response("ok")


def let_another_computer(person: Participant) -> None:
    doors.let_another_computer(person)
    note_person(person, "other_computer", "experimenter")


def move_on(session: Session, participants: list[Participant]) -> None:
    """A page that is sent notes itself (session.attendance.presence); a seat that nobody has opened has no page."""
    for person in participants:
        if person._index_in_pages == 0:
            note_person(person, "opened", "moved_on")
    plain_move_on(session, participants)


def install() -> None:
    InitializeParticipant.get, AdvanceSession.post = start, advance
    Sessions.advance_selected_participants = move_on
