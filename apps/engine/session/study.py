"""The study that a session belongs to: the definition stored with it, never the file of today.

Imported by designs.py, so this file must not import oTree.
"""

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from engine.people import Session
from mechanisms.studies import Study, StudyError, load_studies
from mechanisms.studies.study import stored_study
from mechanisms.treatments import SessionDesign, TreatmentError

FOLDER = Path(os.path.relpath(Path(__file__).parents[3] / "studies"))  # short in error messages
KEY = "study"  # in session.vars
NONE = Study.from_definition({"name": "none"})
"""What holds for a treatment alone."""


@lru_cache
def studies() -> dict[str, Study]:
    """The studies of today's files that have arms, by name."""
    try:
        return {study.name: study for study in load_studies(FOLDER) if study.arms}
    except StudyError as error:
        raise TreatmentError(str(error)) from None


def study_of(session: Session) -> Study:
    """The study of a session; NONE, with all defaults, for a treatment alone."""
    definition = session._vars.get(KEY)
    return NONE if definition is None else stored_study(json.dumps(definition, sort_keys=True))


def has_study(session: Session) -> bool:
    return KEY in session._vars


def study_design(study: Study, known: Sequence[SessionDesign]) -> SessionDesign:
    """What a session of the study plays: one part for each arm; everybody plays the one of the own arm."""
    where = f"{FOLDER / study.name}.toml"
    single = {design.name: design for design in known if len(design.treatments) == 1}
    if study.name in {design.name for design in known}:
        raise TreatmentError(f"{where}: a treatment has this name, too: rename the file")
    for number, arm in enumerate(study.spec.arms, 1):
        if arm.treatment not in single:
            raise TreatmentError(
                f"{where}: arms[{number}].treatment = {arm.treatment!r} is no treatment in treatments/: use one of "
                f"{', '.join(sorted(single))}"
            )
    arms, spec = [single[arm.treatment] for arm in study.spec.arms], study.spec
    counts = [arm.participants or design.participants for arm, design in zip(spec.arms, arms, strict=True)]
    if len(set(counts)) > 1:
        raise TreatmentError(
            f"{where}: arms have {' and '.join(map(str, counts))} participants: give them the same number, because "
            "people are assigned in balanced blocks"
        )
    fee = arms[0].show_up_fee if spec.payments.show_up_fee is None else spec.payments.show_up_fee
    asked = arms[0].questionnaires if spec.questionnaires is None else spec.questionnaires
    treatments = []
    for design in arms:
        try:
            treatments.append(design.treatments[0].with_protocol(participants=counts[0], language=spec.language))
        except TreatmentError as error:
            raise TreatmentError(f"{where}: {counts[0]} participants do not suit {design.name}: {error}") from None
    return SessionDesign(
        study.name, study.title, spec.description, counts[0] * len(arms), fee, spec.language, asked, tuple(treatments),
        tuple((number,) for number in range(1, len(arms) + 1)), currency=arms[0].currency,
    )  # fmt: skip


def study_name(session: Session) -> str:
    return study_of(session).name if has_study(session) else ""


def arm_of(session: Session, part: int) -> str:
    """The name of the arm that plays a part; "" for a treatment alone."""
    return study_of(session).arms[part - 1] if has_study(session) else ""
