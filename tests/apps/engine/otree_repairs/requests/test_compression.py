"""Answers on the wire."""

import asyncio
import gzip
import re

import pytest
from engine.otree_repairs.requests.compression import LEAST_BYTES, Answer

TEXT = b"<p>Your request is three units.</p>" * 100


def sent(body, kind=b"text/html; charset=utf-8", status=200, extra=()):
    """Head and pieces of an answer that came in the given pieces."""
    messages = []

    async def send(message):
        messages.append(message)

    async def answer():
        compressed = Answer(send)
        size = str(sum(map(len, body))).encode()
        headers = [(b"content-type", kind), (b"content-length", size), *extra]
        await compressed.send({"type": "http.response.start", "status": status, "headers": headers})
        for k, piece in enumerate(body):
            more = k < len(body) - 1
            await compressed.send({"type": "http.response.body", "body": piece, "more_body": more})

    asyncio.run(answer())
    return {k.decode(): v.decode() for k, v in messages[0]["headers"]}, [m["body"] for m in messages[1:]]


def test_a_page_is_the_same_for_who_unpacks_it(probes):
    found = probes["answers"]
    plain, packed = found["plain"], found["packed"]
    assert "content-encoding" not in plain["headers"]
    assert packed["headers"]["content-encoding"] == "gzip"
    assert packed["headers"]["vary"] == "Accept-Encoding"
    assert len(packed["body"]) < len(plain["body"]) / 2
    bodies = gzip.decompress(bytes.fromhex(packed["body"])), bytes.fromhex(plain["body"])
    first, second = (re.sub(rb'nonce="?[^"> ]+', b"nonce", body) for body in bodies)  # another one in each answer
    assert first == second


def test_an_answer_that_came_whole_says_how_long_it_is_packed():
    headers, [piece] = sent([TEXT])
    assert int(headers["content-length"]) == len(piece) < len(TEXT) / 4
    assert gzip.decompress(piece) == TEXT


def test_a_long_answer_is_packed_piece_by_piece():
    headers, pieces = sent([TEXT] * 50, b"text/csv")
    assert "content-length" not in headers
    assert len(pieces) == 50
    assert gzip.decompress(b"".join(pieces)) == TEXT * 50


@pytest.mark.parametrize(
    "changes",
    [
        {"body": [b"x" * (LEAST_BYTES - 1)]},
        {"kind": b"image/png"},
        {"status": 304, "body": [b""]},
        {"extra": [(b"content-encoding", b"br")]},
    ],
)
def test_what_would_gain_nothing_stays_as_it_is(changes):
    headers, pieces = sent(**{"body": [TEXT], **changes})
    assert headers.get("content-encoding") != "gzip"
    assert b"".join(pieces) == changes.get("body", [TEXT])[0]
