"""Deleting one person: `python3.11 run.py forget CODE`, or `--identifier` for somebody who has no code.

What is left is an empty seat: its place in rounds and groups, without a message, a type, an answer, a time, a label, a
code or an identifier that was the person's, and without the outcome of its groups, which would tell the message. The
others' results stay, because they were paid by them; docs/data-protection.md says what can be inferred from these.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

from otree.common import random_chars_8
from otree.database import AnyModel, db, dbq
from otree.models import Participant as Participants
from otree.models import Session as Sessions
from otree.models_concrete import PageTimeBatch, TaskQueueMessage

from engine.identities import Identity
from engine.otree_repairs.storage.database import SQLITE, connect
from engine.record import Event, insert
from engine.session.outcomes import KEY as OUTCOME
from engine.session.outcomes import outcome_of
from engine.session.participation.arrival import PLACED
from engine.session.turns import has_decided
from engine.stored_study import study_of
from mechanisms.session.record import DELETED

STRUCTURE = {
    "id", "session_id", "subsession_id", "group_id", "participant_id", "round_number", "id_in_group", "part",
    "part_round", "practice", "starts_part", "ends_part", "sequence", "rematched", "silo", "place", "type_value",
}  # fmt: skip
"""Columns of a player that were drawn for the seat, whoever sits there; of a round with a result the type goes, too."""
KEPT = {
    "id", "session_id", "id_in_session", "_session_code", "_max_page_index", "_is_bot", "visited", "_round_number",
    "_current_app_name", "_current_page_name",
}  # fmt: skip
"""Columns of a participant that say where the seat is."""


def forget(code: str, study: str = "") -> bool:
    """Delete the person who has this seat, and all else that has come by the same identifier (to this study, or to
    any); whether there is a participant with this code. The caller commits."""
    person = dbq(Participants).filter_by(code=code).first()
    if person is None:
        return False
    own = dbq(Identity.identifier).filter_by(session_id=person.session_id, participant=person.id_in_session)
    identifiers = {identifier for (identifier,) in own if identifier}
    forget_seat(person)
    for identifier in identifiers:
        forget_identifier(identifier, study)
    return True


def forget_identifier(identifier: str, study: str = "") -> bool:
    """Delete everything that has come by an identifier, with a seat or without one; whether anything has."""
    secure_delete()
    rows = dbq(Identity).filter_by(identifier=identifier, **({"study": study} if study else {}))
    came = list(rows.with_entities(Identity.session_id, Identity.participant))
    for session_id, number in came:
        if number:
            forget_seat(dbq(Participants).filter_by(session_id=session_id, id_in_session=number).one())
    rows.delete(synchronize_session=False)
    return bool(came)


def secure_delete() -> None:
    """Else the bytes stay in the file until something is written over them."""
    if SQLITE:
        db._db.execute("PRAGMA secure_delete = ON")


def forget_seat(person: Any) -> None:
    secure_delete()
    session_id, number, code = person.session_id, person.id_in_session, person.code
    for model in models():
        columns = set(model.__table__.columns.keys())
        if {"participant_id", "id_in_group"} <= columns:
            rows_of_player(model, person.id)
        elif "participant_id" in columns:
            dbq(model).filter_by(participant_id=person.id).delete(synchronize_session=False)
    for model in (Event, Identity):
        dbq(model).filter_by(session_id=session_id, participant=number).delete(synchronize_session=False)
    for batch in dbq(PageTimeBatch).filter(PageTimeBatch.text.contains(code)):
        batch.text = "".join(line for line in batch.text.splitlines(keepends=True) if code not in line)
    dbq(TaskQueueMessage).filter(TaskQueueMessage.kwargs_json.contains(code)).delete(synchronize_session=False)
    empty_seat(person)
    insert(session_id, event="forgotten", cause="experimenter", participant=number)  # `note` tells of a new server, too


def models() -> Iterator[Any]:
    """All classes that have a table."""
    waiting = list(AnyModel.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if hasattr(model, "__table__"):
            yield model


def rows_of_player(model: Any, participant: int) -> None:
    """The rounds become empty; what belongs to them in other tables is deleted, and the outcomes of their groups."""
    own = dbq(model).filter_by(participant_id=participant)
    keys = [key for (key,) in own.with_entities(model.id)]
    for other in models():
        for column in other.__table__.columns:
            if any(key.column.table is model.__table__ for key in column.foreign_keys) and keys:
                dbq(other).filter(column.in_(keys)).delete(synchronize_session=False)
    if hasattr(model, "points_units"):
        played, group = own.filter(model.points_units.isnot(None)), model.group.property.mapper.class_
        groups = [key for (key,) in played.with_entities(model.group_id)]
        break_off(own.filter(model.points_units.is_(None), model.requests.isnot(None)))
        db._db.flush()
        dbq(group).filter(group.id.in_(groups)).update({"outcome": None}, synchronize_session=False)
        played.update({"type_value": None}, synchronize_session=False)
    own.update(emptied(model, STRUCTURE), synchronize_session=False)


def break_off(players: Iterable[Any]) -> None:
    """A round in stages whose others were served by the requests of who is deleted cannot be played on."""
    for player in players:
        if not player.alone() and any(map(has_decided, player.group.get_players())):
            player.group.void = True


def emptied(model: Any, kept: set[str]) -> dict[str, Any]:
    """What stands in the columns, but for those that are kept, before anybody has come."""
    columns = model.__table__.columns.items()
    defaults = {name: column.default for name, column in columns if column.nullable and name not in kept}
    return {
        name: default.arg if default is not None and default.is_scalar else None for name, default in defaults.items()
    }


def empty_seat(person: Any) -> None:
    """The row stays, because groups refer to it; its code is a new one. Nobody waits for the seat, which is out, behind
    the last page."""
    session, silo, begun = person.session, person.vars.get(PLACED), person.visited or person._index_in_pages > 0
    for name, value in emptied(Participants, KEPT | {"_vars"}).items():
        setattr(person, name, value)
    person.code, person.status = random_chars_8(), ""
    if begun:
        person._index_in_pages = person._max_page_index + 1
        session.declined = sorted({*session.declined, person.id_in_session})
    vars_ = person.vars
    vars_.clear()
    vars_.update({OUTCOME: DELETED} | ({} if silo is None else {PLACED: silo}))  # the next silo follows the last one
    db._db.flush()


# --- the command ---


def who_withdrew(session_code: str) -> tuple[list[str], str] | None:
    """The codes of those who have withdrawn, and their study; None if it does not say that their data are deleted."""
    session = dbq(Sessions).filter_by(code=session_code).first()
    if session is None or study_of(session).spec.consent.withdrawn_data != "deleted":
        return None
    codes = [person.code for person in session.get_participants() if outcome_of(person) == "withdrew"]
    return codes, study_of(session).name


def asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py forget", description="Delete one participant.")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("code", nargs="?", help="of the participant, as in the data and in key.csv")
    who.add_argument("--identifier", help="of the recruiting platform, also of somebody who got no seat")
    who.add_argument(
        "--withdrawn", metavar="SESSION", help="everybody of a session who has withdrawn, where the study promises it"
    )
    return parser.parse_args(arguments)


def carried_out(options: argparse.Namespace) -> int | str:
    """How many were deleted, or what is wrong."""
    if "" in (options.identifier, options.code, options.withdrawn):
        return "what stands there is empty: name a code, --identifier with one, or --withdrawn with a session"
    if options.identifier:
        return int(forget_identifier(options.identifier)) or f"nobody has come by {options.identifier!r}"
    if options.code:
        unknown = f"{options.code!r} is no participant of this database: codes are in the data and in key.csv"
        return int(forget(options.code)) or unknown
    found = who_withdrew(options.withdrawn)
    if found is None:
        return f"{options.withdrawn!r} is no session of a study that deletes the data of who withdraws"
    codes, study = found
    return sum(forget(code, study) for code in codes)


def main(arguments: Sequence[str]) -> int:
    options = asked(arguments)
    from otree.main import setup

    setup()
    done = carried_out(options)
    if isinstance(done, str):
        print(done, file=sys.stderr)
        return 1
    db.commit()
    db.close()
    if SQLITE:  # the journal beside the file has the pages of before
        with closing(connect()) as base:
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(
        f"{done} deleted. Copies of the database, exports and key files of before still have what was deleted: "
        "delete them, too."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
