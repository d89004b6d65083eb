"""Who can reach the laboratory, and with which secrets: this computer alone, or others with password and key.

The secrets are in lab.env, which git does not keep, `otree zip` leaves out and only its owner can read. A value in the
environment goes before the file's.
"""

from __future__ import annotations

import getpass
import ipaddress
import os
import secrets
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

FILE = "lab.env"
PASSWORD, KEY, LEVEL = "OTREE_ADMIN_PASSWORD", "OTREE_SECRET_KEY", "OTREE_AUTH_LEVEL"
LEAST = {PASSWORD: 8, KEY: 16}
KNOWN_TO_ALL = ("otree", "admin", "password", "passwort", "secret", "12345678", "changeme", "mechanism", "laboratory")
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"


class RefusedError(Exception):
    """The laboratory does not start; the text is the one line that says why and what is right."""


def place(argument: str, open_to_all: bool, default_port: str = "8000") -> tuple[str, int]:
    """Address and port of `run.py lab [--open] [ADDRESS:PORT]`.

    >>> place("", False), place("8001", True), place("10.0.0.5:80", False), place("localhost:8001", False)
    (('127.0.0.1', 8000), ('0.0.0.0', 8001), ('10.0.0.5', 80), ('localhost', 8001))
    """
    address, _, port = argument.rpartition(":")
    if ":" in address:
        raise RefusedError(f"{argument}: the server listens at IPv4 addresses, like 127.0.0.1:8000 or 0.0.0.0:8000")
    address, port = address or (EVERYWHERE if open_to_all else LOOPBACK), port or default_port
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise RefusedError(f"{argument or port} is no port: use for example run.py lab 8001, or 127.0.0.1:8001")
    return address, int(port)


def for_this_computer(address: str) -> bool:
    """
    >>> [for_this_computer(address) for address in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "10.0.0.5", "lab")]
    [True, True, True, False, False, False]
    """
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def check_free(address: str, port: int) -> None:
    """RefusedError if the port is used, not allowed, or the address is none of this computer."""
    with socket.socket() as probe:
        if os.name != "nt":  # there it would allow a port that is used
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            raise RefusedError(f"Port {port} is not allowed for this user: choose one above 1023, like 8000") from None
        except OSError as error:
            if isinstance(error, socket.gaierror) or "ssign" in str(error):
                raise RefusedError(
                    f"{address} is no address of this computer: use 0.0.0.0 for all that it has"
                ) from None
            raise RefusedError(
                f"Port {port} is in use, perhaps by a laboratory that still runs. "
                f"Stop that one, or choose another port: run.py lab {port + 1}"
            ) from None


def stored(file: Path) -> dict[str, str]:
    """NAME=VALUE lines."""
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text("utf-8-sig").splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def store(file: Path, values: Mapping[str, str]) -> None:
    """Readable by its owner alone from its first byte on; a cut of the power leaves the old file or the new one."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    text = "# Secrets of this laboratory: keep them as long as its data, and out of git.\n"
    text += "".join(f"{name}={value}\n" for name, value in values.items())
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    new.replace(file)


def closed(variables: Mapping[str, str], file: Path) -> dict[str, str]:
    """For this computer alone: the stored key, made if there is none, so that seats and logins survive a restart."""
    known = stored(file)
    if not known.get(KEY) and not variables.get(KEY):
        known[KEY] = secrets.token_hex(32)
        store(file, known)
    return {KEY: known.get(KEY, ""), **variables}


def opened(
    variables: Mapping[str, str], file: Path, ask: Callable[[], str] | None = None, say: Callable[[str], None] = print
) -> dict[str, str]:
    """The variables of a server that others can reach: password, key and STUDY.

    What is neither in the environment nor in the file is asked for (the password, at a terminal) or made, and stored.
    """
    level = variables.get(LEVEL) or "STUDY"
    if level != "STUDY":
        raise RefusedError(f"{LEVEL}={level} lets strangers in: a laboratory that others can reach needs STUDY")
    if variables.get("OTREE_SHOW_ERRORS", "") not in ("", "0"):
        raise RefusedError("OTREE_SHOW_ERRORS shows the code to everybody: take it away to open the laboratory")
    if variables.get("OTREE_PRODUCTION", "1") in ("", "0"):
        raise RefusedError("OTREE_PRODUCTION=0 shows the code to everybody: take it away to open the laboratory")
    known = stored(file)
    made = dict(known)
    for name in (PASSWORD, KEY):
        if name in variables:
            check_secret(name, variables[name], "the environment")
        elif name in known:
            check_secret(name, known[name], file.name)
        else:
            made[name] = secrets.token_hex(32) if name == KEY else new_password(ask)
            check_secret(name, made[name], "what was typed")
    if made != known:
        store(file, made)
        if PASSWORD in made and PASSWORD not in known and PASSWORD not in variables:
            say(f"Log in as admin with the password {made[PASSWORD]}   (it is in {file}, and stays)")
    return {**{name: made[name] for name in (PASSWORD, KEY) if name in made}, **variables, LEVEL: "STUDY"}


def check_given(variables: Mapping[str, str]) -> None:
    """Of a server that is started without run.py (a Procfile, a container): everything must be in the environment.

    >>> check_given({LEVEL: "STUDY", PASSWORD: "plum-and-kiwi", KEY: "0123456789abcdef"})
    """
    for name in (LEVEL, PASSWORD, KEY):
        if not variables.get(name):
            raise RefusedError(
                f"{name} is not set, and others can reach this server: set {LEVEL}=STUDY, {PASSWORD} and {KEY}, "
                "start it by run.py lab --open, or let it listen to this computer alone (127.0.0.1:8000)"
            )
    opened(variables, Path(os.devnull))


def new_password(ask: Callable[[], str] | None) -> str:
    if ask is None and sys.stdin.isatty():
        ask = lambda: getpass.getpass("Password for the experimenter's pages (nothing: one is made): ")  # noqa: E731
    return (ask() if ask else "") or secrets.token_urlsafe(12)


def check_secret(name: str, value: str, source: str) -> None:
    if not value:
        raise RefusedError(f"{name} is empty in {source}: take it away, and one is made")
    if len(value) < LEAST[name] or value.lower() in KNOWN_TO_ALL or len(set(value)) < 4:
        raise RefusedError(
            f"{name} of {source} is easily guessed: use {LEAST[name]} characters or more and no usual word, "
            "or take it away, and one is made"
        )
    if value != value.strip() or "\n" in value:
        raise RefusedError(f"{name} of {source} begins or ends with a space: take that away")
