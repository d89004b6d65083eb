"""`run.py lab` as people start it, in a copy of the project that shares this environment."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

import run
from tests.lab import ROOT, Lab, wait_for

SECRET = {"OTREE_ADMIN_PASSWORD": "kiwi-and-plum", "OTREE_SECRET_KEY": "0123456789abcdef"}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The folder of a laboratory whose environment counts as installed."""
    Lab(tmp_path)
    for name in ("run.py", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def installed(place):
    """A .venv that is the environment of the tests."""
    (place / ".venv").mkdir()
    (place / ".venv" / run.BIN.name).symlink_to(os.path.dirname(sys.executable), target_is_directory=True)
    code = "import run; print(run.stamp_of('requirements.txt'))"
    stamp = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=True).stdout
    (place / ".venv" / "requirements.txt.installed").write_text(stamp.strip())


def variables(**given):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTREE", "DATABASE", "PORT"))}
    return {**kept, **given}


def lab(place, *arguments, **given):
    command = [sys.executable, "run.py", "lab", *arguments]
    kept = {"capture_output": True, "text": True, "timeout": 300, "stdin": subprocess.DEVNULL}
    return subprocess.run(command, cwd=place, env=variables(**given), **kept)


@contextmanager
def running(place, *arguments, **given):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [str(port) if argument == "PORT" else argument for argument in arguments]
    log = (place / "lab.log").open("w")
    command = [sys.executable, "run.py", "lab", *arguments]
    process = run.start(command, variables(**given), cwd=place, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(120)
        log.close()


def status(url, data=None):
    try:
        with urllib.request.urlopen(url, data, timeout=120) as answer:
            return answer.status, answer.url
    except urllib.error.HTTPError as error:
        with error:
            return error.code, url


def listens_on(address):
    """The addresses at which a port of this computer is listened to."""
    port = f":{int(address.rpartition(':')[2]):04X}"
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table]
    return {row[1].removesuffix(port) for row in rows if row[1].endswith(port) and row[3] == "0A"}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_alone_it_serves_this_computer(place):
    installed(place)
    with running(place, "PORT") as address:
        assert listens_on(address) == {"0100007F"}
        assert status(f"{address}/demo")[0] == 200
    assert "OTREE_SECRET_KEY" in (place / "lab.env").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_opened_it_wants_a_login_for_all_that_is_the_experimenters(place):
    installed(place)
    with running(place, "--open", "PORT") as address:
        assert listens_on(address) == {"00000000"}
        for path in ("/demo", "/sessions", "/rooms", "/room_with_session/lab", "/session_data/x"):
            _, url = status(address + path)
            assert url.endswith("/login"), path
        for path in ("/api/sessions", "/api/rooms", "/api/otree_version"):
            assert status(address + path)[0] == 403
        order = b'{"session_config_name": "park_vcg", "num_participants": 3}'
        assert status(f"{address}/api/sessions", order)[0] == 403
    said, stored = (place / "lab.log").read_text(), (place / "lab.env").read_text()
    password = next(line for line in stored.splitlines() if "PASSWORD" in line).partition("=")[2]
    assert password in said


@pytest.mark.parametrize("arguments", [("--open",), ("0.0.0.0:8123",)])
@pytest.mark.parametrize(
    "given",
    [
        {"OTREE_AUTH_LEVEL": "DEMO"},
        {"OTREE_ADMIN_PASSWORD": ""},
        {"OTREE_ADMIN_PASSWORD": "admin"},
        {"OTREE_SECRET_KEY": "x"},
        {"OTREE_SHOW_ERRORS": "1"},
    ],
    ids=str,
)
def test_it_does_not_open_to_strangers(place, arguments, given):
    done = lab(place, *arguments, **{**SECRET, **given})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert next(iter(given)) in done.stderr


def test_the_port_is_looked_at_before_anything_is_installed(place):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = lab(place, str(other.getsockname()[1]))
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert not (place / ".venv").exists()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite:////tmp/other.sqlite3", "sqlite://"])
def test_a_database_that_would_not_be_used_is_one_line(place, url):
    done = lab(place, "8124", "--database", url)
    assert done.returncode == 1
    assert "postgresql://" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_environment_behind_a_link_is_never_emptied(place, tmp_path_factory):
    """It belongs to another folder; it has been lost like that once."""
    others = tmp_path_factory.mktemp("environment")
    (others / "library").write_text("needed there")
    (place / ".venv").symlink_to(others, target_is_directory=True)
    done = subprocess.run([sys.executable, "run.py", "translations"], cwd=place, capture_output=True, text=True)
    assert done.returncode == 1
    assert "is a link to" in done.stderr
    assert [path.name for path in others.iterdir()] == ["library"]


def test_robots_are_not_sent_to_a_treatment_called_help(capsys):
    assert run.main(["bots", "--help"]) == 0
    said = capsys.readouterr().out
    assert "run.py bots TREATMENT" in said
    assert "park_vcg" in said
    assert "describe_groves" in said
    assert "--help" not in said


@pytest.mark.parametrize("code", [0, 1])
def test_uv_installs_where_it_can_and_pip_where_not(tmp_path, monkeypatch, code):
    (tmp_path / "uv").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nexit {code}\n')
    (tmp_path / "uv").chmod(0o755)
    (tmp_path / "requirements.txt").write_text("numpy==1.0\n")
    by_pip = []
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path)
    monkeypatch.setattr(run, "install_with_progress", lambda pip, requirements: by_pip.append(requirements) or 0)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    (tmp_path / "made").write_text(run.place())
    run.install("requirements.txt")
    assert (tmp_path / "asked").read_text().split()[-2:] == ["-r", "requirements.txt"]
    assert by_pip == ["requirements.txt"] * code
    assert (tmp_path / "requirements.txt.installed").read_text() == run.stamp_of("requirements.txt")
