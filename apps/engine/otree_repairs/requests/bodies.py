"""A repair of oTree 6.0.15: what is sent is read whole and checked before the server turns to it.

oTree takes its one lock first and reads then, so that half a body stops everybody; and its form parser,
python-multipart 0.0.5, can be made to compute for minutes by a content type (CVE-2024-24762) or by very many fields.
Here a body has a time, a size, a number of fields and a content type; what goes on to oTree is the same content as a
short plain form, or JSON, and nothing of the sender's headers is parsed by the library.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Sequence
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import Message, Receive, Scope

SECONDS = 15.0  # for the whole body; a page's form is a few hundred bytes
MOST_BYTES = 1_000_000
MOST_FIELDS = 1_000
MOST_DEPTH = 20
MOST_OF_A_TYPE = 200
FOR_JSON = ("/api/", "/room/", "/create_browser_bots_session", "/close_browser_bots_session")
FORM, FORM_DATA = "application/x-www-form-urlencoded", "multipart/form-data"
BOUNDARY = re.compile(r';\s*boundary=(?:"([\w\'()+,\-./:=? ]{1,70})"|([\w\'+\-.]{1,70}))', re.ASCII | re.IGNORECASE)


class RefusedError(Exception):
    """A request that is not let in: an HTTP status, and why, in one English sentence for who programs a client."""

    page = "refused"  # of _templates/outside/, for participants

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def admitted(scope: Scope, receive: Receive) -> tuple[Any, Any]:
    """The scope and the `receive` of a request that has arrived and is sound; RefusedError for all others."""
    check_address(scope)
    headers = header_values(scope)
    try:
        body = await asyncio.wait_for(whole_body(headers, receive), SECONDS)
    except TimeoutError:
        raise RefusedError(408, f"the request was not sent within {SECONDS:.0f} seconds") from None
    kind = headers.get("content-type", "")
    if body:
        body, kind = clean(scope["path"], kind, body)
    kept = [(name, value) for name, value in scope["headers"] if name not in DROPPED]
    kept.append((b"content-length", str(len(body)).encode()))
    if body:
        kept.append((b"content-type", kind.encode()))
    return {**scope, "headers": kept}, once(body)


DROPPED = (b"content-length", b"content-type", b"transfer-encoding")


def check_address(scope: Scope) -> None:
    if scope["method"] not in ("GET", "HEAD", "POST"):
        raise RefusedError(405, f"method {scope['method'][:20]!r} is not used here: use GET or POST")
    check_text(scope["path"], "the address")
    check_query(scope)


def check_query(scope: Any) -> None:
    try:
        query = scope["query_string"].decode("ascii")
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RefusedError(400, "the part of the address after ? is not readable") from None
    check_pairs(pairs)


def header_values(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def whole_body(headers: dict[str, str], receive: Receive) -> bytes:
    announced = headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit() or int(announced) > MOST_BYTES:
        raise RefusedError(413, f"more than {MOST_BYTES} bytes were announced")
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedError(400, "the sender hung up before all was sent")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise RefusedError(413, f"more than {MOST_BYTES} bytes were sent")
        if not message.get("more_body", False):
            return b"".join(parts)


def once(body: bytes) -> Any:
    """An ASGI `receive` that gives the whole body, and later says that the sender has gone."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def clean(path: str, content_type: str, body: bytes) -> tuple[bytes, str]:
    """The body as oTree gets it, and its content type.

    >>> clean("/p/x", "application/x-www-form-urlencoded", b"a=1&b=%20")
    (b'a=1&b=+', 'application/x-www-form-urlencoded')
    """
    if path.startswith(FOR_JSON):
        return clean_json(body), "application/json"
    kind = content_type.partition(";")[0].strip().lower()
    if len(content_type) > MOST_OF_A_TYPE:
        raise RefusedError(415, f"the content type has more than {MOST_OF_A_TYPE} characters")
    if kind == FORM:
        pairs = form_pairs(body)
    elif kind == FORM_DATA:
        pairs = form_data_pairs(content_type, body)
    else:
        raise RefusedError(415, f"content type {kind[:60]!r} is not used here: use {FORM}")
    check_pairs(pairs)
    names = [name for name, _ in pairs if name != "error_fields"]  # oTree's bots send a list of these
    if path.startswith("/p/") and len(set(names)) < len(names):
        raise RefusedError(400, "a field was sent twice")
    return urlencode(pairs).encode(), FORM


def form_pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RefusedError(400, f"the form is not readable, or has more than {MOST_FIELDS} fields") from None


def form_data_pairs(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Of multipart/form-data, which JavaScript sends. A file is no answer to any of our questions."""
    found = BOUNDARY.search(content_type)
    if found is None:
        raise RefusedError(400, "multipart/form-data has no readable boundary")
    boundary = (found[1] or found[2]).encode()
    if body.count(b"--" + boundary) > MOST_FIELDS + 1:
        raise RefusedError(400, f"the form has more than {MOST_FIELDS} fields")
    head = b'Content-Type: multipart/form-data; boundary="' + boundary + b'"\r\n\r\n'
    parts = message_from_bytes(head + body).get_payload()
    if not isinstance(parts, list):
        raise RefusedError(400, "the parts of multipart/form-data are not readable")
    return [pair_of(part) for part in parts]


def pair_of(part: Any) -> tuple[str, str]:
    name, data = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
    if part.get_filename() is not None or not isinstance(name, str) or data is None:
        raise RefusedError(400, "a file was sent, or a part without a name")
    try:
        return name, data.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError(400, f"field {name[:60]!r} is not UTF-8") from None


def clean_json(body: bytes) -> bytes:
    try:
        order = json.loads(body)
        json.dumps(order, allow_nan=False, ensure_ascii=False).encode()  # no lone surrogates, no NaN
    except (ValueError, RecursionError):
        raise RefusedError(400, "the body is not JSON") from None
    if not isinstance(order, dict) or depth(order) > MOST_DEPTH:
        raise RefusedError(400, 'the body is no JSON object: send for example {"vars": {}}')
    if "\\u0000" in body.decode("utf-8", "replace") or b"\0" in body:
        raise RefusedError(400, "the body contains a zero character")
    check_values(order)
    return body


def check_values(value: Any) -> None:
    """The named values of a JSON body, at every depth."""
    if isinstance(value, dict):
        for check in MORE_CHECKS:
            check(value.items())
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        check_values(inner)


def depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inside), default=0)


MORE_CHECKS: list[Callable[[Iterable[tuple[str, Any]]], None]] = []
"""What else is checked of all that is named: in addresses, forms and JSON. Other repairs add theirs."""


def check_pairs(pairs: Sequence[tuple[str, str]]) -> None:
    for check in MORE_CHECKS:
        check(pairs)
    for name, value in pairs:
        check_text(name, "a field's name")
        check_text(value, f"field {name[:60]!r}")


def check_text(text: str, what: str) -> None:
    if "\0" in text or "\ufffd" in text:
        raise RefusedError(400, f"{what} contains characters that are none")
