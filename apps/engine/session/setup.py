"""Everything that is drawn or fixed when a session is created: treatments in force, groups, positions, types."""

import logging
from functools import lru_cache
from typing import Any

from engine.session.designs import design_of, treatments_in_force
from engine.session.in_force import treatment_of
from engine.session.plan import repetition, slots
from mechanisms.certificate import Certificate
from mechanisms.session.draws import draw_blocks, draw_session
from mechanisms.treatments import Treatment, TreatmentError

logger = logging.getLogger(__name__)


class ImpossibleSessionError(ValueError):
    """Values of "Configure session" that do not fit. oTree prints traceback and message; the message says it all."""

    __traceback__ = property(lambda self: None)


def create_round(subsession: Any) -> None:
    """Set the groups and types of one round. A session with impossible values stops here, with one line."""
    session = subsession.session
    fix_session(session)
    groups, chosen = [], {}
    for block in range(len(session.orders)):
        plan = slots(session, block)
        if subsession.round_number > len(plan):
            return  # prepared by oTree, but never reached
        slot = plan[subsession.round_number - 1]
        members = [i for i, own in enumerate(session.blocks, 1) if own == block]
        treatment = treatment_of(session, slot.part)
        draws = draw_session(treatment, len(members), repetition(session, slot.part))
        drawn, types = (draws.practice_groups, draws.practice_types) if slot.practice else (draws.groups, draws.types)
        groups += [[members[k] for k in group] for group in drawn[slot.round - 1].tolist()]
        own_types = types[slot.round - 1].tolist()
        chosen |= {person: (slot, own_types[k]) for k, person in enumerate(members)}
    subsession.set_group_matrix(groups)
    for player in subsession.get_players():
        slot, player.type_value = chosen[player.participant.id_in_session]
        player.part, player.part_round, player.practice = slot.part, slot.round, slot.practice
        player.starts_part, player.ends_part = slot.first, slot.last


def fix_session(session: Any) -> None:
    """Store the definitions of all parts once: what is stored here is in force to the end of the session."""
    if "parts" in session.vars:
        return
    design, config = design_of(session.config), session.config
    try:
        treatments = treatments_in_force(config, session.num_participants)
        session.pay_parts = checked_pay_parts(config.get("pay_parts", design.pay))
    except TreatmentError as error:
        raise ImpossibleSessionError(str(error)) from None
    session.parts = [treatment.definition for treatment in treatments]
    session.orders = [list(order) for order in design.orders]
    seed = treatments[0].protocol.seed
    session.blocks = draw_blocks(seed, session.num_participants, len(design.orders)).tolist()
    session.questionnaires = list(design.questionnaires)
    session.certificates = [certificate_of(treatment) for treatment in treatments]
    session.declined = []


def checked_pay_parts(value: str) -> str:
    if value not in ("all", "one"):
        raise TreatmentError(f"pay_parts = {value!r} must be all or one")
    return value


@lru_cache(maxsize=64)
def certificate_of(treatment: Treatment) -> dict[str, Any]:
    """The theory certificate, as it is stored. Whatever goes wrong with the theory, people can still play."""
    try:
        return treatment.certificate().plain()
    except Exception:
        logger.exception("the certificate of %s could not be computed", treatment.name)
        return Certificate(treatment.name, treatment.title, treatment.identity, ()).plain()
