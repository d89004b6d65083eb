"""The sessions of a study as the laboratory makes them: its arms beside each other, each played by other people.

Arms that plan other numbers of sessions or people than the others, or pay another fee, have sessions of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from analysis.errors import ExportError
from analysis.registration.document import Arm, Registration
from analysis.registration.people import expected
from mechanisms.shown import Shown
from mechanisms.studies.protocols import silo_size
from mechanisms.subjects.parts import StudyArms
from mechanisms.subjects.population import Population, PopulationError
from mechanisms.treatments import SessionDesign, Treatment, TreatmentError
from mechanisms.writing import multiples_around


@dataclass(frozen=True)
class StudySessions(Shown):
    """design : of a session, a part for each arm; arms : what they are; numbers : of the sessions, from 0 in a study"""

    design: SessionDesign
    arms: StudyArms
    numbers: range

    def _facts(self) -> dict[str, object]:
        return {"design": self.design.name, "arms": self.arms.arms, "sessions": len(self.numbers)}


def sessions_of(
    found: Registration, sessions: int | None = None, participants: int | None = None
) -> list[StudySessions]:
    """All sessions of a study.

    Parameters
    ----------
    sessions, participants : of each arm, instead of those that it plans; where neither says it, one session, and the
        participants of the treatment

    Raises
    ------
    ExportError
        If an arm cannot be played by so many.
    """
    together: dict[tuple[int, int, Decimal], list[tuple[Arm, Treatment]]] = {}
    for arm in found.arms:
        treatment = _of_so_many(found, arm, arm.participants if participants is None else participants)
        count = (arm.sessions or 1) if sessions is None else sessions
        key = count, treatment.protocol.participants, treatment.protocol.show_up_fee
        together.setdefault(key, []).append((arm, treatment))
    made, before, study = [], 0, found.study
    for (count, people, fee), members in together.items():
        arms, treatments = zip(*members, strict=True)
        names = tuple(arm.name for arm in arms)
        design = SessionDesign(
            study.name if len(arms) == len(found.arms) else "_".join(names),
            study.title, study.spec.description, people * len(arms), fee, study.spec.language, (), treatments,
            tuple((k,) for k in range(1, len(arms) + 1)),
        )  # fmt: skip
        silos = tuple(silo_size(study, treatment) if study.online else None for treatment in treatments)
        made.append(StudySessions(design, StudyArms(study.name, names, silos), range(before, before + count)))
        before += count
    return made


def _of_so_many(found: Registration, arm: Arm, participants: int | None) -> Treatment:
    """What the arm plays; ExportError if these people cannot."""
    treatment, where = Treatment.from_definition(arm.definition), f"{found.study.name}: arm {arm.name}"
    try:
        if participants is not None:
            treatment = treatment.with_protocol(participants=participants)
    except TreatmentError as error:
        raise ExportError(f"{where}: participants = {participants}: {error}") from None
    people, silo = treatment.protocol.participants, silo_size(found.study, treatment) if found.study.online else 1
    if people % silo:
        right = multiples_around(people, silo)
        raise ExportError(f"{where}: participants = {people} must be a multiple of the silo, {silo}: use {right}")
    return treatment


def populations_of(found: Registration, subjects: str | None = None) -> dict[str, Population]:
    """Who is expected to play each arm: `subjects`, or what the study says: power.subjects of the arm, or power.model.

    Raises
    ------
    PopulationError
        If nobody is named for an arm, or a text cannot be understood.
    """
    spec, populations = found.study.spec.power, {}
    for name in found.study.arms:
        key, registered = expected(spec, name)
        text = registered if subjects is None else subjects
        if not text:
            raise PopulationError(
                f"{found.study.name}: power.subjects has no {name!r}: say who is expected to play, as in "
                f'{name} = "0.7*truthful + 0.3*uniform", or power.model for all arms, or use --subjects'
            )
        try:
            populations[name] = Population.of(text)
        except PopulationError as error:
            if subjects is not None:
                raise
            raise PopulationError(f"{found.study.name}: {str(error).replace('subjects:', f'{key}:', 1)}") from None
    return populations
