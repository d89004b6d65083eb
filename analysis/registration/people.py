"""Who is expected to play a study, and whether they can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import ExportError
from mechanisms.studies.lines import place
from mechanisms.studies.schema import PowerSpec
from mechanisms.subjects.population import Population, PopulationError
from mechanisms.subjects.sessions import empty_sessions
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

if TYPE_CHECKING:
    from analysis.registration.document import Registration


def expected(spec: PowerSpec, arm: str) -> tuple[str, str]:
    """The key that says who plays an arm, and its text, "" if nobody is named.

    >>> expected(PowerSpec(model="uniform", subjects={"menu": "truthful"}), "menu")
    ('power.subjects.menu', 'truthful')
    """
    if arm in spec.subjects:
        return f"power.subjects.{arm}", spec.subjects[arm]
    return "power.model", spec.model


def check_people(found: Registration, path: Path) -> None:
    """ExportError (one line) if a text cannot be understood, or such people cannot play the game of their arm."""
    for arm in found.arms:
        key, text = expected(found.study.spec.power, arm.name)
        if not text:
            continue
        try:
            _begin(Treatment.from_definition(arm.definition), Population.of(text))
        except (PopulationError, TooLargeError) as error:
            why = str(error).removeprefix("subjects: ")
            if ": use " not in why:  # what a game has no place for does not say what has
                why += "; expected a model that can play this game (docs/subjects.md)"
            raise ExportError(f"{place(path, key)}: {key} = {text!r}: arm {arm.name}: {why}") from None


def _begin(treatment: Treatment, population: Population) -> None:
    """Have median people ready to play a session."""
    choices, own = empty_sessions(treatment, 1), population.chances
    people, session = np.full((len(choices.people), own), 0.5), np.full((1, own - 2), 0.5)
    population.play(choices, people, session, session[0])
