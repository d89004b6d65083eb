"""The flow of participants: one row a person who came to a study, how it ended, what is unusual; no identifiers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from otree.database import dbq

from engine.identities import Identity
from engine.people import Session
from engine.record import Event
from engine.session.arrival import PLACED
from engine.session.outcomes import outcome_of
from engine.session.plan import order_of
from engine.session.screening import WRONG
from engine.session.study import arm_of, study_name
from engine.stored_study import has_study

COLUMNS = (
    "session_code participant_code participant_id study arm came_at silo outcome ended_at absences returns looked_away "
    "pastes device attention_wrong same_address same_device"
).split()
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
        yield [
            session.code, person.code, number, study_name(session), arm_of(session, order_of(person)[0]),
            came.get(number), person.vars.get(PLACED), outcome_of(person), ended.get(number),
            *(counts[column] for column in COUNTED.values()), device.get(number), person.vars.get(WRONG),
            *(int(number in same[name]) for name in ("address", "device")),
        ]  # fmt: skip


def repeated(session: Session, name: str) -> set[int]:
    """Participants whose address or device is that of somebody else in the session: no reason to refuse pay."""
    column = getattr(Identity, name)
    rows = dbq(Identity.participant, column).filter(Identity.session_id == session.id, Identity.participant.isnot(None))
    found = [(number, value) for number, value in rows if value]
    counts = Counter(value for _, value in found)
    return {number for number, value in found if counts[value] > 1}
