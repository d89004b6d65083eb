"""What a study changes in a treatment that one of its arms plays: how it is described, and its protocol."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mechanisms.matching.groups import MatchingError
from mechanisms.session.draws import draw_silos
from mechanisms.studies.schema import ArmSpec
from mechanisms.studies.schema_people import DropoutSpec
from mechanisms.studies.study import Study
from mechanisms.treatments import Treatment, TreatmentError

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


def in_words_of_study(error: TreatmentError, arm: int) -> tuple[str, str]:
    """The key of the study file that a refused treatment of an arm, from 1, comes from, and what is wrong with it.

    >>> in_words_of_study(TreatmentError("a.toml: session.computer = 'truthful': use 'random'"), 1)
    ('dropouts.computer', "dropouts.computer = 'truthful': use 'random'")
    """
    text = str(error)
    found = [(text.index(theirs), own.format(arm=arm), theirs) for theirs, own in KEYS.items() if theirs in text]
    if not found:
        return f"arms[{arm}].treatment", f"arms[{arm}]: {text}"
    at, own, theirs = min(found)
    return own.strip(), own + text[at + len(theirs) :]


KEYS = {
    "session.computer_model": "dropouts.model",
    "session.computer ": "dropouts.computer ",
    "session.participants": "arms[{arm}].participants",
    "session.language": "language",
    "description.style": "arms[{arm}].style",
    "advice.kind": "arms[{arm}].advice",
    "understanding.before": "arms[{arm}].understanding",
    "understanding.after": "arms[{arm}].understanding",
}
"""Keys of a treatment, and where a study says them."""


def fitting(treatments: Sequence[Treatment], size: int) -> str:
    """The silos next to `size` in which all these treatments can be played."""
    step = math.lcm(*(treatment.group_size for treatment in treatments))
    able = [count for count in range(step, 2 * size + 4 * step, step) if all(can_meet(t, count) for t in treatments)]
    near = [*[count for count in able if count < size][-1:], *[count for count in able if count > size][:1]]
    return f"use {' or '.join(map(str, near))}" if near else "use fewer rounds, or another matching"


def silo_size(study: Study, treatment: Treatment) -> int:
    """How many are matched among each other."""
    spec, size = study.spec.arrival, treatment.group_size
    if spec is not None and spec.silo is not None:
        return int(spec.silo)
    if treatment.protocol.groups_stay:
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
