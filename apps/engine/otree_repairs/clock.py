"""A repair of oTree 6.0.15: pages of people who are gone are submitted when their time is over, whatever happens.

oTree has a process of its own for that, which can die at its start ("database is locked"), at a cut of PostgreSQL or by
a kill without anybody noticing, holds SQLite's write lock while it asks the server for a page, and at its start throws
away every deadline that passed more than 60 seconds ago. Here the server watches the deadlines itself, in a task that
outlives every error: there is no second process, a deadline stays stored until it was met, and deadlines that passed
while the server was down are made up for as soon as it is up again.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import otree.common
from otree import constants, tasks
from otree.cli import prodserver1of2
from otree.database import db, session_scope
from otree.lookup import url_i_should_be_on
from otree.models import Participant
from otree.models_concrete import TaskQueueMessage
from starlette.types import Message

from engine.otree_repairs import aside
from engine.otree_repairs.requests import front
from engine.otree_repairs.storage import database, one_lock

SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_OF_A_TURN = 0.5
"""For which the server meets deadlines before others, who queue for the lock, come in."""
SECONDS_UNTIL_RETRY = 10.0
MOST_TRIES = 5
EXPIRED = "submit_expired_url"
"""oTree's name of the order that sends the page of somebody whose time is over; the other one looks at pages."""
MOST_REDIRECTS = 10
logger = logging.getLogger(__name__)


class NotStoredError(RuntimeError):
    """The database is not there at the moment: nothing was done."""


@dataclass
class Watch:
    """What the monitor shows of it."""

    looked: float | None = None
    problem: str = ""

    def sentence(self) -> str:
        if self.looked is None:
            return "Deadlines are not watched: this server was not started by run.py lab or otree prodserver."
        ago = time.time() - self.looked
        if self.problem or ago > 10 * SECONDS_BETWEEN_LOOKS:
            return f"Deadlines were last looked at {ago:.0f} seconds ago. {self.problem}".strip()
        return "Deadlines are watched."


watch = Watch()
tries: dict[int, tuple[int, float]] = {}
"""Of deadlines that could not be met: how often it was tried, and when to try again."""


async def keep_deadlines() -> None:
    while True:
        try:
            await meet_all()
            await look_around()
            watch.looked, watch.problem = time.time(), ""
        except Exception as error:  # the database may be gone for a while: the next look connects again
            watch.problem = f"{type(error).__name__}: {error}"
            logger.warning("deadlines could not be looked at: %s", watch.problem)
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


LOOKS: list[Callable[[], None]] = []
"""What else is to be looked at every few seconds, under the lock, in one transaction each."""


async def look_around() -> None:
    for look in LOOKS:
        async with one_lock.lock:
            with session_scope():
                look()


class Turn:
    """Of the lock, in which one deadline after another is met: each alone would wait in the queue several times, and
    the people behind it, when many play. Nobody else waits for longer than the seconds of a turn."""

    async def __aenter__(self) -> "Turn":
        await one_lock.lock.__aenter__()
        self.end = time.monotonic() + SECONDS_OF_A_TURN
        return self

    async def __aexit__(self, *error: object) -> None:
        if one_lock.lock.mine():  # not if the server was stopped in a pause
            await one_lock.lock.__aexit__(*error)

    async def pause(self) -> None:
        if time.monotonic() >= self.end:
            await self.__aexit__()
            await self.__aenter__()


async def meet_all() -> None:
    async with Turn() as turn:
        for number, order, arguments in due():
            await meet(number, order, arguments, turn)


def due() -> list[tuple[int, str, dict[str, Any]]]:
    """What somebody has not met, first the pages for whose end others wait. Most people go on before their time is
    over: those deadlines are deleted together."""
    db.new_session()
    try:
        past = TaskQueueMessage.objects_filter(TaskQueueMessage.epoch_time <= time.time()).order_by("epoch_time")
        orders = [(task.id, task.method, task.kwargs()) for task in past if waits_until(task.id) < time.time()]
        missed = [order for order in orders if late(*order[1:])]
        if len(missed) < len(orders):
            met = {number for number, *_ in orders} - {number for number, *_ in missed}
            TaskQueueMessage.objects_filter(TaskQueueMessage.id.in_(met)).delete(synchronize_session=False)
            db.commit()
        return sorted(missed, key=lambda order: order[1] != EXPIRED)
    finally:
        db.rollback()
        db.close()


def late(order: str, arguments: dict[str, Any]) -> list[Any]:
    """The people who have not gone on from the page of a deadline."""
    index = arguments["page_index"]
    if order == EXPIRED:
        own = Participant.objects_filter(code=arguments["participant_code"], _index_in_pages=index)
        return list(own.filter(Participant._timeout_expiration_time < time.time()))  # it may have begun anew
    # one page more, as oTree has it: who has submitted and hung up has not seen the next page
    waiting = Participant.id.in_(arguments["participant_pks"]), Participant._index_in_pages <= index + 1
    return list(Participant.objects_filter(*waiting))


def waits_until(number: int) -> float:
    return tries.get(number, (0, 0.0))[1]


async def meet(number: int, order: str, arguments: dict[str, Any], turn: Turn) -> None:
    """The deadline is deleted after it was met: a kill in between repeats it, and a page that was left is no page."""
    try:
        for path in pages_of(order, arguments):
            await turn.pause()
            logger.info("time is over: %s %s", order, path)
            form = f"{constants.timeout_happened}=True" if order == EXPIRED else None
            await visit(path, form)
    except NotStoredError:
        raise  # the database may be gone for long: that is no try
    except Exception as error:
        count = tries.get(number, (0, 0))[0] + 1
        tries[number] = count, time.time() + SECONDS_UNTIL_RETRY
        logger.error("%s %s, try %s of %s: %r", order, arguments, count, MOST_TRIES, error)
        if count < MOST_TRIES:
            return
    tries.pop(number, None)
    forget(number)


def pages_of(order: str, arguments: dict[str, Any]) -> list[str]:
    """The addresses of the pages that must be submitted or looked at, because nobody did."""
    db.new_session()
    try:
        return [person._url_i_should_be_on() for person in late(order, arguments)]
    finally:
        db.rollback()
        db.close()


def forget(number: int) -> None:
    db.new_session()
    try:
        TaskQueueMessage.objects_filter(id=number).delete()
        db.commit()
    finally:
        db.close()


async def visit(path: str, form: str | None = None) -> None:
    """As a browser would, redirects included: the next page starts its own clock only when it is looked at."""
    for _redirect in range(MOST_REDIRECTS):
        status, where = await request(path, form)
        if status == 503:
            raise NotStoredError("the database could not be used")
        if status >= 500:
            raise RuntimeError(f"{path} answered {status}")
        if status not in (301, 302, 303, 307) or where is None:
            return
        path, form = urlsplit(where).path, None


async def request(path: str, form: str | None) -> tuple[int, str | None]:
    """Status and Location of an answer of this server, asked without a network."""
    from otree.asgi import app

    body = (form or "").encode()
    headers = [(b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded")]
    headers.append((b"content-length", str(len(body)).encode()))
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "method": "GET" if form is None else "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "client": None, "server": ("localhost", 80),
    }  # fmt: skip
    answer: dict[str, Any] = {}

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
            answer["headers"] = {name.lower(): value for name, value in message["headers"]}

    await app(scope, receive, send)
    where = answer["headers"].get(b"location")
    return answer["status"], None if where is None else where.decode()


def page_of(person: Any) -> str:
    """The address of the page on which somebody is. oTree leads to the start who has not come: there nobody's time
    could be over, and the server would come in that person's place."""
    if person._index_in_pages == 0:
        return str(person._start_url())
    if person._index_in_pages <= person._max_page_index:
        return str(url_i_should_be_on(person.code, person._session_code, person._index_in_pages))
    return f"/OutOfRangeNotification/{person.code}"


def start() -> None:
    if otree.common.USE_TIMEOUT_WORKER:
        running.append(asyncio.get_running_loop().create_task(keep_deadlines()))


running: list[Any] = []  # Python itself would forget a task that nobody holds


def serve(self: Any, *arguments: Any, addrport: str | None = None, **options: Any) -> None:
    """`otree prodserver`, without its second process."""
    from commands import opening  # a copy for bots has none

    address, port = prodserver1of2.get_addr_port(addrport)
    if not opening.for_this_computer(address):
        try:
            opening.check_given(os.environ)
        except opening.RefusedError as error:
            sys.exit(str(error))
    try:
        aside.prepare()
        database.begin()
    except database.UnusableError as error:
        sys.exit(str(error))
    print("Running prodserver")
    prodserver1of2.run_asgi_server(address, port, is_devserver=True)  # which only means: no line for each request


def no_second_process(self: Any, *arguments: Any) -> None:
    print("The server itself watches the deadlines: this process is not needed.")


def install() -> None:
    prodserver1of2.Command.handle = serve
    Participant._url_i_should_be_on = page_of
    tasks.Worker.__init__ = tasks.Worker.listen = no_second_process
    if start not in front.AT_START:
        front.AT_START.append(start)
