"""A repair of oTree 6.0.15: a custom export goes out while it is read, and holds few players at a time.

oTree fetches all players of an app with their participants, groups and sessions, the session's whole definition once a
player, makes all rows of them, then one text of the rows, and then sends it. A text that a spreadsheet would compute it
writes as it is. Here the players of one session after the
other are fetched, some rounds after the other for an export that says that it goes by rounds (`by_round`); the
rows are the same in the same order.
"""

import csv
import datetime
from collections.abc import Iterator
from io import StringIO
from typing import Any

import otree.export
from otree.common import get_models_module
from otree.database import dbq
from otree.export import BOM, get_custom_export_functions
from otree.models import Participant, Session
from otree.views import export
from sqlalchemy.orm.attributes import set_committed_value
from starlette.responses import Response

from mechanisms.session import formulas

PIECE = 65536  # characters
AT_ONCE = 1000  # players, in whole rounds


def custom_export_app(
    app_name: str, fp: Any, session_code: str | None = None, function_name: str = "custom_export"
) -> None:
    writer = csv.writer(fp)
    writer.writerows(rows(app_name, session_code, function_name))


def rows(app: str, session_code: str | None, name: str) -> Iterator[list[Any]]:
    """With one head, as oTree writes them."""
    function = get_custom_export_functions(app).get(name)
    if function is None:
        raise ValueError(f"{name!r} is no export of app {app!r}: use {' or '.join(get_custom_export_functions(app))}")
    begun = False
    for players in batches(get_models_module(app).Player, session_code, getattr(function, "by_round", False)):
        for k, row in enumerate(function(players)):
            if k or not begun:
                yield cells(row)
        begun = True
    if not begun:
        yield from map(cells, function([]))


def cells(row: list[Any]) -> list[Any]:
    """As oTree writes values, and no formulas; of most it is clear at once that they stay as they are."""
    return [
        value if value is None or type(value) is int or (type(value) is str and is_plain(value)) else cell(value)
        for value in row
    ]


def is_plain(text: str) -> bool:
    return "\n" not in text and "\r" not in text and not text.startswith(formulas.FIRST)


def cell(value: Any) -> Any:
    value = plain_cell(value)
    return formulas.as_text(value) if type(value) is str else value


plain_cell = otree.export.sanitize_for_csv


def batches(model: Any, session_code: str | None, by_round: bool) -> Iterator[list[Any]]:
    """The players of one session after the other, or of some of its rounds, in the order of their ids."""
    sessions = dbq(Session).order_by("id")
    for session in sessions.filter_by(code=session_code) if session_code else sessions:
        people = {person.id: person for person in dbq(Participant).filter(Participant.session_id == session.id)}
        query = dbq(model).filter(model.session_id == session.id)
        numbers = [k for (k,) in query.with_entities(model.round_number).distinct().order_by(model.round_number)]
        at_once = max(1, AT_ONCE // max(1, len(people))) if by_round else len(numbers)
        for k in range(0, len(numbers), max(1, at_once)):
            players = query.filter(model.round_number.in_(numbers[k : k + at_once])).order_by(model.id).all()
            put_together(players, session, people)
            yield players


def put_together(players: list[Any], session: Any, people: dict[int, Any]) -> None:
    """What a player refers to is at hand, without a look-up for each of them; an export may read empty fields."""
    model = type(players[0])
    kind, rounds = model.group.property.mapper.class_, {player.round_number for player in players}
    found = dbq(kind).filter(kind.session_id == session.id, kind.round_number.in_(rounds))
    groups = {group.id: group for group in found}
    for player in players:
        player._is_frozen = False
        own = vars(player)
        for name, value in (("session", session), ("participant", people[own["participant_id"]]),
                            ("group", groups[own["group_id"]])):  # fmt: skip
            set_committed_value(player, name, value)


class Streamed(Response):
    """An answer that is sent while it is made. Starlette's own ends as soon as the sender says no more."""

    def __init__(self, parts: Iterator[str] | Iterator[bytes], file: str, kind: str = "text/csv") -> None:
        super().__init__()
        self.parts = parts
        head = {"content-type": kind, "content-disposition": f'attachment; filename="{file}"'}
        self.raw_headers = [(name.encode(), value.encode()) for name, value in head.items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for part in self.parts:
            body = part.encode() if isinstance(part, str) else part
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def process_export(view: Any, request: Any) -> Response:
    asked = request.query_params
    app, name = asked.get("app"), asked.get("function_name", "custom_export")
    if not app:
        raise ValueError("app parameter is required")
    start = BOM if asked.get("format") == "csv_bom" else ""
    lines = rows(app, asked.get("session_code"), name)
    return Streamed(pieces(lines, start), f"{app}_{name}-{datetime.date.today().isoformat()}.csv")


def pieces(lines: Iterator[list[Any]], start: str = "") -> Iterator[str]:
    """The text of a CSV file, bit by bit.

    >>> list(pieces(iter([["a", 1], ["b", 2]])))
    ['a,1\\r\\nb,2\\r\\n']
    """
    buffer = StringIO()
    buffer.write(start)
    writer = csv.writer(buffer)
    for line in lines:
        writer.writerow(line)
        if buffer.tell() > PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def install() -> None:
    otree.export.sanitize_for_csv = cell
    otree.export.custom_export_app = custom_export_app
    export.ExportAppCustom.process_export = process_export
