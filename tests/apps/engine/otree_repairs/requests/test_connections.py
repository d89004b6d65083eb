"""Connections of browsers to the production server: how long they stay, and what ends them."""

import asyncio
import logging
import resource
import socket
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial

import pytest
from engine.otree_repairs.requests import connections, origins
from otree.cli import prodserver1of2
from uvicorn.config import Config
from uvicorn.server import Server, ServerState

HEAD = b"POST /p HTTP/1.1\r\nHost: localhost\r\n"
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
MUCH = b"0" * 40_000_000  # more than the system keeps for a reader
ENDED = 5.0  # seconds, on a busy machine, in which 0.2 are over


@pytest.fixture
def quick(monkeypatch):
    """The limits in short, and uvicorn as it will be without this test."""
    monkeypatch.setattr(Config, "__init__", Config.__init__)
    monkeypatch.setattr(connections, "SECONDS_OF_HEAD", 0.2)
    monkeypatch.setattr(connections, "SECONDS_IDLE", 0.4)
    monkeypatch.setattr(origins, "names", set())
    connections.install()


def test_the_production_server_keeps_a_connection_while_somebody_thinks(monkeypatch):
    begun = []
    monkeypatch.setattr(Config, "__init__", Config.__init__)  # to be put back
    monkeypatch.setattr(origins, "names", set())
    monkeypatch.setattr(Server, "run", lambda server: begun.append(server.config))
    connections.install()
    prodserver1of2.run_asgi_server("127.0.0.1", "8000")
    assert begun[0].timeout_keep_alive == connections.SECONDS_IDLE
    assert begun[0].http is connections.Connection
    assert "localhost" in origins.names  # nobody logs in here: see origins


async def application(scope, receive, send):
    """Reads the body of /read alone."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    if scope["path"] == "/read" and (await receive())["type"] == "http.disconnect":
        logging.getLogger("read").warning("the sender hung up")
    body = MUCH if scope["path"] == "/much" else b"here"
    size = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", size)]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving():
    """The place of a server of `application`, and the connections that it has."""
    config = Config(application, log_config=None, ws="websockets", proxy_headers=False)
    config.load()
    state = ServerState()
    make = partial(config.http_protocol_class, config=config, server_state=state)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    place = server.sockets[0].getsockname()
    try:
        yield place, state.connections
    finally:
        server.close()
        for left in list(state.connections):
            left.transport.abort()
        await asyncio.sleep(0)


def warnings(caplog):
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


async def until_none(left):
    async with asyncio.timeout(ENDED):
        while left:
            await asyncio.sleep(0.02)


WAITING = {
    "nothing": [b""],
    "half a head": [HEAD],
    "half a head, drop by drop": [HEAD, *[b"a"] * 100],
    "half a head after an answer": [GET, HEAD],
    "half a body that nobody waits for": [HEAD + b"Content-Length: 10\r\n\r\n", b"a"],
    "a person who thinks": [GET],
    "somebody who reads nothing": [GET.replace(b"/ ", b"/much ")],
}


@pytest.mark.parametrize("parts", WAITING.values(), ids=WAITING)
def test_nobody_stays_for_ever(quick, parts):
    async def sent():
        async with serving() as (place, left):
            with socket.create_connection(place) as connection:
                for part in parts:
                    with suppress(OSError):
                        connection.sendall(part)
                    await asyncio.sleep(0.05)
                    if not left:
                        break
                await until_none(left)

    asyncio.run(sent())


def test_who_comes_when_all_places_are_waited_on_takes_the_oldest(quick, monkeypatch):
    monkeypatch.setattr(connections.Limit, "most", 5)
    monkeypatch.setattr(connections, "SECONDS_OF_HEAD", 60)

    async def crowded():
        async with serving() as (place, left):
            with ExitStack() as waiting:
                for _ in range(8):
                    waiting.enter_context(socket.create_connection(place)).sendall(HEAD)
                    await asyncio.sleep(0.02)
                reader, writer = await asyncio.open_connection(*place)
                writer.write(GET)
                assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
                assert len(left) == 5
                writer.close()

    asyncio.run(crowded())


@pytest.mark.filterwarnings("ignore:websockets.handshake")  # uvicorn asks for it so
def test_a_websocket_stays(quick, caplog):
    wanted = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    handshake = GET.removesuffix(b"\r\n") + wanted + b"A" * 22 + b"==\r\n\r\n"

    async def idle():
        async with serving() as (place, left):
            with socket.create_connection(place) as connection:
                connection.sendall(handshake)
                await asyncio.sleep(0.5)
                assert len(left) == 1
                assert not warnings(caplog)

    asyncio.run(idle())


NO_HTTP = {
    "a zero in the address": GET.replace(b"/ ", b"/\0 "),
    "a letter beyond ASCII in it": GET.replace(b"/ ", "/\u00b2 ".encode()),
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "two Hosts": HEAD + b"Host: other\r\n\r\n",
    "noise": b"\x16\x03\x01\x02\x00\x01\x00\xff\r\n\r\n",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "a wrong piece of a body": HEAD.replace(b"/p", b"/read") + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "an endless head": HEAD + b"a: " + b"b" * 100_000,
}


@pytest.mark.parametrize("request_", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_http_is_told_so_and_is_one_line_in_the_log(quick, caplog, request_):
    async def sent():
        async with serving() as (place, left):
            reader, writer = await asyncio.open_connection(*place)
            writer.write(request_)
            line = await reader.readline()
            await until_none(left)
            writer.close()
            return line

    assert asyncio.run(sent()).startswith(b"HTTP/1.1 400 ")
    [record] = warnings(caplog)
    assert record.exc_info is None
    assert "\n" not in record.getMessage()


def test_as_many_connections_as_the_system_allows_and_no_line_for_more(monkeypatch, caplog):
    async def begun():
        connections.bear_crowds()
        loop = asyncio.get_running_loop()
        for message in ("socket.accept() out of system resource", "something else"):
            loop.call_exception_handler({"message": message})

    monkeypatch.setattr(connections.Limit, "most", 0)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
        asyncio.run(begun())
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
        assert connections.Limit.most > 0
        assert [record.getMessage() for record in warnings(caplog)] == ["something else"]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
