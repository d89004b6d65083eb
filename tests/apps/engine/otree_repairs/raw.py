"""Requests as no browser sends them, byte by byte."""

import contextlib
import socket
import time
from urllib.parse import urlsplit


def connected(address, seconds=20):
    place = urlsplit(address)
    connection = socket.create_connection((place.hostname, place.port), timeout=seconds)
    connection.settimeout(seconds)
    return connection


def post(path, body, content_type="application/x-www-form-urlencoded", length=None, headers=()):
    """The bytes of a POST; `length` is what is announced."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"Content-Type: {content_type}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def answer(address, request, seconds=20):
    """Status and text of what comes back, 0 if the connection is closed without an answer; and how long it took."""
    began = time.monotonic()
    with connected(address, seconds) as connection:
        with contextlib.suppress(OSError):  # the server may have seen enough
            connection.sendall(request)
        text = received(connection)
    status = int(text.split(b" ", 2)[1]) if text.startswith(b"HTTP/1.1 ") else 0
    return status, text.decode("utf-8", "replace"), time.monotonic() - began


def received(connection):
    """Until the answer is whole or the connection ends."""
    text = b""
    try:
        while True:
            head, found, body = text.partition(b"\r\n\r\n")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if found and lengths and len(body) >= int(lengths[0].split(b":")[1]):
                return text
            part = connection.recv(65536)
            if not part:
                return text
            text += part
    except OSError:
        return text
