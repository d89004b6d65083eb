"""The rounds of a session: as many as its own treatments say, each with the groups, positions and types drawn for it.

oTree makes one round of an app (NUM_ROUNDS = 1), whatever the files of today say; the others are written here, in a few
statements for the whole session, together with the list of pages that the session has.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
from otree.common import get_models_module, get_pages_module
from otree.database import db, dbq
from otree.models import Participant

from engine.otree_repairs.storage.lookup import count_pages
from engine.people import Session, Subsession
from engine.record import note
from engine.session.in_force import treatment_of
from engine.session.left import rule
from engine.session.plan import Slot, repetition, slots
from mechanisms.session.draws import SessionDraws, draw_session, draw_silos, draw_without

SILOS, PLACES = "silos", "places"
"""In session.vars, where groups are formed as people come: the size of a silo by block; the place of each participant
in the own block, from 0."""

Group = tuple[Slot, list[tuple[int, float]], str | None]
"""The round that the group plays; who sits there, (number of the participant, type) by position; and the positions,
from 1, in the order in which they move ("2;1;3"; None where all move at the same time)."""


def create_rounds(subsession: Subsession) -> None:
    """From the one round that oTree has made to all that the session has."""
    session, app = subsession.session, subsession.get_folder_name()
    rounds, models = drawn_rounds(session), get_models_module(app)
    own = {"session_id": session.id}
    for model in (models.Player, models.Group):
        model.objects_filter(session=session).delete(synchronize_session=False)
    write(models.Subsession, [{**own, "round_number": k} for k in range(2, len(rounds) + 1)])
    subsession_of = dict(keys(models.Subsession, session, "round_number"))
    write(models.Group, [
        {**own, "round_number": k, "subsession_id": subsession_of[k], "id_in_subsession": g}
        for k, groups in enumerate(rounds, 1) for g in range(1, len(groups) + 1)
    ])  # fmt: skip
    group_of = {(k, g): key for k, g, key in keys(models.Group, session, "round_number", "id_in_subsession")}
    participant_of = dict(keys(Participant, session, "id_in_session"))
    write(models.Player, [
        {**own, **seat, **place_of(session, person), "round_number": k, "subsession_id": subsession_of[k],
         "group_id": group_of[k, g], "participant_id": participant_of[person]}
        for k, groups in enumerate(rounds, 1) for person, g, seat in sorted(seats(groups), key=lambda seat: seat[0])
    ])  # fmt: skip
    session.vars["pages"] = {app: pages_in_plan(session, app)}
    session.pp_set.update({Participant._max_page_index: count_pages(session)}, synchronize_session=False)


def place_of(session: Session, person: int) -> dict[str, int]:
    """What is stored of the place that somebody has, where groups are formed as people come."""
    size = silo_size(session, session.blocks[person - 1])
    if not size:
        return {}
    place = session._vars[PLACES][person - 1]
    return {"silo": place // size + 1, "place": place + 1}


def write(model: Any, rows: list[dict[str, Any]]) -> None:
    """In one statement; not object by object."""
    if rows:
        db._db.flush()
        db._db.execute(model.__table__.insert(), rows)


def keys(model: Any, session: Session, *columns: str) -> Any:
    """(values of the columns …, id in the database) of each row of the session."""
    wanted = [getattr(model, name) for name in columns]
    return dbq(*wanted, model.id).filter(model.session_id == session.id).all()


def drawn_rounds(session: Session, out: Mapping[int, Sequence[int]] = {}) -> list[list[Group]]:
    """The groups of every oTree round, those of the first block first; `out`: by block, who does not take part."""
    rounds: dict[int, list[Group]] = defaultdict(list)
    for block in range(len(session.orders)):
        members = members_of(session, block)
        for k, slot in enumerate(slots(session, block), 1):
            draws = draws_of(session, block, slot.part, out.get(block, ()))
            assert draws is not None  # the caller has asked
            groups = draws.practice_groups if slot.practice else draws.groups
            types = (draws.practice_types if slot.practice else draws.types)[slot.round - 1].tolist()
            sequences = draws.practice_sequences if slot.practice else draws.sequences
            rounds[k] += [
                (slot, [(members[i], types[i]) for i in group],
                 None if sequences is None else ";".join(str(i + 1) for i in sequences[slot.round - 1, g].tolist()))
                for g, group in enumerate(groups[slot.round - 1].tolist())
            ]  # fmt: skip
    return [rounds[k] for k in sorted(rounds)]


def draws_of(session: Session, block: int, part: int, out: Sequence[int] = ()) -> SessionDraws | None:
    """The draws of those who play a part together; None if it cannot be played without those who are `out`."""
    members = members_of(session, block)
    treatment, again = treatment_of(session, part), repetition(session, part)
    if size := silo_size(session, block):
        return draw_silos(treatment, len(members), size, again)
    if not out:
        return draw_session(treatment, len(members), again)
    return draw_without(treatment, len(members), tuple(members.index(person) for person in out), again)


def members_of(session: Session, block: int) -> list[int]:
    """The participants of a block in the order of the places for which its groups are drawn."""
    people, places = [i for i, own in enumerate(session.blocks, 1) if own == block], session._vars.get(PLACES)
    return people if places is None else sorted(people, key=lambda person: places[person - 1])


def silo_size(session: Session, block: int) -> int:
    """How many are matched among each other, where groups are formed as people come; else 0."""
    return int(session._vars.get(SILOS, [0] * (block + 1))[block])


def rematch(session: Session) -> None:
    """Before the first round, when it is known who takes part: the others do not pay for those who do not.

    Groups are drawn anew for each block with such people, where the matching allows it in every part; the players of
    all rounds get their new seats, and it is noted with them, for the audit.
    """
    out: dict[int, list[int]] = defaultdict(list)
    for person in sorted(session.declined):
        out[session.blocks[person - 1]].append(person)
    allowed = {
        block: people
        for block, people in out.items()
        if all(draws_of(session, block, part, people) is not None for part in session.orders[block])
    }
    if not allowed:
        return
    for people in allowed.values():
        note(session.id, "rematched", "server", value=f"without {';'.join(map(str, people))}")
    models = get_models_module(session.config["app_sequence"][1])
    group_of = {(k, g): key for k, g, key in keys(models.Group, session, "round_number", "id_in_subsession")}
    player_of = {(k, person): key for k, person, key in player_keys(session, models.Player)}
    texts = {block: ";".join(map(str, people)) for block, people in allowed.items()}
    db._db.flush()
    db._db.bulk_update_mappings(models.Player, [
        {"id": player_of[k, person], "group_id": group_of[k, g], "id_in_group": seat["id_in_group"],
         "type_value": seat["type_value"], "sequence": seat["sequence"],
         "rematched": texts[session.blocks[person - 1]]}
        for k, groups in enumerate(drawn_rounds(session, allowed), 1) for person, g, seat in seats(groups)
        if session.blocks[person - 1] in allowed
    ])  # fmt: skip
    db._db.expire_all()


def left_over(session: Session, missing: Collection[int]) -> int:
    """How many of the others could not play some round if these people do not take part, and no computer sits there."""
    return sum(_left_over(session, block, missing) for block in range(len(session.orders)))


def _left_over(session: Session, block: int, missing: Collection[int]) -> int:
    """In the groups as drawn anew without the missing ones, or, where the matching forbids that, as they are."""
    members, parts = members_of(session, block), session.orders[block]
    out = [person for person in sorted(members) if person in missing]
    if not out or silo_size(session, block):
        return 0
    anew = all(draws_of(session, block, part, out) is not None for part in parts)
    worst = 0
    for part in parts:
        draws = draws_of(session, block, part, out if anew else ())
        if draws is not None and rule(session, part) != "computer":
            broken = np.isin(draws.groups, [members.index(person) for person in out]).any(axis=2)
            worst = max(worst, int(broken.sum(axis=1).max()) * draws.groups.shape[2] - len(out))
    return worst


def player_keys(session: Session, model: Any) -> Any:
    """(oTree round, number of the participant, id in the database) of each player."""
    people = dbq(model.round_number, Participant.id_in_session, model.id).join(
        Participant, model.participant_id == Participant.id
    )
    return people.filter(model.session_id == session.id)


def seats(groups: list[Group]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """(number of the participant, number of the group, what is stored with the player) for everybody in a round."""
    for g, (slot, members, sequence) in enumerate(groups, 1):
        for position, (person, own_type) in enumerate(members, 1):
            yield person, g, {
                "id_in_group": position, "type_value": own_type, "part": slot.part, "part_round": slot.round,
                "practice": slot.practice, "starts_part": slot.first, "ends_part": slot.last, "sequence": sequence,
            }  # fmt: skip


def pages_in_plan(session: Session, app: str) -> list[list[str]]:
    """The pages of every round that somebody can come to: each page that oTree passes over costs a query."""
    sequence = get_pages_module(app).page_sequence
    once: dict[tuple[str, ...], list[str]] = {}  # one list for equal rounds, which is stored once
    rounds = []
    for together in zip_longest(*(slots(session, block) for block in range(len(session.orders)))):
        plan = [(treatment_of(session, slot.part), slot) for slot in together if slot is not None]
        names = [page.__name__ for page in sequence if any(page.in_plan(*place) for place in plan)]
        rounds.append(once.setdefault(tuple(names), names))
    return rounds
