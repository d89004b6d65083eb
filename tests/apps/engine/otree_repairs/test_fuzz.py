"""Malformed requests, some hundreds of them: no error 500, no traceback, and what is refused changes nothing.

FUZZ_REQUESTS=5000 FUZZ_SEED=7 draws more and others.
"""

import contextlib
import hashlib
import os
import re
import sqlite3
import urllib.request
from urllib.parse import urlsplit

import pytest

from tests.apps.engine.otree_repairs.malformed import Malformed
from tests.apps.engine.otree_repairs.raw import answer, connected
from tests.lab import Lab, create_session, visit

SEED = int(os.environ.get("FUZZ_SEED", "11"))


@pytest.fixture
def requests(pytestconfig):
    """How many."""
    return int(os.environ.get("FUZZ_REQUESTS", "400" if pytestconfig.getoption("thorough") else "120"))


ROUTES = """
import sys
sys.argv = ["otree", "x"]
from otree.main import setup
setup()
from otree.urls import routes
from starlette.routing import Route, WebSocketRoute
for route in routes:
    if isinstance(route, Route | WebSocketRoute):
        print(type(route).__name__, route.path)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("fuzz"))
    listed = lab.run("python", "-c", ROUTES, OTREE_IN_MEMORY="1", PYTHONWARNINGS="ignore").stdout.split("\n")
    patterns = [line.split()[1] for line in listed if line.startswith("Route ")]
    sockets = [line.split()[1] for line in listed if line.startswith("WebSocketRoute ")]
    assert len(patterns) > 60
    assert len(sockets) > 10
    with lab.server() as address:
        code, links = create_session(address, "chen_serial", 4, quiz=False)
        pages = [visit(link)[0] for link in links]
        for page in pages[1:]:
            visit(page, consent="True")
        paths = [urlsplit(visit(link)[0]).path for link in links]
        codes = [path.split("/")[2] for path in paths]
        [cookie] = re.findall("session=([^;]+)", opened(f"{address}/login").headers["Set-Cookie"])
        token = re.search('name="csrftoken" value="([0-9]+)"', opened(f"{address}/login", cookie).read().decode())[1]
        known = [code, *codes, "lab", "online", "demand", "chen_serial", "custom_export", "lab01"]
        # pages that people are on come up more often than the other addresses
        yield lab, address, Malformed(SEED, patterns + 12 * paths, sockets, known, (cookie, token))


def opened(url, cookie=""):
    return urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": f"session={cookie}"}), timeout=120)


class Stored:
    """What is stored, read anew only where the server has written since."""

    def __init__(self, lab):
        self.database = sqlite3.connect(f"file:{lab.folder / 'db.sqlite3'}?mode=ro", uri=True)
        self.version, self.known = None, None

    def state(self):
        """A checksum of it, and how many deadlines wait; the server itself works these off meanwhile."""
        [version] = self.database.execute("pragma data_version").fetchone()
        if version != self.version:
            left_out = ("keptcertificate", "taskqueue")
            lines = [line for line in self.database.iterdump() if not any(name in line for name in left_out)]
            [waiting] = self.database.execute("select count(*) from otree_taskqueuemessage").fetchone()
            self.version, self.known = version, (hashlib.sha256("\n".join(lines).encode()).hexdigest(), waiting)
        return self.known

    def changed(self, before):
        (was, waited), (now, waits) = before, self.state()
        return was != now and waits >= waited


def tracebacks(lab):
    return (lab.folder / "server.log").read_text(errors="replace").count("Traceback")


def last_traceback(lab):
    lines = (lab.folder / "server.log").read_text(errors="replace").rpartition("Traceback")[2].split("\n")
    return "traceback " + " | ".join(line.strip()[:90] for line in lines[-14:] if "INFO" not in line)


def test_requests(place, requests):
    lab, address, malformed = place
    wrong, seen, stored = [], 0, Stored(lab)
    for _ in range(requests):
        request, line = malformed.request()
        before = stored.state()
        status, text, seconds = answer(address, request)
        if status >= 500 or seconds > 45:  # and no answer at all after 60
            wrong.append((status, round(seconds), line))
        if status >= 400 and stored.changed(before):
            wrong.append(("changed", status, line))
        if "Traceback" in text or tracebacks(lab) > seen:
            wrong.append((last_traceback(lab), status, line))
            seen = tracebacks(lab)
    assert not wrong, "\n".join(map(str, wrong))
    assert visit(f"{address}/demo")[0].endswith("/demo")


def test_sockets(place, requests):
    lab, address, malformed = place
    wrong, seen = [], tracebacks(lab)
    for _ in range(requests // 2):
        handshake, messages, line = malformed.socket()
        with contextlib.suppress(OSError), connected(address, 3) as connection:
            connection.sendall(handshake)
            connection.settimeout(1)
            text = received_head(connection)
            if b" 101 " in text.split(b"\r\n")[0]:
                connection.sendall(messages)
                with contextlib.suppress(OSError):
                    connection.recv(100)
            if re.match(rb"HTTP/1.1 5", text):
                wrong.append((text[:80], line))
        if tracebacks(lab) > seen:
            wrong.append((last_traceback(lab), line, messages[:200]))
            seen = tracebacks(lab)
    assert not wrong, "\n".join(map(str, wrong))
    assert visit(f"{address}/demo")[0].endswith("/demo")


def received_head(connection):
    text = b""
    with contextlib.suppress(OSError):
        while b"\r\n\r\n" not in text:
            part = connection.recv(4096)
            if not part:
                break
            text += part
    return text
