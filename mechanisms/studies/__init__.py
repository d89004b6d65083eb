"""Study files: who plays what, why and where. ``load_study(path)`` reads and checks one, ``load_studies(folder)`` all.

A treatment is a game; a study says what belongs to people: arms, hypotheses, consent, recruiting, arrival, dropouts,
payments. Its keys are defined in ``schema.py``, ``hypotheses.py`` and ``schema_people.py``, and explained in
docs/online.md.
"""

from mechanisms.studies.hypotheses import TESTS, HypothesisSpec
from mechanisms.studies.schema import StudyError, StudySpec
from mechanisms.studies.schema_people import OUTCOMES, PLATFORMS
from mechanisms.studies.study import Study, is_study, load_studies, load_study

__all__ = [
    "OUTCOMES", "PLATFORMS", "TESTS", "HypothesisSpec", "Study", "StudyError", "StudySpec", "is_study",
    "load_studies", "load_study",
]  # fmt: skip
