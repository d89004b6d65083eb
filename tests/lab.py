"""A laboratory for tests: the project in a folder of its own, in which oTree runs as a subprocess.

oTree writes its database into the current folder and reads settings.py from it, so a test never runs it in the
repository itself.
"""

import atexit
import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import run
from commands.seats import mark

ROOT = Path(__file__).parents[1]
CODE = ("analysis", "apps", "commands", "mechanisms", "_templates", "_static")
FILES = ("_rooms", "_locale", "treatments", "studies")  # what tests change, and what is made beside it
SESSION = Path(__file__).with_name("otree_session.py")
SERVER = Path(__file__).with_name("otree_server.py")
KEY = "0123456789abcdef"
SEARCHED_AFTER = 50_000  # new objects, in processes of tests: seldom, as these are short
PATIENCE = 300  # seconds; only what hangs needs them, however busy the machine is
BIN = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


class Lab:
    """A copy of the project in `folder`.

    warm: its files stay as they are, so that one process, which has imported everything, forks off all `play`.
    """

    def __init__(self, folder, warm=False):
        self.folder, self.warm, self.forks = Path(folder), warm and hasattr(os, "fork"), None
        self.code_is_shared = True
        self.folder.mkdir(parents=True, exist_ok=True)
        for part in CODE:
            (self.folder / part).symlink_to(ROOT / part, target_is_directory=True)
        for part in FILES:
            shutil.copytree(ROOT / part, self.folder / part)
        shutil.copy2(ROOT / "settings.py", self.folder)
        (self.folder / "docs").mkdir()
        shutil.copy2(ROOT / "docs/codebook.md", self.folder / "docs")  # goes with the data

    def own(self, part):
        """A folder of code becomes the laboratory's own, so that it can be changed."""
        self.code_is_shared = False
        (self.folder / part).unlink()
        return Path(shutil.copytree(ROOT / part, self.folder / part))

    def clear(self):
        """Without treatments, and without the studies that play them."""
        for folder in ("treatments", "studies"):
            for path in (self.folder / folder).glob("*.toml"):
                path.unlink()

    def environment(self, **variables):
        # The caller's own oTree variables (a database, a password) must not leak into the tests; what is compiled is
        # kept for the next process.
        left_out = ("OTREE", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
        clean["OTREE_SECRET_KEY"] = KEY
        return {**clean, "PATH": BIN, "PYTHONWARNINGS": "default", **variables}

    def run(self, *command, **variables):
        """Run a command to its end; the caller looks at returncode, stdout and stderr."""
        environment = self.environment(**variables)
        kept = {"capture_output": True, "text": True, "timeout": PATIENCE}
        return subprocess.run(command, cwd=self.folder, env=environment, **kept)

    def otree(self, *arguments):
        return self.run(otree_command(), *arguments)

    def python(self, *arguments):
        return self.run(sys.executable, *arguments)

    def play(self, name, participants=None, **changes):
        """Bots play a session whose config is changed as in "Configure session"; see otree_session.py."""
        out = self.folder / f"out-{time.monotonic_ns()}"
        order = {"name": name, "participants": participants, "changes": changes, "out": str(out)}
        if self.warm:
            done = self.forked(order)
        else:
            done = self.run(sys.executable, str(SESSION), json.dumps(order), OTREE_IN_MEMORY="1")
        return done, exported(out) if done.returncode == 0 else {}

    def ready(self):
        """The process that forks is started: before there is a database on the disk, which it would read."""
        command = [sys.executable, str(SESSION)]
        environment = self.environment(OTREE_IN_MEMORY="1")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.forks = subprocess.Popen(command, cwd=self.folder, env=environment, **pipes)
        assert self.forks.stdout.readline() == "ready\n"

    def forked(self, order):
        """What `run` gives, of a process forked off one that is ready."""
        if self.forks is None:
            self.ready()
        texts = [Path(f"{order['out']}.{name}") for name in ("stdout", "stderr")]
        self.forks.stdin.write(json.dumps([*map(str, texts), order]) + "\n")
        self.forks.stdin.flush()
        code = int(self.forks.stdout.readline())
        return subprocess.CompletedProcess(["play"], code, *(text.read_text("utf-8") for text in texts))

    def close(self):
        if self.forks is not None:
            self.forks.communicate()

    @contextmanager
    def server(self, port=0, warm=True, certificates=False, **variables):
        """A running production server with these variables in its environment; its address. With `warm` it is forked
        off a process that has imported the libraries and `mechanisms`. Without `certificates`, those of its sessions
        answer one question alone."""
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))
            port = free.getsockname()[1]
        # The server starts children of its own that survive it: the group of processes is stopped as one.
        log, environment = self.folder / "server.log", self.environment(**variables)
        arguments = ["prodserver", f"127.0.0.1:{port}"]
        if warm and self.code_is_shared and hasattr(os, "fork"):
            process = warm_servers().start(self.folder, environment, arguments, log, certificates)
        else:
            with log.open("w") as printed:
                process = run.start([otree_command(), *arguments], environment, cwd=self.folder, stdout=printed,
                                    stderr=subprocess.STDOUT)  # fmt: skip
        self.process = process  # for tests that end it without asking
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, process)
            yield address
        finally:
            run.stop(process)
            process.wait()


class WarmServers:
    """A process that has imported what all servers need, and forks them off: see otree_server.py."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="servers-"))
        for part in CODE:
            (self.folder / part).symlink_to(ROOT / part, target_is_directory=True)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-W", "default", str(SERVER)]
        self.parent = subprocess.Popen(command, cwd=self.folder, env=environment, **pipes)
        atexit.register(self.close)

    def start(self, *order):
        self.parent.stdin.write(json.dumps(order, default=str) + "\n")
        self.parent.stdin.flush()
        return Forked(int(self.parent.stdout.readline()), self.folder)

    def close(self):
        self.parent.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)


warm_servers = cache(WarmServers)  # one for all laboratories of a process


class Forked:
    """What tests need of subprocess.Popen, of a process whose parent is another one."""

    def __init__(self, pid, folder):
        self.pid, self.ended, self.returncode = pid, folder / str(pid), None

    def poll(self):
        if self.returncode is None and self.ended.exists():
            self.returncode = int(self.ended.read_text())
        return self.returncode

    def kill(self):
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self):
        while self.poll() is None:
            time.sleep(0.02)
        return self.returncode


def otree_command():
    found = shutil.which("otree", path=BIN)
    assert found, "oTree is not installed beside this Python: see README.md"
    return found


def wait_for(address, process, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/demo", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start: see server.log in the test's folder")


def seat_link(address, label, password=""):
    """The signed link of a seat of the laboratory, beyond the room's first page."""
    return f"{address}/room/lab?welcome_page_ok=1&participant_label={label}&hash={mark(label, KEY + password)}"


def create_session(address, name, participants, **changes):
    """Through oTree's REST interface: the session's code and the participants' links."""
    order = {"session_config_name": name, "num_participants": participants, "modified_session_config_fields": changes}
    created = call(f"{address}/api/sessions", order)
    details = call(f"{address}/api/sessions/{created['code']}")
    links = [f"{address}/InitializeParticipant/{person['code']}" for person in details["participants"]]
    return created["code"], links


def call(url, data=None):
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def visit(url, **fields):
    """What a browser gets after all redirects: address and text. With fields: what it gets after sending a form."""
    with urllib.request.urlopen(url, urlencode(fields).encode() if fields else None, timeout=PATIENCE) as answer:
        return answer.url, answer.read().decode()


def decisions(tables):
    """The decisions of a session, of the tables by app."""
    [rows] = [rows for app, rows in tables.items() if app != "closing" and rows]
    return rows


def exported(folder):
    """Rows of the custom exports by app."""
    rows = {}
    for path in sorted(Path(folder).glob("*_custom.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            rows[path.name.removesuffix("_custom.csv")] = list(csv.DictReader(file))
    return rows
