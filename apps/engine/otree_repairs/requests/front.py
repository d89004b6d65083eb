"""A repair of oTree 6.0.15: the layer in front of everything, in the place of oTree's outermost middleware.

A request is read whole and checked before it may take the lock (bodies); it is answered whole and committed before its
answer goes out; and the answer goes out when the lock is free again, so that neither a slow sender nor a slow reader
stops anybody. What changes nothing on the server's connection (static files, exports: see aside) never takes the lock.
A refused or failed request leaves nothing.
"""

import logging
from collections.abc import Callable
from typing import Any

from itsdangerous import BadSignature
from otree import middleware
from otree.database import db
from sqlalchemy.exc import DBAPIError
from starlette.middleware import sessions
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from engine.otree_repairs.requests import origins, policy, refusals, sockets
from engine.otree_repairs.requests.bodies import RefusedError, admitted
from engine.otree_repairs.storage import database, one_lock

logger = logging.getLogger(__name__)
Front = middleware.CommitTransactionMiddleware


def is_file(scope: Any) -> bool:
    return bool(scope["path"].startswith(("/static/", "/favicon.ico")))


WITHOUT_LOCK: list[Callable[[Any], bool]] = [is_file]
"""What does not use the server's connection, as tests of the scope; other repairs add theirs."""
AT_START: list[Callable[[], Any]] = []
"""What runs when the server starts, before it answers anybody."""


async def come_in(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application that the server calls."""
    if scope["type"] == "lifespan":
        await self.app(scope, receive, started(send))
        return
    if scope["type"] == "websocket":
        await sockets.guarded(self.app, scope, receive, send)
        return
    send = policy.sender(scope, send)
    if any(test(scope) for test in WITHOUT_LOCK):
        await without_lock(self, scope, receive, send)
    else:
        answer = await answer_to(self, scope, receive)
        await answer(scope, receive, send)


def started(send: Send) -> Any:
    async def sender(message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            one_lock.start_serving()
            for begin in AT_START:
                begin()
        await send(message)

    return sender


async def let_in(scope: Scope, receive: Receive) -> tuple[Any, Any]:
    origins.check(scope)
    return await admitted(scope, receive)


async def without_lock(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        scope, receive = await let_in(scope, receive)
        if not is_file(scope):
            database.check_there()
    except RefusedError as error:
        await refusals.answer(scope, error)(scope, receive, send)
        return
    except database.UnusableError as error:
        await not_stored(scope, error)(scope, receive, send)
        return
    try:
        await self.app(scope, receive, send)
    except Exception as error:  # its page was sent
        logger.error("%s failed: %r", ascii(scope["path"]), error)


async def answer_to(self: Any, scope: Scope, receive: Receive) -> Response:
    try:
        try:
            scope, receive = await let_in(scope, receive)
        except RefusedError as error:
            return refusals.answer(scope, error, await refusals.told_in(scope))
        return await self.dispatch(Request(scope, receive), self.call_next)
    except (DBAPIError, database.UnusableError) as error:
        return not_stored(scope, error)


def not_stored(scope: Scope, error: Exception) -> Response:
    """What SQLite or PostgreSQL says is for the log alone."""
    if not isinstance(error, database.UnusableError):
        logger.error(database.advice(error))
        return refusals.not_stored(scope, database.SEE_THE_LOG)
    logger.error(str(error))
    return refusals.not_stored(scope, str(error))


async def one_at_a_time(self: Any, request: Request, call_next: Any) -> Response:
    async with one_lock.held():
        db.new_session()
        try:
            answer = await call_next(request)
            db.commit() if answer.status_code < 400 else db.rollback()
        except BaseException:
            db.rollback()
            raise
        finally:
            db.close()
    return answer


async def whole_answer(self: Any, request: Request) -> Response:
    """What oTree answers, before any of it is sent."""
    answer, parts = Response(status_code=500), []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status_code, answer.raw_headers = message["status"], list(message["headers"])
        else:
            parts.append(message.get("body", b""))

    try:
        await self.app(request.scope, request.receive, keep)
    except (DBAPIError, database.UnusableError):
        raise
    except Exception as error:
        # oTree's page for errors was made and then the error raised again, for the log.
        logger.exception("%s %s failed: %r", request.method, request.url.path, error)
    answer.body = b"".join(parts)
    return answer


async def straight_on(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
    await self.app(scope, receive, send)


def install() -> None:
    middleware.PerfMiddleware.__call__ = straight_on  # writes a line on one hosting service only, in a task of its own
    sessions.BadTimeSignature = BadSignature  # a session cookie without any signature was an error 500
    Front.__call__ = come_in
    Front.call_next = whole_answer
    if Front.dispatch.__module__ == middleware.__name__:  # else a measuring tool has put its own there
        Front.dispatch = one_at_a_time


def is_installed() -> bool:
    return Front.__call__ is come_in
