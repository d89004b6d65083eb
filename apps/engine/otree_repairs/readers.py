"""A repair of oTree 6.0.15: exports, reports and the data page are read beside play.

oTree reads them on the one connection that people play on. Here each runs in a process of its own, on a connection of
its own that cannot write and sees the database as it was when it began; the server only passes on what comes from
there, bit by bit. Who may not see it is turned away before anything is begun.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import lru_cache
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy
import sqlalchemy.pool
from otree import common2, database, settings
from otree.channels import consumers
from otree.database import DBWrapper, db
from otree.export import get_custom_export_functions
from otree.patch import ExceptionMiddleware
from otree.views import admin, cbv, export
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Scope
from starlette.websockets import WebSocket

from engine.otree_repairs import aside
from engine.otree_repairs.clock import watch
from engine.otree_repairs.requests import front
from engine.otree_repairs.storage import one_lock
from engine.otree_repairs.storage.database import SQLITE, connect
from mechanisms.treatments.rules import MECHANISMS

READ_ONLY: list[Any] = [
    export.ExportWide, export.ExportApp, export.ExportAppCustom, export.ExportPageTimes, export.ExportChat,
    export.ExportPageTimesLogin, export.ExportChatLogin, export.ExportWideLogin, export.ExportIndex,
    admin.SessionDataAjax, admin.SessionData, admin.SessionPayments, admin.AdminReport,
]  # fmt: skip
PIECE = 65536
KEPT_SECONDS = 60
Dispatch = Callable[[Any], Any]
CARRIED: list[tuple[Callable[[], Any], Callable[[Any], None]]] = [
    (lambda: vars(watch), lambda found: vars(watch).update(found)),
    (lambda: list(common2.page_completion_buffer), lambda found: replace(common2.page_completion_buffer, found)),
]
"""What the server knows and the database does not: how it is asked, and how the process aside is told."""


def replace(values: list[Any], new: list[Any]) -> None:
    values[:] = new


def told() -> list[Any]:
    return [ask() for ask, _tell in CARRIED]


def hear(found: list[Any]) -> None:
    for (_ask, tell), value in zip(CARRIED, found, strict=True):
        tell(value)


# --- in the server ---


@lru_cache
def addresses() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whole addresses, and beginnings of those that go on with a session's code."""
    from otree.urls import routes

    paths = [route.path for route in routes if getattr(route, "endpoint", None) in READ_ONLY]
    return tuple(p for p in paths if "{" not in p), tuple(p.split("{")[0] for p in paths if "{" in p)


def is_read_only(scope: Scope) -> bool:
    if scope["method"] not in ("GET", "HEAD") or not aside.available():
        return False
    whole, beginnings = addresses()
    return scope["path"] in whole or scope["path"].startswith(beginnings)


def beside_play(dispatch: Dispatch) -> Dispatch:
    """Of a view: the same answer, from a process aside."""

    async def relayed(view: Any) -> None:
        if one_lock.lock.mine() or not one_lock.serving:  # a POST, a server in memory, or the process aside itself
            await dispatch(view)
            return
        view.scope["query_string"] = with_app_of_today(view.scope["query_string"])
        view.request = request = Request(view.scope, view.receive)
        refusal = refusal_of(view, request)
        if refusal is not None:
            await refusal(view.scope, view.receive, view.send)
            return
        scope = {key: value for key, value in view.scope.items() if key not in NOT_SENT}
        if isinstance(view, admin.AdminReport):
            for message in await reports().ask((scope, told())):
                await pass_on(view, message)
            return
        async with aside.job(answer, scope, told()) as messages:
            async for message in messages:
                await pass_on(view, message)

    return relayed


async def pass_on(view: Any, message: Any) -> None:
    if message["type"] == "session":
        view.scope["session"].update(message["session"])
    else:
        await view.send(message)


@lru_cache
def reports() -> aside.Kept:
    """Monitors ask again every few seconds; rounds that are over are remembered."""
    return aside.Kept(answers)


NOT_SENT = ("app", "router", "endpoint", "extensions")


def with_app_of_today(query: bytes) -> bytes:
    """Until version 0.2.0 there was an app a mechanism: addresses that name one still give its data.

    >>> with_app_of_today(b"app=serial&session_code=x")
    b'app=demand&session_code=x'
    """
    asked = dict(parse_qsl(query.decode("latin-1")))
    if asked.get("app", "") in ("", *settings.OTREE_APPS):
        return query
    rule = MECHANISMS.get(asked["app"])
    return urlencode({**asked, "app": rule.form if rule else asked["app"]}).encode()


def refusal_of(view: Any, request: Request) -> Any:
    """Without asking the database."""
    if isinstance(view, cbv.AdminView):
        return view.redirect("Login") if view._is_unauthorized() else None
    return cbv.validate_rest_key(request) or unknown_export(view, request.query_params)


def unknown_export(view: Any, asked: Any) -> Response | None:
    if not isinstance(view, export.ExportApp | export.ExportAppCustom):
        return None
    app = asked.get("app", "")
    if app not in settings.OTREE_APPS:
        return PlainTextResponse(f"app={app} must be one of {', '.join(settings.OTREE_APPS)}\n", 404)
    known = sorted(get_custom_export_functions(app))
    if isinstance(view, export.ExportAppCustom) and asked.get("function_name", "custom_export") not in known:
        return PlainTextResponse(f"function_name must be one of {', '.join(known) or 'none'}\n", 404)
    return None


async def export_by_socket(consumer: Any, websocket: WebSocket, data: Any) -> None:
    check_order(data)
    if not aside.available():
        await plain_receive(consumer, websocket, data)
        return
    async with aside.job(export_text, data) as messages:
        async for message in messages:
            await consumer.send_json(message)


def check_order(data: Any) -> None:
    """ValueError, with which the websocket is closed, if it asks for what is not there."""
    app = data.get("app_name") if isinstance(data, dict) else None
    name = data.get("function_name", "custom_export") if isinstance(data, dict) else None
    if not isinstance(data, dict) or (app and app not in settings.OTREE_APPS):
        raise ValueError("no export of this app")
    if app and data.get("is_custom") and name not in sorted(get_custom_export_functions(app)):
        raise ValueError("no export of this name")


plain_receive = consumers.WSExportData.on_receive


def first_the_login(dispatch: Dispatch) -> Dispatch:
    """Of all experimenter's pages: oTree looks up the session first, and tells a stranger whether it exists."""

    async def checked(view: Any) -> None:
        view.request = Request(view.scope, view.receive)
        if view._is_unauthorized():
            await view.redirect("Login")(view.scope, view.receive, view.send)
        else:
            await dispatch(view)

    return checked


# --- in the process aside ---


def answer(connection: Connection, scope: Scope, found: list[Any]) -> None:
    hear(found)
    aside.give_way()
    read_only()
    asyncio.run(respond(connection, scope))


def answers(connection: Connection, question: tuple[Scope, list[Any]]) -> None:
    aside.give_way()
    read_only()
    while True:
        scope, found = question
        hear(found)
        asyncio.run(respond(connection, scope))
        db.close()
        connection.send(aside.ANSWERED)
        if not connection.poll(KEPT_SECONDS):
            return
        question = connection.recv()
        db.new_session()


async def respond(connection: Connection, scope: Scope) -> None:
    from otree.asgi import app

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            connection.send({"type": "session", "session": dict(scope["session"])})
            connection.send(message)
            return
        body = message.get("body", b"")
        for start in range(0, len(body), PIECE):
            connection.send({"type": message["type"], "body": body[start : start + PIECE], "more_body": True})
        if not message.get("more_body", False):
            connection.send({"type": message["type"], "body": b"", "more_body": False})

    scope["app"] = app
    await ExceptionMiddleware(app.router, {})(scope, receive, send)


def export_text(connection: Connection, data: Any) -> None:
    """What oTree's websocket for exports would send."""

    class Sender(consumers.WSExportData):
        def __init__(self) -> None:
            pass

        async def send_json(self, content: Any) -> None:
            connection.send(content)

    read_only()
    asyncio.run(Sender().post_receive_json(data))


def read_only() -> None:
    """From now on the database is read as it is at the first look, and nothing is ever written."""
    if SQLITE:
        engine = sqlalchemy.create_engine("sqlite://", creator=reading_connection, poolclass=sqlalchemy.pool.NullPool)
        beginning = "begin"
    else:
        url = database.engine.url
        engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, isolation_level="REPEATABLE READ")
        beginning = "set transaction read only"
    sqlalchemy.event.listen(engine, "begin", lambda connection: connection.execute(beginning))
    database.engine = engine
    # oTree marks a session's variables as changed whenever they are read: never written, they do no harm
    database.DBSession.configure(bind=engine, autoflush=False)
    DBWrapper.commit = DBWrapper.rollback
    db.new_session()


def reading_connection() -> sqlite3.Connection:
    connection = connect(check_same_thread=False, isolation_level=None)
    connection.execute("pragma query_only = on")
    return connection


def install() -> None:
    cbv.AdminView.dispatch = first_the_login(cbv.AdminView.dispatch)
    for view in READ_ONLY:
        view.dispatch = beside_play(view.dispatch)
    consumers.WSExportData.on_receive = export_by_socket
    front.WITHOUT_LOCK.append(is_read_only)
