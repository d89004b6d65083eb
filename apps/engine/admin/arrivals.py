"""An online session at a glance, by arm: who has come, waits for a group, is away, is back, and how it has ended."""

from collections import Counter
from typing import Any

from otree.database import dbq

from engine.admin.situation import Person, Situation
from engine.admin.words import outcome_words
from engine.identities import Identity
from engine.session.attendance.presence import AWAY
from engine.session.participation.arrival import group_size, queue_of
from engine.session.study import arm_of
from engine.stored_study import study_of


def arrivals(situation: Situation) -> dict[str, Any] | None:
    """The variables of arrivals.html; None where people do not come one by one."""
    session = situation.session
    study = study_of(session)
    if not study.online:
        return None
    arms = []
    for block in sorted(set(session.blocks)):
        numbers = [number for number, own in enumerate(session.blocks, 1) if own == block]
        queue = queue_of(session.get_participants()[numbers[0] - 1])
        people = [situation.by_number[number] for number in numbers]
        name = arm_of(session, session.orders[block][0])
        arms.append({
            "name": name, "waiting": len(queue.people), "size": queue.size, "formed": queue.formed, "most": queue.most,
            "group": group_size(session, block), **counts(people),
        })  # fmt: skip
    refused = dbq(Identity.outcome).filter(Identity.session_id == session.id, Identity.participant.is_(None))
    return {
        "arms": arms,
        "silos": any(arm["size"] != arm["group"] for arm in arms),
        "refused": endings([outcome for [outcome] in refused]),
        "pays": study.spec.platform is not None,
    }


def counts(people: list[Person]) -> dict[str, object]:
    """Of the people of an arm: how many have come, are away, have been away and are back, and how it has ended."""
    came = [person for person in people if person.visited]
    going = [person for person in came if not person.outcome]
    return {
        "places": len(people),
        "came": len(came),
        "playing": sum(person.silo is not None for person in going),
        "away": sum(person.seat in AWAY for person in going),
        "back": sum(person.returned for person in came),
        "ended": endings([person.outcome for person in came if person.outcome]),
    }


def endings(outcomes: list[str]) -> str:
    """
    >>> endings(["withdrew", "complete", "no_consent", "complete"])
    '2 complete, 1 no consent, 1 withdrew'
    """
    found = sorted(Counter(outcomes).items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{n} {outcome_words(outcome)}" for outcome, n in found)
