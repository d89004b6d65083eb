"""Studies before their data: each arm as it will be played, and who is expected to play it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from analysis.registration.document import Registration, register
from mechanisms.subjects.population import Population, PopulationError
from mechanisms.treatments import Treatment
from mechanisms.treatments.texts import UnreadableTextError, read_text


def is_study(path: Path) -> bool:
    """Whether a file says who plays what; one that cannot be read is none."""
    try:
        return "arms" in tomllib.loads(read_text(path))
    except (OSError, UnreadableTextError, tomllib.TOMLDecodeError):
        return False


def arms_of(path: Path, treatments: Path = Path("treatments")) -> tuple[Registration, dict[str, Treatment]]:
    """A study file, and what each of its arms plays: described as it says, with the study's protocol and participants.

    Raises
    ------
    ExportError
        One line: the study cannot be used.
    """
    found, played = register(path, treatments), {}
    for arm in found.arms:
        treatment = Treatment.from_definition(arm.definition)
        changes = {} if arm.participants is None else {"participants": arm.participants}
        played[arm.name] = treatment.with_protocol(**changes)
    return found, played


def populations_of(found: Registration, path: Path, subjects: str | None = None) -> dict[str, Population]:
    """Who is expected to play each arm: `subjects`, or else what [power.subjects] of the study says.

    Raises
    ------
    PopulationError
        If nobody is named for an arm, or a text cannot be understood.
    """
    if subjects is not None:
        return dict.fromkeys(found.study.arms, Population.of(subjects))
    texts, populations = found.study.spec.power.subjects, {}
    for name in found.study.arms:
        if name not in texts:
            raise PopulationError(
                f"{path}: power.subjects has no {name!r}: say who is expected to play, as in "
                f'{name} = "0.7*truthful + 0.3*uniform", or use --subjects for all arms'
            )
        try:
            populations[name] = Population.of(texts[name])
        except PopulationError as error:
            raise PopulationError(f"{path}: power.{str(error).replace(':', f'.{name}:', 1)}") from None
    return populations
