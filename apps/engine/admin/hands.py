"""Hands for the room: several seats at once are moved on, taken or given back, taken out, or written to.

All of it is in the record. Addresses: POST /SessionSeats/CODE with `act` and `seat` (codes of participants), and the
one at which a participant puts a message away or answers it.
"""

from collections.abc import Callable
from typing import Any

from otree.database import db
from otree.models import Participant as Participants
from otree.models import Session as Sessions
from otree.views import cbv
from otree.views import participant as otree_participant
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from engine.admin import addresses
from engine.admin.seats import NO_GROUP
from engine.people import Participant
from engine.session.attendance.notes import put_away, write_to
from engine.session.attendance.presence import give_back, is_over, on_wait_page, take_seat
from engine.session.participation.arrival import has_no_place
from engine.session.participation.taken_out import can_be_taken_out, take_out
from engine.words.note import MOST_SIGNS


def move(person: Participant) -> str:
    if is_over(person):
        return "has finished"
    if on_wait_page(person):
        return "waits for others"
    if person.status == "computer":
        return "the computer has this seat"
    person.session.advance_selected_participants([person])  # type: ignore[attr-defined]  # oTree's
    return ""


def computer(person: Participant) -> str:
    if is_over(person) or person.status == "computer":
        return "has finished" if is_over(person) else "the computer has it already"
    if has_no_place(person):
        return NO_GROUP
    take_seat(person)
    return ""


def back(person: Participant) -> str:
    if person.status != "computer":
        return "the computer does not have it"
    give_back(person)
    return ""


def out(person: Participant) -> str:
    if not can_be_taken_out(person):
        return "has finished, or is out already"
    take_out(person)
    return ""


ACTS: dict[str, Callable[[Participant], str]] = {"move": move, "computer": computer, "person": back, "out": out}
"""What can be done to a seat; each says why it was not possible, or nothing."""


class SessionSeats(cbv.AdminView):
    """Do one thing to some seats, in their order; what was not possible is said seat by seat."""

    url_pattern = "/SessionSeats/{code}"

    def post(self, request: Request, code: str) -> Response:
        session, sent = db.get_or_404(Sessions, code=code), self.get_post_data()
        named = set(sent.getlist("seat"))
        people = session.pp_set.filter(Participants.code.in_(named)).order_by(Participants.id_in_session).all()
        if not people or len(people) != len(named):
            raise HTTPException(400, "seat must name participants of this session by their codes")
        act = sent.get("act")
        if act == "message":
            text = str(sent.get("text", "")).strip()
            if not 0 < len(text) <= MOST_SIGNS:
                raise HTTPException(400, f"text must have 1 to {MOST_SIGNS} signs")
            write_to(people, text, answer=bool(sent.get("answer")))
            return JSONResponse({"done": len(people), "not": []})
        if act not in ACTS:
            raise HTTPException(400, f"act must be one of {', '.join([*ACTS, 'message'])}")
        problems = [(name(person), why) for person in people if (why := ACTS[act](person))]
        return JSONResponse({"done": len(people) - len(problems), "not": problems})


def name(person: Participant) -> str:
    return person.label or f"P{person.id_in_session}"


class ParticipantNote(HTTPEndpoint):
    """A message is put away or answered, at the seat."""

    url_pattern = "/p/{code}/note"

    async def post(self, request: Request) -> Response:
        person = db.get_or_404(Participants, code=request.path_params["code"])
        form: Any = await request.form()
        done = put_away(person, str(form.get("number", "")), str(form.get("reply", "")))
        if request.headers.get("x-requested-by") == "script":
            return Response(status_code=204 if done else 409)
        return RedirectResponse(person._url_i_should_be_on(), 303)


def install() -> None:
    addresses.add(SessionSeats)
    ParticipantNote.__module__ = otree_participant.__name__
    otree_participant.ParticipantNote = ParticipantNote
