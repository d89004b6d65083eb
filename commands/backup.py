"""Copies of the database, made while the laboratory runs, and put back when it does not.

SQLite by its online backup, PostgreSQL by pg_dump and pg_restore; each copy is whole:
what was committed before it began.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import IO
from urllib.parse import parse_qsl, unquote, urlsplit

from commands.opening import RefusedError

FOLDER = "exports/backups"
ADVISORY_LOCK = 0x6D656368  # what a running server holds (apps/engine/otree_repairs/storage/database.py)
FROM_QUERY = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}


def backup(url: str, root: Path, out: Path | None = None) -> Path:
    """Copy the database of `url` ("" is root/db.sqlite3) to a new file, and return it; RefusedError if it cannot be."""
    out = out or new_name(root / FOLDER, ".dump" if is_postgres(url) else ".sqlite3")
    if out.exists():
        raise RefusedError(f"{out} exists already: name a file that does not")
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise RefusedError(f"{out} cannot be written: {error.strerror}") from None
    try:
        if is_postgres(url):
            run_postgres("pg_dump", url, "--format=custom", f"--file={part}")
        else:
            copy_sqlite(sqlite_file(url, root), part)
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
    return out


def new_name(folder: Path, ending: str) -> Path:
    """After the time; two in a second get a number."""
    now = time.strftime("%Y%m%d-%H%M%S")
    names = (folder / f"{now}{mark}{ending}" for mark in ("", *(f"-{k}" for k in range(2, 100))))
    return next(name for name in names if not name.exists())


def restore(url: str, root: Path, source: Path) -> Path | None:
    """Put the copy `source` in the place of the database; what was there is backed up first (its file is returned)."""
    if not source.is_file():
        raise RefusedError(f"{source} is no file: name one that run.py backup has made")
    with source.open("rb") as file:
        head = file.read(16)
    wanted = b"PGDMP" if is_postgres(url) else b"SQLite format 3\0"
    if not head.startswith(wanted):
        kind = "PostgreSQL: its backups end in .dump" if is_postgres(url) else "SQLite: its backups end in .sqlite3"
        raise RefusedError(f"{source} is no backup of {kind}; say with --database which database is meant")
    if is_postgres(url):
        return restore_postgres(url, root, source)
    return restore_sqlite(sqlite_file(url, root), root, source)


def restore_postgres(url: str, root: Path, source: Path) -> Path:
    here = "(select oid from pg_database where datname = current_database())"
    locks = f"from pg_locks where locktype = 'advisory' and objid = {ADVISORY_LOCK} and database = {here}"
    held = f"select count(*) {locks}"
    if run_postgres("psql", url, "--tuples-only", "--no-align", f"--command={held}").strip() != "0":
        raise RefusedError("The laboratory runs on this database: stop it first (Ctrl-C)")
    run_postgres("pg_restore", "", "--list", str(source))  # is it whole?
    before = backup(url, root)
    # all or nothing: tables that the copy does not have would else stay beside those of the copy
    empty = "drop schema public cascade; create schema public"
    script = run_postgres("pg_restore", "", "--no-owner", "--no-privileges", "--schema=public", "--file=-", str(source))
    script = script.replace("CREATE SCHEMA public;", "")
    run_postgres("psql", url, "--single-transaction", "--set=ON_ERROR_STOP=1", "--quiet", f"--command={empty}",
                 "--file=-", given=script)  # fmt: skip
    return before


def restore_sqlite(database: Path, root: Path, source: Path) -> Path | None:
    with database.with_name(f"{database.name}.server").open("a+b") as lock:
        try:
            take(lock)
        except OSError:
            raise RefusedError(f"The laboratory runs on {database}: stop it first (Ctrl-C)") from None
        new = database.with_name(f"{database.name}.new")
        new.unlink(missing_ok=True)
        try:
            check_whole(source)
            copy_sqlite(source, new)
            check_tables(source, new)
        except RefusedError:
            new.unlink(missing_ok=True)
            raise
        before = backup("", root) if database.exists() else None
        for name in ("-wal", "-shm", "-journal"):  # of the old file: they would spoil the new one
            database.with_name(database.name + name).unlink(missing_ok=True)
        new.replace(database)
    return before


OF_OTREE = ("otree_session", "otree_participant")
"""Tables that every database of oTree has."""


def check_whole(source: Path) -> None:
    """A cut last page can look whole to SQLite, which takes zeros for the rest."""
    with source.open("rb") as file:
        head = file.read(18)
    page = int.from_bytes(head[16:18], "big") if len(head) == 18 else 0
    page = 65536 if page == 1 else page  # as SQLite writes it in two bytes
    if not page or source.stat().st_size % page:
        raise RefusedError(f"{source} is damaged (its last page is cut): use an older backup")


def check_tables(source: Path, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as base:
        there = {name for (name,) in base.execute("select name from sqlite_master where type = 'table'")}
    if missing := [name for name in OF_OTREE if name not in there]:
        raise RefusedError(f"{source} is SQLite, but no database of oTree: it has no table {' and no '.join(missing)}")


def take(file: IO[bytes]) -> None:
    """As a server does it: the lock ends with this process."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def copy_sqlite(source: Path, out: Path) -> None:
    """Page by page, beside a writing server; the copy is checked."""
    if not source.exists():
        raise RefusedError(f"{source} does not exist: there is nothing to copy")
    try:
        old = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        new = sqlite3.connect(out)
        try:
            old.backup(new)
            [found] = new.execute("pragma quick_check(1)").fetchone()
            new.execute("pragma journal_mode = delete")  # one file, with nothing beside it
        finally:
            old.close()
            new.close()
    except sqlite3.Error as error:
        raise RefusedError(f"{source} could not be copied to {out}: {error}") from None
    if found != "ok":
        raise RefusedError(f"{source} is damaged ({' '.join(found.split())}): use an older backup")


# --- PostgreSQL's own programs ---


def is_postgres(url: str) -> bool:
    return url.startswith(("postgres://", "postgresql://"))


def sqlite_file(url: str, root: Path) -> Path:
    """The file itself, where it is a link; RefusedError if `url` names another one, which oTree would not use."""
    file = (root / "db.sqlite3").resolve()
    if url and (root / url.removeprefix("sqlite:///")).resolve() != file:
        raise RefusedError(
            f"{url}: SQLite is always db.sqlite3 of this folder ({root}). For another file use another folder, or let "
            "db.sqlite3 be a symbolic link to it; or PostgreSQL, postgresql://USER:PASSWORD@HOST/NAME"
        )
    return file


def variables_of(url: str) -> dict[str, str]:
    """Where the database is, as PostgreSQL's programs read it: a command's arguments can be read by every user.

    >>> variables_of("postgresql://lab:p%40ss@db:5433/otree?sslmode=require")["PGPASSWORD"]
    'p@ss'
    """
    parts = urlsplit(url)
    found = {
        "PGHOST": parts.hostname or "", "PGPORT": str(parts.port or ""), "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""), "PGDATABASE": unquote(parts.path.lstrip("/")),
    }  # fmt: skip
    found |= {FROM_QUERY[name]: value for name, value in parse_qsl(parts.query) if name in FROM_QUERY}
    return {name: value for name, value in found.items() if value}


def program(name: str, variables: Mapping[str, str] = os.environ) -> str:
    """The newest of a Debian server's own (they read older servers, too), else that of the PATH."""

    def version(path: Path) -> int:
        return int(path.parts[-3]) if path.parts[-3].isdigit() else 0

    own = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=version)
    found = str(own[-1]) if own else shutil.which(name, path=variables.get("PATH"))
    if found is None:
        raise RefusedError(f"{name} is not installed: on Debian and Ubuntu, apt-get install postgresql-client")
    return found


def run_postgres(name: str, url: str, *arguments: str, given: str | None = None) -> str:
    variables = {**os.environ, **(variables_of(url) if url else {})}
    done = subprocess.run([program(name), *arguments], env=variables, capture_output=True, text=True, input=given)
    if done.returncode != 0:
        raise RefusedError(f"{name} did not succeed: {' '.join(done.stderr.split())[:300]}")
    return done.stdout
