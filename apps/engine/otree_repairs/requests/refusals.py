"""What is said to a request that is refused: to participants one friendly sentence, to programs what was wrong."""

import logging

from otree.database import db
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Scope

from engine.otree_repairs.pages import outside
from engine.otree_repairs.requests.bodies import RefusedError
from engine.otree_repairs.storage import one_lock

logger = logging.getLogger(__name__)
UNREAD = (408, 413)
"""Statuses of requests whose end was not waited for: the connection cannot be used for another one."""


Told = tuple[str | None, tuple[bool, str]]
"""Language and place of the reader; see outside.outside."""


def answer(scope: Scope, error: RefusedError, told: Told = (None, outside.LABORATORY)) -> Response:
    # one line, and nothing of the sender's that could break it
    logger.warning("refused %s %s: %s", scope["method"][:10], ascii(scope["path"][:80]), error)
    closing = {"connection": "close"} if error.status in UNREAD else {}
    if not scope["path"].startswith(outside.FOR_PARTICIPANTS):
        return PlainTextResponse(f"{error}\n", error.status, closing)
    return HTMLResponse(outside.outside(scope["path"], error.page, *told), error.status, closing)


def not_stored(scope: Scope, told: str) -> Response:
    """The database cannot be used at the moment; `told` : the line for the experimenter."""
    if scope["path"].startswith(outside.FOR_PARTICIPANTS):
        return HTMLResponse(outside.outside("", "failed"), 503)
    return PlainTextResponse(f"{told}\n", 503)


async def told_in(scope: Scope) -> Told:
    """The language and the place of the session or room that an address belongs to, if it belongs to one."""
    path = scope["path"]
    if not path.startswith(outside.FOR_PARTICIPANTS):
        return None, outside.LABORATORY
    async with one_lock.held():
        db.new_session()
        try:
            return outside.session_language(path), outside.place_at(path)
        finally:
            db.rollback()
            db.close()
