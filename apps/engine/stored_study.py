"""The study that a session belongs to: the definition stored with it, never the file of today."""

import json

from engine.people import Session
from mechanisms.studies import Study
from mechanisms.studies.study import stored_study

KEY = "study"  # in session.vars
NONE = Study.from_definition({"name": "none"})
"""What holds for a treatment alone."""


def study_of(session: Session) -> Study:
    """The study of a session; NONE, with all defaults, for a treatment alone."""
    definition = session._vars.get(KEY)
    return NONE if definition is None else stored_study(json.dumps(definition, sort_keys=True))


def has_study(session: Session) -> bool:
    return KEY in session._vars
