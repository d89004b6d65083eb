"""The links of the seats of a room, which only who knows the key can make: `run.py seats`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from commands.opening import EVERYWHERE, KEY, PASSWORD, RefusedError, place


def links(arguments: list[str], rooms: Path, secrets: Mapping[str, str]) -> list[str]:
    """One line a seat, LABEL,LINK, for `run.py seats [ADDRESS:PORT] [ROOM]`; RefusedError if the key is not known."""
    if not secrets.get(KEY):
        raise RefusedError(f"The links need the server's key, {KEY}: run.py lab --open makes it")
    where, room = (arguments + ["8000", "lab"][len(arguments) :])[:2]
    if "://" not in where:
        address, port = place(where, True)
        where = f"http://{'localhost' if address == EVERYWHERE else address}:{port}"
    file = rooms / f"{room}.txt"
    if not file.exists():
        raise RefusedError(f"{file} does not exist: {room} is no room with seats")
    try:
        found = map(str.strip, re.split(r"[,;\r\n]", file.read_text("utf-8-sig")))  # as engine.room_files reads it
        labels = dict.fromkeys(filter(None, found))
    except UnicodeDecodeError:
        raise RefusedError(f"{file} is not UTF-8: save the file as UTF-8 text") from None
    if spaced := next((label for label in labels if len(label.split()) > 1), ""):
        raise RefusedError(f"{file}: {spaced!r} has a space: the server does not start with it, either")
    secret = secrets[KEY] + secrets.get(PASSWORD, "")
    return [f"{label},{where}/room/{room}?participant_label={label}&hash={mark(label, secret)}" for label in labels]


def mark(label: str, secret: str) -> str:
    """As oTree 6.0.15 makes it (otree.common.make_hash)."""
    return hashlib.sha224((label + secret).encode()).hexdigest()[:8]
