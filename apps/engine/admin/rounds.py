"""What was played, round by round: dominant messages, equilibria, efficiency, points, timeouts.

Messages that are not the person's own (time was over, somebody is gone) are nobody's decision: they count neither as
dominant nor, for their group, as an equilibrium. Efficiency is what happened: surplus / largest surplus, mean over the
groups in which the latter is positive. A round that is over does not change any more and is remembered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from otree.common import get_models_module

from engine.admin.situation import Person, Situation, alone, players
from engine.admin.theory import dominant, in_equilibrium, too_large
from engine.admin.words import part_title
from engine.people import PlayerRow, Session
from engine.session.in_force import treatment_of
from engine.session.plan import slots
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

Place = tuple[int, bool, int]
"""Part, whether it is practice, round in it."""


@dataclass(frozen=True)
class Tally:
    """Sums over decisions and groups of a round; tallies of the same round in several blocks are added.

    Attributes
    ----------
    people, decided, timed_out : players of the round, those with a message, those whose message is not their own
    dominant, dominant_of : decisions for a dominant message, decisions of players who had one
    nash, nash_of : groups in a pure Nash equilibrium, groups in which all have decided themselves
    efficiency, efficiency_of : sum over groups, number of groups
    units, units_of : points in smallest units, players who have them
    """

    people: int = 0
    decided: int = 0
    timed_out: int = 0
    dominant: int = 0
    dominant_of: int = 0
    nash: int = 0
    nash_of: int = 0
    efficiency: float = 0.0
    efficiency_of: int = 0
    units: int = 0
    units_of: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def tally(treatment: Treatment, rows: list[PlayerRow], groups: bool) -> Tally:
    """Of the players of one round; `groups`: they play with each other."""
    decided = [row for row in rows if row.message is not None]
    own = [row for row in decided if row.decided_by == "participant"]
    sets = [dominant(treatment, row.id_in_group - 1, row.type_value) for row in own]
    scored = [row.points_units for row in rows if row.points_units is not None]
    people = Tally(
        people=len(rows),
        decided=len(decided),
        timed_out=len(decided) - len(own),
        dominant=sum(row.message in found for row, found in zip(own, sets, strict=True) if found),
        dominant_of=sum(bool(found) for found in sets),
        units=sum(scored),
        units_of=len(scored),
    )
    return people + group_sums(treatment, rows) if groups else people


def group_sums(treatment: Treatment, rows: list[PlayerRow]) -> Tally:
    """The measures of the groups whose points are computed, and of which nobody was deleted."""
    groups = [list(members) for _, members in groupby(rows, key=lambda row: row.group_id)]
    whole = [members for members in groups if len(members) == treatment.group_size]
    played = [members for members in whole if all(row.points_units is not None for row in members)]
    if not played:
        return Tally()
    types, messages, surplus = (
        np.array([[value(row) for row in members] for members in played])
        for value in (lambda r: r.type_value, lambda r: r.message, lambda r: r.value - r.cost_share)
    )
    decided = np.array([all(row.decided_by == "participant" for row in members) for members in played])
    try:
        best = treatment.efficient_surplus(types)
    except TooLargeError:  # many goods of everybody's own
        best = np.zeros(len(types))
    able = best > 0
    return Tally(
        nash=int((in_equilibrium(treatment, types, messages) & decided).sum()),
        nash_of=int(decided.sum()),
        efficiency=float((surplus.sum(axis=1)[able] / best[able]).sum()),
        efficiency_of=int(able.sum()),
    )


@lru_cache(maxsize=32)
def finished(session_code: str) -> dict[int, dict[Place, Tally]]:
    """The tallies of oTree rounds in which everybody has points; filled by `tallies`."""
    return {}


def tallies(situation: Situation) -> dict[Place, Tally]:
    """The tallies of all rounds that somebody has reached."""
    known = finished(situation.session.code)
    reached = max((furthest(situation, person) for person in situation.people), default=0)
    rows = players(situation.session, situation.app, set(range(1, reached + 1)) - set(known))
    found = list(known.values())
    playing_rows = who_play(situation, rows, void_groups(situation))
    for number, of_round in groupby(playing_rows, key=lambda row: row.round_number):
        playing = list(of_round)
        found.append(tallies_of(situation.session, playing))
        if all(row.points_units is not None for row in playing):
            known[number] = found[-1]
    total: dict[Place, Tally] = defaultdict(Tally)
    for places in found:
        for place, one in places.items():
            total[place] += one
    return total


def furthest(situation: Situation, person: Person) -> int:
    """The last oTree round that a participant has reached."""
    if person.app == situation.app:
        return person.round
    session = situation.session
    past = person.app == session.config["app_sequence"][-1] and not person.declined
    return len(slots(session, session.blocks[person.number - 1])) if past else 0


def void_groups(situation: Situation) -> set[int]:
    """Groups whose round is played by nobody, because somebody was missing who may be back by now."""
    model = get_models_module(situation.app).Group
    return {key for [key] in model.objects_filter(session=situation.session, void=True).with_entities(model.id)}


def who_play(situation: Situation, rows: list[PlayerRow], void: Collection[int] = ()) -> list[PlayerRow]:
    """Without those who have declined and their groups, which cannot play, and groups whose round is void; but what was
    played counts."""
    declined = {key for key, number in situation.numbers.items() if number in situation.session.declined}
    void = set(void) | {row.group_id for row in rows if row.participant_id in declined}

    def plays(row: PlayerRow) -> bool:
        if row.points_units is not None:
            return True
        return row.participant_id not in declined and (row.group_id not in void or alone(situation.session, row))

    return [row for row in rows if row.part is not None and plays(row)]


def tallies_of(session: Session, rows: list[PlayerRow]) -> dict[Place, Tally]:
    """Of one oTree round, which can be different rounds of different parts for different blocks."""
    by_place: dict[Place, list[PlayerRow]] = defaultdict(list)
    for row in rows:
        by_place[row.part, bool(row.practice), row.part_round].append(row)
    return {
        place: tally(treatment_of(session, place[0]), of_place, not alone(session, of_place[0]))
        for place, of_place in by_place.items()
    }


def round_table(situation: Situation) -> dict[str, object]:
    """The variables of rounds.html."""
    session, found = situation.session, tallies(situation)
    parts = range(1, len(session.parts) + 1)
    titles = {part: treatment_of(session, part).title for part in parts}
    return {
        "parts": [
            {"title": part_title(session, part), "rows": list(lines(treatment_of(session, part), part, found))}
            for part in parts
        ],
        "several": len(titles) > 1,
        "too_large": [titles[part] for part in parts if too_large(treatment_of(session, part))],
    }


def lines(treatment: Treatment, part: int, found: dict[Place, Tally]) -> Iterator[dict[str, Any]]:
    practice_first = sorted((place for place in found if place[0] == part), key=lambda place: (not place[1], place[2]))
    for place in practice_first:
        one = found[place]
        yield {
            "name": f"part-{part}-{'practice' if place[1] else 'round'}-{place[2]}",
            "round": f"practice {place[2]}" if place[1] else str(place[2]),
            "practice": place[1],
            "decided": share(one.decided, one.people),
            "dominant": share(one.dominant, one.dominant_of),
            "nash": share(one.nash, one.nash_of),
            "efficiency": f"{100 * one.efficiency / one.efficiency_of:.1f} %" if one.efficiency_of else "",
            "points": f"{float(treatment.points_value(1)) * one.units / one.units_of:.2f}" if one.units_of else "",
            "timed_out": one.timed_out,
            "complete": one.decided == one.people,
        }


def share(count: int, of: int) -> dict[str, object] | None:
    """7 of 12 and per cent; None where there is nothing to count."""
    return {"count": count, "of": of, "per_cent": f"{100 * count / of:.0f} %"} if of else None
