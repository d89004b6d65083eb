"""Who is where: one snapshot of all participants of a session, with two queries."""

import time
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from otree.common import get_models_module
from otree.lookup import get_page_lookup

from engine.admin.words import outcome_words
from engine.people import Earnings, Participant, PlayerRow, Session
from engine.session.in_force import treatment_of
from engine.session.participation.arrival import PLACED
from engine.session.participation.dropouts import RETURNED
from engine.session.participation.taken_out import TAKEN_OUT
from engine.session.plan import order_of
from engine.session.turns import sequence_of
from engine.words.note import KEPT

PLAYER_COLUMNS = (
    "participant_id", "group_id", "round_number", "id_in_group", "part", "part_round", "practice", "starts_part",
    "type_value", "message", "decided_by", "points_units", "value", "cost_share", "quiz_attempts", "quiz_failed",
    "sequence",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A participant, and the page on which oTree has her or him.

    Attributes
    ----------
    key, number, code, label : id in the database, id in the session (from 1), code, label of the seat or ""
    visited : whether the link was ever opened
    app, page, round : app and class of the page, oTree round
    index, last_index : its place in the sequence of all pages, and the last place there
    waits : on a wait page; for_all: it waits for everybody, else for the group
    connected : whether the browser that waits is there
    since : seconds on this page
    seat : "", "late", "idle", "absent" or "computer", see engine.session.attendance.presence
    part, part_round, practice : where in the session; part None before and after the rounds
    group : numbers of the members of the group; empty outside rounds and in practice against the computer
    declined : said no, or had to leave after the quiz
    earnings : what is paid, once it is settled
    before : where reports are made one after another: numbers of those of the group who report before
    note : the experimenter's latest message to this seat, see engine.words.note
    order : the parts in the order in which they are played
    outcome : how taking part in a study has ended, see engine.session.outcomes
    silo : in an online study the number of the group of people who are matched with each other, once it is formed
    returned : was away, and has been back
    taken_out : by the experimenter, for good
    """

    key: int
    number: int
    code: str
    label: str
    visited: bool
    app: str
    page: str
    round: int
    index: int
    last_index: int
    waits: bool
    for_all: bool
    connected: bool
    since: int
    seat: str
    part: int | None
    part_round: int | None
    practice: bool
    group: tuple[int, ...]
    declined: bool
    earnings: Earnings | None
    order: tuple[int, ...]
    outcome: str = ""
    before: tuple[int, ...] = ()
    note: dict[str, Any] | None = None
    silo: int | None = None
    returned: bool = False
    taken_out: bool = False

    @property
    def ended(self) -> str:
        """How taking part has ended before its end, in words."""
        return "" if self.outcome == "complete" else outcome_words(self.outcome)

    @property
    def name(self) -> str:
        """What an experimenter calls a person: the seat, or the number."""
        return self.label or f"P{self.number}"


@dataclass(frozen=True)
class Situation:
    """people : in the order of their numbers; app : where the rounds are played; session: oTree's."""

    session: Session
    app: str
    people: tuple[Person, ...]

    @cached_property
    def by_number(self) -> dict[int, Person]:
        return {person.number: person for person in self.people}

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Numbers in the session by ids in the database."""
        return {person.key: person.number for person in self.people}

    def awaited_by(self, person: Person) -> list[Person]:
        """For whom somebody on a wait page waits: those of the group, or of all, who have not come that far."""
        if not person.waits:
            return []
        if person.page == "WaitForTurn":  # Decide is the next page: who has not left it has not reported
            earlier = [self.by_number[number] for number in person.before]
            return [other for other in earlier if other.index <= person.index + 1 and not other.declined]
        others = self.people if person.for_all else [self.by_number[number] for number in person.group]
        return [other for other in others if other.index < person.index and not other.declined]


def situation_of(session: Session) -> Situation:
    app = session.config["app_sequence"][1]
    participants, now = session.get_participants(), time.time()
    inside = {p._round_number for p in participants if p._current_app_name == app and p._round_number}
    rows = players(session, app, inside)
    number_of = {p.id: p.id_in_session for p in participants}
    place = {(row.participant_id, row.round_number): row for row in rows}
    members: dict[int, list[int]] = defaultdict(list)
    for one in rows:
        members[one.group_id].append(number_of[one.participant_id])
    declined = set(session.declined)
    people = []
    for p in participants:
        row = place.get((p.id, p._round_number or 0)) if p._current_app_name == app else None
        waits = bool(p.is_on_wait_page)
        people.append(
            Person(
                key=p.id, number=p.id_in_session, code=p.code, label=p.label or "", visited=bool(p.visited),
                app=p._current_app_name or "", page=p._current_page_name or "", round=p._round_number or 0,
                index=p._index_in_pages, last_index=p._max_page_index or 0,
                waits=waits, for_all=waits and waits_for_all(session, p),
                connected=bool(p._waitpage_is_connected), since=max(0, int(now - (p._last_page_timestamp or now))),
                seat=p.status or "",
                part=row.part if row else None, part_round=row.part_round if row else None,
                practice=bool(row and row.practice),
                group=tuple(members[row.group_id]) if row and not alone(session, row) else (),
                before=before(members[row.group_id], row) if row else (),
                declined=p.id_in_session in declined, earnings=p.vars.get("earnings"), order=tuple(order_of(p)),
                outcome=str(p.vars.get("outcome") or ""), note=p._vars.get(KEPT),
                silo=p._vars.get(PLACED), returned=bool(p._vars.get(RETURNED)),
                taken_out=bool(p._vars.get(TAKEN_OUT)),
            )
        )  # fmt: skip
    return Situation(session, app, tuple(people))


def before(members: list[int], row: PlayerRow) -> tuple[int, ...]:
    """Who reports before this player, where the group reports one after another; `members` by position."""
    sequence = sequence_of(row.sequence) or (row.id_in_group - 1,)
    return tuple(members[i] for i in sequence[: sequence.index(row.id_in_group - 1)] if i < len(members))


def alone(session: Session, row: PlayerRow) -> bool:
    """Practice against the computer: the row's group is only a list of roles."""
    return bool(row.practice) and treatment_of(session, row.part).protocol.practice_against == "computer"


def waits_for_all(session: Session, participant: Participant) -> bool:
    page = get_page_lookup(session.code, participant._index_in_pages).page_class
    return bool(getattr(page, "wait_for_all_groups", False))


def players(
    session: Session, app: str, rounds: set[int] | None = None, decided_by: tuple[str, ...] = (), **wanted: object
) -> list[PlayerRow]:
    """Rows of the players in some oTree rounds (None: all), ordered by round, group and position; no ORM objects.

    `decided_by`: only rows with one of these; `wanted`: only rows with these values.
    """
    model = get_models_module(app).Player
    if rounds is not None and not rounds:
        return []
    query = model.objects_filter(session=session, **wanted)
    if rounds is not None:
        query = query.filter(model.round_number.in_(sorted(rounds)))
    if decided_by:
        query = query.filter(model.decided_by.in_(decided_by))
    columns = [getattr(model, name) for name in PLAYER_COLUMNS]
    ordered = query.order_by(model.round_number, model.group_id, model.id_in_group)
    return list(ordered.with_entities(*columns))
