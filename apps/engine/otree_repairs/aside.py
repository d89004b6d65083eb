"""Processes beside the server, for what computes or reads for longer than a page may take.

Everything that people play runs in one process, so what takes long must not run there, nor in a thread of it, where it
would take the interpreter away from the pages again and again. When the server starts, and before it has a connection
to the database, it leaves a copy of itself behind, fully loaded, that does nothing but copy itself once more for every
job: that takes milliseconds, and the job has the code, a connection to the server and nothing else of it. Where a
process cannot be copied (Windows), or should the copy be gone, a new one is started, which takes some seconds.

    async with aside.job(function, argument) as messages:   # function(connection, argument) runs there
        async for message in messages: ...                  # what it sends by connection.send
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

import otree.common
from otree import database

from engine.otree_repairs.storage import one_lock

MOST_AT_ONCE = 4
READY, END, FAILED, ANSWERED = "ready", "end of the job", "the job failed", "answered"
Job = Callable[..., None]
logger = logging.getLogger(__name__)
threads = ThreadPoolExecutor(2 * MOST_AT_ONCE, thread_name_prefix="aside")  # they only wait
places: list[asyncio.Semaphore] = []
copy: list[socket.socket] = []
"""The line to the loaded copy; empty where there is none."""


class JobFailedError(RuntimeError):
    """A job ended with an error; its traceback is in the log."""

    def advice(self) -> str:
        """One line for the experimenter."""
        return f"This could not be made ({self}); the server's log says more."


def available() -> bool:
    """Not where the database is in the memory of this process."""
    return bool(places)


def prepare() -> None:
    """When the server starts: leave the loaded copy. SQLite bears no connection that is carried into a copy."""
    if database.IN_MEMORY:
        return
    places.append(asyncio.Semaphore(MOST_AT_ONCE))
    if not hasattr(os, "fork"):
        return
    import otree.asgi  # noqa: F401  (all pages and addresses)

    database.engine.dispose()
    database.sqlite_disk_conn.close()
    ours, its = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        wait_for_jobs(its)
    its.close()
    copy.append(ours)
    database.sqlite_disk_conn = database.get_disk_conn()


def wait_for_jobs(line: socket.socket) -> None:
    """The life of the copy; it ends with the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the ended jobs
    while True:
        _, handles, _, _ = socket.recv_fds(line, 1, 1)
        if not handles:
            os._exit(0)
        if os.fork() == 0:
            line.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            work(Connection(handles[0]))
            os._exit(0)
        os.close(handles[0])


def work(connection: Connection) -> None:
    """In the process of a job: its function and arguments come first."""
    one_lock.stop_serving()
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    otree.common.rng.seed()  # else every copy would draw the same codes
    connection.send(READY)
    function, arguments = connection.recv()
    try:
        function(connection, *arguments)
        connection.send((END, None))
    except (BrokenPipeError, EOFError):
        pass  # nobody listens any more
    except BaseException as error:
        logger.exception("%s failed", function.__name__)
        connection.send((FAILED, f"{type(error).__name__}: {error}"))
    connection.close()


def give_way(much: int = 5) -> None:
    """Called by a job that nobody waits for in front of a page: who plays goes first."""
    if hasattr(os, "nice"):
        os.nice(much)


def end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def work_in_new_process(connection: Connection) -> None:
    """Where nothing could be copied: everything is loaded first."""
    sys.argv = ["otree", "aside"]
    from otree.main import setup

    setup()
    import otree.asgi  # noqa: F401

    work(connection)


async def ready() -> Any:
    """A connection to a process that waits for its job. The loaded copy may be gone without our knowing."""
    loop = asyncio.get_running_loop()
    for copied in (True, False):
        connection = begin()
        try:
            await loop.run_in_executor(threads, connection.recv)
            return connection
        except (EOFError, OSError):
            connection.close()
            if copied:
                copy.clear()
    raise JobFailedError("no process could be started")


def begin() -> Any:
    if copy:
        ours, its = socket.socketpair()
        try:
            socket.send_fds(copy[0], [b"j"], [its.fileno()])
        except OSError:
            copy.clear()
        else:
            return Connection(ours.detach())
        finally:
            its.close()
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    spawn.Process(target=work_in_new_process, args=(there,), daemon=True).start()
    there.close()
    return here


class Messages:
    """What a job sends, to be read by `async for`; what it waits for goes by `send`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def next(self) -> Any:
        """The next message; None after the last."""
        loop = asyncio.get_running_loop()
        try:
            message = await loop.run_in_executor(threads, self.connection.recv)
        except (EOFError, OSError):
            raise JobFailedError("the process ended without an answer") from None
        if isinstance(message, tuple) and message[0] == FAILED:
            raise JobFailedError(message[1])
        return None if isinstance(message, tuple) and message[0] == END else message

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (message := await self.next()) is not None:
            yield message

    def send(self, message: object) -> None:
        self.connection.send(message)


class Kept:
    """A process that stays after its answer, for the next question of the same kind: what it has computed, it knows.

    Its function is called with the connection and a first question, sends the parts of the answer and ANSWERED, and
    then waits for the next one; it may end whenever it likes.
    """

    def __init__(self, function: Job) -> None:
        self.function, self.one_at_a_time = function, asyncio.Lock()
        self.messages: Messages | None = None

    async def ask(self, question: object) -> list[Any]:
        """The parts of the answer, of a process that is still there, else of a new one."""
        async with self.one_at_a_time:
            if self.messages is not None:
                with suppress(OSError, JobFailedError):
                    self.messages.send(question)
                    return await self.answer()
                self.messages.connection.close()
            async with places[0]:
                connection = await ready()
            connection.send((self.function, (question,)))
            self.messages = Messages(connection)
            return await self.answer()

    async def answer(self) -> list[Any]:
        assert self.messages is not None
        parts: list[Any] = []
        while (part := await self.messages.next()) != ANSWERED:
            if part is None:
                raise JobFailedError("the process has ended")
            parts.append(part)
        return parts


@asynccontextmanager
async def job(function: Job, *arguments: Any) -> AsyncIterator[Messages]:
    async with places[0]:
        connection = await ready()
        try:
            connection.send((function, arguments))
            yield Messages(connection)
        finally:
            connection.close()
