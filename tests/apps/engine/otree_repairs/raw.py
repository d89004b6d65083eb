"""Requests as no browser sends them, byte by byte."""

import contextlib
import http.client
import socket
import time
from urllib.parse import urlsplit


def connected(address, seconds=60):
    place = urlsplit(address)
    connection = socket.create_connection((place.hostname, place.port), timeout=seconds)
    connection.settimeout(seconds)
    return connection


def post(path, body, content_type="application/x-www-form-urlencoded", length=None, headers=()):
    """The bytes of a POST; `length` is what is announced."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"Content-Type: {content_type}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def answer(address, request, seconds=60):
    """Status and text of what comes back, 0 if the connection is closed without an answer; and how long it took."""
    began = time.monotonic()
    with connected(address, seconds) as connection:
        with contextlib.suppress(OSError):  # the server may have seen enough
            connection.sendall(request)
        status, text = received(connection, request.partition(b" ")[0].decode("latin-1"))
    return status, text, time.monotonic() - began


def received(connection, method):
    """One answer, whole; the connection may well stay open behind it."""
    response = http.client.HTTPResponse(connection, method=method)
    try:
        response.begin()
        return response.status, f"{response.headers}{response.read().decode('utf-8', 'replace')}"
    except (OSError, http.client.HTTPException):
        return response.status if isinstance(response.status, int) else 0, ""
