"""Theory certificates of sessions: computed beside play, kept by the identity of the treatment.

A certificate can take seconds or minutes, and a session must be there at once: it is made without, a process aside
computes what is missing, one treatment after the other, and until it is there the experimenter's page says that it is
being computed, and how large it is. The same treatment is computed once for all sessions of a database.
"""

import asyncio
import json
import logging
import math
import sys
from multiprocessing.connection import Connection
from typing import Any

from otree.database import AnyModel, db, dbq, session_scope
from otree.models import Session as Sessions
from sqlalchemy import Column
from sqlalchemy import types as column_types

from engine.otree_repairs import aside, creation
from engine.otree_repairs.readers import read_only
from engine.otree_repairs.requests import front
from engine.otree_repairs.storage import one_lock
from engine.people import Session
from engine.session.in_force import treatment_of
from mechanisms.certificate import Certificate, Row, certify
from mechanisms.treatments import Treatment
from mechanisms.verdicts import Verdict
from mechanisms.version import VERSION

SECONDS = 600
"""Processor time after which a certificate is given up; on paper and by hand it may take longer."""
logger = logging.getLogger(__name__)


class KeptCertificate(AnyModel):
    """The certificate of a treatment, whatever sessions are played of it."""

    identity = Column(column_types.String(100), index=True)
    version = Column(column_types.String(20))  # of the platform that computed it
    plain = Column(column_types.Text)  # JSON, as Certificate.plain gives it


def certificate_of(session: Session, part: int) -> Certificate | None:
    """The certificate of a part of a session, from 1; None while it is computed.

    Sessions of earlier versions have it stored with themselves.
    """
    stored = session.vars.get("certificates") or []
    if len(stored) >= part and stored[part - 1]:
        return Certificate.from_plain(stored[part - 1])
    kept = kept_certificate(treatment_of(session, part).identity)
    return None if kept is None else Certificate.from_plain(json.loads(kept.plain))


def kept_certificate(identity: str) -> KeptCertificate | None:
    return dbq(KeptCertificate).filter_by(identity=identity, version=VERSION).first()


def size_of(treatment: Treatment) -> str:
    """How much there is to go through, in words; known before anything is computed.

    >>> from mechanisms.treatments import load_treatment
    >>> size_of(load_treatment("treatments/production_serial.toml"))
    '27 games of 729 profiles of messages'
    """
    types = math.prod(len(position.types) for position in treatment.positions)
    profiles = math.prod(len(position.messages) for position in treatment.positions)
    few, many = (str(number) if number < 10**9 else f"{float(number):.3g}" for number in (types, profiles))
    return f"{few} game{'' if types == 1 else 's'} of {many} profiles of messages"


def given_up(treatment: Treatment) -> Certificate:
    """In the place of a certificate that could not be computed; people play all the same."""
    reason = (
        f"{size_of(treatment)}: not finished within {SECONDS} seconds of processor time. A coarser grid of messages, "
        "fewer types or smaller groups would fit"
    )
    row = Row(Verdict("too large", "", size_of(treatment), reason=reason), concept="all concepts", source="")
    return Certificate(treatment.name, treatment.title, treatment.identity, (row,))


# --- in the server ---

wanted: list[asyncio.Event] = []


async def keep_certificates() -> None:
    """Compute what is missing, now and after every session that is made."""
    wanted.append(asyncio.Event())
    while True:
        wanted[0].clear()
        try:
            async with aside.job(send_missing) as messages:
                missing = [definition async for definition in messages]
            for definition in missing:
                await keep(Treatment.from_definition(definition))
        except Exception as error:
            logger.warning("certificates wait for the next session that is made: %r", error)
        await wanted[0].wait()


async def keep(treatment: Treatment) -> None:
    try:
        async with aside.job(compute, treatment.definition) as messages:
            plain = await messages.next()
    except aside.JobFailedError as error:
        logger.warning("the certificate of %s was given up: %s", treatment.name, error)
        plain = given_up(treatment).plain()
    async with one_lock.lock:
        with session_scope():
            db.add(KeptCertificate(identity=treatment.identity, version=VERSION, plain=json.dumps(plain)))


def wake() -> None:
    for event in wanted:
        event.set()


def start() -> None:
    if aside.available():
        running.append(asyncio.get_running_loop().create_task(keep_certificates()))


running: list[asyncio.Task[None]] = []  # Python itself would forget a task that nobody holds


def install() -> None:
    """A second call changes nothing."""
    if start not in front.AT_START:
        front.AT_START.append(start)
        creation.AFTERWARDS.append(wake)


# --- in the process aside ---


def send_missing(connection: Connection) -> None:
    """The definitions of all treatments of sessions whose certificate is not there."""
    read_only()
    sent = set()
    for session in dbq(Sessions).filter_by(archived=False).order_by(Sessions.id):
        for part in range(1, len(session.vars.get("parts", [])) + 1):
            identity = treatment_of(session, part).identity
            if identity not in sent and certificate_of(session, part) is None:
                sent.add(identity)
                connection.send(session.parts[part - 1])


def compute(connection: Connection, definition: dict[str, Any]) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    aside.give_way(10)
    connection.send(certify(Treatment.from_definition(definition)).plain())
