"""A repair of oTree 6.0.15: the ways in by a room or a session's link; one browser has one seat, one seat one browser.

oTree seats whoever opens a link with a label, so that a neighbour can sit on somebody's seat, and one browser with four
labels on four. Here the links of seats are signed (`use_secure_urls`), a seat belongs to the browser that opened it
first (a signed cookie), until the experimenter lets another computer take it; a browser that has a seat gets no other.
Without a list of labels they are ignored, unless settings.py names the platform's identifier (ONLINE_IDENTIFIER).
"""

import secrets
from collections.abc import Callable
from typing import Any

from otree import settings
from otree.common import make_hash
from otree.models import Participant
from otree.room import ROOM_DICT
from otree.views import participant as views
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from engine.otree_repairs.pages.outside import outside, place_of

BROWSER = "browser"
"""In participant.vars: the number of the browser that has the seat."""


VARS_CAME: list[Callable[[Any, dict[str, Any]], None]] = []
"""What is called before a participant gets vars that were sent by REST before she or he came."""


ENTRANCES: list[Callable[[Any, Any], Any]] = []
"""Asked first, with session and request: a participant, a page for who gets no seat, or None for the ways here."""


CLOSED: list[Callable[[Any], set[int]]] = []
"""Numbers of seats of a session that nobody gets who comes now, also where nobody has them."""


class NoSeatError(Exception):
    """The name of the page in _templates/outside/ that says why."""


def seat_of(session: Any, label: str, cookies: Any) -> Any:
    """The participant whom a browser gets; NoSeatError("taken") or NoSeatError("full")."""
    held = held_by(session, cookies)
    owner = session.pp_set.filter_by(label=label).first() if label else held
    if owner is None and held is None:
        owner = free_seat(session)
    if held is not None and (owner is None or (owner is not held and owner.vars.get(BROWSER))):
        owner = held  # another label does not get the same browser another seat
    if owner is None:
        raise NoSeatError("full")
    if owner.vars.get(BROWSER) and owner is not held:
        raise NoSeatError("taken")
    if owner is not held:
        owner.vars[BROWSER] = secrets.token_hex(8)
        cookies[f"seat_{session.code}"] = [owner.code, owner.vars[BROWSER]]
    return owner


def free_seat(session: Any) -> Any:
    """The first one that nobody has; None if there is none."""
    closed = set[int]().union(*(numbers(session) for numbers in CLOSED))
    seats = session.pp_set.filter_by(visited=False).order_by("id")
    return next((seat for seat in seats if seat.id_in_session not in closed), None)


def held_by(session: Any, cookies: Any) -> Any:
    """Who sits at this browser in the session, if it still has the seat."""
    found = cookies.get(f"seat_{session.code}")
    if not isinstance(found, list) or len(found) != 2:
        return None
    person = Participant.objects_filter(code=found[0], session_id=session.id).first()
    return person if person is not None and person.vars.get(BROWSER) == found[1] else None


def let_another_computer(participant: Any) -> None:
    """The next browser that opens the seat's link has the seat; the one before is no longer known."""
    participant.vars.pop(BROWSER, None)


def go_in(session: Any, label: str, cookies: Any) -> Any:
    try:
        person = seat_of(session, label, cookies)
    except NoSeatError as error:
        return HTMLResponse(outside("", str(error), session.config["language"], place_of(session)), 404)
    views.mark_visited_and_record_label(person, None if person.label else label)
    return person


def enter(session: Any, request: Any, label: str) -> Any:
    for entrance in ENTRANCES:
        found = entrance(session, request)
        if found is not None:
            return found
    return go_in(session, label, request.session)


def identifier(query: Any) -> str:
    """The platform's identifier in an address, "" if settings.py names none."""
    name = getattr(settings, "ONLINE_IDENTIFIER", "")
    return str(query.get(name, "")) if name else ""


def room(view: Any, request: Any) -> Any:
    found, query = ROOM_DICT.get(request.path_params["room_name"]), request.query_params
    if found is None:
        raise HTTPException(404)
    if found.use_secure_urls and query.get("hash") != make_hash(query.get("participant_label", "")):
        return HTMLResponse(outside("", "no_link"), 404)
    if query.get("welcome_page_ok") and views.validate_room_visitor(found, query):
        return HTMLResponse(outside("", "label"), 404)
    session = found.get_session()
    if not query.get("welcome_page_ok") or session is None:
        return plain_room(view, request)
    label = query.get("participant_label", "") if found.has_participant_labels else identifier(query)
    person = enter(session, request, label)
    if isinstance(person, HTMLResponse):
        return person
    passed = (
        label and views.ParticipantVarsFromREST.objects_filter(room_name=found.name, participant_label=label).first()
    )
    if passed:
        for call in VARS_CAME:
            call(person, passed.vars)
        person.vars.update(passed.vars)
        views.db.delete(passed)
    return views._redirect_to_start_url(person)


def session_wide(view: Any, request: Any) -> Any:
    session = views.db.get_or_404(views.Session, _anonymous_code=request.path_params["anonymous_code"])
    if session.is_demo:  # a seat for each window, to try it out
        person = views.participant_or_none_if_exceeded(session, label=None)
        return (
            views._redirect_to_start_url(person)
            if person
            else HTMLResponse(outside("", "full", session.config["language"], place_of(session)), 404)
        )
    person = enter(session, request, identifier(request.query_params))
    return person if isinstance(person, HTMLResponse) else views._redirect_to_start_url(person)


plain_room = views.AssignVisitorToRoom.get


def install() -> None:
    views.AssignVisitorToRoom.get, views.SessionWideLink.get = room, session_wide
