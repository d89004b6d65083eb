"""A repair of oTree 6.0.15: a session is made beside play, and is there whole or not at all.

oTree makes it on the one connection that people play on, in a thread without the lock, and commits hundreds of times in
between: that has destroyed running sessions, and what was refused half-way stayed behind and broke the exports of all
others. Here it is made in a process of its own, in a database in memory; then, under the lock, its rows are written
into the real one in one transaction. Whatever happens before leaves nothing, and people play on meanwhile.
"""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import otree.session
import sqlalchemy
import sqlalchemy.pool
from otree import database
from otree.channels import consumers
from otree.channels import utils as channels
from otree.database import AnyModel, DBWrapper, db, session_scope
from otree.models import Session
from otree.room import ROOM_DICT
from otree.session import CreateSessionInvalidArgs, SessionConfigError
from otree.views import cbv, rest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from engine.otree_repairs import aside
from engine.otree_repairs.requests import front
from engine.otree_repairs.storage import one_lock
from engine.otree_repairs.storage.database import SQLITE, connect
from mechanisms.writing import did_you_mean


class ImpossibleSessionError(ValueError):
    """Values of "Configure session" that do not fit. oTree prints traceback and message; the message says it all."""

    __traceback__ = property(lambda self: None)


Progress = Callable[[str], Awaitable[None]]
WRONG_VALUES = (CreateSessionInvalidArgs, ImpossibleSessionError, SessionConfigError)
AFTERWARDS: list[Callable[[], None]] = []
"""What is called in the server when a session was made."""
NOTHING_LEFT = "Nothing of it was stored; change the value and create the session again."


class SessionRefusedError(ValueError):
    """A session that cannot be made as asked; the text says why and what to do."""


# --- in the server ---


async def create(order: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
    """Make a session with these arguments of oTree's `create_session`: its id, code, is_demo and is_mturk."""
    check_order(order)
    async with aside.job(make, order) as messages:
        while (message := await messages.next()) is not None:
            kind, value = message
            if kind == "progress" and progress is not None:
                await progress(value)
            elif kind == "refused":
                raise SessionRefusedError(value)
            elif kind == "made":
                async with one_lock.lock:  # nobody writes while the rows are written
                    messages.send("go on")
                    _, made = await messages.next()
                for call in AFTERWARDS:
                    call()
                return made
    raise aside.JobFailedError("the session was not made")


def check_order(order: dict[str, Any]) -> None:
    unknown = sorted(set(order) - ARGUMENTS)
    if unknown:
        right = did_you_mean(unknown[0], ARGUMENTS, f"use {', '.join(sorted(ARGUMENTS))}.")
        raise SessionRefusedError(f"{unknown[0]!r} is no argument: {right} {NOTHING_LEFT}")
    if not isinstance(order.get("session_config_name"), str):
        raise SessionRefusedError(f"session_config_name must be the name of a treatment. {NOTHING_LEFT}")
    count, room = order.get("num_participants"), order.get("room_name")
    if isinstance(count, bool) or not isinstance(count, int | None) or (count is not None and count < 1):
        raise SessionRefusedError(f"num_participants = {count!r} must be a whole number, at least 1. {NOTHING_LEFT}")
    if room is not None and room not in ROOM_DICT:
        rooms = " or ".join(ROOM_DICT)
        raise SessionRefusedError(f"room_name = {room!r} is no room: use {rooms}. {NOTHING_LEFT}")
    if not isinstance(order.get("modified_session_config_fields") or {}, dict):
        raise SessionRefusedError(f"modified_session_config_fields must be an object. {NOTHING_LEFT}")


ARGUMENTS = set("session_config_name num_participants label room_name is_mturk is_demo".split())
ARGUMENTS.add("modified_session_config_fields")


async def by_socket(self: Any, use_browser_bots: bool, **order: Any) -> None:
    """In the place of `BaseCreateSession.create_session_then_send_start_link`."""
    from otree.asgi import reverse

    try:
        made = await create(order, self.send_progress_message)
        if use_browser_bots:
            async with one_lock.lock:
                with session_scope():
                    otree.bots.browser.initialize_session(session_pk=made["id"], case_number=None)
    except (SessionRefusedError, aside.JobFailedError) as error:
        await self.send_response_to_browser({"error": f"Failed to create session: {error}", "traceback": ""})
    else:
        home = "MTurkCreateHIT" if made["is_mturk"] else "SessionStartLinks"
        await self.send_response_to_browser({"session_url": reverse(home, code=made["code"])})


async def without_lock(self: Any, websocket: Any, data: Any) -> None:
    try:
        await self.post_receive_json(data, **self.cleaned_kwargs)
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # of oTree, reading the form
        text = f"Failed to create session: a value could not be read ({error}). {NOTHING_LEFT}"
        await self.send_response_to_browser({"error": text, "traceback": ""})


async def by_rest(self: Any) -> None:
    """In the place of the dispatch of POST /api/sessions; GET is oTree's."""
    if one_lock.lock.mine() or not one_lock.serving:
        await cbv.BaseRESTView.dispatch(self)
        return
    self.request = request = Request(self.scope, self.receive)
    answer = cbv.validate_rest_key(request) or await created(self, await request.body())
    await answer(self.scope, self.receive, self.send)


async def created(view: Any, body: bytes) -> Response:
    order = json.loads(body or b"{}")
    try:
        made = await create(order)
    except SessionRefusedError as error:
        return PlainTextResponse(f"{error}\n", 400)
    async with one_lock.lock:
        with session_scope():
            session = Session.objects_get(code=made["code"])
            answer = {"code": session.code, **rest.get_session_urls(session, view.request)}
    if order.get("room_name"):
        room = channels.room_participants_group_name(order["room_name"])
        await channels.group_send(group=room, data=consumers.SESSION_READY_PAYLOAD)
    return JSONResponse(answer)


def is_creation(scope: Scope) -> bool:
    return aside.available() and scope["method"] == "POST" and scope["path"] == "/api/sessions"


# --- in the process aside ---


def make(connection: Any, order: dict[str, Any]) -> None:
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.StaticPool)
    AnyModel.metadata.create_all(engine)
    real, database.engine = database.engine, engine
    database.DBSession.configure(bind=engine)
    db.new_session()
    room = order.pop("room_name", None)
    try:
        session = otree.session.create_session(
            **order, progress_message_fxn=lambda message: connection.send(("progress", message))
        )
    except WRONG_VALUES as error:
        connection.send(("refused", f"{' '.join(str(error).split())}. {NOTHING_LEFT}"))
        return
    if session.is_demo and not session.use_browser_bots:
        session.mock_exogenous_data()
    db.commit()
    made = {name: getattr(session, name) for name in ("code", "is_demo", "is_mturk")}
    tables = rows_of(engine)
    connection.send(("made", None))
    connection.recv()
    made["id"] = store(tables, writing_engine(real), room)
    connection.send(("stored", made))


def writing_engine(real: Any) -> Any:
    if SQLITE:
        return sqlalchemy.create_engine("sqlite://", creator=connect, poolclass=sqlalchemy.pool.NullPool)
    return sqlalchemy.create_engine(real.url, poolclass=sqlalchemy.pool.NullPool, executemany_mode="values")


def rows_of(memory: Any) -> list[tuple[Any, list[dict[str, Any]]]]:
    """All tables that have rows, those that others refer to first."""
    with memory.connect() as source:
        found = [(t, [dict(row) for row in source.execute(t.select())]) for t in AnyModel.metadata.sorted_tables]
    return [(table, rows) for table, rows in found if rows]


def store(tables: list[tuple[Any, list[dict[str, Any]]]], real: Any, room: str | None) -> int:
    """Write the rows into the real database, with ids that are free there, in one transaction; the session's id."""
    shift: dict[str, int] = {}
    with real.begin() as target:
        for table, rows in tables:
            shift[table.name] = first_free(target, table, len(rows)) - 1
            numbers = {"id": shift[table.name], **foreign_keys(table, shift)}
            for row in rows:
                for name, by in numbers.items():
                    if row[name] is not None:
                        row[name] += by
            target.execute(table.insert(), rows)
        number = shift[Session.__tablename__] + 1
        if room is not None:
            rooms = AnyModel.metadata.tables["otree_roomtosession"]
            target.execute(rooms.delete().where(rooms.c.room_name == room))
            target.execute(rooms.insert(), {"room_name": room, "session_id": number})
    return number


def foreign_keys(table: Any, shift: dict[str, int]) -> dict[str, int]:
    """By how much each reference to another table moves."""
    targets = {column.name: key.column.table.name for column in table.columns for key in column.foreign_keys}
    return {name: shift[target] for name, target in targets.items() if target in shift}


def first_free(connection: Any, table: Any, count: int) -> int:
    """The first of `count` ids in a row that nobody else will get."""
    if SQLITE:
        return 1 + int(connection.scalar(sqlalchemy.select([sqlalchemy.func.max(table.c.id)])) or 0)
    sequence = connection.scalar("select pg_get_serial_sequence(%s, 'id')", table.name)
    first = int(connection.scalar("select nextval(%s)", sequence))
    connection.execute("select setval(%s, %s)", sequence, first + count - 1)
    return first


# --- where a session is made in the process that wants it: bots, commands, a server in memory ---


def whole_or_not_at_all(create_session: Any) -> Any:
    """oTree commits on the way; here once, at the end."""

    def created_at_once(*arguments: Any, **options: Any) -> Any:
        commit = DBWrapper.commit
        DBWrapper.commit = lambda wrapper: wrapper._db.flush()
        try:
            session = create_session(*arguments, **options)
        except BaseException:
            with suppress(Exception):
                db.rollback()
            raise
        finally:
            DBWrapper.commit = commit
        db.commit()
        return session

    return created_at_once


def install() -> None:
    otree.session.create_session = rest.create_session = whole_or_not_at_all(otree.session.create_session)
    Creation = consumers.BaseCreateSession
    Creation.lock = one_lock.lock
    Creation.create_session_then_send_start_link = by_socket
    Creation.on_receive = without_lock
    rest.RESTSessions.dispatch = by_rest
    front.WITHOUT_LOCK.append(is_creation)
