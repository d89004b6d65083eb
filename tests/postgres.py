"""A PostgreSQL of a test's own: made in a temporary folder, on a free port, stopped and removed at its end."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

import run


def installed():
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


if not installed() and os.environ.get("CI"):  # elsewhere it is left to the owner of the computer
    run.apt_install("postgresql")


class Postgres:
    def __init__(self, folder):
        self.folder, self.bin = Path(folder), installed()[-1].parent
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgres://otree@127.0.0.1:{self.port}/otree"

    def run(self, program, *arguments):
        # it refuses to run as root
        user = {"user": "postgres"} if os.name != "nt" and os.geteuid() == 0 else {}
        command = [str(self.bin / program), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=300, **user)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def control(self, *arguments):
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self.run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", *arguments)

    def rows(self, query):
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "otree", "-d", "otree")
        out = self.run("psql", *where, "-At", "-c", query)
        return [tuple(line.split("|")) for line in out.splitlines()]


@contextmanager
def postgres():
    if not installed():
        assert not os.environ.get("CI"), "PostgreSQL could not be installed"
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = tempfile.mkdtemp(prefix="postgres-")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    database = Postgres(folder)
    try:
        database.run("initdb", "-D", str(database.folder / "data"), "-A", "trust", "-U", "otree")
        database.control("start")
        database.run("createdb", "-h", "127.0.0.1", "-p", str(database.port), "-U", "otree", "otree")
        yield database
    finally:
        if (database.folder / "data" / "postmaster.pid").exists():
            database.control("stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)
