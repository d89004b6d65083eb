"""The treatment that a running session uses: the definition stored with it, never the file of today."""

import json

from engine.people import Session
from mechanisms.treatments import Treatment


def treatment_of(session: Session, part: int) -> Treatment:
    """The treatment of a part of the session's design, counted from 1."""
    definition, known = session.parts[part - 1], vars(session).setdefault("_treatments", {})
    if part not in known or known[part][0] is not definition:  # a page asks some twenty times
        known[part] = definition, Treatment.from_json(json.dumps(definition, sort_keys=True))
    return known[part][1]
