"""The treatment that a running session uses: the definition stored with it, never the file of today."""

import json
from functools import lru_cache
from typing import Any

from mechanisms.treatments import Treatment


def treatment_of(session: Any, app: str) -> Treatment:
    return _treatment(json.dumps(session.treatments[app], sort_keys=True))


@lru_cache(maxsize=64)
def _treatment(definition: str) -> Treatment:
    return Treatment.from_definition(json.loads(definition))


def player_treatment(player: Any) -> Treatment:
    return treatment_of(player.session, player.get_folder_name())
