"""The way into a session of a study with a recruiting platform: who comes is known by the identifier in the link.

The same identifier always leads to the same seat, from any browser; nobody takes part twice in a study that says so,
and who finds no seat gets a page that says why, with a code.
"""

from typing import Any

from otree.views import participant as views
from starlette.responses import HTMLResponse

from engine import identities
from engine.otree_repairs import doors, readers
from engine.otree_repairs.pages.frame import said_to
from engine.otree_repairs.pages.outside import outside, place_of
from engine.people import Session
from engine.record import note
from engine.session.earnings import fee_text
from engine.session.outcomes import completion
from engine.session.participation import arrival
from engine.stored_study import study_of


def enter(session: Session, request: Any) -> Any:
    """A participant, or a page for somebody who gets no seat; None where the study has no platform."""
    study = study_of(session)
    platform = study.spec.platform
    if platform is None:
        return None
    identifier = request.query_params.get(platform.parameter, "")
    if platform.name == "link" and not identifier:
        return None  # known by the browser
    if not identities.is_label(identifier):
        return page(session, "odd_identifier" if identifier else "no_identifier", platform.parameter)
    if request.query_params.get("assignmentId") == identities.NOT_ACCEPTED:
        return page(session, "no_identifier", "assignmentId")
    before = identities.known(study.name, identifier)
    own = next((row for row in before if row.session_id == session.id and row.participant), None)
    if own is not None:
        identities.comes_again(own, request)
        return session.pp_set.filter_by(id_in_session=own.participant).one()
    if any(row.participant for row in before) and (study.spec.arrival is None or study.spec.arrival.once):
        return refuse(session, request, identifier, "second_time")
    seat = doors.free_seat(session)
    if seat is None:
        return refuse(session, request, identifier, "overbooked")
    identities.add(session.id, study.name, platform.name, identifier, request, participant=seat.id_in_session)
    views.mark_visited_and_record_label(seat, None)
    return seat


def refuse(session: Session, request: Any, identifier: str, outcome: str) -> HTMLResponse:
    """Noted once a person and outcome, without the identifier in the record."""
    study = study_of(session)
    rows = identities.known(study.name, identifier)
    if not any(row.session_id == session.id and row.outcome == outcome for row in rows):
        assert study.spec.platform is not None
        identities.add(session.id, study.name, study.spec.platform.name, identifier, request, outcome=outcome)
        note(session.id, "outcome", "server", value=outcome)
    with said_to(session):
        fee = fee_text(session, outcome=outcome)
    return page(session, "no_seat", {"completion": completion(session, outcome, identifier=identifier), "fee": fee})


def page(session: Session, name: str, value: object) -> HTMLResponse:
    return HTMLResponse(outside(value, name, session.config["language"], place_of(session)), 200)


def out(session: Session) -> set[int]:
    """Numbers of seats that do not take part, though nobody may ever have come to them."""
    return set(session.declined)


def install() -> None:
    doors.ENTRANCES.append(enter)
    readers.CARRIED.append((arrival.who_asked, arrival.hear_who_asked))
    doors.CLOSED += [arrival.closed_seats, out]
