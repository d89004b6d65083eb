"""The record: what happened to a session, one row an event, written in the transaction of the change that it tells of.

Its `cause` says who or what brought it about: one of mechanisms.session.record.CAUSES; "experimenter", for acts other
than "Move on"; or "server". Rows are only ever added. An event is in the database when the answer is sent that tells a
participant of the change, or, if the page fails, neither is.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from otree.database import AnyModel, DBSession, db, dbq
from otree.models import Participant as Participants
from otree.models import Session as Sessions
from sqlalchemy import Column, ForeignKey, event
from sqlalchemy.sql import sqltypes as st

from engine.people import Participant, Player, ShownPage
from engine.words.moments import now, timestamp

STARTED = timestamp(now())
"""When this server process was started."""

seen_by_this_server: set[int] = set()
"""The sessions that know when this server was started: it is the first event after a start in each."""
NEW = "lab_told"  # the sessions that come to know it in this transaction
MOST_SIGNS = 1_000
"""Of what was sent; nobody fills the database by wrong entries."""


class Event(AnyModel):
    session_id = Column(st.Integer, ForeignKey("otree_session.id", ondelete="CASCADE"), index=True)
    participant = Column(st.Integer)  # id_in_session; empty if it concerns the session
    at = Column(st.String(40))  # UTC, of the server
    event = Column(st.String(40))
    cause = Column(st.String(20))
    app = Column(st.String(50))
    page = Column(st.String(50))
    round_number = Column(st.Integer)
    value = Column(st.Text)  # what was sent, decided or changed


INSERT = Event.__table__.insert()
compiled: dict[Any, Any] = {}
"""The text of INSERT, which is made once."""


def note(
    session_id: int, event: str, cause: str, participant: int | None = None, value: object = None, **place: object
) -> None:
    """Add an event; `place` is app, page and round_number, as far as there is one.

    One statement in the transaction of the request: no flush, no commit, no query.
    """
    new = db._db.info.setdefault(NEW, set())
    if session_id not in seen_by_this_server and session_id not in new:
        new.add(session_id)
        insert(session_id, event="server", cause="server", value=STARTED)
    text = None if value is None else str(value)[:MOST_SIGNS]
    insert(session_id, event=event, cause=cause, participant=participant, value=text, **place)


def stored(session: Any) -> None:
    seen_by_this_server.update(session.info.pop(NEW, ()))


def undone(session: Any) -> None:
    session.info.pop(NEW, None)


event.listen(DBSession, "after_commit", stored)
event.listen(DBSession, "after_rollback", undone)


def insert(session_id: int, **columns: Any) -> None:
    connection = db._db.connection().execution_options(compiled_cache=compiled)
    connection.execute(INSERT, {"session_id": session_id, "at": timestamp(), **columns})


def note_page(page: ShownPage, event: str, cause: str, value: object = None) -> None:
    """An event on a participant's page."""
    person = page.participant
    note(
        person.session_id, event, cause, person.id_in_session, value, app=page._lookup.app_name,
        page=type(page).__name__, round_number=page.round_number,
    )  # fmt: skip


def sent(page: ShownPage) -> str:
    """What was sent in the fields of a page: of one field as it is, of several as JSON; "" if nothing was filled in."""
    names = page._get_form_fields()
    filled = {name: str(page._form_data[name]) for name in names if page._form_data.get(name)}
    return "".join(filled.values()) if len(names) == 1 or not filled else json.dumps(filled, ensure_ascii=False)


def note_person(participant: Participant, event: str, cause: str, value: object = None) -> None:
    """An event of a participant, wherever she or he is."""
    note(
        participant.session_id, event, cause, participant.id_in_session, value, app=participant._current_app_name,
        page=participant._current_page_name, round_number=participant._round_number,
    )  # fmt: skip


COLUMNS = "session_code participant_code participant_id at event cause app page round_number value".split()


def custom_export_record(players: Sequence[Player]) -> Iterator[list[object]]:
    """One row an event of the sessions of these players, in the order in which they happened."""
    yield list(COLUMNS)
    for key in sorted({player.session_id for player in players}):
        yield from events_of(key)


def events_of(session_id: int) -> Iterator[list[object]]:
    code = dbq(Sessions.code).filter_by(id=session_id).scalar()
    codes = dict(dbq(Participants.id_in_session, Participants.code).filter_by(session_id=session_id))
    for row in dbq(Event).filter_by(session_id=session_id).order_by(Event.id):
        yield [
            code, codes.get(row.participant), row.participant, row.at, row.event, row.cause, row.app, row.page,
            row.round_number, row.value,
        ]  # fmt: skip
