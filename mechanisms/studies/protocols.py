"""What a study changes in a treatment that one of its arms plays: how it is described, and its protocol."""

from __future__ import annotations

from mechanisms.matching.groups import MatchingError
from mechanisms.session.draws import draw_silos
from mechanisms.studies.schema import ArmSpec
from mechanisms.studies.schema_people import DropoutSpec
from mechanisms.studies.study import Study
from mechanisms.treatments import Treatment

DECISION_SECONDS = 180
"""Where people come one by one, a decision has a time limit: of the treatment, else this."""


def in_arm(treatment: Treatment, arm: ArmSpec, where: str) -> Treatment:
    """The treatment as the arm describes it; then it has the name of the arm in the data."""
    changes = arm.changes(treatment.description)
    if not changes:
        return treatment
    return Treatment.from_definition({**treatment.definition, "name": arm.name or treatment.name, **changes}, where)


def changes_in(study: Study, treatment: Treatment) -> dict[str, object]:
    """Keys of the protocol: the study's language; at home nobody waits for ever, nor for people who never came.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> pilot = Study.from_definition({"name": "pilot", "setting": "online"})
    >>> changes_in(pilot, load_treatment("treatments/park_vcg.toml"))
    {'language': 'en', 'seconds': 180, 'partner_left': 'computer'}
    """
    changes: dict[str, object] = {"language": study.spec.language}
    if not study.online:
        return changes
    dropouts = study.spec.dropouts or DropoutSpec()
    if not treatment.protocol.seconds:
        changes["seconds"] = DECISION_SECONDS
    changes["partner_left"] = "computer" if dropouts.policy == "computer" else "void"
    if dropouts.computer is not None:
        changes |= {"computer": dropouts.computer, "computer_model": dropouts.model}
    return changes


def as_played(study: Study, k: int, treatment: Treatment, where: str) -> Treatment:
    """The treatment as arm k (from 0) plays it, with the study's language, clocks and show-up fee."""
    played = in_arm(treatment, study.spec.arms[k], where)
    changes, fee = changes_in(study, played), study.spec.payments.show_up_fee
    return played.with_protocol(**changes, **({} if fee is None else {"show_up_fee": fee}))


def silo_size(study: Study, treatment: Treatment) -> int:
    """How many are matched among each other."""
    spec, size = study.spec.arrival, treatment.group_size
    if spec is not None and spec.silo is not None:
        return int(spec.silo)
    if treatment.protocol.matching == "partner" or treatment.protocol.rounds_together == 1:
        return size
    for count in range(2 * size, treatment.protocol.participants + 1, size):
        if can_meet(treatment, count):
            return count
    return int(treatment.protocol.participants)


def can_meet(treatment: Treatment, count: int) -> bool:
    try:
        draw_silos(treatment, count, count)
    except MatchingError:
        return False
    return True
