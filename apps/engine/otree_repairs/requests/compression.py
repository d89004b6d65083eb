"""A repair of oTree 6.0.15: answers are compressed for browsers that can read that, all of today's.

The page of a decision goes over the wire with a fifth of its bytes; a whole laboratory starts at once over one wireless
network. Exports are compressed piece by piece.
"""

import zlib

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

LEAST_BYTES = 500  # below, the answer would fit into one packet anyway
LEVEL = 5  # beyond, a page gets 2 % smaller and takes half as much time again
TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
GZIP = 31  # zlib's number for gzip's format


class Answer:
    """One answer on its way: its head waits for the first piece of the body, which says how long it will be."""

    def __init__(self, send: Send) -> None:
        self.pass_on = send
        self.head: Message | None = None
        self.packer: zlib._Compress | None = None  # a name of the stubs only

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.head = message
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self.head is not None:
            head, self.head = self.head, None
            if is_text(head) and (more or len(body) >= LEAST_BYTES):
                self.packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
            packed = self.pack(body, more)
            if self.packer is not None:
                announce(head, None if more else len(packed))
            await self.pass_on(head)
        else:
            packed = self.pack(body, more)
        await self.pass_on({"type": "http.response.body", "body": packed, "more_body": more})

    def pack(self, body: bytes, more: bool) -> bytes:
        if self.packer is None:
            return body
        return self.packer.compress(body) + (b"" if more else self.packer.flush())


def is_text(head: Message) -> bool:
    headers = Headers(raw=head["headers"])
    return (
        head["status"] not in (204, 206, 304)
        and headers.get("content-type", "").startswith(TEXTS)
        and "content-encoding" not in headers
    )


def announce(head: Message, length: int | None) -> None:
    """Without a length the server sends in chunks."""
    head["headers"] = list(head["headers"])
    headers = MutableHeaders(raw=head["headers"])
    headers["content-encoding"] = "gzip"
    headers.add_vary_header("Accept-Encoding")
    if length is not None:
        headers["content-length"] = str(length)
    elif "content-length" in headers:
        del headers["content-length"]


plain_call = Starlette.__call__


async def call(app: Starlette, scope: Scope, receive: Receive, send: Send) -> None:
    """The whole server, outside of all its layers."""
    wanted = scope["type"] == "http" and "gzip" in Headers(scope=scope).get("accept-encoding", "")
    await plain_call(app, scope, receive, Answer(send).send if wanted else send)


def install() -> None:
    Starlette.__call__ = call  # type: ignore[method-assign,assignment]
