"""Participants over HTTP: they read a page, fill in its form and send it, over a connection that stays open."""

import asyncio
import gzip
import re
import time
from urllib.parse import urlencode, urlsplit

FIELD = re.compile(r'<(?:input|textarea|select)\b[^>]*?\bname="?([\w-]+)')
WAITS = ("data-wait=", "_otree-wait", "wait-page")
ANSWERS = {"contribution": "3", "message": "3", "consent": "True"}


class Person:
    """`times`: seconds of each request; `size`: bytes that came; `errors`: what went wrong."""

    def __init__(self, port, code):
        self.port, self.path, self.html, self.reader, self.writer = (
            port,
            f"/InitializeParticipant/{code}",
            "",
            None,
            None,
        )
        self.times, self.size, self.errors = [], 0, []

    def page(self):
        parts = self.path.split("/")
        return parts[4] if parts[1] == "p" else parts[1]

    def waits(self):
        return any(mark in self.html for mark in WAITS)

    async def look(self):
        await self.follow("GET", None)

    async def submit(self):
        names = set(FIELD.findall(self.html))
        await self.follow("POST", {name: text for name, text in ANSWERS.items() if name in names})

    async def follow(self, method, fields):
        """To the page where the redirects end."""
        for _ in range(6):
            began = time.perf_counter()
            status, headers, body = await self.request(method, fields)
            self.times.append(time.perf_counter() - began)
            if status in (302, 307):
                self.path, method, fields = urlsplit(headers["location"]).path, "GET", None
                continue
            self.html = body.decode()
            if status != 200 or method == "POST":
                self.errors.append(f"{method} {self.path}: {status}")
            return

    async def request(self, method, fields):
        if self.writer is None or self.reader.at_eof():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)
        data = b"" if fields is None else urlencode(fields or {"go": "on"}).encode()
        head = [
            f"{method} {self.path} HTTP/1.1",
            "Host: localhost",
            "Accept-Encoding: gzip",
            f"Content-Length: {len(data)}",
        ]
        if fields is not None:
            head.append("Content-Type: application/x-www-form-urlencoded")
        self.writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(": ")[::2] for line in lines[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        body = await self.body(headers)
        self.size += len(body) + sum(map(len, lines))
        return int(lines[0].split()[1]), headers, gzip.decompress(body) if "content-encoding" in headers else body

    async def body(self, headers):
        if headers.get("transfer-encoding") != "chunked":
            return await self.reader.readexactly(int(headers.get("content-length", 0)))
        parts = []
        while length := int(await self.reader.readline(), 16):
            parts.append(await self.reader.readexactly(length))
            await self.reader.readline()
        await self.reader.readline()
        return b"".join(parts)


async def together(people, step):
    async def one(person):
        try:
            await step(person)
        except (OSError, asyncio.IncompleteReadError) as error:
            person.errors.append(repr(error))
            person.writer = None
            await person.look()

    await asyncio.gather(*map(one, people))


async def go_on(people):
    await together([person for person in people if person.waits()], Person.look)
    await together([person for person in people if not person.waits() and person.page() != "Decide"], Person.submit)


async def to_first_decision(people):
    await together(people, Person.look)
    for _ in range(40):
        if all(person.page() == "Decide" for person in people):
            return
        await go_on(people)
    raise RuntimeError(f"not all reach the first decision: {sorted({person.page() for person in people})}")


async def one_round(people):
    """All decide, wait, see the result and go on to the next decision, at once."""
    await together(people, Person.submit)
    for _ in range(10):
        if all(person.page() == "Decide" for person in people):
            return
        await go_on(people)
    raise RuntimeError(f"a round does not end: {sorted({person.page() for person in people})}")
