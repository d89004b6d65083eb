"""What bots choose, by bot_strategy in the session config: one of STRATEGIES, or any population of simulated subjects.

A population is written as for simulations, such as "0.7*qre(lambda=0.05) + 0.3*uniform" (mechanisms/subjects): robots
then say what session 0 of a simulation with the session's seed says. In practice rounds they say anything.
"""

from functools import lru_cache

import numpy as np
from otree.common import get_models_module

from engine.people import Player
from engine.session.stages import allowed_now, standing_of
from mechanisms.explanations.telling import telling_profile
from mechanisms.session.in_stages import straightforward_request
from mechanisms.session.in_turn import messages_in_turn
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

STRATEGIES = ("truthful", "equilibrium", "random", "fixed")


def bot_messages(player: Player) -> list[float]:
    """The messages of the player's whole group, in position order: every member computes the same list."""
    members = player.group.get_players()
    treatment, config = player.treatment, player.session.config
    types = tuple(float(member.type_value) for member in members)
    strategy = config.get("bot_strategy") or "equilibrium"
    if strategy == "random":
        ids = [member.participant.id_in_session for member in members]
        return [random_message(treatment, i, player.round_number, pid) for i, pid in enumerate(ids)]
    if strategy == "fixed":
        return fixed_messages(treatment, types, config.get("bot_messages") or "")
    if strategy == "equilibrium" and treatment.sequence is not None:
        return in_turn(treatment, types, [member.field_maybe_none("message") for member in members], player.alone())
    if strategy == "truthful" and treatment.messages_are == "reports":
        return list(types)
    if strategy in STRATEGIES:
        return list(equilibrium(treatment, types))  # a demand is no statement about a type: there is no truthful one
    return subjects_messages(player, strategy)


def bot_request(player: Player) -> float:
    """What a bot requests in the stage that is played now: what it wants, or the least that is allowed if that is more.

    "equilibrium" and "truthful" ask straightforwardly, "random" anything that is allowed; "fixed" and simulated
    subjects ask in each stage for the message that they would send if all did so at the same time.
    """
    treatment, now, i = player.treatment, standing_of(player), player.position
    strategy = player.session.config.get("bot_strategy") or "equilibrium"
    if strategy == "random":
        rng = np.random.default_rng(
            [treatment.protocol.seed, player.round_number, player.participant.id_in_session, now.stage]
        )
        return float(rng.choice(allowed_now(player)))
    if strategy in ("equilibrium", "truthful"):
        return straightforward_request(treatment, now, i, player.type_value)
    return max(bot_messages(player)[i], now.floor)


def subjects_messages(player: Player, text: str) -> list[float]:
    """The messages of the player's group in a population of simulated subjects, which have seen what was played."""
    from mechanisms.subjects.population import Population  # scipy's solvers are slow to load, and servers have no bots
    from mechanisms.subjects.seat import messages_now

    members, treatment = player.group.get_players(), player.treatment
    if player.practice:
        return [random_message(treatment, i, player.round_number, p.participant.id_in_session)
                for i, p in enumerate(members)]  # fmt: skip
    model = get_models_module(player.session.config["app_sequence"][1]).Player
    wanted = {"session": player.session, "part": player.part, "practice": False}
    rows = [p for p in model.objects_filter(**wanted).filter(model.part_round <= player.part_round)
            if p.round_number - p.part_round == player.round_number - player.part_round]  # fmt: skip
    people = {number: k for k, number in enumerate(sorted({p.participant.id_in_session for p in rows}))}
    rows.sort(key=lambda p: (p.part_round, p.group.id_in_subsession, p.id_in_group))
    shape = player.part_round, -1, treatment.group_size
    groups = np.array([people[p.participant.id_in_session] for p in rows]).reshape(shape)
    types = np.array([p.type_value for p in rows], dtype=float).reshape(shape)
    said = np.array([p.field_maybe_none("message") for p in rows], dtype=float).reshape(shape)
    said[-1] = np.nan  # of this round nothing is known, though in stages some have been served
    now = messages_now(treatment, Population.of(text), groups, types, said)
    mine = (groups[-1] == people[player.participant.id_in_session]).any(axis=1)
    return [float(message) for message in now[mine][0]]


def in_turn(treatment: Treatment, types: tuple[float, ...], said: list[float | None], alone: bool) -> list[float]:
    """By backward induction, after what has been said; the truth in a game too large for it."""
    try:
        return messages_in_turn(treatment, types, [None] * len(types) if alone else said)
    except TooLargeError:
        return [theta if message is None else message for theta, message in zip(types, said, strict=True)]


@lru_cache(maxsize=4096)
def equilibrium(treatment: Treatment, types: tuple[float, ...]) -> tuple[float, ...]:
    """Dominant messages if everybody has one, else the truth if it is a pure Nash equilibrium, else the first of these.

    Without a pure equilibrium, or in a game too large to search: the truth, or the middle of the grid of demands.
    """
    truth = types if treatment.messages_are == "reports" else ()
    try:
        dominant = [treatment.dominant_messages(i, value) for i, value in enumerate(types)]
        if all(len(messages) for messages in dominant):
            pairs = zip(types, dominant, strict=True)
            return tuple(value if value in messages else float(messages[0]) for value, messages in pairs)
        profiles = [tuple(profile) for profile in treatment.nash_equilibria(types).tolist()]
    except TooLargeError:
        profiles = []
    if profiles and truth not in profiles:
        return profiles[0]
    return truth or tuple(float(place.messages[len(place.messages) // 2]) for place in treatment.positions)


def random_message(treatment: Treatment, position: int, round_number: int, participant_id: int) -> float:
    """Drawn from the treatment's seed: the same session plays the same messages again."""
    rng = np.random.default_rng([treatment.protocol.seed, round_number, participant_id])
    return float(rng.choice(treatment.positions[position].messages))


@lru_cache(maxsize=1024)
def fixed_messages(treatment: Treatment, types: tuple[float, ...], given: str) -> list[float]:
    """The messages of bot_messages ("3 5 7"); without any, a profile in which a mistake would show."""
    if given:
        messages = [float(word) for word in given.split()]
        if len(messages) != treatment.group_size:
            raise ValueError(
                f"bot_messages = {given!r} must have {treatment.group_size} numbers, one for each position"
            )
        return messages
    return telling_profile(treatment, types)
