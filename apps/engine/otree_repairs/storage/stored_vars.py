"""A repair of oTree 6.0.15: reading participant.vars or session.vars changes nothing in the database.

oTree takes every reading for a change, because it cannot see what is done with what it hands out: each page that looks
at one of the session's fields packs all of them up and writes them again, before every query of the page. Here what was
handed out is compared with what it was when the transaction is committed, and written if it is different.
"""

import pickle
from typing import Any

from otree.database import DBSession, MixinVars
from sqlalchemy import event
from sqlalchemy.orm import object_session


def hand_out(owner: Any) -> Any:
    """The dict of an object's vars, noted with what it is now."""
    values = owner._vars
    session = object_session(owner)
    if session is None:  # not in the database yet: it will be written as it is then
        return values
    noted = session.info.setdefault("handed_out", {})
    if id(values) not in noted:
        # with the owner, which SQLAlchemy would forget if nobody else held it
        noted[id(values)] = (owner, values, packed(values))
    return values


def packed(values: Any) -> bytes:
    return pickle.dumps(dict(values))


def mark_changed(session: Any) -> None:
    for _owner, values, before in session.info.pop("handed_out", {}).values():
        if packed(values) != before:
            values.changed()


def forget(session: Any) -> None:
    session.info.pop("handed_out", None)


def install() -> None:
    MixinVars.vars = property(hand_out)
    if not event.contains(DBSession, "before_commit", mark_changed):
        event.listen(DBSession, "before_commit", mark_changed)
        event.listen(DBSession, "after_rollback", forget)
