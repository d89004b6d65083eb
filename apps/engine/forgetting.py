"""Deleting one participant: `python3.11 run.py forget CODE`.

What is left is an empty seat: its place in rounds and groups, without a message, an answer, a time, a label, a code or
an identifier that was the person's. The others' results stay, because they were paid by them.
"""

import argparse
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from otree.common import random_chars_8
from otree.database import DB_FILE, AnyModel, db, dbq
from otree.models import Participant as Participants
from otree.models import Session as Sessions
from otree.models_concrete import PageTimeBatch, TaskQueueMessage

from engine.identities import Identity
from engine.otree_repairs.database import SQLITE
from engine.record import Event, note
from engine.session.outcomes import KEY as OUTCOME
from engine.session.outcomes import outcome_of
from engine.stored_study import study_of

STRUCTURE = {
    "id", "session_id", "subsession_id", "group_id", "participant_id", "round_number", "id_in_group", "part",
    "part_round", "practice", "starts_part", "ends_part", "type_value", "rematched",
}  # fmt: skip
"""Columns of a player that were drawn for the seat, whoever sits there."""
KEPT = {
    "id", "session_id", "id_in_session", "_session_code", "_index_in_pages", "_max_page_index", "_is_bot", "visited",
    "_round_number", "_current_app_name", "_current_page_name", "is_on_wait_page",
}  # fmt: skip
"""Columns of a participant that say where the seat is."""
DELETED = "deleted"
"""The outcome of the seat in `participant.vars`."""


def forget(code: str) -> bool:
    """Delete everything of the person; whether there is a participant with this code. The caller commits."""
    person = dbq(Participants).filter_by(code=code).first()
    if person is None:
        return False
    if SQLITE:  # else the bytes stay in the file until something is written over them
        db._db.execute("PRAGMA secure_delete = ON")
    session_id, number = person.session_id, person.id_in_session
    for model in models():
        columns = set(model.__table__.columns.keys())
        if {"participant_id", "id_in_group"} <= columns:
            rows_of_player(model, person.id, columns)
        elif "participant_id" in columns:
            dbq(model).filter_by(participant_id=person.id).delete(synchronize_session=False)
    for model in (Event, Identity):
        dbq(model).filter_by(session_id=session_id, participant=number).delete(synchronize_session=False)
    for batch in dbq(PageTimeBatch).filter(PageTimeBatch.text.contains(code)):
        batch.text = "".join(line for line in batch.text.splitlines(keepends=True) if code not in line)
    dbq(TaskQueueMessage).filter(TaskQueueMessage.kwargs_json.contains(code)).delete(synchronize_session=False)
    empty_seat(person)
    note(session_id, "forgotten", "experimenter", number)
    return True


def withdrawn(session_code: str) -> list[str] | None:
    """The codes of those who have withdrawn; None if their study does not say that their data are deleted."""
    session = dbq(Sessions).filter_by(code=session_code).first()
    if session is None or study_of(session).spec.consent.withdrawn_data != "deleted":
        return None
    return [person.code for person in session.get_participants() if outcome_of(person) == "withdrew"]


def models() -> Iterator[Any]:
    """All classes that have a table."""
    waiting = list(AnyModel.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if hasattr(model, "__table__"):
            yield model


def rows_of_player(model: Any, participant: int, columns: set[str]) -> None:
    """The rounds become empty; what belongs to them in other tables is deleted."""
    keys = [key for (key,) in dbq(model.id).filter_by(participant_id=participant)]
    table = model.__table__.name
    for other in models():
        for column in other.__table__.columns:
            if any(key.column.table.name == table for key in column.foreign_keys) and keys:
                dbq(other).filter(column.in_(keys)).delete(synchronize_session=False)
    empty = {name: None for name in columns - STRUCTURE if model.__table__.columns[name].nullable}
    dbq(model).filter_by(participant_id=participant).update(empty, synchronize_session=False)


def empty_seat(person: Any) -> None:
    """The row stays, because groups refer to it; its code is a new one."""
    for name, column in Participants.__table__.columns.items():
        if name in KEPT or name in ("code", "_vars") or not column.nullable:
            continue
        setattr(person, name, None)
    person.code = random_chars_8()
    person.status = ""
    vars_ = person.vars
    vars_.clear()
    vars_[OUTCOME] = DELETED
    db._db.flush()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py forget", description="Delete one participant.")
    parser.add_argument("code", help="of the participant; with --withdrawn, of the session")
    parser.add_argument(
        "--withdrawn", action="store_true", help="everybody of a session who has withdrawn, where the study promises it"
    )
    options = parser.parse_args(arguments)
    from otree.main import setup

    setup()
    codes = withdrawn(options.code) if options.withdrawn else [options.code]
    if codes is None:
        print(f"{options.code!r} is no session of a study that deletes the data of who withdraws", file=sys.stderr)
        return 1
    known = [forget(code) for code in codes]
    if not all(known):
        print(
            f"{options.code!r} is no participant of this database: codes are in the data and in key.csv",
            file=sys.stderr,
        )
        return 1
    db.commit()
    db.close()
    if SQLITE:  # the journal beside the file has the pages of before
        with closing(sqlite3.connect(DB_FILE)) as base:
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(
        f"{len(codes)} deleted. Copies of the database, exports and key files of before still have what was deleted: "
        "delete them, too."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
