"""Everything that is drawn or fixed when a session is created: treatments in force, groups, positions, types."""

import logging
from functools import lru_cache
from typing import Any

from engine.designs import mechanism_apps, treatment_in_force
from engine.in_force import treatment_of
from mechanisms.certificate import Certificate
from mechanisms.draws import draw_session
from mechanisms.treatments import Treatment, TreatmentError

logger = logging.getLogger(__name__)


class ImpossibleSessionError(ValueError):
    """Values of "Configure session" that do not fit. oTree prints traceback and message; the message says it all."""

    __traceback__ = property(lambda self: None)


def create_round(subsession: Any) -> None:
    """Set the groups and types of one round. A session with impossible values stops here, with one line."""
    session, app = subsession.session, subsession.get_folder_name()
    if subsession.round_number == 1:
        fix_treatments(session)
    treatment = treatment_of(session, app)
    if subsession.round_number > treatment.protocol.rounds:
        return  # prepared by oTree, but never reached
    draws = draw_session(treatment, session.num_participants)
    row = subsession.round_number - 1
    subsession.set_group_matrix((draws.groups[row] + 1).tolist())
    for player in subsession.get_players():
        player.type_value = float(draws.types[row, player.participant.id_in_session - 1])


def fix_treatments(session: Any) -> None:
    """Store the definitions of all parts once: what is stored here is in force to the end of the session."""
    if "treatments" in session.vars:
        return
    try:
        session.treatments = {
            app: treatment_in_force(app, session.config, session.num_participants).definition
            for app in mechanism_apps(session.config)
        }
    except TreatmentError as error:
        raise ImpossibleSessionError(str(error)) from None
    session.certificates = {app: certificate_of(treatment_of(session, app)) for app in session.treatments}
    session.declined = []


@lru_cache(maxsize=64)
def certificate_of(treatment: Treatment) -> dict[str, Any]:
    """The theory certificate, as it is stored. Whatever goes wrong with the theory, people can still play."""
    try:
        return treatment.certificate().plain()
    except Exception:
        logger.exception("the certificate of %s could not be computed", treatment.name)
        return Certificate(treatment.name, treatment.title, treatment.identity, ()).plain()
