"""Run as a script in a copy of the project: a session is played by requests to the server's application, in-process.

The argument is JSON: config, people, rounds, changes, without (repairs that are not installed), out. Into `out` go, as
JSON, for each kind of request ("POST Decide 302") how often the database was asked, how many statements were compiled,
the session written and an event loop begun, of each request after the first round; and what each of PROBES found.
"""

import asyncio
import importlib
import importlib.util
import json
import re
import sys
import time
from collections import defaultdict
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import otree.main

LOOK, GO_ON = (b"host", b"lab"), (b"content-type", b"application/x-www-form-urlencoded")


class Counts:
    """What one request costs; `now` is filled by the listeners below."""

    def __init__(self):
        self.now, self.kinds = defaultdict(int), defaultdict(list)

    def listen(self):
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        from sqlalchemy.sql.compiler import SQLCompiler

        @event.listens_for(Engine, "before_cursor_execute")
        def asked(connection, cursor, statement, *others):
            self.now["queries"] += 1
            self.now["session_written"] += statement.startswith("UPDATE otree_session ")

        def counted(function, name):
            def call(*arguments, **named):
                self.now[name] += 1
                return function(*arguments, **named)

            return call

        SQLCompiler.__init__ = counted(SQLCompiler.__init__, "compiled")
        asyncio.new_event_loop = asyncio.events.new_event_loop = counted(asyncio.new_event_loop, "loops")


async def request(app, method, path, fields=None, headers=()):
    """Status, headers and body of one answer."""
    data = urlencode(fields or {}).encode()
    head = [LOOK, *headers, *([GO_ON, (b"content-length", str(len(data)).encode())] if fields is not None else [])]
    where, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": where,
        "raw_path": where.encode(), "root_path": "", "scheme": "http", "query_string": query.encode(), "headers": head,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    answer = {"body": b""}
    messages = [{"type": "http.request", "body": data, "more_body": False}]

    async def receive():
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
            answer["headers"] = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            answer["body"] += message.get("body", b"")

    await app(scope, receive, send)
    return answer


def later(seconds=2, time_of=time.time):
    """People look at a page for a while: what is kept in whole seconds changes between two of their requests."""
    later.passed = getattr(later, "passed", 0) + seconds
    time.time = lambda: time_of() + later.passed


class Person:
    def __init__(self, app, counts, code):
        self.app, self.counts, self.path, self.html = app, counts, f"/InitializeParticipant/{code}", ""

    def page(self):
        parts = self.path.split("/")
        return parts[4] if parts[1] == "p" else parts[1]

    async def send(self, method, fields=None):
        later()
        self.counts.now.clear()
        answer = await request(self.app, method, self.path, fields)
        self.counts.kinds[f"{method} {self.page()} {answer['status']}"].append(dict(self.counts.now))
        self.html = answer["body"].decode()
        if answer["status"] in (302, 307):
            self.path = answer["headers"]["location"]
            await self.send("GET")
        else:
            assert answer["status"] == 200, (self.path, answer["status"], self.html)

    async def go_on(self):
        answers = {"Consent": {"consent": "True"}, "Decide": {"message": "3"}}
        waits = "data-wait=" in self.html
        await (self.send("GET") if waits else self.send("POST", answers.get(self.page(), {"read": "1"})))


async def play(people, rounds, counts):
    """Everybody to the first decision, then `rounds` rounds; the first is not counted."""
    for person in people:
        await person.send("GET")
    while any(person.page() != "Decide" for person in people):
        for person in people:
            if person.page() != "Decide":
                await person.go_on()
    for k in range(rounds):
        if k == 1:
            counts.kinds.clear()
        for _ in range(2):  # the decision, and the result
            for person in people:
                await person.go_on()
            for person in people:
                if "data-wait=" in person.html:
                    await person.go_on()


def main(config, people, rounds, changes, without, out):
    importlib.import_module("settings")
    for name in without:
        importlib.import_module(f"engine.otree_repairs.storage.{name}").install = lambda: None
    counts = Counts()
    counts.listen()
    otree.main.setup()
    from otree.asgi import app
    from otree.database import db
    from otree.session import create_session

    session = create_session(config, num_participants=people, modified_session_config_fields=changes)
    codes = [participant.code for participant in session.get_participants()]
    db.commit()
    db.close()
    found = asyncio.run(whole(app, counts, codes, rounds, [] if without else PROBES))
    Path(out).write_text(json.dumps(found), "utf-8")


async def whole(app, counts, codes, rounds, probes):
    people = [Person(app, counts, code) for code in codes]
    await play(people, rounds, counts)
    kinds = dict(counts.kinds)
    return {"kinds": kinds, "probes": {name: await PROBES[name](app, codes) for name in probes}}


async def probe_vars(app, codes):
    """Is a change inside something stored in the vars kept, and is what was only read left alone?"""
    from otree.database import db
    from otree.models import Participant

    kept = []
    for change in (lambda v: v.setdefault("list", []), lambda v: v["list"].append(1), lambda v: v["list"]):
        db.new_session()
        change(db.get_or_404(Participant, code=codes[0]).vars)
        db.commit()
        db.new_session()
        kept.append(db.get_or_404(Participant, code=codes[0])._vars["list"])
    return kept


async def probe_answers(app, codes):
    """Pages, static files and their heads, with and without compression."""
    page, gzip = f"/InitializeParticipant/{codes[0]}", [(b"accept-encoding", b"gzip, deflate")]
    where = (await request(app, "GET", page))["headers"]["location"]
    found = {}
    for name, headers in (("plain", []), ("packed", gzip)):
        answer = await request(app, "GET", where, headers=headers)
        found[name] = {"headers": answer["headers"], "body": answer["body"].hex()}
    address = re.search(rb'"(/static/platform\.css[^"]*)"', bytes.fromhex(found["plain"]["body"])).group(1).decode()
    found["address"] = address
    for name, path in (("kept", address), ("unversioned", address.partition("?")[0]), ("other", f"{address}0")):
        found[name] = (await request(app, "GET", path))["headers"].get("cache-control")
    with Path("_static/platform.css").open("a") as file:
        file.write("\n")
    page = (await request(app, "GET", where))["body"]
    found["changed"] = address.encode() not in page and b"/static/platform.css?v=" in page
    return found


async def probe_listeners(app, codes):
    """Does a message reach who listens, and is nothing remembered of addresses where nobody does?"""
    from otree.channels.utils import channel_layer

    got = []

    class Socket:
        async def send_text(self, text):
            got.append(text)

    before, socket = len(channel_layer._subs), Socket()
    channel_layer.sync_send("nobody", {"n": 0})
    channel_layer.add("somebody", socket)
    await asyncio.get_running_loop().run_in_executor(None, channel_layer.sync_send, "somebody", {"n": 1})
    channel_layer.sync_send("somebody", {"n": 2})
    await asyncio.sleep(0.1)
    channel_layer.discard("somebody", socket)
    return {"got": got, "remembered": len(channel_layer._subs) - before, "before": before}


async def probe_exports(app, codes):
    """Texts of every custom export as oTree makes them and as they are made now, in small pieces; and over HTTP."""
    import otree.export
    from engine.otree_repairs.storage import exports
    from otree.common import get_models_module
    from otree.database import db

    spec = importlib.util.spec_from_file_location("plain_export", otree.export.__file__)
    plain = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)
    exports.AT_ONCE, exports.PIECE = 3, 500
    db.new_session()
    found = {"texts": {}}
    for name in sorted(otree.export.get_custom_export_functions("demand")):
        before, now = StringIO(), StringIO()
        plain.custom_export_app("demand", before, function_name=name)
        exports.custom_export_app("demand", now, function_name=name)
        found["texts"][name] = [before.getvalue(), now.getvalue()]
    found["batches"] = [len(batch) for batch in exports.batches(get_models_module("demand").Player, None, True)]
    found["pieces"] = len(list(exports.pieces(exports.rows("demand", None, "custom_export"))))
    db.close()
    answer = await request(app, "GET", "/api/export_app_custom?app=demand&format=csv_bom")
    found["http"] = {"headers": answer["headers"], "text": answer["body"].decode()}
    return found


async def probe_deadlines(app, codes):
    """Which deadlines are due, which are left, in which order they are met, and how often that waited for the lock."""
    from engine.otree_repairs import clock
    from engine.otree_repairs.storage import one_lock
    from otree.database import db, dbq
    from otree.models import Participant
    from otree.models_concrete import TaskQueueMessage

    def stored(*orders):
        for moment, order, arguments in orders:
            row = {"method": order, "epoch_time": time.time() + moment, "kwargs_json": json.dumps(arguments)}
            db.add(TaskQueueMessage(**row))
        db.commit()
        db.close()

    db.new_session()
    dbq(TaskQueueMessage).delete()
    one, other = (db.get_or_404(Participant, code=code) for code in codes[:2])
    here, ids = one._index_in_pages, [one.id, other.id]
    one._timeout_expiration_time = time.time() - 10
    looks, over = {"participant_pks": ids, "page_index": other._index_in_pages}, {"participant_code": one.code}
    stored(
        (-20, "ensure_pages_visited", looks), (-10, "submit_expired_url", over | {"page_index": here}),
        (-10, "submit_expired_url", over | {"page_index": here - 1}),
        (-10, "ensure_pages_visited", {"participant_pks": ids, "page_index": 1}),
        (1000, "submit_expired_url", {"participant_code": other.code, "page_index": 1}),
    )  # fmt: skip
    taken, asked, plain = [], [], one_lock.lock.acquire

    async def acquire():
        taken.append(1)
        return await plain()

    async def visit(path, form=None):
        asked.append(form)
        await plain_visit(path, form)

    one_lock.lock.acquire, plain_visit, clock.visit = acquire, clock.visit, visit
    async with one_lock.lock:
        due = clock.due()
    await clock.meet_all()
    turns = [len(taken) - 1]
    async with one_lock.held():
        db.new_session()
        stored((-5, "ensure_pages_visited", {"participant_pks": ids, "page_index": farthest(codes[:2])}))
    taken.clear()
    clock.SECONDS_OF_A_TURN = 0
    await clock.meet_all()
    turns.append(len(taken))
    del one_lock.lock.acquire
    db.new_session()
    left = [(task.method, task.kwargs()["page_index"] - here) for task in dbq(TaskQueueMessage)]
    dbq(TaskQueueMessage).delete()
    db.commit()
    db.close()
    return {"due": [(order, arguments["page_index"] - here) for _, order, arguments in due], "left": len(left),
            "asked": asked, "turns": turns}  # fmt: skip


def farthest(codes):
    """The page on which the farther one of these people is."""
    from otree.database import dbq
    from otree.models import Participant

    return max(index for [index] in dbq(Participant._index_in_pages).filter(Participant.code.in_(codes)))


PROBES = {
    "exports": probe_exports, "vars": probe_vars, "answers": probe_answers, "listeners": probe_listeners,
    "deadlines": probe_deadlines,
}  # fmt: skip

if __name__ == "__main__":
    sys.path[:0] = ["apps", "."]
    main(**json.loads(sys.argv[1]))
