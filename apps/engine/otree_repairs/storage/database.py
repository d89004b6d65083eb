"""The database of the server: its journal, one server a database, and one line for what can go wrong with it."""

import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import IO, Any

from otree import database
from otree.database import AnyModel
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

SQLITE = database.engine.url.get_backend_name() == "sqlite"
FILE = Path(database.DB_FILE).resolve()  # what a symbolic link leads to: SQLite's own files lie beside it, too
LOCK_FILE = FILE.with_name(f"{FILE.name}.server")
ADVISORY_LOCK = 0x6D656368  # of a server on PostgreSQL; any number that others are unlikely to use
SECONDS_FOR_THE_LAST_ONE = 10  # PostgreSQL may need a moment to notice that a killed server is gone
SEE_THE_LOG = "The database cannot be used: the server's log says what to do."


class UnusableError(RuntimeError):
    """The database cannot be used; the text says in one line what to do."""


def advice(error: BaseException) -> str:
    """What went wrong with the database and what to do about it, in one line."""
    text = " ".join(str(getattr(error, "orig", error)).split())
    for words, what_to_do in ADVICE.items():
        if words in text.lower():
            return f"The database could not be used ({text}): {what_to_do}"
    return f"The database could not be used ({text}). Nothing was stored of the request; the others are."


ADVICE = {
    "disk is full": "free space on the disk, then go on; nothing was lost.",
    "no space left": "free space on the disk of the database server, then go on; nothing was lost.",
    "readonly database": "make the folder and db.sqlite3 writable for this user, then go on.",
    "unable to open": "make the folder of db.sqlite3 writable for this user, then start again.",
    "malformed": "the file is damaged; stop the server, move db.sqlite3 away and put back the last backup.",
    "not a database": "db.sqlite3 is no database; move it away, then start again.",
    "disk i/o error": "the disk fails or is full; stop the server and copy db.sqlite3 to another disk.",
    "is locked": "another program writes to db.sqlite3; stop it (a second server, a backup, a viewer).",
    "could not connect": "PostgreSQL does not answer; start it, the server connects again by itself.",
    "connection refused": "PostgreSQL does not answer; start it, the server connects again by itself.",
    "server closed the connection": "PostgreSQL was stopped; start it, the server connects again by itself.",
    "terminating connection": "PostgreSQL was stopped; start it, the server connects again by itself.",
}


def begin() -> None:
    """At the start of a server; UnusableError if this database is damaged or has a server already.

    With a write-ahead log, exports read beside play: in SQLite's older journal a reader stops every writer. What was
    committed is in the log on the disk before it is acknowledged, and survives kill -9 and a cut of the power.
    """
    if database.IN_MEMORY:
        return
    try:
        if SQLITE:
            be_the_only_one()
            check_file()
        else:
            be_the_only_one_on_postgres()
    except DBAPIError as error:
        raise UnusableError(advice(error)) from None


begun: list[tuple[int, int]] = []
"""Device and inode of the file that this server began with."""
GONE = (
    "db.sqlite3 was moved, removed or replaced while the server runs, and nothing is stored: move it back to its "
    "place, and the server goes on. If it is lost: stop the server, put back the last backup (run.py restore), start."
)


def check_there() -> None:
    """Before anything is read or stored: the open connection would go on with a file that nobody finds any more."""
    if begun and begun[0] != identity():
        raise UnusableError(GONE)


def identity() -> tuple[int, int] | None:
    try:
        found = os.stat(FILE)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connect(**options: Any) -> sqlite3.Connection:
    """A further connection to the file; where it is gone, SQLite by itself would make an empty one."""
    return sqlite3.connect(f"{FILE.as_uri()}?mode=rw", uri=True, **options)


def check_file() -> None:
    if FILE.stat().st_nlink > 1:  # SQLite's own files, and our lock, are found by its name
        raise UnusableError(
            f"{FILE} has a second name (a hard link), under which another server could spoil it: remove that name, or "
            "make it a symbolic link."
        )
    with database.engine.connect() as connection:
        [found] = connection.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise UnusableError(f"db.sqlite3 is damaged ({' '.join(found.split())}): {ADVICE['malformed']}")
        [journal] = connection.execute("pragma journal_mode = wal").fetchone()
        connection.execute("pragma synchronous = full")
        if journal != "wal":
            raise UnusableError("db.sqlite3 is in a folder without write-ahead logs (a network drive?): use another.")
    begun[:] = [found for found in [identity()] if found]


locked: list[IO[bytes]] = []
"""The open lock file: the lock ends with this process, however that ends, and no forked process inherits it."""


def be_the_only_one() -> None:
    try:
        file = LOCK_FILE.open("a+b")
        take(file)
    except OSError as error:
        if isinstance(error, PermissionError) and not os.access(LOCK_FILE.parent, os.W_OK):
            raise UnusableError(f"{LOCK_FILE.parent} cannot be written to: make it writable for this user.") from None
        raise UnusableError(f"Another server runs on {FILE}: stop it, or start this one in another folder.") from None
    locked.append(file)


def take(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def be_the_only_one_on_postgres() -> None:
    """The lock belongs to the server's one connection, which stays open; after a cut the next one takes it again."""
    event.listen(database.engine, "connect", lock_on_postgres)
    database.engine.dispose()
    database.engine.connect().close()


def lock_on_postgres(connection: Any, record: Any) -> None:
    deadline = time.monotonic() + SECONDS_FOR_THE_LAST_ONE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"select pg_try_advisory_lock({ADVISORY_LOCK})")
            if cursor.fetchone()[0]:
                break
            if time.monotonic() > deadline:
                raise UnusableError("Another server runs on the database of DATABASE_URL: stop it, or use another one.")
            time.sleep(0.5)
    connection.commit()


def careful(create_all: Any) -> Any:
    """oTree makes its tables before anything else: what is wrong with the database shows here first."""

    def create(*arguments: Any, **options: Any) -> None:
        try:
            create_all(*arguments, **options)
        except DBAPIError as error:
            sys.exit(advice(error))

    return create


def install() -> None:
    AnyModel.metadata.create_all = careful(AnyModel.metadata.create_all)
