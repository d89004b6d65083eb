"""A repair of oTree 6.0.15: a browser's connection outlives the time that a decision takes, and no connection stays.

oTree's server closes a connection over which nothing came for 5 seconds, so that everybody who thinks for longer
connects anew with each page; and who sends a decision at the moment when it is closed has sent it to nobody: of 300
people who decided together every round, 4 in 100 had to send again. But who sends half of a request's head, or reads
nothing of the answer, keeps the connection for ever, and with as many as the process may have open nobody else comes
in. And what is no HTTP got no answer, and wrote a traceback into the log.
"""

import asyncio
import logging
import math
import sys
from asyncio import TimerHandle
from contextlib import suppress
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from engine.otree_repairs.requests import front, origins

SECONDS_IDLE = 120
SECONDS_OF_HEAD = 15  # as of a body; see bodies
MOST_FILES_OF_MACOS = 10_240
FILES_FOR_OTHERS = 100  # the database, processes aside, files that are sent
NO_HTTP = b"This was no HTTP request.\n"
logger = logging.getLogger(__name__)
plain_init = Config.__init__


class Limit:
    """How many connections may be open at once; set when the server starts."""

    most = math.inf


class Reader(h11.Connection):
    """Reads what comes in; what is no HTTP is told to the connection, and then is as nothing."""

    def __init__(self, connection: "Connection") -> None:
        super().__init__(h11.SERVER)
        self.connection = connection

    def next_event(self) -> Any:
        try:
            return super().next_event()
        except h11.RemoteProtocolError as error:
            self.connection.refuse(error)
            return h11.NEED_DATA


class Connection(H11Protocol):
    """With a browser, or whoever connects; uvicorn's, with an end to whatever is waited for."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn = Reader(self)
        self.too_late: TimerHandle | None = None
        self.not_read: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.limit_waiting()
        if len(self.connections) > Limit.most:  # without a file left, nobody could come in
            others = (other for other in self.connections if isinstance(other, Connection))
            min((other for other in others if not other.transport.is_closing()), key=Connection.ends).transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.limit_waiting()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.limit_waiting()
        self.resume_writing()

    def limit_waiting(self) -> None:
        """For the rest of a head, or of a body that was answered already: from its first byte, further ones give no
        more time. A new connection is given as long for its first byte; a body that is waited for has its own end."""
        waits = not (self.works() or self.transport.is_closing() or self.transport.get_protocol() is not self)
        if waits and self.too_late is None:
            self.too_late = self.loop.call_later(SECONDS_OF_HEAD, self.timeout_keep_alive_handler)
        elif not waits and self.too_late is not None:
            self.too_late.cancel()
            self.too_late = None

    def ends(self) -> float:
        """When it will be closed if nothing comes."""
        timer = self.too_late or self.timeout_keep_alive_task
        return math.inf if timer is None else timer.when()

    def works(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.loop.call_later(SECONDS_OF_HEAD, self.transport.abort)  # what was not read by then never will be

    def pause_writing(self) -> None:
        super().pause_writing()
        self.not_read = self.loop.call_later(SECONDS_IDLE, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.not_read is not None:
            self.not_read.cancel()

    def refuse(self, error: Exception) -> None:
        """Of what is no HTTP: an answer, if none has begun, one line in the log, and the end."""
        unanswered = self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE)
        if self.works():  # who waits for the body says in the log that it ended too early
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        elif unanswered:
            logger.warning("refused what is no HTTP: %s", ascii(str(error)[:80]))
        if unanswered:
            headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(NO_HTTP))), ("Connection", "close")]
            answer = h11.Response(status_code=400, headers=headers), h11.Data(data=NO_HTTP), h11.EndOfMessage()
            for event in answer:
                self.transport.write(self.conn.send(event))
        self.transport.close()


def init(config: Any, *arguments: Any, **options: Any) -> None:
    plain_init(config, *arguments, **{"timeout_keep_alive": SECONDS_IDLE, "http": Connection, **options})
    origins.serve_at(config.host)


def allow_files() -> None:
    """As many connections as the system allows this process, not as few as it gives without being asked."""
    if sys.platform == "win32":  # has no such limit
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (most, MOST_FILES_OF_MACOS):  # which says that it has no limit, and refuses that
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
            break
    now, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    Limit.most = math.inf if now == resource.RLIM_INFINITY else now - FILES_FOR_OTHERS


def bear_crowds() -> None:
    """Python writes a traceback for each of the thousands of tries to let in somebody for whom no file is left, and
    nobody is answered meanwhile; here who waits longest goes, and it tries again in a second."""

    def trouble(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not context["message"].startswith("socket.accept() out of"):
            loop.default_exception_handler(context)

    allow_files()
    asyncio.get_running_loop().set_exception_handler(trouble)


def install() -> None:
    Config.__init__ = init
    if bear_crowds not in front.AT_START:
        front.AT_START.append(bear_crowds)
