"""What is said to a request that is refused: to participants one friendly sentence, to programs what was wrong."""

import logging

from otree.database import db
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Scope

from engine.otree_repairs import one_lock, outside
from engine.otree_repairs.bodies import RefusedError

logger = logging.getLogger(__name__)
UNREAD = (408, 413)
"""Statuses of requests whose end was not waited for: the connection cannot be used for another one."""


def answer(scope: Scope, error: RefusedError, language: str | None = None) -> Response:
    # one line, and nothing of the sender's that could break it
    logger.warning("refused %s %s: %s", scope["method"][:10], ascii(scope["path"][:80]), error)
    closing = {"connection": "close"} if error.status in UNREAD else {}
    if not scope["path"].startswith(outside.FOR_PARTICIPANTS):
        return PlainTextResponse(f"{error}\n", error.status, closing)
    return HTMLResponse(outside.outside(scope["path"], error.page, language), error.status, closing)


def not_stored(scope: Scope, told: str) -> Response:
    """The database cannot be used at the moment; `told` : the line for the experimenter."""
    if scope["path"].startswith(outside.FOR_PARTICIPANTS):
        return HTMLResponse(outside.outside("", "failed"), 503)
    return PlainTextResponse(f"{told}\n", 503)


async def language_of(scope: Scope) -> str | None:
    """The language of the session that an address belongs to; None if it belongs to none."""
    if outside.code_in(scope["path"]) is None:
        return None
    async with one_lock.held():
        db.new_session()
        try:
            return outside.session_language(scope["path"])
        finally:
            db.rollback()
            db.close()
