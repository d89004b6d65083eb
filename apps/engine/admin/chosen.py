"""Several sessions at once: which there are, and the page of those that were chosen."""

from datetime import datetime
from typing import Any

from markupsafe import Markup
from otree.database import dbq
from otree.models import Participant as Participants
from otree.models import Session as Sessions

from engine.admin.runs import runs_of
from engine.people import Session
from engine.words.rendering import render

MOST = 200
SECONDS_BETWEEN_REFRESHES = 4


def line(session: Session) -> dict[str, Any]:
    return {
        "code": session.code,
        "label": session.label or "",
        "date": f"{datetime.fromtimestamp(session._created):%Y-%m-%d %H:%M}",
        "treatment": session.config["display_name"],
        "participants": session.num_participants,
        "demo": session.is_demo,
    }


def others_of(session: Session) -> list[dict[str, Any]]:
    """The other sessions that are not archived, the latest first; those of the same treatment before the rest."""
    query = dbq(Sessions).filter(Sessions.archived.is_(False), Sessions.id != session.id)
    found = query.order_by(Sessions.id.desc()).limit(MOST).all()
    found.sort(key=lambda other: other.config["name"] != session.config["name"])
    return [line(other) for other in found]


def chosen_page(sessions: list[Session]) -> Markup:
    codes = [session.code for session in sessions]
    came = {
        s.code: dbq(Participants).filter(Participants.session_id == s.id, Participants.visited.is_(True)).count()
        for s in sessions
    }
    return render(
        "engine/admin/chosen.html",
        seconds=SECONDS_BETWEEN_REFRESHES,
        now=f"{datetime.now():%H:%M:%S}",
        sessions=[line(session) | {"came": came[session.code]} for session in sessions],
        codes="-".join(codes),
        runs=runs_of(codes),
    )
