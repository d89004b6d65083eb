"""How taking part has ended for somebody: noted once, and what the study pays and gives for it."""

from dataclasses import dataclass
from decimal import Decimal

from engine.identities import identifier_of
from engine.people import Participant, Session
from engine.record import note_person
from engine.stored_study import has_study, study_of

KEY = "outcome"  # in participant.vars


@dataclass(frozen=True)
class Completion:
    """What somebody takes along: the code (or ""), the way back to the platform (or ""), the platform's name."""

    outcome: str
    code: str
    address: str
    platform: str


def outcome_of(participant: Participant) -> str:
    """One of mechanisms.studies.OUTCOMES, or DELETED; "" as long as the person takes part."""
    return str(participant._vars.get(KEY) or "")  # to be read only


def ends_early(participant: Participant) -> bool:
    """Taking part has ended before the session is over: by the person, because somebody else has left, or taken out."""
    out = participant.id_in_session in participant.session.declined
    return out or outcome_of(participant) not in ("", "complete")


def end_with(participant: Participant, outcome: str, cause: str) -> None:
    """A second outcome changes nothing."""
    if outcome_of(participant) or not has_study(participant.session):
        return
    participant.outcome = outcome
    note_person(participant, "outcome", cause, outcome)


def fee_for(session: Session, outcome: str, promised: Decimal) -> Decimal:
    """The part of the payment that does not depend on play: the show-up fee, or what the study states instead."""
    study = study_of(session)
    if outcome in ("", "complete"):
        return promised
    if study.online:
        return study.spec.payments.amount(outcome, promised)
    return study.spec.payments.fixed.get(outcome, promised)


def completion(session: Session, outcome: str, participant: int | None = None, identifier: str = "") -> Completion:
    """`identifier` : of somebody without a seat."""
    platform = study_of(session).spec.platform
    if platform is None or not outcome:
        return Completion(outcome, "", "", "")
    who = identifier if participant is None else identifier_of(session.id, participant)
    return Completion(outcome, platform.code(outcome), platform.way_back(outcome, who), TITLES[platform.name])


TITLES = {"prolific": "Prolific", "mturk": "MTurk", "sona": "SONA", "cloudresearch": "CloudResearch", "link": ""}
