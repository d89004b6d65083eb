"""Everything that is fixed when a session is created: treatments in force, orders of parts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from otree.session import SESSION_CONFIGS_DICT

from engine.otree_repairs.creation import ImpossibleSessionError
from engine.people import Session
from engine.session.designs import design_of, treatments_in_force
from engine.session.rounds import PLACES, SILOS
from engine.session.study import check_clocks, check_playable, check_texts, studies
from engine.stored_study import KEY
from engine.words.money import problem
from mechanisms.session.draws import draw_arms, draw_blocks
from mechanisms.studies import Study
from mechanisms.studies.protocols import silo_size
from mechanisms.studies.schema_people import ArrivalSpec
from mechanisms.treatments import Treatment, TreatmentError
from mechanisms.version import VERSION, commit
from mechanisms.writing import counted, did_you_mean, multiples_around


def fix_session(session: Session) -> None:
    """Store the definitions of all parts once: what is stored here is in force to the end of the session."""
    if "parts" in session.vars:
        return
    design, config = design_of(session.config), session.config
    try:
        check_keys(config, SESSION_CONFIGS_DICT[config["name"]])
        if found := problem(config["currency"]):
            raise TreatmentError(f"currency = {config['currency']!r} {found}")
        treatments = treatments_in_force(config, session.num_participants)
        treatments = [as_played(treatment, studies().get(design.name)) for treatment in treatments]
        if design.name in studies():
            check_texts(studies()[design.name], config["language"])
        session.pay_parts = checked_pay_parts(config.get("pay_parts", design.pay))
    except TreatmentError as error:
        raise ImpossibleSessionError(str(error)) from None
    session.parts = [treatment.definition for treatment in treatments]
    session.orders = [list(order) for order in design.orders]
    session.blocks = blocks(config, session.num_participants, len(design.orders), treatments[0].protocol.seed)
    if design.name in studies():
        study = studies()[design.name]
        session.vars[KEY] = study.definition
        if study.online:
            arrive(session, study, treatments)
    session.questionnaires = [] if config.get("alone") == "short" else list(design.questionnaires)
    session.declined = []
    session.platform_version = VERSION
    session.vars["commit"] = commit()


def as_played(treatment: Treatment, study: Study | None = None) -> Treatment:
    """In one group there is nobody else to be met: its strangers are partners, and everybody is told so."""
    protocol, size = treatment.protocol, treatment.group_size
    together = silo_size(study, treatment) if study is not None and study.online else protocol.participants
    one_group = together == size > 1 and protocol.matching == "stranger" and protocol.rounds_together > 1
    return treatment.with_protocol(matching="partner") if one_group else treatment


def arrive(session: Session, study: Study, treatments: Sequence[Treatment]) -> None:
    """Groups are formed as people come: nobody has taken a place yet. Who plays alone at once is in the only group."""
    short = session.config.get("alone") == "short"
    session.vars[SILOS] = [t.group_size if short else silo_size(study, t) for t in treatments]
    places, taken = [], Counter[int]()
    for block in session.blocks:
        places.append(taken[block])
        taken[block] += 1
    session.vars[PLACES] = places
    if not session.config.get("alone"):  # then nobody is waited for
        for number, treatment in enumerate(treatments):
            check_places(study, treatment, taken[number], len(treatments))


def check_places(study: Study, treatment: Treatment, count: int, arms: int) -> None:
    """ImpossibleSessionError if `count` participants of one of the arms cannot play as they come."""
    check_playable(study, treatment, ImpossibleSessionError)
    check_clocks(treatment, ImpossibleSessionError)
    size, spare = silo_size(study, treatment), (study.spec.arrival or ArrivalSpec()).spare
    people = counted(count, "participant")
    if count % size:
        right = multiples_around(count, size, times=arms, least=spare + size)
        raise ImpossibleSessionError(f"{people} of an arm cannot be divided into silos of {size}: use {right}")
    if count < spare + size:
        raise ImpossibleSessionError(
            f"{people} of an arm, {spare} of them spare (arrival.spare), leave no places to play: use "
            f"{(spare + size) * arms} or more"
        )


def blocks(config: Mapping[str, Any], participants: int, orders: int, seed: int) -> list[int]:
    """Who plays the parts in which order; in a study who is in which arm, in the order of arrival."""
    if "arm_seed" in config:
        return [int(arm) for arm in draw_arms(config["arm_seed"], participants, orders)]
    return [int(block) for block in draw_blocks(seed, participants, orders)]


def check_keys(config: Mapping[str, object], known: Collection[str]) -> None:
    """A key that sessions of this name do not have would change nothing: somebody meant another one."""
    for key in sorted(set(config) - set(known)):
        right = did_you_mean(key, known, f"use some of {', '.join(sorted(known))}")
        raise TreatmentError(f"{key} = {config[key]!r}: sessions of {config['name']} have no such key; {right}")


def checked_pay_parts(value: str) -> str:
    if value not in ("all", "one"):
        raise TreatmentError(f"pay_parts = {value!r} must be all or one")
    return value
