"""What oTree says of our session configs: how many people a session can have, and the list of them by REST.

oTree takes groups from a constant of the app, which ours have not ("Must be a multiple of 1"), and answers 403 to
`/api/session_configs`, because it cannot write a decimal as JSON.
"""

import json
from decimal import Decimal
from typing import Any

import otree.session
from otree.common2 import OTreeJSONEncoder
from otree.session import SESSION_CONFIGS_DICT, SessionConfig
from otree.views import rest
from starlette.responses import Response

from engine.otree_repairs.creation import ImpossibleSessionError
from engine.session.designs import check_participants, design_of, multiple_of, people_of
from mechanisms.treatments import TreatmentError


class Encoder(OTreeJSONEncoder):
    def default(self, value: Any) -> Any:
        return float(value) if type(value) is Decimal else super().default(value)


def listed(view: Any) -> Response:
    return Response(json.dumps(list(SESSION_CONFIGS_DICT.values()), cls=Encoder), media_type="application/json")


def multiple(config: SessionConfig) -> int:
    return multiple_of(design_of(config))


def in_our_words(create_session: Any) -> Any:
    """oTree's own sentence does not say what would be right."""

    def checked(session_config_name: str, *, num_participants: int | None = None, **options: Any) -> Any:
        if session_config_name in SESSION_CONFIGS_DICT:
            design = design_of(SESSION_CONFIGS_DICT[session_config_name])
            if num_participants is None:
                num_participants, _ = people_of(design)
            try:
                check_participants(design, num_participants)
            except TreatmentError as error:
                raise ImpossibleSessionError(str(error)) from None
        return create_session(session_config_name, num_participants=num_participants, **options)

    return checked


def install() -> None:
    SessionConfig.get_lcm = multiple
    rest.RESTSessionConfigs.get = listed
    otree.session.create_session = rest.create_session = in_our_words(otree.session.create_session)
