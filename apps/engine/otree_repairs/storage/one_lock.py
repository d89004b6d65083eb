"""A repair of oTree 6.0.15: the one database connection is used by one at a time, whoever it is.

oTree's requests share one connection and are kept apart by one lock; but exports, the data page, the creation of
sessions and live methods go without it, and their commit or rollback ends the half-done request of somebody else. Here
every path takes the lock, and a path that was forgotten gets an error of its own instead of destroying what another
one is doing: the server's database session is handed out only to who holds the lock.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from otree import middleware
from otree.database import DBWrapper

from engine.otree_repairs.storage import database


class OutsideLockError(RuntimeError):
    """Something wanted the server's database connection without holding its lock."""


class PlayLock(asyncio.Lock):
    """A lock that knows whether the code that runs now holds it; threads that a holder starts for itself do, too."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = 0
        self._own: ContextVar[int] = ContextVar("turn", default=0)

    async def __aenter__(self) -> None:
        await self.acquire()
        self._turn += 1
        self._own.set(self._turn)

    async def __aexit__(self, *error: object) -> None:
        self._own.set(0)
        self.release()

    def mine(self) -> bool:
        return self.locked() and self._own.get() == self._turn


lock = PlayLock()


@asynccontextmanager
async def held() -> AsyncIterator[None]:
    """The lock; whoever holds it already goes on with it."""
    if lock.mine():
        yield
    else:
        async with lock:
            yield


serving = False  # bots, commands and the processes aside have a connection to themselves


def start_serving() -> None:
    global serving
    serving = True


def stop_serving() -> None:
    """In a process that was forked off the server."""
    global serving
    serving = False


def session_of_holder(wrapper: DBWrapper) -> Any:
    if serving and not lock.mine():
        raise OutsideLockError("the database is used without its lock: use `async with one_lock.lock`")
    return wrapper._context_var.get()


def set_session(wrapper: DBWrapper, session: Any) -> None:
    if serving and not lock.mine():
        raise OutsideLockError("a database session is begun without the lock: use `async with one_lock.lock`")
    if serving:
        database.check_there()
    wrapper._context_var.set(session)


def install() -> None:
    middleware.lock2 = lock  # before otree.channels.consumers takes it from there
    DBWrapper._db = property(session_of_holder, set_session)
