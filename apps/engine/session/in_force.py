"""The treatment that a running session uses: the definition stored with it, never the file of today."""

import json
from typing import Any

from mechanisms.treatments import Treatment


def treatment_of(session: Any, part: int) -> Treatment:
    """The treatment of a part of the session's design, counted from 1."""
    return Treatment.from_json(json.dumps(session.parts[part - 1], sort_keys=True))
