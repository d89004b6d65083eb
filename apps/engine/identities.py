"""Who a participant is outside: the recruiting platform's identifiers, apart from all research data.

One row a person that came to a study with a platform, also one for whom there was no seat. No export writes this table:
`run.py payments` makes the key file that joins codes to identifiers, `run.py forget` deletes a row with the person.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from otree import settings
from otree.database import AnyModel, db, dbq
from sqlalchemy import Column, ForeignKey
from sqlalchemy.sql import sqltypes as st

from engine.words.moments import now, timestamp

MORE = ("STUDY_ID", "SESSION_ID", "assignmentId", "hitId", "projectId")
"""Parameters of platforms' links that are needed to pay somebody."""
NOT_ACCEPTED = "ASSIGNMENT_ID_NOT_AVAILABLE"
"""MTurk's `assignmentId` of somebody who only looks at the task: there is nothing yet that could be paid."""


LABEL = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
"""What an identifier can be, and a label of a seat."""


def is_label(label: object) -> bool:
    """
    >>> is_label("lab07"), is_label("5f8a.c-2@x"), is_label("<b>"), is_label("a b"), is_label("x" * 65), is_label(7)
    (True, True, False, False, False, False)
    """
    return isinstance(label, str) and LABEL.fullmatch(label) is not None


class Identity(AnyModel):
    session_id = Column(st.Integer, ForeignKey("otree_session.id", ondelete="CASCADE"), index=True)
    participant = Column(st.Integer)  # id_in_session; empty for somebody who got no seat
    study = Column(st.String(64))
    platform = Column(st.String(20))
    identifier = Column(st.String(100), index=True)
    more = Column(st.Text)  # JSON
    address = Column(st.String(16))  # fingerprints: they tell equal ones, and cannot be turned back without the key
    device = Column(st.String(16))
    came_at = Column(st.String(40))  # UTC
    outcome = Column(st.String(20))  # of somebody who got no seat


def fingerprint(text: str) -> str:
    """16 digits that are equal for equal texts, by the server's key; "" for nothing."""
    key = str(settings.SECRET_KEY).encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16] if text else ""


def add(session_id: int, study: str, platform: str, identifier: str, request: Any, **own: Any) -> Any:
    """A person has come; `own` is participant or outcome."""
    row = Identity(
        session_id=session_id, study=study, platform=platform, identifier=identifier, more=json.dumps(more_of(request)),
        address=fingerprint(request.client.host if request.client else ""),
        device=fingerprint(request.headers.get("user-agent", "")), came_at=timestamp(now()), **own,
    )  # fmt: skip
    db.add(row)
    return row


def more_of(request: Any) -> dict[str, str]:
    query: Mapping[str, str] = request.query_params
    return {name: query[name] for name in MORE if is_label(query.get(name))}  # what is none cannot be used to pay


def comes_again(row: Any, request: Any) -> None:
    """Who has given a task back and accepts it again has another assignment, which is the one that can be paid."""
    row.more = json.dumps({**json.loads(row.more), **more_of(request)})


def known(study: str, identifier: str) -> list[Any]:
    """The rows of a person in all sessions of a study, in their order."""
    return list(dbq(Identity).filter_by(study=study, identifier=identifier).order_by(Identity.id))


def identifier_of(session_id: int, participant: int) -> str:
    found = dbq(Identity.identifier).filter_by(session_id=session_id, participant=participant).first()
    return str(found[0]) if found else ""
