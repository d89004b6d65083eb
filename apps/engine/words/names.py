"""What players and types are called on the pages: as in the treatment file, or as its [words.names] say it."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from engine.words.language import _, named
from engine.words.numbers import chance, listed, plain, position_name
from mechanisms.environments import PublicProject
from mechanisms.treatments import Treatment


def player_names(treatment: Treatment) -> list[str]:
    """What the members of a group are called, see `position_name`."""
    return [position_name(treatment, i) for i in range(treatment.group_size)]


def type_name(treatment: Treatment, position: int, value: float) -> str:
    """low (6), or just 6 when the treatment file gives no labels; 6 (low) where an object is worth that amount."""
    label, number = treatment.positions[position].label(value), plain(value)
    if not label:
        return number
    name = named(treatment, label)
    return f"{number} ({name})" if treatment.environment == "allocation" else f"{name} ({number})"


def outcome_texts(treatment: Treatment) -> list[str]:
    """What the outcomes of a list are called."""
    environment = treatment.played.environment
    assert isinstance(environment, PublicProject)
    return [named(treatment, outcome) for outcome in environment.outcomes]


def message_text(treatment: Treatment, position: int, message: float) -> str:
    """A report has the name of the type that it states, a request is a number, and so is a bid."""
    is_amount = treatment.messages_are == "demands" or treatment.environment == "allocation"
    return plain(message) if is_amount else type_name(treatment, position, message)


def prior_sentence(treatment: Treatment, position: int) -> str:
    """What is known of a position's type before the draw: 6 with chance 1/3, 10 with chance 1/3, …"""
    place = treatment.positions[position]
    possible = [
        (type_name(treatment, position, float(v)), p)
        for v, p in zip(place.types, place.probabilities, strict=True)
        if p > 0
    ]
    if len(possible) == 1:
        return _("always {type}", type=possible[0][0])
    return alternatives([_("{type} with chance {chance}", type=name, chance=chance(float(p))) for name, p in possible])


def alternatives(texts: Sequence[str]) -> Markup:
    """a, b or c

    >>> alternatives(["1", "2", "3"])
    Markup('1, 2 or 3')
    """
    *first, last = texts
    return _("{list} or {last}", list=_(", ").join(first), last=last) if first else Markup.escape(last)


def who_sends(messages: Iterable[tuple[str, str]]) -> Markup:
    """Names of players with the messages that they send.

    >>> who_sends([("Player 1", "0"), ("Player 3", "10")])
    Markup('Player 1: 0; Player 3: 10')
    """
    return listed(_("{name}: {fact}", name=name, fact=message) for name, message in messages)
