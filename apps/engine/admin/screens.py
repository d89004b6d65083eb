"""Live view of subjects' screens: what the server shows at a seat now, to be read only.

A page is made once more in a process aside, whose connection cannot write (otree_repairs.readers), without the scripts
that would send it; the seat stays where it is, and nobody there notices. What is typed and not yet sent is not known.
"""

import re
from typing import Any

from otree.database import db
from otree.models import Participant as Participants
from otree.models import Session as Sessions
from otree.views import cbv
from otree.views.abstract import WaitPage
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engine.admin import addresses
from engine.admin.hands import name
from engine.otree_repairs.pages.frame import said_to
from engine.people import Participant
from engine.record import note
from engine.words.rendering import render

MOST = 24
"""Screens at once: more could not be read."""
SECONDS = 4
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
EMPTY = '<!DOCTYPE html><html lang="en"><title>Empty</title><p style="font-family: sans-serif">{}</p></html>'


def screen_of(person: Participant) -> str:
    """The HTML of the page on which somebody is."""
    if person._index_in_pages == 0:
        return EMPTY.format("Nobody has opened this seat yet.")
    if person._index_in_pages > person._max_page_index:
        return EMPTY.format("This seat has finished.")
    page = person._get_page_instance()
    if getattr(person, "_timeout_page_index", None) != person._index_in_pages:
        page.remaining_timeout_seconds = lambda: None  # its clock runs when the page is shown there
    with said_to(person.session):
        form = {} if isinstance(page, WaitPage) else {"form": page.get_form_or_mockform()}
        answer = page.render_page(page.get_context_data(**form))
    return SCRIPT.sub("", answer.body.decode("utf-8"))


def chosen(code: str, seats: str) -> tuple[Any, list[Any]]:
    session, named = db.get_or_404(Sessions, code=code), addresses.codes_in(seats)
    people = session.pp_set.filter(Participants.code.in_(named)).order_by(Participants.id_in_session).all()
    if not people or len(people) != len(named) or len(people) > MOST:
        raise HTTPException(404, f"seats must be 1 to {MOST} participants of this session")
    return session, people


class SeatScreens(cbv.AdminView):
    """The page with the screens of some seats. That they were looked at is noted."""

    url_pattern = "/SeatScreens/{code}/{seats}"
    template_name = "engine/admin_screens.html"

    def get(self, request: Request, code: str, seats: str) -> Response:
        self.session, self.people = chosen(code, seats)
        note(self.session.id, "watched", "experimenter", value=" ".join(name(person) for person in self.people))
        return super().get(request)

    def get_template_name(self) -> str:
        return self.template_name

    def vars_for_template(self) -> dict[str, Any]:
        shown = [{"code": person.code, "name": name(person)} for person in self.people]
        address = f"/SeatScreensNow/{self.session.code}/{'-'.join(person.code for person in self.people)}"
        html = render(
            "engine/admin/screens.html", people=shown, address=address, seconds=SECONDS, code=self.session.code
        )
        return {"report": html}


class SeatScreensNow(cbv.AdminView):
    """The HTML of each screen, by code."""

    url_pattern = "/SeatScreensNow/{code}/{seats}"

    def get(self, request: Request, code: str, seats: str) -> Response:
        _session, people = chosen(code, seats)
        return JSONResponse({person.code: screen_of(person) for person in people})


def install() -> None:
    addresses.add(SeatScreens)
    addresses.add(SeatScreensNow, reads=True)
