"""What an experimenter changes of a session that is there already is noted, with what was there before.

On oTree's page of the session's properties, and by its REST interface: vars of the session and of participants.
"""

from collections.abc import Mapping
from typing import Any

from otree.database import db
from otree.models import Participant as Participants
from otree.models import Session as Sessions
from otree.room import ROOM_DICT
from otree.views.admin import SessionEditProperties
from otree.views.rest import RESTParticipantVars, RESTParticipantVarsByRoom, RESTSessionVars
from starlette.responses import Response

from engine.otree_repairs import doors
from engine.people import Participant, Session
from engine.record import note, note_person

Values = Mapping[str, Any]
plain_properties = SessionEditProperties.form_valid
plain_session, plain_participant = RESTSessionVars.post, RESTParticipantVars.post
plain_by_room = RESTParticipantVarsByRoom.post


def changes(before: Values, after: Values, prefix: str = "") -> list[str]:
    """
    >>> changes({"fee": 5, "label": "a"}, {"fee": 6, "label": "a", "x": 1}, "vars.")
    ['vars.fee: 5 -> 6', 'vars.x: None -> 1']
    """
    names = [name for name in after if after[name] != before.get(name)]
    return [f"{prefix}{name}: {before.get(name)} -> {after[name]}" for name in names]


def of_session(session: Session, found: list[str]) -> None:
    for change in found:
        note(session.id, "edited", "experimenter", value=change)


def of_person(person: Participant, new: Values) -> None:
    """Called before the vars are changed."""
    for change in changes(person.vars, new, "vars."):
        note_person(person, "edited", "experimenter", change)


def stated(session: Session) -> dict[str, Any]:
    """What the page of the properties can change."""
    return {**session.config, "label": session.label or "", "comment": session.comment or ""}


def properties(view: Any, form: Any) -> Any:
    session = view.session
    before = stated(session)
    answer = plain_properties(view, form)
    of_session(session, changes(before, stated(session)))
    return answer


def no_object(order: Values) -> Response | None:
    """oTree fails with a traceback."""
    return None if isinstance(order.get("vars"), dict) else Response('vars must be an object: {"vars": {}}\n', 400)


def session_vars(view: Any, **order: Any) -> Response:
    session = db.get_or_404(Sessions, code=view.request.path_params["code"])
    if answer := no_object(order):
        return answer
    of_session(session, changes(session.vars, order["vars"], "vars."))
    return plain_session(view, **order)


def participant_vars(view: Any, **order: Any) -> Response:
    person = db.get_or_404(Participants, code=view.request.path_params["code"])
    if answer := no_object(order):
        return answer
    of_person(person, order["vars"])
    return plain_participant(view, **order)


def vars_by_room(view: Any, **order: Any) -> Response:
    """For a label that nobody has yet it is noted when somebody comes in with it."""
    if answer := no_object(order):
        return answer
    room = ROOM_DICT.get(str(order.get("room_name")))
    session = room.get_session() if room else None
    person = session.pp_set.filter_by(label=order.get("participant_label")).first() if session else None
    if person is not None:
        of_person(person, order["vars"])
    return plain_by_room(view, **order)


def install() -> None:
    SessionEditProperties.form_valid = properties
    RESTSessionVars.post, RESTParticipantVars.post = session_vars, participant_vars
    RESTParticipantVarsByRoom.post = vars_by_room
    doors.VARS_CAME.append(of_person)
