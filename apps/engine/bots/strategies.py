"""What bots choose: truthful, equilibrium, random or fixed messages (bot_strategy in the session config)."""

from functools import lru_cache

import numpy as np

from engine.people import Player
from mechanisms.explanations.telling import telling_profile
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
    if strategy == "truthful" and treatment.messages_are == "reports":
        return list(types)
    if strategy in STRATEGIES:
        return list(equilibrium(treatment, types))  # a demand is no statement about a type: there is no truthful one
    raise ValueError(f"bot_strategy = {strategy!r} must be one of {', '.join(STRATEGIES)}")


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
