"""Groups that are formed as people come: who waits, who is there, and who takes which place.

All groups of a session are drawn when it is created, for places that nobody has yet: in silos, within which people are
matched. When as many people are there as a silo has places, they take the places of the next one, in an order that the
seed draws. Who is there is known by the page, which asks the server every few seconds; after a start of the server it
is known again with the next request.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from otree.common import get_models_module
from otree.database import db

from engine.people import Participant, Session
from engine.record import note
from engine.session.attendance.browsers import go_on
from engine.session.in_force import treatment_of
from engine.session.outcomes import outcome_of
from engine.session.rounds import PLACES, drawn_rounds, keys, members_of, place_of, player_keys, seats, silo_size
from engine.stored_study import study_of
from mechanisms.session.draws import drawn_number
from mechanisms.studies.schema_people import ArrivalSpec

PLACED, ARRIVED, ACTED = "placed", "arrived_at", "acted_at"  # in participant.vars: silo, from 1; epochs
POLL_SECONDS = 4
THERE_SECONDS = 15
"""Without a request for so long, a page that waits is closed, or its computer sleeps."""

last_seen: dict[int, float] = {}
"""By id of the participant, in this server process: when the page that waits has last asked."""


def meets_all(participant: Participant) -> bool:
    """Everybody begins together, as in a laboratory; bots take their places by number, and so does who plays alone."""
    session = participant.session
    return not study_of(session).online or participant._is_bot or bool(session.config.get("alone"))


def is_placed(participant: Participant) -> bool:
    return PLACED in participant._vars


def has_no_place(participant: Participant) -> bool:
    """No group is formed yet: there is nothing that a computer could play."""
    return PLACES in participant.session._vars and not is_placed(participant)


def spec_of(session: Session) -> ArrivalSpec:
    return study_of(session).spec.arrival or ArrivalSpec()


def who_asked() -> dict[int, float]:
    """For the process beside the server in which the monitor is read; who has not asked lately is not there."""
    return {key: moment for key, moment in last_seen.items() if time.time() - moment < THERE_SECONDS}


def hear_who_asked(found: dict[int, float]) -> None:
    last_seen.clear()
    last_seen.update(found)


def look(participant: Participant, acts: bool = False) -> None:
    """The page is there; `acts`: the person has just come, or pressed the button."""
    now = time.time()
    last_seen[participant.id] = now
    participant.vars.setdefault(ARRIVED, now)
    if acts or ACTED not in participant.vars:
        participant.vars[ACTED] = now


def must_answer(participant: Participant) -> bool:
    """The question whether somebody is still there stands on the page."""
    spec = spec_of(participant.session)
    return time.time() - participant.vars.get(ACTED, 0.0) >= spec.still_there_seconds


def is_there(participant: Participant) -> bool:
    """The page asks, and the person has answered, as far as there was a question."""
    spec, now = spec_of(participant.session), time.time()
    answered = now - participant.vars.get(ACTED, 0.0) < spec.still_there_seconds + spec.answer_seconds
    return answered and now - last_seen.get(participant.id, 0.0) < THERE_SECONDS


def block_of(participant: Participant) -> int:
    return participant.session.blocks[participant.id_in_session - 1]


def group_size(session: Session, block: int) -> int:
    """How many of a silo play with each other in a round."""
    return treatment_of(session, session.orders[block][0]).group_size


@dataclass(frozen=True)
class Queue:
    """Who waits for a group of a block and is there, in the order of arrival; how many people a silo takes; how many
    silos of the block are formed, and how many it can have; how many people could still be in one, also those who
    have not come."""

    people: tuple[Participant, ...]
    size: int
    formed: int
    most: int
    possible: int

    @property
    def is_hopeless(self) -> bool:
        """Too many have ended before a group was formed: nobody of the block can be in one any more."""
        return self.possible < self.size

    @property
    def is_full(self) -> bool:
        return self.formed >= self.most


def queue_of(participant: Participant) -> Queue:
    """The queue of the participant's block; one look at everybody."""
    session, block = participant.session, block_of(participant)
    own = [p for p in session.get_participants() if session.blocks[p.id_in_session - 1] == block]
    people = sorted(filter(is_waiting, own), key=lambda person: (person.vars[ARRIVED], person.id_in_session))
    size, formed = silo_size(session, block), max((person._vars.get(PLACED, 0) for person in own), default=0)
    possible = sum(not (is_placed(person) or outcome_of(person)) for person in own)
    return Queue(tuple(people), size, formed, most_silos(session, block), possible)


def comes_too_late(participant: Participant) -> bool:
    """All groups that this participant could belong to are complete."""
    return not (meets_all(participant) or is_placed(participant)) and queue_of(participant).is_full


def closed_seats(session: Session) -> set[int]:
    """Numbers of those who would come too late, in a study in which people come one by one; one look at everybody."""
    if PLACES not in session._vars or session.config.get("alone"):
        return set()
    blocks, formed = session.blocks, dict.fromkeys(session.blocks, 0)
    for person in session.get_participants():
        block = blocks[person.id_in_session - 1]
        formed[block] = max(formed[block], person._vars.get(PLACED, 0))
    return {number for number, block in enumerate(blocks, 1) if formed[block] >= most_silos(session, block)}


def most_silos(session: Session, block: int) -> int:
    """How many silos a block can have: spare places are no places to play."""
    return (session.blocks.count(block) - spec_of(session).spare) // silo_size(session, block)


def is_waiting(person: Participant) -> bool:
    at_the_page = person._current_page_name == "Arrival" and ARRIVED in person._vars
    return at_the_page and not is_placed(person) and not outcome_of(person) and is_there(person)


def form(by: Participant, queue: Queue) -> bool:
    """The next silo of this participant's block, if enough people are there; whether one was formed."""
    session, block, size, number = by.session, block_of(by), queue.size, queue.formed + 1
    if queue.is_full or len(queue.people) < size:
        return False
    seed = treatment_of(session, session.orders[block][0]).protocol.seed
    first = queue.people[:size]
    chosen = sorted(first, key=lambda p: drawn_number(seed, "seat", session.code, p.id_in_session))
    take_places(session, block, number, [person.id_in_session for person in chosen])
    for person in chosen:
        person.vars[PLACED] = number
    numbers = ";".join(str(person.id_in_session) for person in chosen)
    note(session.id, "formed", "server", value=f"block {block + 1}, silo {number}: {numbers}")
    db._db.flush()
    for person in chosen:
        if person.id != by.id:  # whose own request goes on by itself
            person._visit_current_page()  # from now on the clock of the next page runs, also for a page that is closed
        go_on(person)
    return True


def take_places(session: Session, block: int, silo: int, people: Sequence[int]) -> None:
    """These participants get the places of a silo (from 1); who had one of them gets theirs."""
    places, size = list(session.vars[PLACES]), silo_size(session, block)
    holder = {places[person - 1]: person for person in members_of(session, block)}
    changed = set[int]()
    for place, person in enumerate(people, start=(silo - 1) * size):
        other, own = holder[place], places[person - 1]
        places[other - 1], places[person - 1] = own, place
        holder[own], holder[place] = other, person
        changed |= {person, other}
    session.vars[PLACES] = places
    models = get_models_module(session.config["app_sequence"][1])
    group_of = {(k, g): key for k, g, key in keys(models.Group, session, "round_number", "id_in_subsession")}
    player_of = {(k, person): key for k, person, key in player_keys(session, models.Player)}
    db._db.flush()
    db._db.bulk_update_mappings(models.Player, [
        {"id": player_of[k, person], "group_id": group_of[k, g], "id_in_group": seat["id_in_group"],
         "type_value": seat["type_value"], "sequence": seat["sequence"], **place_of(session, person)}
        for k, groups in enumerate(drawn_rounds(session), 1) for person, g, seat in seats(groups) if person in changed
    ])  # fmt: skip
    for row in [row for row in db._db if isinstance(row, models.Player)]:
        db._db.expire(row)


def progress(participant: Participant, queue: Queue) -> dict[str, int | bool]:
    """What the page says: how many are there, how many are needed, in groups of which size they will play, how long one
    has waited, in whole minutes."""
    waited = time.time() - participant.vars.get(ARRIVED, time.time())
    return {
        "there": min(len(queue.people), queue.size),
        "needed": queue.size,
        "size": group_size(participant.session, block_of(participant)),
        "minutes": int(waited // 60),
        "asks": must_answer(participant),
    }
