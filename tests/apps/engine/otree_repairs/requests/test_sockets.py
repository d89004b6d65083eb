"""Who is at a wait page or in a room is said by the own page alone, not by whoever counts numbers up."""

import asyncio
import errno
import json
import re
import socket
import sqlite3
import struct
import time
from contextlib import suppress
from html import unescape
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
import websockets
from engine.otree_repairs.requests import sockets
from uvicorn.protocols.websockets.websockets_impl import WebSocketProtocol

from tests.apps.people import People
from tests.lab import Lab, seat_link, visit


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    return Lab(tmp_path_factory.mktemp("sockets"))


@pytest.fixture(scope="module")
def address(lab):
    with lab.server() as address:
        yield address


def connected(lab, k):
    database = sqlite3.connect(f"file:{lab.folder / 'db.sqlite3'}?mode=ro", uri=True)
    [found] = database.execute("select _waitpage_is_connected from otree_participant where id = ?", (k,)).fetchone()
    database.close()
    return bool(found)


async def waits(lab, key):
    return connected(lab, key)


def told(address, path, check, message=None):
    """What `check` finds while a websocket is open at this address, and whether the server has closed it."""

    async def session():
        async with websockets.connect(address.replace("http", "ws") + path) as socket:
            closed = False
            with suppress(TimeoutError, asyncio.TimeoutError):
                try:
                    if message is not None:
                        await socket.send(message)
                    await asyncio.wait_for(socket.wait_closed(), 2)
                    closed = True
                except websockets.ConnectionClosed:
                    closed = True
            return await check(), closed

    return asyncio.run(session())


def test_only_the_own_wait_page_says_that_somebody_waits(lab, address):
    people = People(address, "chen_serial", 4)
    people.open(1, 2)
    people.send(1, consent="True")
    people.send(2, consent="True")
    [own] = re.findall(r'data-wait="([^"]+)"', people.html[1])
    own = unescape(own)
    key = int(re.search(r"participant_id=(\d+)", own)[1])
    assert told(address, own, lambda: waits(lab, key)) == (True, False)
    time.sleep(0.5)
    assert not connected(lab, key)
    other = re.search(r"participant_code=(\w+)", unescape(people.html[2]))[1]
    without = re.sub(r"&participant_code=\w+", "", own)
    for wrong in (without, f"{without}&participant_code={other}", re.sub(r"session_pk=\d+", "session_pk=999", own)):
        assert told(address, wrong, lambda: waits(lab, key), '{"tab_hidden": true}') == (False, True), wrong


def test_only_a_seats_own_page_says_that_somebody_is_there(address):
    page = visit(seat_link(address, "lab07"))[1]
    [own] = re.findall(r'(/wait_for_session_in_room\?[^"\']+)', unescape(page).replace("\\u0026", "&"))

    async def present():
        """As the experimenter's page of the room is told."""
        async with websockets.connect(f"{address.replace('http', 'ws')}/room_without_session/lab") as socket:
            return json.loads(await socket.recv())["present_labels"]

    assert told(address, own, present) == (["lab07"], False)
    for wrong in (re.sub(r"&mark=\w+", "", own), own.replace("lab07", "lab08")):
        with pytest.raises(websockets.InvalidStatusCode):
            told(address, wrong, present)
    assert asyncio.run(present()) == []


WRONG = ['"text"', "[]", "5", '{"app_name": "nothing"}', '{"app_name": ["demand"]}',
         '{"app_name": "demand", "is_custom": true, "function_name": ["custom_export"]}']  # fmt: skip


@pytest.mark.parametrize("message", WRONG)
def test_an_export_that_is_none_closes_its_socket_and_is_no_error(lab, address, message):
    async def nothing():
        return None

    assert told(address, "/export", nothing, message) == (None, True)
    log = (lab.folder / "server.log").read_text()
    assert "Traceback" not in log
    assert "closed websocket '/export'" in log


def test_an_export_by_socket(address):
    async def asked():
        own = {"origin": address, "max_size": None}  # as a browser says of which page it is
        async with websockets.connect(f"{address.replace('http', 'ws')}/export", **own) as socket:
            await socket.send('{"app_name": "demand", "is_custom": true, "function_name": "custom_export_record"}')
            return json.loads(await socket.recv())

    assert asyncio.run(asked())["data"].startswith("session_code,participant_code,")


FOREIGN = ["http://evil.example", "null", "http://localhost:1", "https://127.0.0.1", "file://"]


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("path", ["/export", "/delete_sessions", "/create_session"])
def test_a_page_of_another_site_opens_no_websocket(lab, address, path, origin):
    async def asked():
        async with websockets.connect(address.replace("http", "ws") + path, origin=origin):
            pass

    with pytest.raises(websockets.InvalidStatusCode, match="403"):
        asyncio.run(asked())


class Gone:
    """The connection of a browser that went away while the server closed its own half of it."""

    tried = False

    def can_write_eof(self):
        return True

    def is_closing(self):
        return self.tried

    def write_eof(self):
        self.tried = True
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")


def test_a_browser_that_is_gone_is_no_error():
    closed = []

    async def close_transport():
        closed.append(True)

    sockets.install()
    protocol = SimpleNamespace(is_client=False, debug=False, transport=Gone(), close_transport=close_transport)
    asyncio.run(WebSocketProtocol.close_connection(protocol))
    assert protocol.transport.tried
    assert closed == [True]


def test_who_hangs_up_after_the_handshake_is_one_line_in_the_log(lab, address):
    """At once, so that the server answers to nobody."""
    host, port = address.removeprefix("http://").split(":")
    lines = (
        "GET /hung-up-{} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "", "",
    )  # fmt: skip
    for k in range(20):
        with socket.create_connection((host, int(port))) as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raw.sendall("\r\n".join(lines).format(k).encode())
    visit(f"{address}/demo")
    log = (lab.folder / "server.log").read_text()
    assert "hung-up-19" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("fields", [{"x": "1"}, {"seat": "computer"}, {"selected_participant": ""}])
def test_moving_nobody_on_is_refused(lab, address, fields):
    people = People(address, "chen_serial", 2)
    browser = build_opener(HTTPCookieProcessor())
    with browser.open(f"{address}/AdminReport/{people.code}", timeout=30) as report:
        token = re.search(r'name="csrftoken" value="(\d+)"', report.read().decode())[1]
    with pytest.raises(HTTPError, match="400"):
        browser.open(f"{address}/AdvanceSession/{people.code}", urlencode({"csrftoken": token, **fields}).encode())
    assert "Traceback" not in (lab.folder / "server.log").read_text()
