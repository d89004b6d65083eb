"""Pages that a participant can see outside a session: the room's, the end, no free seat, no such page, a server error.

oTree 6.0.15 has a template for some of them (ours in _templates/otree/ pass on to here) and plain English for the
others. A session's language is not known here: these pages speak the language of the server, OTREE_LANGUAGE. Only where
somebody can see it they ask to raise a hand.
"""

from typing import Any

import otree.patch
import otree.views.participant
from otree import errorpage, settings
from otree.models import Participant, Session
from otree.room import ROOM_DICT
from otree.templating import filters
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse

from engine.otree_repairs import aside
from engine.otree_repairs.pages.rooms import contact_of, has_seats, place_of_room
from engine.words.language import SOURCE, languages, use
from engine.words.place import raising_hands
from engine.words.rendering import render

FOR_PARTICIPANTS = ("/p/", "/room/", "/join/", "/InitializeParticipant/", "/OutOfRangeNotification/")
FOR_MACHINES = ("/api/", "/static/")


LABORATORY = (True, "")
"""The reader is in a laboratory, and needs no address; see place_at."""


def outside(value: Any, name: str, language: str | None = None, place: tuple[bool, str] = LABORATORY) -> str:
    """_templates/outside/NAME.html with its one variable `value`; the filter of the templates in _templates/otree/."""
    language = language or settings.LANGUAGE_CODE[:2]
    with use(language if language in languages() else SOURCE), raising_hands(*place):
        return str(render(f"outside/{name}.html", value=value))


def place_at(path: str) -> tuple[bool, str]:
    """Whether readers can raise their hands at an address, and whom they can write to; see session_language."""
    return known_place(path) or LABORATORY


def known_place(path: str) -> tuple[bool, str] | None:
    """None for an address that belongs to no room and no session."""
    parts = path.split("/")
    try:
        if len(parts) > 2 and parts[1] == "room":
            return place_of_room(parts[2]) if parts[2] in ROOM_DICT else None
        if len(parts) > 2 and parts[1] == "join":
            session = Session.objects_filter(_anonymous_code=parts[2]).first()
            return None if session is None else place_of(session)
        participant = Participant.objects_filter(code=code_in(path) or "").first()
        return None if participant is None else place_of(participant.session)
    except Exception:
        return None


def place_of(session: Any) -> tuple[bool, str]:
    return has_seats(session), contact_of(session)


def session_language(path: str) -> str | None:
    """The language of the session that an address belongs to, for who holds the lock; None if it belongs to none.

    What is wrong with the database is no reason not to answer.
    """
    code, parts = code_in(path), path.split("/")
    if code is None and parts[1:2] != ["join"]:
        return None
    try:
        if code is None:
            session = Session.objects_filter(_anonymous_code=parts[2]).first()
            return None if session is None else str(session.config["language"])
        participant = Participant.objects_filter(code=code).first()
        return None if participant is None else str(participant.session.config["language"])
    except Exception:
        return None


def code_in(path: str) -> str | None:
    """
    >>> code_in("/p/abcd1234/serial/Decide/7")
    'abcd1234'
    """
    parts = path.split("/")
    known = len(parts) > 2 and parts[1] in ("p", "InitializeParticipant", "OutOfRangeNotification")
    return parts[2] if known and parts[2].isascii() and parts[2].isalnum() and len(parts[2]) <= 16 else None


def session_full() -> HTMLResponse:
    return HTMLResponse(outside("", "full"), status_code=404)


def http_exception(middleware: Any, request: Any, error: Any) -> Any:
    path = request.url.path
    if path.startswith(FOR_PARTICIPANTS) and error.status_code != 404:
        return HTMLResponse(
            outside(path, "refused", session_language(path), place_at(path)), status_code=error.status_code
        )
    if error.status_code != 404 or path.startswith(FOR_MACHINES):
        return plain_http_exception(middleware, request, error)
    place = known_place(path)
    return HTMLResponse(outside(place, "missing", place=place or LABORATORY), status_code=404)


plain_http_exception = otree.patch.ExceptionMiddleware.http_exception


class FailureHandler:
    """What the server says when it fails: to participants our page, to the experimenter oTree's, or one line about a
    process aside: its traceback is in the log."""

    def __set__(self, middleware: Any, own: Any) -> None:
        vars(middleware)["handler"] = own

    def __get__(self, middleware: Any, owner: Any) -> Any:
        own = vars(middleware)["handler"]

        async def answer(request: Request, error: Exception) -> Any:
            if request.url.path.startswith(FOR_PARTICIPANTS):
                path = request.url.path
                return HTMLResponse(outside("", "failed", session_language(path), place_at(path)), status_code=500)
            if isinstance(error, aside.JobFailedError):
                return PlainTextResponse(f"{error.advice()}\n", 503)
            return await own(request, error)

        return answer


def install_pages_outside() -> None:
    """Called when the pages are loaded, before the first request."""
    filters.register("outside")(outside)
    otree.views.participant.no_participants_left_http_response = session_full
    otree.patch.ExceptionMiddleware.http_exception = http_exception
    errorpage.OTreeServerErrorMiddleware.handler = FailureHandler()
