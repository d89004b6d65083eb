"""The flow of participants: one row a person who came to a study, how it ended, what is unusual; no identifiers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from otree.database import dbq

from engine.identities import Identity
from engine.people import Session
from engine.record import Event
from engine.session.outcomes import outcome_of
from engine.session.participation.arrival import PLACED
from engine.session.participation.screening import WRONG
from engine.session.plan import order_of
from engine.session.study import arm_of, study_name
from engine.stored_study import has_study
from mechanisms.session.record import PEOPLE

COLUMNS = [entry.name for entry in PEOPLE]
COUNTED = {"absent": "absences", "returned": "returns", "looked_away": "looked_away", "pasted": "pastes"}
"""Events of the record, by the column that counts them."""


def custom_export_people(players: Sequence[Any]) -> Iterator[list[object]]:
    """Of the sessions of these players that belong to a study."""
    yield list(COLUMNS)
    sessions = {player.session.id: player.session for player in players}
    for key in sorted(sessions):
        if has_study(sessions[key]):
            yield from rows_of(sessions[key])


def rows_of(session: Session) -> Iterator[list[object]]:
    events: dict[int, Counter[str]] = {}
    came: dict[int, str] = {}
    ended: dict[int, str] = {}
    device: dict[int, str] = {}
    for row in dbq(Event).filter_by(session_id=session.id).order_by(Event.id):
        if row.event in COUNTED:
            events.setdefault(row.participant, Counter())[COUNTED[row.event]] += 1
        elif row.event in ("opened", "consent"):
            came.setdefault(row.participant, row.at)
        elif row.event == "outcome" and row.participant:
            ended[row.participant] = row.at
        elif row.event == "device":
            device[row.participant] = row.value
    same = {name: repeated(session, name) for name in ("address", "device")}
    for person in session.get_participants():
        number = person.id_in_session
        if not person.visited:
            continue
        counts = events.get(number, Counter())
        row = {
            "session_code": session.code,
            "participant_code": person.code,
            "participant_id": number,
            "study": study_name(session),
            "arm": arm_of(session, order_of(person)[0]),
            "came_at": came.get(number),
            "silo": person._vars.get(PLACED),
            "outcome": outcome_of(person),
            "ended_at": ended.get(number),
            **{column: counts[column] for column in COUNTED.values()},
            "device": device.get(number),
            "attention_wrong": person._vars.get(WRONG),
            **{f"same_{name}": int(number in same[name]) for name in same},
        }
        yield [row[column] for column in COLUMNS]


def repeated(session: Session, name: str) -> set[int]:
    """Participants whose address or device is that of somebody else in the session: no reason to refuse pay."""
    column = getattr(Identity, name)
    rows = dbq(Identity.participant, column).filter(Identity.session_id == session.id, Identity.participant.isnot(None))
    found = [(number, value) for number, value in rows if value]
    counts = Counter(value for _, value in found)
    return {number for number, value in found if counts[value] > 1}
