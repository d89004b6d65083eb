"""What a study changes in a treatment that one of its arms plays: how it is described, and its protocol."""

from __future__ import annotations

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
