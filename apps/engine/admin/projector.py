"""The page for the projector of a class-room: how to join, who has come, the start, the results of each round.

It names nobody and has no code of a seat in it. In the language of the session.
"""

from typing import Any

from markupsafe import Markup
from otree.database import db
from otree.models import Session as Sessions
from otree.room import ROOM_DICT
from otree.views import cbv
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from engine.admin import addresses
from engine.admin.audience import joined, results
from engine.admin.situation import Situation, situation_of
from engine.people import Session
from engine.session.designs import own_title
from engine.session.in_force import treatment_of
from engine.session.participation.taken_out import can_be_taken_out, take_out
from engine.session.rounds import left_over
from engine.words.language import use
from engine.words.rendering import render

SECONDS = 3
HERE_ONLY = ("localhost", "127.0.0.1", "::1")


class Projector(cbv.AdminView):
    """GET: the page, made again every few seconds; POST act=start: without the seats to which nobody has come."""

    url_pattern = "/Projector/{code}"
    template_name = "engine/admin_projector.html"

    def get(self, request: Request, code: str) -> Response:
        self.session = db.get_or_404(Sessions, code=code)
        return super().get(request)

    def post(self, request: Request, code: str) -> Response:
        session = db.get_or_404(Sessions, code=code)
        if self.get_post_data().get("act") != "start":
            raise HTTPException(400, "act must be start")
        start_without_absent(session)
        return RedirectResponse(request.url_for("Projector", code=code), 303)

    def get_template_name(self) -> str:
        return self.template_name

    def vars_for_template(self) -> dict[str, Any]:
        with use(self.session.config["language"]):
            page = projected(self.session, self.request)
        config = self.session.config
        return {"page": page, "page_title": own_title(config), "language": config["language"]}


def start_without_absent(session: Session) -> None:
    """Nobody waits for seats that nobody has opened; if those who are here are too few to play, nothing happens."""
    people = session.get_participants()
    if start_of(situation_of(session))["playing"]:
        for person in people:
            if not person.visited and can_be_taken_out(person):
                take_out(person)


def start_of(situation: Situation) -> dict[str, int]:
    """How many of those who are here would play if it began without the others, how many could not, and how many people
    the largest group needs."""
    session = situation.session
    here = [person for person in situation.people if person.visited and not person.declined]
    missing = {person.number for person in situation.people} - {person.number for person in here}
    left = left_over(session, missing) if here else 0
    size = max(treatment_of(session, part).group_size for part in range(1, len(session.parts) + 1))
    return {"playing": len(here) - left, "left": left, "size": size}


def projected(session: Session, request: Request) -> Markup:
    situation = situation_of(session)
    address = address_of(session, request)
    return render(
        "engine/admin/projector.html",
        title=treatment_of(session, 1).title if len(session.parts) == 1 else own_title(session.config),
        address=address.partition("//")[2],
        code=qr(address) if address else "",
        here_only=request.url.hostname in HERE_ONLY,
        seconds=SECONDS,
        joined=joined(situation),
        start=start_of(situation),
        results=results(situation),
    )


def address_of(session: Session, request: Request) -> str:
    """Of the room, which stays the same, else of the session; "" in a room whose seats have links of their own."""
    room = next((room for room in ROOM_DICT.values() if room.get_session() == session), None)
    if room is None:
        return str(request.base_url.replace(path=f"/join/{session._anonymous_code}"))
    return "" if room.has_participant_labels else str(request.base_url.replace(path=f"/room/{room.name}"))


def qr(address: str) -> Markup:
    """The address as a picture, made here: nothing is asked of another server."""
    import segno  # needed on this page alone

    return Markup(segno.make(address, error="m", micro=False).svg_inline(border=2, omitsize=True))


def install() -> None:
    addresses.add(Projector, reads=True)
